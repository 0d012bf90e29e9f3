import AWSProtocol
import Foundation
import SQS

/// A message as a record of the event that a function gets.
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
struct SQSEventRecord {
    let message: ReceivedMessage
    let queue: QueueAddress
    /// Whether the mapping gathers over a window. AWS's record of a message without attributes then bears a null for their
    /// digest; it bears nothing otherwise.
    let isGathered: Bool

    var json: JSONValue {
        var record: JSONObject = [
            "messageId": .string(message.messageID),
            "receiptHandle": .string(message.receiptHandle),
            "body": .string(message.body),
            "attributes": .object(JSONObject(message.systemAttributes.map { ($0.name, .string($0.value)) })),
            "messageAttributes": .object(
                JSONObject(message.attributes.sorted { $0.key < $1.key }.map { ($0.key, Self.attribute($0.value)) })),
        ]
        if let digest = MessageDigests.ofAttributes(message.attributes) {
            record.append("md5OfMessageAttributes", .string(digest))
        } else if isGathered {
            record.append("md5OfMessageAttributes", .null)
        }
        record.append("md5OfBody", .string(message.md5OfBody))
        record.append("eventSource", "aws:sqs")
        record.append("eventSourceARN", .string(queue.arn))
        record.append("awsRegion", .string(queue.region))
        return .object(record)
    }

    /// Here the members begin with small letters, and the lists that SQS never fills are there, too.
    private static func attribute(_ attribute: MessageAttribute) -> JSONValue {
        let value: (String, JSONValue) =
            switch attribute.value {
            case .string(let text): ("stringValue", .string(text))
            case .binary(let bytes): ("binaryValue", .string(Data(bytes).base64EncodedString()))
            }
        return .object(
            JSONObject([
                value, ("stringListValues", .array([])), ("binaryListValues", .array([])),
                ("dataType", .string(attribute.dataType)),
            ]))
    }

    /// Events of the records in their order, none longer than `limit` bytes unless a single record is.
    static func events(_ records: [JSONValue], limit: Int) -> [(bytes: [UInt8], count: Int)] {
        let head = Array(#"{"Records":["#.utf8)
        var events: [(bytes: [UInt8], count: Int)] = []
        var bytes = head
        var count = 0
        for record in records.map(\.bytes) {
            if count > 0, bytes.count + record.count + 3 > limit {
                events.append((bytes + Array("]}".utf8), count))
                (bytes, count) = (head, 0)
            }
            if count > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: record)
            count += 1
        }
        if count > 0 { events.append((bytes + Array("]}".utf8), count)) }
        return events
    }
}
