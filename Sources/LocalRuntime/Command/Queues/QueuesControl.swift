import AWSProtocol
import EmulatorClock
import SQS

/// `/_rivulet/queues`: looks into queues without receiving from them, and sends dead letters back.
struct QueuesControl: ControlSubject {
    /// Messages that one transaction moves: enough to be fast, few enough to let others in.
    private static let chunk = 500

    let name = "queues"
    let sqs: SQSService
    let clock: any Timekeeper

    func answer(_ call: ControlCall) async throws -> JSONValue {
        switch call.route {
        case "GET": return try await list()
        case "GET peek": return try await peek(call)
        case "POST redrive": return try await redrive(call)
        case "POST edit": return try await edit(call)
        default: throw call.unknown
        }
    }

    private func list() async throws -> JSONValue {
        var rows: [JSONValue] = []
        for queue in sqs.allQueues {
            // One that is deleted meanwhile is no longer listed.
            guard let statistics = try? await sqs.statistics(of: queue) else { continue }
            rows.append(row(queue, statistics))
        }
        return ["queues": .array(rows)]
    }

    private func row(_ queue: Queue, _ statistics: QueueStatistics) -> JSONValue {
        let deadLetterQueue = queue.settings.redrivePolicy?.deadLetterTargetARN
        return [
            "name": .string(queue.address.name), "arn": .string(queue.arn),
            "depth": .integer(statistics.visible), "in_flight": .integer(statistics.inFlight),
            "delayed": .integer(statistics.delayed),
            "oldest_age_ms": statistics.oldestAge.map { .integer($0.milliseconds) } ?? .null,
            "dead_letter_queue": deadLetterQueue.map { .string($0) } ?? .null,
            "dead_letters_of": .array(sqs.sources(ofDeadLetterQueue: queue).map { .string($0.address.name) }),
        ]
    }

    private func peek(_ call: ControlCall) async throws -> JSONValue {
        let queue = try queue(call, "queue")
        let messages = try await sqs.peek(queue, limit: try call.count("limit") ?? 10)
        return ["queue": .string(queue.arn), "messages": .array(messages.map { Self.json($0, clock.now) })]
    }

    private func redrive(_ call: ControlCall) async throws -> JSONValue {
        let source = try queue(call, "queue")
        let target = try call.text("to") == nil ? nil : queue(call, "to")
        guard target?.id != source.id else { throw ControlError.sameQueue(source.address.name) }
        let chosen = (call.body["messages"]?.array ?? []).compactMap(\.string)
        let isAll = call.body["all"]?.bool == true
        let limit = try call.count("max")
        guard !chosen.isEmpty || isAll || limit != nil else { throw ControlError.nothingChosen }
        do {
            if !chosen.isEmpty {
                let moved = try await sqs.redrive(chosen, from: source, to: target)
                return ["moved": .integer(moved), "asked": .integer(chosen.count)]
            }
            let moved = try await redrive(upTo: limit ?? .max, from: source, to: target)
            return ["moved": .integer(moved)]
        } catch SQSError.resourceNotFound {
            throw ControlError.originUnknown
        }
    }

    /// The oldest first, in several transactions; what arrives meanwhile is not among them.
    private func redrive(upTo limit: Int, from source: Queue, to target: Queue?) async throws -> Int {
        var left = min(limit, try await sqs.statistics(of: source).total)
        var moved = 0
        while left > 0 {
            let messages = try await sqs.peek(source, limit: min(left, Self.chunk))
            guard !messages.isEmpty else { break }
            moved += try await sqs.redrive(messages.map(\.messageID), from: source, to: target)
            left -= messages.count
        }
        return moved
    }

    private func edit(_ call: ControlCall) async throws -> JSONValue {
        let queue = try queue(call, "queue")
        let message = try call.required("message")
        guard try await sqs.edit(message, in: queue, body: try call.required("body")) else {
            throw ControlError.noSuchMessage(message, queue: queue.address.name)
        }
        return ["edited": .string(message)]
    }

    /// The queue that a parameter names: by its name, its ARN or its URL.
    private func queue(_ call: ControlCall, _ parameter: String) throws -> Queue {
        let text = try call.required(parameter)
        let parts = text.split(separator: "/").suffix(2).map(String.init)
        let found = sqs.allQueues.filter { queue in
            if text.hasPrefix("arn:") { return queue.arn == text }
            return queue.address.name == parts.last && (parts.count < 2 || queue.address.account == parts[0])
        }
        guard let first = found.first else { throw ControlError.noSuchQueue(text) }
        guard found.count == 1 else { throw ControlError.severalQueues(found.map(\.arn)) }
        return first
    }

    private static func json(_ message: PeekedMessage, _ now: Timestamp) -> JSONValue {
        let state = message.visibleAt <= now ? "visible" : message.receives.isEmpty ? "delayed" : "in flight"
        return [
            "message": .string(message.messageID), "body": .string(message.body), "state": .string(state),
            "visible_at": .string(message.visibleAt.rfc3339), "sent": .string(message.sent.rfc3339),
            "receive_count": .integer(message.receiveCount),
            "receives": .array(message.receives.map { .string($0.rfc3339) }),
            "last_error": message.lastError.map { .string($0) } ?? .null,
            "group": message.groupID.map { .string($0) } ?? .null,
            "came_from": message.deadLetterSourceARN.map { .string($0) } ?? .null,
            "attributes": .object(
                JSONObject(message.attributes.sorted { $0.key < $1.key }.map { ($0.key, attribute($0.value)) })),
        ]
    }

    private static func attribute(_ attribute: MessageAttribute) -> JSONValue {
        let value: (String, JSONValue) =
            switch attribute.value {
            case .string(let text): ("string", .string(text))
            case .binary(let bytes): ("hex", .string(Hex.encode(bytes)))
            }
        return .object(JSONObject([("type", .string(attribute.dataType)), value]))
    }
}
