import AWSProtocol
import EmulatorClock
import GRDB

/// One published message.
package struct SNSNotification: Sendable {
    package let id: String
    package let topicARN: String
    package let subject: String?
    package let message: String
    let attributes: JSONObject
    let publishedAt: Timestamp

    /// Bytes of the largest message. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
    private static let largestMessage = 262_144

    init(_ call: ControlCall) throws {
        id = RequestID.random()
        guard let topic = call.text("TopicArn") ?? call.text("TargetArn") else {
            throw SNSError.invalid("TopicArn or TargetArn Reason: no value for required parameter")
        }
        topicARN = topic
        message = try call.required("Message")
        guard !message.isEmpty else { throw SNSError.invalid("Empty message") }
        guard message.utf8.count <= Self.largestMessage else { throw SNSError.invalid("Message too long") }
        subject = call.text("Subject")
        if let subject, subject.isEmpty || subject.count > 100 || subject.contains("\n") {
            throw SNSError.invalid("Subject")
        }
        attributes = call.parameters["MessageAttributes"]?.object ?? [:]
        publishedAt = call.now
    }

    /// The body as a queue gets it. https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
    func body(for subscription: SNSSubscription) -> String {
        subscription.isRaw ? message : JSONValue.object(envelope).text
    }

    private var envelope: JSONObject {
        var envelope: JSONObject = [
            "Type": "Notification", "MessageId": .string(id), "TopicArn": .string(topicARN),
        ]
        if let subject { envelope.append("Subject", .string(subject)) }
        envelope.append("Message", .string(message))
        envelope.append("Timestamp", .string(publishedAt.rfc3339))
        if !attributes.isEmpty { envelope.append("MessageAttributes", .object(attributeForms)) }
        return envelope
    }

    private var attributeForms: JSONObject {
        JSONObject(
            attributes.members.map { attribute in
                let value = attribute.value["StringValue"] ?? attribute.value["BinaryValue"] ?? ""
                return (attribute.name, ["Type": attribute.value["DataType"] ?? "String", "Value": value])
            })
    }

    /// What a function subscribed to the topic is invoked with.
    /// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
    package func event(for subscription: SNSSubscription) -> String {
        let record: JSONValue = [
            "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": .string(subscription.arn),
            "Sns": .object(envelope.merging(["MessageAttributes": .object(attributeForms)])),
        ]
        return JSONValue.object(["Records": [record]]).text
    }
}

/// Letters that would have left the machine, in order.
enum SNSOutbox {
    private static let kind = RecordKind("sns.outbox")

    /// Those of all accounts.
    static func letters(_ db: Database) throws -> [JSONValue] {
        try String.fetchAll(
            db, sql: "SELECT value FROM control_record WHERE kind = ? ORDER BY name", arguments: [kind.name]
        ).map { try JSONValue(parsing: $0) }
    }

    static func add(
        _ notification: SNSNotification, to subscription: SNSSubscription, _ records: ControlRecords
    ) throws {
        let instant = String(notification.publishedAt.milliseconds)
        let order = String(repeating: "0", count: max(0, 15 - instant.count)) + instant
        try records.save(
            [
                "Timestamp": .string(notification.publishedAt.rfc3339), "TopicArn": .string(notification.topicARN),
                "Protocol": .string(subscription.scheme), "Endpoint": .string(subscription.endpoint),
                "Subject": notification.subject.map { .string($0) } ?? .null, "Message": .string(notification.message),
                "MessageId": .string(notification.id),
            ], kind, "\(order)/\(notification.id)/\(subscription.arn)")
    }
}
