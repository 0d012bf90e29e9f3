/// A batch of messages, as an event source mapping hands them to a function.
///
/// Shape: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
public struct SQSEvent: Sendable, Hashable, Codable {
    /// The messages; at most ten of a FIFO queue, at most 10,000 of a standard one.
    public var records: [Record]

    /// An event with these messages.
    public init(records: [Record]) {
        self.records = records
    }

    enum CodingKeys: String, CodingKey {
        case records = "Records"
    }

    /// One message.
    public struct Record: Sendable, Hashable, Codable {
        /// The message's id, by which a batch response names it.
        public var messageID: String
        /// The handle of this receive, with which the message is deleted.
        public var receiptHandle: String
        /// The body, as it was sent.
        public var body: String
        /// What SQS says about the message.
        public var attributes: Attributes
        /// What the sender added.
        public var messageAttributes: [String: MessageAttribute]
        /// The MD5 of the body, in hexadecimal.
        public var md5OfBody: String?
        /// The MD5 of the message attributes, in hexadecimal; nil when there are none.
        public var md5OfMessageAttributes: String?
        /// `aws:sqs`.
        public var eventSource: String
        /// The queue.
        public var eventSourceARN: String
        /// The queue's region.
        public var awsRegion: String

        /// Whether the queue keeps its messages in order.
        public var isFromFIFOQueue: Bool { eventSourceARN.hasSuffix(".fifo") }

        enum CodingKeys: String, CodingKey {
            case messageID = "messageId"
            case receiptHandle
            case body
            case attributes
            case messageAttributes
            case md5OfBody
            case md5OfMessageAttributes
            case eventSource
            case eventSourceARN
            case awsRegion
        }
    }
}

extension SQSEvent.Record {
    /// A message as SQS would hand it over, for a test.
    public init(
        messageID: String, body: String, eventSourceARN: String, receiptHandle: String = "",
        attributes: SQSEvent.Attributes = SQSEvent.Attributes([:]),
        messageAttributes: [String: SQSEvent.MessageAttribute] = [:], md5OfBody: String? = nil,
        md5OfMessageAttributes: String? = nil, eventSource: String = "aws:sqs", awsRegion: String = ""
    ) {
        self.messageID = messageID
        self.receiptHandle = receiptHandle
        self.body = body
        self.attributes = attributes
        self.messageAttributes = messageAttributes
        self.md5OfBody = md5OfBody
        self.md5OfMessageAttributes = md5OfMessageAttributes
        self.eventSource = eventSource
        self.eventSourceARN = eventSourceARN
        self.awsRegion = awsRegion
    }

    /// Reads a record. What emulators leave out (attributes, digests, source) is empty; id and body must be there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String { try container.decodeIfPresent(String.self, forKey: key) ?? "" }
        self.init(
            messageID: try container.decode(String.self, forKey: .messageID),
            body: try container.decode(String.self, forKey: .body),
            eventSourceARN: try text(.eventSourceARN),
            receiptHandle: try text(.receiptHandle),
            attributes: try container.decodeIfPresent(SQSEvent.Attributes.self, forKey: .attributes) ?? .init([:]),
            messageAttributes: try container.decodeIfPresent(
                [String: SQSEvent.MessageAttribute].self, forKey: .messageAttributes) ?? [:],
            md5OfBody: try container.decodeIfPresent(String.self, forKey: .md5OfBody),
            md5OfMessageAttributes: try container.decodeIfPresent(String.self, forKey: .md5OfMessageAttributes),
            eventSource: try text(.eventSource),
            awsRegion: try text(.awsRegion))
    }
}
