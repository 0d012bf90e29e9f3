import AWSProtocol

/// What S3 demands of a bucket policy. Nobody is asked for permissions here: a policy is kept and shown.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
enum PolicyRules {
    static func checked(_ bytes: [UInt8], of bucket: String, limit: Int) throws(S3Error) -> String {
        guard bytes.first == UInt8(ascii: "{") else {
            throw .malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
        }
        guard let value = try? JSONValue(parsing: bytes), let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformedPolicy("This policy contains invalid Json")
        }
        guard bytes.count <= limit else {
            throw .malformedPolicy("Normalized policy document exceeds the maximum allowed size of \(limit) bytes.")
        }
        if let version = value["Version"], !["2008-10-17", "2012-10-17"].contains(version.string) {
            throw .malformedPolicy("The policy must contain a valid version string")
        }
        guard let statement = value["Statement"] else { throw .malformedPolicy("Missing required field Statement") }
        let statements = statement.array ?? [statement]
        guard !statements.isEmpty else { throw .malformedPolicy("Could not parse the policy: Statement is empty!") }
        for statement in statements { try check(statement, of: bucket) }
        return text
    }

    private static func check(_ statement: JSONValue, of bucket: String) throws(S3Error) {
        let effect = statement["Effect"]?.string ?? ""
        guard ["Allow", "Deny"].contains(effect) else { throw .malformedPolicy("Invalid effect: \(effect)") }
        guard statement["Principal"] ?? statement["NotPrincipal"] != nil else {
            throw .malformedPolicy("Invalid principal in policy")
        }
        let actions = texts(statement["Action"] ?? statement["NotAction"])
        guard !actions.isEmpty, actions.allSatisfy({ $0 == "*" || $0.lowercased().hasPrefix("s3:") }) else {
            throw .malformedPolicy("Policy has invalid action")
        }
        let resources = texts(statement["Resource"] ?? statement["NotResource"])
        guard !resources.isEmpty, resources.allSatisfy({ isResource($0, of: bucket) }) else {
            throw .malformedPolicy("Policy has invalid resource")
        }
    }

    /// A member that holds one text or several.
    private static func texts(_ value: JSONValue?) -> [String] {
        value?.array?.compactMap(\.string) ?? value?.string.map { [$0] } ?? []
    }

    /// Whether a resource is the bucket or lies in it, or has a wildcard that covers either.
    private static func isResource(_ resource: String, of bucket: String) -> Bool {
        let parts = resource.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "s3" else { return false }
        let name = parts[5].prefix { $0 != "/" }
        guard let wildcard = name.firstIndex(where: { $0 == "*" || $0 == "?" }) else { return name == bucket }
        return bucket.hasPrefix(name[..<wildcard])
    }
}
