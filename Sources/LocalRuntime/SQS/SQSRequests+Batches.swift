import AWSProtocol
import EmulatorClock

extension SQSRequests {
    /// A batch is refused as a whole for its shape; after that each entry fails or succeeds on its own. A FIFO queue
    /// cannot keep its order around a message that fails, so it takes all or none.
    func sendMessageBatch(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let entries = try entries(parameters, .sendMessageBatch)
        var answer = BatchAnswer()
        var accepted: [(id: String, message: OutgoingMessage)] = []
        let messages = try entries.map { (entry: $0, message: try outgoing($0.members)) }
        let size = messages.reduce(0) { $0 + $1.message.size }
        guard size <= limits.messageSize.upperBound else {
            throw SQSError.batchRequestTooLong(size, limit: limits.messageSize.upperBound)
        }
        let checks = MessageChecks(queue: queue, limits: limits)
        for (entry, message) in messages {
            do {
                try checks.check(message)
                accepted.append((entry.id, message))
            } catch let error as SQSError {
                let error = Self.inBatch(error, entry)
                if queue.settings.fifo != nil { throw error }
                answer.fail(entry.id, Self.reasonAlone(error))
            }
        }
        guard !accepted.isEmpty else { return answer.members }
        let sent = try await service.store(accepted.map(\.message), in: queue, sender: caller.account)
        for (entry, sent) in zip(accepted, sent) { answer.succeed(entry.id, self.answer(sent, entry.message)) }
        return answer.members
    }

    /// A batch names a missing body by its entry, and says of a missing group that its value is invalid.
    private static func inBatch(_ error: SQSError, _ entry: Entry) -> SQSError {
        switch error {
        case .missingParameter("MessageBody"): .missingParameter("\(entry.place).MessageBody")
        case .missingParameter("MessageGroupId"):
            .invalidParameterValue("The request must contain the parameter MessageGroupId.")
        default: error
        }
    }

    /// Of a parameter that is invalid a failed entry tells the reason, not the value.
    private static func reasonAlone(_ error: SQSError) -> SQSError {
        guard case .invalidParameterValue(let text) = error, let reason = text.firstRange(of: "Reason: ") else {
            return error
        }
        let notOfThisQueue = "The request include parameter that is not valid for this queue type"
        let rest = String(text[reason.upperBound...])
        return .invalidParameterValue(rest == notOfThisQueue + "." ? notOfThisQueue : rest)
    }

    func deleteMessageBatch(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let entries = try entries(parameters, .deleteMessageBatch)
        return try await each(entries, Self.handle) { handles in
            try await service.deleteEach(handles, from: queue)
        }
    }

    func changeMessageVisibilityBatch(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let entries = try entries(parameters, .changeMessageVisibilityBatch)
        return try await each(entries, change) { changes in
            try await service.changeVisibility(
                ofEach: changes.map(\.handle), in: queue, to: changes.map { .seconds($0.timeout) })
        }
    }

    private static func handle(_ entry: Entry) throws -> String {
        let handle = try entry.members.required("ReceiptHandle")
        guard handle.contains(where: { !$0.isWhitespace }) else { throw SQSError.missingParameter("ReceiptHandle") }
        return handle
    }

    private func change(_ entry: Entry) throws -> (handle: String, timeout: Int) {
        let handle = try Self.handle(entry)
        guard let timeout = try entry.members.integer("VisibilityTimeout") else {
            throw SQSError.missingParameter("\(entry.place).VisibilityTimeout")
        }
        let range = limits.visibilityTimeout
        guard range.contains(timeout) else {
            throw SQSError.value(
                timeout, of: "VisibilityTimeout",
                reason: "VisibilityTimeout must be an integer between \(range.lowerBound) and \(range.upperBound).")
        }
        return (handle, timeout)
    }

    /// Reads every entry, runs those that can be read as one, and tells of each what became of it.
    private func each<Item>(
        _ entries: [Entry], _ read: (Entry) throws -> Item, _ run: ([Item]) async throws -> [SQSError?]
    ) async throws -> JSONObject {
        var items: [(id: String, item: Item)] = []
        var failures: [String: SQSError] = [:]
        for entry in entries {
            do {
                items.append((entry.id, try read(entry)))
            } catch let error as SQSError {
                failures[entry.id] = error
            }
        }
        let errors = items.isEmpty ? [] : try await run(items.map(\.item))
        for (item, error) in zip(items, errors) { failures[item.id] = error }
        var answer = BatchAnswer()
        for entry in entries {
            if let error = failures[entry.id] { answer.fail(entry.id, error) } else { answer.succeed(entry.id, [:]) }
        }
        return answer.members
    }

    /// One entry of a batch's request.
    private struct Entry {
        let id: String
        let operation: SQSOperation
        let number: Int
        let members: SQSParameters

        /// `SendMessageBatchRequestEntry.1`, as refusals name it.
        var place: String { "\(operation.batchEntry).\(number)" }
    }

    private func entries(_ parameters: SQSParameters, _ operation: SQSOperation) throws -> [Entry] {
        guard let list = try parameters.list("Entries") else { throw SQSError.missingParameter("Entries") }
        guard !list.isEmpty else { throw SQSError.emptyBatchRequest(entry: operation.batchEntry) }
        guard list.count <= limits.batchEntries else {
            throw SQSError.tooManyEntriesInBatchRequest(list.count, limit: limits.batchEntries)
        }
        var known: Set<String> = []
        return try (parameters.entries("Entries") ?? []).enumerated().map { index, members in
            guard let id = try members.string("Id") else {
                throw SQSError.missingParameter("\(operation.batchEntry).\(index + 1).Id")
            }
            guard Self.isEntryID(id) else { throw SQSError.invalidBatchEntryId }
            guard known.insert(id).inserted else { throw SQSError.batchEntryIdsNotDistinct(id) }
            return Entry(id: id, operation: operation, number: index + 1, members: members)
        }
    }

    private static func isEntryID(_ id: String) -> Bool {
        (1...80).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// The two lists of a batch's answer; SQS leaves an empty one out.
private struct BatchAnswer {
    private var successful: [JSONValue] = []
    private var failed: [JSONValue] = []

    mutating func succeed(_ id: String, _ members: JSONObject) {
        var entry = JSONObject(capacity: members.members.count + 1)
        entry.append("Id", .string(id))
        members.members.forEach { entry.append($0.name, $0.value) }
        successful.append(.object(entry))
    }

    mutating func fail(_ id: String, _ error: SQSError) {
        let wire = error.wire
        failed.append([
            "Id": .string(id), "SenderFault": .bool(wire.isSenderFault), "Code": .string(wire.queryCode ?? wire.code),
            "Message": .string(wire.message),
        ])
    }

    var members: JSONObject {
        var members = JSONObject()
        if !successful.isEmpty { members.append("Successful", .array(successful)) }
        if !failed.isEmpty { members.append("Failed", .array(failed)) }
        return members
    }
}
