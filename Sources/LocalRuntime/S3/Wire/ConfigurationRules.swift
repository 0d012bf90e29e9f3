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
        _ node: XMLNode, _ name: String, _ rules: ([XMLNode]) throws -> [XMLNode]
    ) throws -> XMLElement {
        guard node.name == name else { throw S3Error.malformedXML }
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

extension XMLNode {
    /// The same to be written.
    var element: XMLElement {
        children.isEmpty ? XMLElement(name, text) : XMLElement(name, children.map(\.element))
    }
}
