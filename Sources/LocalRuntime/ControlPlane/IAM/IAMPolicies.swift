import AWSProtocol
import EmulatorClock

/// Managed policies, each with its one version. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
enum IAMPolicies {
    private static let kind = RecordKind("iam.policy")
    private static let onlyVersion = "v1"

    static let operations: [String: ControlService.Operation] = [
        "CreatePolicy": create, "GetPolicy": get, "GetPolicyVersion": getVersion, "ListPolicies": list,
        "ListPolicyVersions": listVersions, "DeletePolicy": delete, "TagPolicy": tag, "UntagPolicy": untag,
        "ListPolicyTags": listTags,
    ]

    /// Whether a policy can be attached: AWS's own always can.
    static func isKnown(_ arn: String, _ records: ControlRecords) throws -> Bool {
        if arn.hasPrefix("arn:aws:iam::aws:policy/") { return true }
        return try records.value(kind, arn) != nil
    }

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("PolicyName", "PolicyDocument", "Path", "Description", "Tags")
        let name = try call.iamName("PolicyName", limit: 128)
        let path = call.text("Path") ?? "/"
        let arn = "arn:aws:iam::\(call.account):policy\(path)\(name)"
        let names = try records.all(kind).compactMap { $0.value["PolicyName"]?.string }
        guard !names.contains(name) else { throw IAMError.policyExists(name) }
        var policy: JSONObject = [
            "PolicyName": .string(name), "PolicyId": .string(call.iamID("ANPA")), "Arn": .string(arn),
            "Path": .string(path), "DefaultVersionId": .string(onlyVersion), "IsAttachable": true,
            "CreateDate": .string(call.now.rfc3339), "UpdateDate": .string(call.now.rfc3339),
            documentMember: .string(try call.policyDocument("PolicyDocument")),
        ]
        if let description = call.parameters["Description"] { policy.append("Description", description) }
        policy = try Tags(list: call.parameters["Tags"]).added(to: policy, tooMany: IAMError.tooManyTags)
        try records.save(policy, kind, arn)
        return ["Policy": try answer(policy, records)]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        ["Policy": try answer(try policy(call, records), records)]
    }

    @Sendable private static func getVersion(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let policy = try policy(call, records)
        guard try call.required("VersionId") == onlyVersion else {
            throw IAMError.noPolicy(arn: try call.required("PolicyArn"))
        }
        var version = versionAnswer(policy)
        version["Document"] = .string(PercentEncoding.encode(policy[documentMember]?.string ?? ""))
        return ["PolicyVersion": .object(version)]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("Scope", "Marker", "MaxItems")
        guard call.text("Scope") != "AWS" else { throw NotImplemented("iam ListPolicies of AWS's own policies") }
        let policies = try records.all(kind)
        let forms = try Dictionary(
            uniqueKeysWithValues: policies.map { ($0.name, try answer($0.value, records)) })
        return try call.iamPage("Policies", policies) { forms[$0["Arn"]?.string ?? ""] ?? .null }
    }

    @Sendable private static func listVersions(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        ["Versions": [.object(versionAnswer(try policy(call, records)))], "IsTruncated": false]
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let policy = try policy(call, records)
        guard try attachments(policy, records) == 0 else {
            throw IAMError.deleteConflict("Cannot delete a policy attached to entities.")
        }
        try records.delete(kind, try call.required("PolicyArn"))
        return [:]
    }

    @Sendable private static func tag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let tagged = try Tags(list: call.parameters["Tags"])
            .added(to: try policy(call, records), tooMany: IAMError.tooManyTags)
        try records.save(tagged, kind, try call.required("PolicyArn"))
        return [:]
    }

    @Sendable private static func untag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let untagged = Tags.removed(call.texts("TagKeys"), from: try policy(call, records))
        try records.save(untagged, kind, try call.required("PolicyArn"))
        return [:]
    }

    @Sendable private static func listTags(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        ["Tags": Tags(of: try policy(call, records)).list, "IsTruncated": false]
    }

    private static let documentMember = "document"

    private static func policy(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let arn = try call.required("PolicyArn")
        guard let policy = try records.value(kind, arn) else { throw IAMError.noPolicy(arn: arn) }
        return policy
    }

    private static func versionAnswer(_ policy: JSONObject) -> JSONObject {
        [
            "VersionId": .string(onlyVersion), "IsDefaultVersion": true,
            "CreateDate": policy["CreateDate"] ?? .null,
        ]
    }

    private static func attachments(_ policy: JSONObject, _ records: ControlRecords) throws -> Int {
        try records.all(IAMRolePolicies.attached).count { $0.name == policy["Arn"]?.string }
    }

    private static func answer(_ policy: JSONObject, _ records: ControlRecords) throws -> JSONValue {
        var answer = policy.without(Tags.member, documentMember)
        answer["AttachmentCount"] = .integer(try attachments(policy, records))
        let tags = Tags(of: policy)
        if !tags.values.isEmpty { answer["Tags"] = tags.list }
        return .object(answer)
    }
}
