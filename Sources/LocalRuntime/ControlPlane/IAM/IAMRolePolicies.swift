import AWSProtocol

/// What hangs on roles: policies of their own, and policies attached.
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
enum IAMRolePolicies {
    static let inline = RecordKind("iam.role-policy")
    static let attached = RecordKind("iam.attached-policy")

    static let operations: [String: ControlService.Operation] = [
        "PutRolePolicy": put, "GetRolePolicy": get, "DeleteRolePolicy": delete, "ListRolePolicies": list,
        "AttachRolePolicy": attach, "DetachRolePolicy": detach, "ListAttachedRolePolicies": listAttached,
    ]

    @Sendable private static func put(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let role = try roleName(call, records)
        let name = try call.iamName("PolicyName", limit: 128)
        try records.save(["PolicyDocument": .string(try call.policyDocument("PolicyDocument"))], inline, name, in: role)
        return [:]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let role = try roleName(call, records)
        let name = try call.iamName("PolicyName", limit: 128)
        guard let policy = try records.value(inline, name, in: role) else { throw IAMError.noRolePolicy(name) }
        return [
            "RoleName": .string(role), "PolicyName": .string(name),
            "PolicyDocument": .string(PercentEncoding.encode(policy["PolicyDocument"]?.string ?? "")),
        ]
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let role = try roleName(call, records)
        let name = try call.iamName("PolicyName", limit: 128)
        guard try records.value(inline, name, in: role) != nil else { throw IAMError.noRolePolicy(name) }
        try records.delete(inline, name, in: role)
        return [:]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let policies = try records.all(inline, in: try roleName(call, records))
        let page = ListPage(policies, after: call.text("Marker"), limit: try call.integer("MaxItems") ?? 100)
        var answer: JSONObject = [
            "PolicyNames": .array(page.records.map { .string($0.name) }), "IsTruncated": .bool(page.next != nil),
        ]
        if let next = page.next { answer.append("Marker", .string(next)) }
        return answer
    }

    @Sendable private static func attach(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let role = try roleName(call, records)
        let arn = try call.required("PolicyArn")
        guard try IAMPolicies.isKnown(arn, records) else { throw IAMError.noPolicy(arn: arn) }
        let name = arn.split(separator: "/").last.map(String.init) ?? arn
        try records.save(["PolicyName": .string(name), "PolicyArn": .string(arn)], attached, arn, in: role)
        return [:]
    }

    @Sendable private static func detach(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let role = try roleName(call, records)
        let arn = try call.required("PolicyArn")
        guard try records.value(attached, arn, in: role) != nil else { throw IAMError.noAttachment(arn: arn) }
        try records.delete(attached, arn, in: role)
        return [:]
    }

    @Sendable private static func listAttached(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.iamPage("AttachedPolicies", try records.all(attached, in: try roleName(call, records))) { .object($0) }
    }

    private static func roleName(_ call: ControlCall, _ records: ControlRecords) throws -> String {
        _ = try IAMRoles.role(call, records)
        return try call.iamName("RoleName", limit: 64)
    }
}
