#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

extension SQSEvent {
    /// What SQS itself says about a message: names and values as strings, the known ones also typed.
    ///
    /// Names: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
    public struct Attributes: Sendable, Hashable, Codable {
        /// All of them, as received.
        public var values: [String: String]

        /// Attributes with these names and values.
        public init(_ values: [String: String]) {
            self.values = values
        }

        /// Reads the object of strings.
        public init(from decoder: any Decoder) throws {
            values = try decoder.singleValueContainer().decode([String: String].self)
        }

        /// Writes the object of strings.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(values)
        }

        /// An attribute by its AWS name.
        public subscript(name: String) -> String? { values[name] }

        /// How often the message has been received and not deleted, this time included.
        public var approximateReceiveCount: Int? { values["ApproximateReceiveCount"].flatMap { Int($0) } }

        /// When the message was sent.
        public var sentTimestamp: Date? { date("SentTimestamp") }

        /// When the message was first received.
        public var approximateFirstReceiveTimestamp: Date? { date("ApproximateFirstReceiveTimestamp") }

        /// Who sent the message.
        public var senderID: String? { values["SenderId"] }

        /// The message's place in a FIFO queue.
        public var sequenceNumber: String? { values["SequenceNumber"] }

        /// The group whose order a FIFO queue keeps.
        public var messageGroupID: String? { values["MessageGroupId"] }

        /// What a FIFO queue knows a repeated send by.
        public var messageDeduplicationID: String? { values["MessageDeduplicationId"] }

        /// The sender's X-Ray trace header.
        public var traceHeader: String? { values["AWSTraceHeader"] }

        /// The queue that a redriven message came from.
        public var deadLetterQueueSourceARN: String? { values["DeadLetterQueueSourceArn"] }

        private func date(_ name: String) -> Date? {
            values[name].flatMap { Double($0) }.map { Date(timeIntervalSince1970: $0 / 1000) }
        }
    }

    /// What a sender added to a message. The lists of values that AWS's event also shows are reserved and always empty.
    public struct MessageAttribute: Sendable, Hashable, Codable {
        /// `String`, `Number` or `Binary`, with a label of the sender's after a dot.
        public var dataType: String
        /// The value of a string or a number.
        public var stringValue: String?
        /// The value of a binary attribute.
        public var binaryValue: Data?

        /// An attribute with this value.
        public init(dataType: String, stringValue: String? = nil, binaryValue: Data? = nil) {
            self.dataType = dataType
            self.stringValue = stringValue
            self.binaryValue = binaryValue
        }
    }
}
