import AWSProtocol
import EmulatorClock

/// Roles. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
enum IAMRoles {
    static let kind = RecordKind("iam.role")

    static let operations: [String: ControlService.Operation] = [
        "CreateRole": create, "GetRole": get, "ListRoles": list, "DeleteRole": delete, "UpdateRole": update,
        "UpdateAssumeRolePolicy": updateTrust, "TagRole": tag, "UntagRole": untag, "ListRoleTags": listTags,
        "ListInstanceProfilesForRole": listInstanceProfiles,
    ]

    @Sendable private static func create(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly(
            "RoleName", "AssumeRolePolicyDocument", "Path", "Description", "MaxSessionDuration", "PermissionsBoundary",
            "Tags")
        let name = try call.iamName("RoleName", limit: 64)
        guard try records.value(kind, name) == nil else { throw IAMError.roleExists(name) }
        let path = call.text("Path") ?? "/"
        var role: JSONObject = [
            "Path": .string(path), "RoleName": .string(name), "RoleId": .string(call.iamID("AROA")),
            "Arn": .string("arn:aws:iam::\(call.account):role\(path)\(name)"),
            "CreateDate": .string(call.now.rfc3339),
            "AssumeRolePolicyDocument": .string(try call.policyDocument("AssumeRolePolicyDocument")),
            "MaxSessionDuration": .integer(try call.integer("MaxSessionDuration") ?? 3600),
        ]
        if let description = call.parameters["Description"] { role.append("Description", description) }
        if let boundary = call.text("PermissionsBoundary") {
            role.append(
                "PermissionsBoundary",
                ["PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": .string(boundary)])
        }
        role = try Tags(list: call.parameters["Tags"]).added(to: role, tooMany: IAMError.tooManyTags)
        try records.save(role, kind, name)
        return ["Role": answer(role)]
    }

    @Sendable private static func get(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        ["Role": answer(try role(call, records))]
    }

    @Sendable private static func list(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("PathPrefix", "Marker", "MaxItems")
        let prefix = call.text("PathPrefix") ?? "/"
        let roles = try records.all(kind).filter { $0.value["Path"]?.string?.hasPrefix(prefix) == true }
        return try call.iamPage("Roles", roles) { answer($0) }
    }

    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.iamName("RoleName", limit: 64)
        _ = try role(call, records)
        guard try records.all(IAMRolePolicies.inline, in: name).isEmpty else {
            throw IAMError.deleteConflict("Cannot delete entity, must delete policies first.")
        }
        guard try records.all(IAMRolePolicies.attached, in: name).isEmpty else {
            throw IAMError.deleteConflict("Cannot delete entity, must detach all policies first.")
        }
        try records.delete(kind, name)
        return [:]
    }

    @Sendable private static func update(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly("RoleName", "Description", "MaxSessionDuration")
        try change(call, records) { role in
            if let description = call.parameters["Description"] { role["Description"] = description }
            if let duration = try call.integer("MaxSessionDuration") { role["MaxSessionDuration"] = .integer(duration) }
        }
        return [:]
    }

    @Sendable private static func updateTrust(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try change(call, records) { role in
            role["AssumeRolePolicyDocument"] = .string(try call.policyDocument("PolicyDocument"))
        }
        return [:]
    }

    @Sendable private static func tag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try change(call, records) { role in
            role = try Tags(list: call.parameters["Tags"]).added(to: role, tooMany: IAMError.tooManyTags)
        }
        return [:]
    }

    @Sendable private static func untag(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try change(call, records) { $0 = Tags.removed(call.texts("TagKeys"), from: $0) }
        return [:]
    }

    @Sendable private static func listTags(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        ["Tags": Tags(of: try role(call, records)).list, "IsTruncated": false]
    }

    /// Instance profiles belong to EC2, which is not here: no role has one.
    @Sendable private static func listInstanceProfiles(
        _ call: ControlCall, _ records: ControlRecords
    ) throws -> JSONObject {
        _ = try role(call, records)
        return ["InstanceProfiles": [], "IsTruncated": false]
    }

    /// The role that the call names.
    static func role(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        let name = try call.iamName("RoleName", limit: 64)
        guard let role = try records.value(kind, name) else { throw IAMError.noRole(name) }
        return role
    }

    private static func change(
        _ call: ControlCall, _ records: ControlRecords, _ change: (inout JSONObject) throws -> Void
    ) throws {
        let name = try call.iamName("RoleName", limit: 64)
        try records.update(kind, name, orThrow: IAMError.noRole(name), change)
    }

    /// IAM answers documents percent-encoded.
    private static func answer(_ role: JSONObject) -> JSONValue {
        var answer = role.without(Tags.member)
        answer["AssumeRolePolicyDocument"] = .string(
            PercentEncoding.encode(role["AssumeRolePolicyDocument"]?.string ?? ""))
        let tags = Tags(of: role)
        if !tags.values.isEmpty { answer["Tags"] = tags.list }
        return .object(answer)
    }
}
