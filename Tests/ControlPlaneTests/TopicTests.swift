import AWSProtocol
import Testing

@testable import ControlPlane

@Suite struct `Topics` {
    private let topic = "arn:aws:sns:us-east-1:000000000000:alarms"

    @Test func `a message goes to queues at once and to people's outbox`() async throws {
        let account = try Account()
        _ = await account.form("sns", "CreateTopic", ["Name": "alarms"])
        for (scheme, endpoint) in [("sqs", "arn:aws:sqs:us-east-1:000000000000:q"), ("email", "ops@example.org")] {
            let made = await account.form(
                "sns", "Subscribe", ["TopicArn": topic, "Protocol": scheme, "Endpoint": endpoint])
            #expect(made.element("SubscriptionArn")?.hasPrefix(topic + ":") == true)
        }
        let published = await account.form(
            "sns", "Publish",
            [
                "TopicArn": topic, "Subject": "down", "Message": "it is <down> & out",
                "MessageAttributes.entry.1.Name": "level", "MessageAttributes.entry.1.Value.DataType": "String",
                "MessageAttributes.entry.1.Value.StringValue": "high",
            ])
        let id = try #require(published.element("MessageId"))
        let delivered = try #require(account.deliveries.received.first)
        let body = try JSONValue(parsing: delivered.body)
        #expect(delivered.endpoint == "arn:aws:sqs:us-east-1:000000000000:q")
        #expect(body["Type"] == "Notification" && body["MessageId"] == .string(id))
        #expect(body["Message"] == "it is <down> & out" && body["Subject"] == "down")
        #expect(body["MessageAttributes"]?["level"] == ["Type": "String", "Value": "high"])
        let letters = try await account.topics.outbox()
        #expect(letters.map { $0["Endpoint"] } == ["ops@example.org"])
        #expect(letters.first?["Message"] == "it is <down> & out")
    }

    @Test func `raw delivery leaves the envelope out`() async throws {
        let account = try Account()
        _ = await account.form("sns", "CreateTopic", ["Name": "alarms"])
        _ = await account.form(
            "sns", "Subscribe",
            [
                "TopicArn": topic, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:000000000000:q",
                "Attributes.entry.1.key": "RawMessageDelivery", "Attributes.entry.1.value": "true",
            ])
        _ = try await account.topics.publish(topicARN: topic, subject: nil, message: "plain")
        #expect(account.deliveries.received.map(\.body) == ["plain"])
    }

    @Test func `attributes come back as they were set`() async throws {
        let account = try Account()
        _ = await account.form(
            "sns", "CreateTopic",
            ["Name": "alarms", "Attributes.entry.1.key": "KmsMasterKeyId", "Attributes.entry.1.value": "alias/aws/sns"])
        _ = await account.form(
            "sns", "SetTopicAttributes",
            ["TopicArn": topic, "AttributeName": "DisplayName", "AttributeValue": "Alarms"])
        let read = await account.form("sns", "GetTopicAttributes", ["TopicArn": topic]).text
        #expect(read.contains("<entry><key>KmsMasterKeyId</key><value>alias/aws/sns</value></entry>"))
        #expect(read.contains("<entry><key>DisplayName</key><value>Alarms</value></entry>"))
        #expect(await account.form("sns", "DeleteTopic", ["TopicArn": topic]).status == 200)
        #expect(await account.form("sns", "GetTopicAttributes", ["TopicArn": topic]).error == "NotFound")
    }

    @Test func `the same subscription is made once`() async throws {
        let account = try Account()
        _ = await account.form("sns", "CreateTopic", ["Name": "alarms"])
        let first = await account.form(
            "sns", "Subscribe", ["TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.org"])
        let second = await account.form(
            "sns", "Subscribe", ["TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.org"])
        #expect(first.element("SubscriptionArn") == second.element("SubscriptionArn"))
    }

    @Test(
        arguments: [
            ("CreateTopic", ["Name": "a b"], "InvalidParameter"),
            (
                "CreateTopic",
                ["Name": "a", "Attributes.entry.1.key": "FifoTopic", "Attributes.entry.1.value": "true"],
                "NotImplemented"
            ),
            ("Publish", ["TopicArn": "arn:aws:sns:us-east-1:000000000000:absent", "Message": "x"], "NotFound"),
            ("Publish", ["TopicArn": "arn:aws:sns:us-east-1:000000000000:absent"], "InvalidParameter"),
            (
                "Subscribe",
                ["TopicArn": "arn:aws:sns:us-east-1:000000000000:absent", "Protocol": "email", "Endpoint": "x"],
                "NotFound"
            ),
            ("ConfirmSubscription", [:], "NotImplemented"),
        ] as [(String, [String: String], String)]
    )
    func `what is wrong is refused by its code`(_ action: String, _ pairs: [String: String], _ code: String)
        async throws
    {
        let body = ([("Action", action)] + pairs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
            .map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let answer = try await Account().send(
            "sns", headers: ["Content-Type": "application/x-www-form-urlencoded"], Array(body.utf8))
        #expect(answer.error == code)
    }
}
