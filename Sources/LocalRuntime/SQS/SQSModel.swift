package import EmulatorClock

/// Where a queue lives. Two accounts, or two regions, may each have a queue of the same name.
package struct QueueAddress: Hashable, Sendable {
    package let account: String
    package let region: String
    package let name: String

    package init(account: String, region: String, name: String) {
        self.account = account
        self.region = region
        self.name = name
    }

    /// Reads `arn:aws:sqs:us-east-1:000000000000:orders`; nil for anything else.
    package init?(arn: String) {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "sqs", parts[3...].allSatisfy({ !$0.isEmpty })
        else { return nil }
        self.init(account: String(parts[4]), region: String(parts[3]), name: String(parts[5]))
    }

    package var arn: String { "arn:aws:sqs:\(region):\(account):\(name)" }

    package var isFIFO: Bool { name.hasSuffix(".fifo") }

    /// The queue's URL under the name by which the client reached the emulator, e.g. `127.0.0.1:4566`.
    package func url(host: String) -> String { "http://\(host)/\(account)/\(name)" }
}

/// A queue as it stands: where it is, how it was set, what it is tagged with.
package struct Queue: Sendable, Identifiable {
    package let id: Int64
    /// Where its messages lie; another one after a purge.
    var shelf: Int64
    package let address: QueueAddress
    package internal(set) var settings: QueueSettings
    package internal(set) var tags: [String: String]
    package let created: Timestamp
    package internal(set) var lastModified: Timestamp
    package internal(set) var purged: Timestamp?

    package var arn: String { address.arn }
}

/// The three counts of `GetQueueAttributes`, and how long the oldest message has been there.
package struct QueueStatistics: Sendable, Equatable {
    /// `ApproximateNumberOfMessages`. Counts here are exact.
    package var visible: Int
    /// `ApproximateNumberOfMessagesNotVisible`: received, not deleted, and still hidden.
    package var inFlight: Int
    /// `ApproximateNumberOfMessagesDelayed`: sent, never received, and still hidden.
    package var delayed: Int
    /// nil when the queue is empty.
    package var oldestAge: Duration?

    package var total: Int { visible + inFlight + delayed }
}

/// A message about to be sent.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
package struct OutgoingMessage: Sendable {
    package var body: String
    /// nil takes the queue's own delay.
    package var delay: Duration?
    package var attributes: [String: MessageAttribute]
    /// Of the system attributes a sender may set only `AWSTraceHeader`.
    package var systemAttributes: [String: MessageAttribute]
    package var groupID: String?
    package var deduplicationID: String?

    package init(
        body: String, delay: Duration? = nil, attributes: [String: MessageAttribute] = [:],
        systemAttributes: [String: MessageAttribute] = [:], groupID: String? = nil, deduplicationID: String? = nil
    ) {
        self.body = body
        self.delay = delay
        self.attributes = attributes
        self.systemAttributes = systemAttributes
        self.groupID = groupID
        self.deduplicationID = deduplicationID
    }
}

/// What a sender is told about a message.
package struct SentMessage: Sendable, Equatable {
    package let messageID: String
    /// FIFO queues only: twenty digits, growing within the queue.
    package let sequenceNumber: String?
}

/// A message in somebody's hands, until its visibility timeout passes.
package struct ReceivedMessage: Sendable {
    package let messageID: String
    /// As it goes over the wire; names this receive, not the message.
    package let receiptHandle: String
    package let body: String
    package let attributes: [String: MessageAttribute]
    /// The account of the sender: SQS gives a root user's id, which is its account's.
    package let senderID: String
    package let sent: Timestamp
    package let firstReceived: Timestamp
    /// When it was handed out this time.
    package let received: Timestamp
    /// How often it has been received, before it came to this queue included.
    package let receiveCount: Int
    package let groupID: String?
    package let deduplicationID: String?
    package let sequenceNumber: String?
    package let traceHeader: String?
    /// The queue that gave the message up, when this one is a dead-letter queue.
    package let deadLetterSourceARN: String?

    package var md5OfBody: String { MessageDigests.ofBody(body) }
}

/// A message looked at in its queue without being received.
package struct PeekedMessage: Sendable {
    package let messageID: String
    package let body: String
    package let attributes: [String: MessageAttribute]
    package let sent: Timestamp
    /// When it can next be received; in the past when it can be now.
    package let visibleAt: Timestamp
    package let receiveCount: Int
    /// When it was received, the first time and then the latest hundred.
    package let receives: [Timestamp]
    /// Why its last consumer failed, if that was a function that a mapping invoked.
    package let lastError: String?
    package let groupID: String?
    package let deadLetterSourceARN: String?
}

/// A message (user) attribute.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html
package struct MessageAttribute: Sendable, Equatable {
    package enum Value: Sendable, Equatable {
        /// Values of the types `String` and `Number`.
        case string(String)
        case binary([UInt8])
    }

    /// `String`, `Number` or `Binary`, and after a dot whatever the sender likes: `Number.float`.
    package var dataType: String
    package var value: Value

    package init(dataType: String, value: Value) {
        self.dataType = dataType
        self.value = value
    }

    package static func string(_ text: String) -> MessageAttribute {
        MessageAttribute(dataType: "String", value: .string(text))
    }

    package static func number(_ text: String) -> MessageAttribute {
        MessageAttribute(dataType: "Number", value: .string(text))
    }

    package static func binary(_ bytes: [UInt8]) -> MessageAttribute {
        MessageAttribute(dataType: "Binary", value: .binary(bytes))
    }

    /// `String`, `Number` or `Binary`.
    var baseType: Substring { dataType.prefix { $0 != "." } }
}
