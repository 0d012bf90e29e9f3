import AWSProtocol

/// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
enum SNSTopics {
    static let kind = RecordKind("sns.topic")

    static let operations: [String: ControlService.Operation] = [
        "CreateTopic": create, "GetTopicAttributes": getAttributes, "SetTopicAttributes": setAttributes,
        "ListTopics": list, "DeleteTopic": delete,
    ].merging(tagging.operations) { $1 }

    private static let tagging = Tagging(kind: kind, arnMember: "ResourceArn", tooMany: SNSError.tooManyTags) { arn in
        (arn, ControlError.refused(WireError("ResourceNotFound", "Resource does not exist", status: 404)))
    }

    /// The attributes that can be set. https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html
    private static let settable: Set = [
        "DeliveryPolicy", "DisplayName", "KmsMasterKeyId", "Policy", "SignatureVersion", "TracingConfig",
    ]

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("Name", "Attributes", "Tags")
        let name = try call.required("Name")
        guard isName(name) else { throw SNSError.invalid("Topic Name") }
        let arn = call.arn("sns", name)
        let attributes = call.parameters["Attributes"]?.object ?? [:]
        for attribute in attributes.members { try check(attribute.name) }
        if try records.value(kind, arn) == nil {
            let topic = try Tags(list: call.parameters["Tags"])
                .added(to: ["attributes": .object(attributes)], tooMany: SNSError.tooManyTags)
            try records.save(topic, kind, arn)
        }
        return ["TopicArn": .string(arn)]
    }

    @Sendable private static func getAttributes(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let arn = try call.required("TopicArn")
        guard let topic = try records.value(kind, arn) else { throw SNSError.noTopic }
        let subscriptions = try records.all(SNSSubscriptions.kind, in: arn).count
        let standard: JSONObject = [
            "Policy": .string(defaultPolicy(arn, call.account)), "Owner": .string(call.account),
            "SubscriptionsPending": "0", "TopicArn": .string(arn), "EffectiveDeliveryPolicy": effectiveDeliveryPolicy,
            "SubscriptionsConfirmed": .string(String(subscriptions)), "DisplayName": "", "SubscriptionsDeleted": "0",
        ]
        return ["Attributes": .queryMap(standard.merging(topic["attributes"]?.object ?? [:]))]
    }

    @Sendable private static func setAttributes(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.required("AttributeName")
        try check(name)
        try records.update(kind, try call.required("TopicArn"), orThrow: SNSError.noTopic) { topic in
            var attributes = topic["attributes"]?.object ?? [:]
            let value = call.text("AttributeValue") ?? ""
            // An empty value gives the attribute up.
            attributes[name] = value.isEmpty && name != "DisplayName" ? nil : .string(value)
            topic["attributes"] = .object(attributes)
        }
        return [:]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let page = ListPage(try records.all(kind), after: call.text("NextToken"), limit: 100)
        var answer: JSONObject = ["Topics": .array(page.records.map { ["TopicArn": .string($0.name)] })]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    /// Deleting what is not there is a success, as in AWS; subscriptions go with their topic.
    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let arn = try call.required("TopicArn")
        for subscription in try records.all(SNSSubscriptions.kind, in: arn) {
            try records.delete(SNSSubscriptions.kind, subscription.name, in: arn)
        }
        try records.delete(kind, arn)
        return [:]
    }

    private static func check(_ attribute: String) throws {
        if attribute.hasPrefix("Fifo") || attribute.hasPrefix("ContentBased") {
            throw NotImplemented("sns FIFO topics")
        }
        // How deliveries are to be reported is kept and read back; no reports are written.
        guard settable.contains(attribute) || attribute.contains("Feedback") else {
            throw SNSError.invalid("AttributeName")
        }
    }

    private static func isName(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count)
            && name.isMadeOfLettersDigits(and: "-_")
    }

    /// What AWS gives a topic without a policy: its owner may do everything.
    private static func defaultPolicy(_ arn: String, _ account: String) -> String {
        let actions = [
            "GetTopicAttributes", "SetTopicAttributes", "AddPermission", "RemovePermission", "DeleteTopic", "Subscribe",
            "ListSubscriptionsByTopic", "Publish",
        ]
        let policy: JSONValue = [
            "Version": "2008-10-17", "Id": "__default_policy_ID",
            "Statement": [
                [
                    "Sid": "__default_statement_ID", "Effect": "Allow", "Principal": ["AWS": "*"],
                    "Action": .array(actions.map { .string("SNS:\($0)") }), "Resource": .string(arn),
                    "Condition": ["StringEquals": ["AWS:SourceOwner": .string(account)]],
                ]
            ],
        ]
        return policy.text
    }

    private static let effectiveDeliveryPolicy: JSONValue = {
        let policy: JSONValue = [
            "http": [
                "defaultHealthyRetryPolicy": [
                    "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0,
                    "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
                ],
                "disableSubscriptionOverrides": false,
                "defaultRequestPolicy": ["headerContentType": "text/plain; charset=UTF-8"],
            ]
        ]
        return .string(policy.text)
    }()
}
