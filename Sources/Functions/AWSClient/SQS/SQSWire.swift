import FoundationEssentials

/// The shapes of SQS's JSON protocol; members bear their names on the wire.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
enum SQSWire {
    struct GetQueueURLInput: Encodable {
        let QueueName: String
        let QueueOwnerAWSAccountId: String?
    }

    struct GetQueueURLOutput: Decodable {
        let QueueUrl: String
    }

    struct SendBatchInput: Encodable {
        let QueueUrl: String
        let Entries: [Entry]
    }

    struct Entry: Encodable {
        let Id: String
        let MessageBody: String
        let MessageAttributes: [String: Attribute]?
        let MessageGroupId: String?
        let MessageDeduplicationId: String?
        let DelaySeconds: Int?

        init(id: Int, _ message: SQSMessage) {
            Id = String(id)
            MessageBody = message.body
            MessageAttributes =
                message.attributes.isEmpty ? nil : message.attributes.mapValues(Attribute.init)
            MessageGroupId = message.groupID
            MessageDeduplicationId = message.deduplicationID
            DelaySeconds = message.delay.map { Int($0.components.seconds) }
        }
    }

    struct Attribute: Encodable {
        let DataType: String
        let StringValue: String?
        let BinaryValue: Data?

        init(_ attribute: SQSMessageAttribute) {
            DataType = attribute.dataType
            switch attribute {
            case .string(let value, _), .number(let value, _): (StringValue, BinaryValue) = (value, nil)
            case .binary(let value, _): (StringValue, BinaryValue) = (nil, Data(value))
            }
        }
    }

    /// A list without elements may be left out.
    struct SendBatchOutput: Decodable {
        let Successful: [Success]?
        let Failed: [Failure]?
    }

    struct Success: Decodable {
        let Id: String
        let MessageId: String
    }

    struct Failure: Decodable {
        let Id: String
        let Code: String
        let Message: String?
        let SenderFault: Bool
    }
}
