import AWSProtocol

/// A topic's subscriber.
package struct SNSSubscription: Sendable, Equatable {
    package let arn: String
    /// `sqs`, `lambda`, `email`, …
    package let scheme: String
    /// A queue's or function's ARN, an address, a number or a URL.
    package let endpoint: String
    package let isRaw: Bool

    init(_ record: JSONObject) {
        arn = record["SubscriptionArn"]?.string ?? ""
        scheme = record["Protocol"]?.string ?? ""
        endpoint = record["Endpoint"]?.string ?? ""
        isRaw = record["attributes"]?["RawMessageDelivery"]?.string == "true"
    }

    /// Whether its messages leave the machine, and so go to the outbox.
    package var isToPeople: Bool { !["sqs", "lambda"].contains(scheme) }
}

/// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
///
/// AWS asks people and web servers to confirm; here each subscription is confirmed at once.
enum SNSSubscriptions {
    static let kind = RecordKind("sns.subscription")

    static let operations: [String: ControlService.Operation] = [
        "Subscribe": subscribe, "Unsubscribe": unsubscribe, "GetSubscriptionAttributes": getAttributes,
        "SetSubscriptionAttributes": setAttributes, "ListSubscriptions": list, "ListSubscriptionsByTopic": listByTopic,
    ]

    private static let settable: Set = ["RawMessageDelivery", "DeliveryPolicy", "RedrivePolicy"]

    @Sendable private static func subscribe(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("TopicArn", "Protocol", "Endpoint", "Attributes", "ReturnSubscriptionArn")
        let topic = try call.required("TopicArn")
        guard try records.value(SNSTopics.kind, topic) != nil else { throw SNSError.noTopic }
        let (scheme, endpoint) = (try call.required("Protocol"), try call.required("Endpoint"))
        try check(scheme, endpoint)
        let attributes = call.parameters["Attributes"]?.object ?? [:]
        for attribute in attributes.members { try check(attribute.name) }
        let known = try records.all(kind, in: topic).first {
            $0.value["Protocol"]?.string == scheme && $0.value["Endpoint"]?.string == endpoint
        }
        if let known { return ["SubscriptionArn": .string(known.name)] }
        let arn = "\(topic):\(call.requestID)"
        try records.save(
            [
                "SubscriptionArn": .string(arn), "Owner": .string(call.account), "Protocol": .string(scheme),
                "Endpoint": .string(endpoint), "TopicArn": .string(topic), "attributes": .object(attributes),
            ], kind, arn, in: topic)
        return ["SubscriptionArn": .string(arn)]
    }

    @Sendable private static func unsubscribe(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let (topic, arn) = try parts(call)
        try records.delete(kind, arn, in: topic)
        return [:]
    }

    @Sendable private static func getAttributes(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let (topic, arn) = try parts(call)
        guard let record = try records.value(kind, arn, in: topic) else { throw SNSError.noSubscription }
        let standard = record.without("attributes").merging([
            "ConfirmationWasAuthenticated": "true", "PendingConfirmation": "false", "RawMessageDelivery": "false",
            "SubscriptionPrincipal": .string("arn:aws:iam::\(call.account):root"),
        ])
        return ["Attributes": .queryMap(standard.merging(record["attributes"]?.object ?? [:]))]
    }

    @Sendable private static func setAttributes(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let (topic, arn) = try parts(call)
        let name = try call.required("AttributeName")
        try check(name)
        try records.update(kind, arn, in: topic, orThrow: SNSError.noSubscription) { record in
            var attributes = record["attributes"]?.object ?? [:]
            attributes[name] = .string(call.text("AttributeValue") ?? "")
            record["attributes"] = .object(attributes)
        }
        return [:]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try page(try records.all(kind), call)
    }

    @Sendable private static func listByTopic(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let topic = try call.required("TopicArn")
        guard try records.value(SNSTopics.kind, topic) != nil else { throw SNSError.noTopic }
        return try page(try records.all(kind, in: topic), call)
    }

    private static func page(_ records: [ControlRecords.Record], _ call: ControlCall) throws -> JSONObject {
        let page = ListPage(records, after: call.text("NextToken"), limit: 100)
        var answer: JSONObject = [
            "Subscriptions": .array(page.records.map { .object($0.value.without("attributes")) })
        ]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    private static func parts(_ call: ControlCall) throws -> (topic: String, arn: String) {
        let arn = try call.required("SubscriptionArn")
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 7 else { throw SNSError.invalid("SubscriptionArn") }
        return (parts.dropLast().joined(separator: ":"), arn)
    }

    private static func check(_ attribute: String) throws {
        guard settable.contains(attribute) else { throw NotImplemented("sns subscriptions' attribute \(attribute)") }
    }

    private static func check(_ scheme: String, _ endpoint: String) throws {
        let isFitting =
            switch scheme {
            case "sqs": endpoint.hasPrefix("arn:aws:sqs:")
            case "lambda": endpoint.hasPrefix("arn:aws:lambda:")
            case "email", "email-json": endpoint.contains("@")
            case "sms": !endpoint.isEmpty
            case "http", "https": endpoint.hasPrefix("\(scheme)://")
            default: throw SNSError.invalid("Does not support this protocol string: \(scheme)")
            }
        guard isFitting else { throw SNSError.endpoint(protocol: scheme.uppercased()) }
    }
}
