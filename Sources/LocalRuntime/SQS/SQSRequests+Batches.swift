import AWSProtocol
import EmulatorClock

extension SQSRequests {
    /// A batch is refused as a whole for its shape; after that each entry fails or succeeds on its own.
    func sendMessageBatch(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let entries = try entries(parameters, .sendMessageBatch)
        var answer = BatchAnswer()
        var accepted: [(id: String, message: OutgoingMessage)] = []
        let messages = try entries.map { (id: $0.id, message: try outgoing($0.members)) }
        let size = messages.reduce(0) { $0 + $1.message.size }
        guard size <= limits.messageSize.upperBound else {
            throw SQSError.batchRequestTooLong(size, limit: limits.messageSize.upperBound)
        }
        let checks = MessageChecks(queue: queue, limits: limits)
        for (id, message) in messages {
            do {
                try checks.check(message)
                accepted.append((id, message))
            } catch let error as SQSError {
                if queue.settings.fifo != nil { throw Self.wholeBatch(error) }
                answer.fail(id, error)
            }
        }
        guard !accepted.isEmpty else { return answer.members }
        let sent = try await service.store(accepted.map(\.message), in: queue, sender: caller.account)
        for (entry, sent) in zip(accepted, sent) { answer.succeed(entry.id, self.answer(sent, entry.message)) }
        return answer.members
    }

    /// A FIFO queue cannot keep its order around a message that fails, so it refuses them all. It says there that a
    /// missing group is an invalid value.
    private static func wholeBatch(_ error: SQSError) -> SQSError {
        if case .missingParameter("MessageGroupId") = error {
            return .invalidParameterValue("The request must contain the parameter MessageGroupId.")
        }
        return error
    }

    func deleteMessageBatch(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        return try await each(try entries(parameters, .deleteMessageBatch)) { members in
            try await service.delete(try handle(members), from: queue)
        }
    }

    func changeMessageVisibilityBatch(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let range = limits.visibilityTimeout
        return try await each(try entries(parameters, .changeMessageVisibilityBatch)) { members in
            let handle = try handle(members)
            guard let timeout = try members.integer("VisibilityTimeout") else {
                throw SQSError.missingParameter("VisibilityTimeout")
            }
            guard range.contains(timeout) else {
                throw SQSError.value(
                    timeout, of: "VisibilityTimeout",
                    reason: "VisibilityTimeout must be an integer between \(range.lowerBound) and \(range.upperBound).")
            }
            try await service.changeVisibility(of: handle, in: queue, to: .seconds(timeout))
        }
    }

    private func handle(_ members: SQSParameters) throws -> String {
        let handle = try members.required("ReceiptHandle")
        guard handle.contains(where: { !$0.isWhitespace }) else { throw SQSError.missingParameter("ReceiptHandle") }
        return handle
    }

    /// Runs the entries side by side: their writes share a commit.
    private func each(
        _ entries: [(id: String, members: SQSParameters)],
        _ run: @escaping @Sendable (SQSParameters) async throws -> Void
    ) async throws -> JSONObject {
        let failures = try await withThrowingTaskGroup(of: (Int, SQSError?).self) { group in
            for (index, entry) in entries.enumerated() {
                group.addTask {
                    do {
                        try await run(entry.members)
                        return (index, nil)
                    } catch let error as SQSError {
                        return (index, error)
                    }
                }
            }
            return try await group.reduce(into: [Int: SQSError]()) { $0[$1.0] = $1.1 }
        }
        var answer = BatchAnswer()
        for (index, entry) in entries.enumerated() {
            if let error = failures[index] { answer.fail(entry.id, error) } else { answer.succeed(entry.id, [:]) }
        }
        return answer.members
    }

    private func entries(
        _ parameters: SQSParameters, _ operation: SQSOperation
    ) throws -> [(id: String, members: SQSParameters)] {
        guard let list = try parameters.list("Entries"), !list.isEmpty else {
            throw SQSError.emptyBatchRequest(entry: operation.batchEntry)
        }
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
            return (id, members)
        }
    }

    private static func isEntryID(_ id: String) -> Bool {
        (1...80).contains(id.utf8.count)
            && id.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-"
                        || scalar == "_")
            }
    }
}

/// The two lists of a batch's answer; SQS leaves an empty one out.
private struct BatchAnswer {
    private var successful: [JSONValue] = []
    private var failed: [JSONValue] = []

    mutating func succeed(_ id: String, _ members: JSONObject) {
        var entry: JSONObject = ["Id": .string(id)]
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
