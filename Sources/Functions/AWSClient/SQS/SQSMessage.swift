/// A message to be sent. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
package struct SQSMessage: Sendable, Equatable {
    package var body: String
    package var attributes: [String: SQSMessageAttribute]

    /// Keeps the order among the messages of one group, in a FIFO queue.
    package var groupID: String?

    /// A second message with the same one within five minutes is not delivered, in a FIFO queue.
    package var deduplicationID: String?

    /// How long the message stays hidden first, in whole seconds.
    package var delay: Duration?

    package init(
        body: String, attributes: [String: SQSMessageAttribute] = [:], groupID: String? = nil,
        deduplicationID: String? = nil, delay: Duration? = nil
    ) {
        self.body = body
        self.attributes = attributes
        self.groupID = groupID
        self.deduplicationID = deduplicationID
        self.delay = delay
    }

    /// What counts against the queue's limit: the body, and each attribute's name, type and value.
    var byteCount: Int {
        attributes.reduce(body.utf8.count) { $0 + $1.key.utf8.count + $1.value.byteCount }
    }
}

/// A value beside the body. Its data type may carry a label of the sender's own, such as `Number.float`.
package enum SQSMessageAttribute: Sendable, Equatable {
    case string(String, label: String? = nil)
    case number(String, label: String? = nil)
    case binary([UInt8], label: String? = nil)

    var dataType: String {
        switch self {
        case .string(_, let label): Self.dataType("String", label)
        case .number(_, let label): Self.dataType("Number", label)
        case .binary(_, let label): Self.dataType("Binary", label)
        }
    }

    private static func dataType(_ base: String, _ label: String?) -> String {
        label.map { "\(base).\($0)" } ?? base
    }

    fileprivate var byteCount: Int {
        switch self {
        case .string(let value, _), .number(let value, _): dataType.utf8.count + value.utf8.count
        case .binary(let value, _): dataType.utf8.count + value.count
        }
    }
}

/// What one request may hold.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
package struct SQSBatchLimits: Sendable {
    package var entries: Int

    /// Of all the entries together, and so of each.
    package var bytes: Int

    package init(entries: Int, bytes: Int) {
        self.entries = entries
        self.bytes = bytes
    }

    package static let aws = SQSBatchLimits(entries: 10, bytes: 1 << 20)
}

/// What became of each message of a batch; the indices are those of the messages given.
package struct SQSBatchResult: Sendable, Equatable {
    package struct Sent: Sendable, Equatable {
        package let index: Int
        package let messageID: String
    }

    package struct Failed: Sendable, Equatable {
        package let index: Int
        package let code: String
        package let message: String

        /// The message itself is at fault: it would be refused again.
        package let isSenderFault: Bool
    }

    /// In the messages' order.
    package let sent: [Sent]

    /// In the messages' order; empty when all were sent.
    package let failed: [Failed]
}
