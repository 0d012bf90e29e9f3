import AWSProtocol

/// What S3 demands of a bucket's documents, and what it adds to them. What it merely keeps comes back as it was sent.
struct ConfigurationRules {
    let kind: BucketConfiguration
    let limits: S3Limits

    /// - Throws: `S3Error.malformedXML` for a document of another shape, or what the subject has of its own.
    func checked(_ node: XMLNode) throws -> XMLElement {
        switch kind {
        case .encryption: return try root(node, "ServerSideEncryptionConfiguration", Self.encryptionRules)
        case .lifecycle: return try root(node, "LifecycleConfiguration", LifecycleRules.checked)
        case .notification: return try root(node, "NotificationConfiguration", NotificationRules.checked)
        case .ownershipControls: return try root(node, "OwnershipControls", Self.ownershipRules)
        case .publicAccessBlock: return try root(node, "PublicAccessBlockConfiguration", Self.accessBlocks)
        case .tagging:
            return TagRules.element(try TagRules.tags(node, .ofBuckets, limit: limits.bucketTags))
        case .accelerate, .cors, .logging, .objectLock, .policy, .replication, .requestPayment, .website:
            throw NotImplemented("to put the \(kind.rawValue) configuration of a bucket")
        }
    }

    private func root(
        _ node: XMLNode, _ name: String, _ rules: ([XMLNode]) throws(S3Error) -> [XMLNode]
    ) throws(S3Error) -> XMLElement {
        guard node.name == name else { throw .malformedXML }
        return .document(name, try rules(node.children).map(\.element))
    }

    private static func encryptionRules(_ rules: [XMLNode]) throws(S3Error) -> [XMLNode] {
        guard rules.count == 1, rules[0].name == "Rule",
            let byDefault = rules[0]["ApplyServerSideEncryptionByDefault"],
            let algorithm = byDefault.text(of: "SSEAlgorithm"),
            ["AES256", "aws:kms", "aws:kms:dsse"].contains(algorithm)
        else { throw .malformedXML }
        guard algorithm != "AES256" || byDefault["KMSMasterKeyID"] == nil else {
            throw .invalidArgument(
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
                name: "ApplyServerSideEncryptionByDefault", value: nil)
        }
        var rule = rules[0]
        if rule["BucketKeyEnabled"] == nil { rule.children.append(XMLNode(name: "BucketKeyEnabled", text: "false")) }
        return [rule]
    }

    private static func ownershipRules(_ rules: [XMLNode]) throws(S3Error) -> [XMLNode] {
        guard rules.count == 1, rules[0].name == "Rule", let ownership = rules[0].text(of: "ObjectOwnership"),
            ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"].contains(ownership)
        else { throw .malformedXML }
        return rules
    }

    /// Each of the four is false where it is not named.
    private static func accessBlocks(_ blocks: [XMLNode]) throws(S3Error) -> [XMLNode] {
        let names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"]
        for block in blocks {
            guard names.contains(block.name), ["true", "false"].contains(block.text.lowercased()) else {
                throw .malformedXML
            }
        }
        return names.map { name in
            XMLNode(name: name, text: blocks.first { $0.name == name }?.text.lowercased() ?? "false")
        }
    }
}

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
enum LifecycleRules {
    private static let actions = [
        "AbortIncompleteMultipartUpload", "Expiration", "NoncurrentVersionExpiration", "NoncurrentVersionTransition",
        "Transition",
    ]

    static func checked(_ rules: [XMLNode]) throws(S3Error) -> [XMLNode] {
        guard 1...1000 ~= rules.count, rules.allSatisfy({ $0.name == "Rule" }) else { throw .malformedXML }
        var ids: Set<String> = []
        var checked: [XMLNode] = []
        for rule in rules {
            let rule = try Self.checked(rule)
            guard ids.insert(rule.text(of: "ID") ?? "").inserted else {
                throw .invalidArgument(
                    "Rule ID must be unique. Found same ID for more than one rule", name: "ID",
                    value: rule.text(of: "ID"))
            }
            checked.append(rule)
        }
        return checked
    }

    private static func checked(_ rule: XMLNode) throws(S3Error) -> XMLNode {
        guard ["Enabled", "Disabled"].contains(rule.text(of: "Status") ?? ""),
            (rule["Filter"] == nil) != (rule["Prefix"] == nil), (rule["Filter"]?.children.count ?? 0) <= 1
        else { throw .malformedXML }
        guard rule.children.contains(where: { actions.contains($0.name) }) else {
            throw .invalidRequest("At least one action needs to be specified in a rule")
        }
        if let expiration = rule["Expiration"] { try check(expiration) }
        var rule = rule
        guard let id = rule.text(of: "ID"), !id.isEmpty else {
            rule.children.removeAll { $0.name == "ID" }
            rule.children.insert(XMLNode(name: "ID", text: BodyFile.random().name), at: 0)
            return rule
        }
        guard id.utf8.count <= 255 else {
            throw .invalidArgument("ID length should not exceed allowed limit of 255", name: "ID", value: id)
        }
        return rule
    }

    private static func check(_ expiration: XMLNode) throws(S3Error) {
        guard expiration.children.count == 1 else { throw .malformedXML }
        if let days = expiration.text(of: "Days") {
            guard let number = Int(days) else { throw .malformedXML }
            guard number > 0 else {
                throw .invalidArgument(
                    "'Days' for Expiration action must be a positive integer", name: "Days", value: days)
            }
        }
        if let date = expiration.text(of: "Date"), !date.contains("T00:00:00") {
            throw .invalidArgument("'Date' must be at midnight GMT", name: "Date", value: date)
        }
    }
}

/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
enum NotificationRules {
    private static let destinations = [
        "QueueConfiguration": "Queue", "TopicConfiguration": "Topic", "CloudFunctionConfiguration": "CloudFunction",
    ]

    static func checked(_ configurations: [XMLNode]) throws(S3Error) -> [XMLNode] {
        var checked: [XMLNode] = []
        for configuration in configurations where configuration.name != "EventBridgeConfiguration" {
            guard let destination = destinations[configuration.name], let arn = configuration.text(of: destination)
            else { throw .malformedXML }
            guard arn.hasPrefix("arn:") else {
                throw .invalidArgument("The ARN could not be parsed", name: destination, value: arn)
            }
            let events = configuration.all("Event").map(\.text)
            guard !events.isEmpty else { throw .malformedXML }
            if let unknown = events.first(where: { !$0.hasPrefix("s3:") }) {
                throw .invalidArgument("The event is not supported for notifications", name: "Event", value: unknown)
            }
            var configuration = configuration
            if configuration["Id"] == nil {
                configuration.children.insert(XMLNode(name: "Id", text: BodyFile.random().name), at: 0)
            }
            checked.append(configuration)
        }
        return checked + configurations.filter { $0.name == "EventBridgeConfiguration" }
    }
}

extension XMLNode {
    /// The same to be written.
    var element: XMLElement {
        children.isEmpty ? XMLElement(name, text) : XMLElement(name, children.map(\.element))
    }
}
