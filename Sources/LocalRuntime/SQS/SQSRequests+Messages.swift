import AWSProtocol
import EmulatorClock

extension SQSRequests {
    func sendMessage(_ parameters: SQSParameters) async throws -> JSONObject {
        // What is missing is said before the queue is looked for.
        _ = try parameters.required("MessageBody")
        let message = try outgoing(parameters)
        let sent = try await service.send(message, to: try queue(parameters), sender: caller.account)
        return answer(sent, message)
    }

    func outgoing(_ parameters: SQSParameters) throws -> OutgoingMessage {
        OutgoingMessage(
            body: try parameters.string("MessageBody") ?? "",
            delay: try parameters.integer("DelaySeconds").map { .seconds($0) },
            attributes: try parameters.messageAttributes("MessageAttributes"),
            systemAttributes: try parameters.messageAttributes("MessageSystemAttributes"),
            groupID: try parameters.string("MessageGroupId"),
            deduplicationID: try parameters.string("MessageDeduplicationId"))
    }

    func answer(_ sent: SentMessage, _ message: OutgoingMessage) -> JSONObject {
        var answer = JSONObject(capacity: 3)
        answer.append("MessageId", .string(sent.messageID))
        answer.append("MD5OfMessageBody", .string(MessageDigests.ofBody(message.body)))
        if let digest = MessageDigests.ofAttributes(message.attributes) {
            answer.append("MD5OfMessageAttributes", .string(digest))
        }
        if let digest = MessageDigests.ofAttributes(message.systemAttributes) {
            answer.append("MD5OfMessageSystemAttributes", .string(digest))
        }
        if let number = sent.sequenceNumber { answer.append("SequenceNumber", .string(number)) }
        return answer
    }

    func receiveMessage(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let maximum = try bounded(parameters, "MaxNumberOfMessages", limits.receiveBatch) {
            "Must be between \($0.lowerBound) and \($0.upperBound), if provided."
        }
        let wait = try bounded(parameters, "WaitTimeSeconds", limits.waitTime) {
            "Must be >= \($0.lowerBound) and <= \($0.upperBound), if provided."
        }
        let timeout = try bounded(parameters, "VisibilityTimeout", limits.visibilityTimeout) {
            "Must be >= \($0.lowerBound) and <= \($0.upperBound), if provided."
        }
        // A standard queue lets it pass and does nothing with it.
        let attempt = try parameters.string("ReceiveRequestAttemptId")
        let shown = try ShownAttributes(parameters)
        let messages = try await service.receive(
            from: queue, maximum: maximum ?? 1, visibilityTimeout: timeout.map { .seconds($0) },
            wait: wait.map { .seconds($0) } ?? queue.settings.waitTime, attemptID: attempt)
        return messages.isEmpty ? [:] : ["Messages": .array(messages.map { .object(shown.members(of: $0)) })]
    }

    private func bounded(
        _ parameters: SQSParameters, _ name: String, _ range: ClosedRange<Int>, reason: (ClosedRange<Int>) -> String
    ) throws -> Int? {
        guard let value = try parameters.integer(name) else { return nil }
        guard range.contains(value) else { throw SQSError.value(value, of: name, reason: reason(range)) }
        return value
    }

    func deleteMessage(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        try await service.delete(try parameters.required("ReceiptHandle"), from: queue)
        return [:]
    }

    func changeMessageVisibility(_ parameters: SQSParameters) async throws -> JSONObject {
        let queue = try queue(parameters)
        let handle = try parameters.required("ReceiptHandle")
        let timeout = try bounded(parameters, "VisibilityTimeout", limits.visibilityTimeout) {
            "Must be between \($0.lowerBound) and \($0.upperBound)."
        }
        guard let timeout else { throw SQSError.missingParameter("VisibilityTimeout") }
        try await service.changeVisibility(of: handle, in: queue, to: .seconds(timeout))
        return [:]
    }
}

/// Which attributes a receive asks for, and the message as it is shown to it.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
struct ShownAttributes {
    private static let systemNames: Set<String> = [
        "All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
        "SequenceNumber", "MessageDeduplicationId", "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
    ]

    private let system: Set<String>
    private let user: [String]

    init(_ parameters: SQSParameters) throws {
        let asked = try parameters.strings("MessageSystemAttributeNames") + parameters.strings("AttributeNames")
        for name in asked where !Self.systemNames.contains(name) && QueueAttributeName(rawValue: name) == nil {
            throw SQSError.unknownAttribute(name)
        }
        system = Set(asked)
        user = try parameters.strings("MessageAttributeNames")
    }

    func members(of message: ReceivedMessage) -> JSONObject {
        var members: JSONObject = [
            "MessageId": .string(message.messageID), "ReceiptHandle": .string(message.receiptHandle),
            "MD5OfBody": .string(message.md5OfBody), "Body": .string(message.body),
        ]
        let shown = message.systemAttributes.filter { system.contains("All") || system.contains($0.name) }
        if !shown.isEmpty {
            members.append("Attributes", .object(JSONObject(shown.map { ($0.name, .string($0.value)) })))
        }
        let attributes = message.attributes.filter { isAsked($0.key) }
        if let digest = MessageDigests.ofAttributes(attributes) {
            members.append("MD5OfMessageAttributes", .string(digest))
            members.append("MessageAttributes", .object(attributes.json))
        }
        return members
    }

    /// By name, by everything (`All`, `*`, `.*`), or by a beginning (`order.*`).
    private func isAsked(_ name: String) -> Bool {
        user.contains { asked in
            asked == "All" || asked == "*" || asked == name
                || (asked.hasSuffix(".*") && name.hasPrefix(asked.dropLast(2)))
        }
    }
}

extension ReceivedMessage {
    /// The system attributes under AWS's names; a message has only those that apply to it.
    package var systemAttributes: [(name: String, value: String)] {
        let always = [
            ("ApproximateReceiveCount", String(receiveCount)),
            ("SentTimestamp", String(sent.milliseconds)),
            ("SenderId", senderID),
            ("ApproximateFirstReceiveTimestamp", String(firstReceived.milliseconds)),
        ]
        let sometimes = [
            ("SequenceNumber", sequenceNumber), ("MessageGroupId", groupID),
            ("MessageDeduplicationId", deduplicationID), ("AWSTraceHeader", traceHeader),
            ("DeadLetterQueueSourceArn", deadLetterSourceARN),
        ]
        return always.map { (name: $0.0, value: $0.1) }
            + sometimes.compactMap { pair in pair.1.map { (name: pair.0, value: $0) } }
    }
}
