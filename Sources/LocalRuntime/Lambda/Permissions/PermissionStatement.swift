package import AWSProtocol

/// A statement of a function's resource policy, as AddPermission puts it together. The emulator keeps and shows policies;
/// it asks them nothing, for whoever reaches it may do all (README).
/// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
package struct PermissionStatement: Sendable, Equatable, Codable {
    package var id: String
    package var action: String
    package var principal: String
    package var sourceARN: String?
    package var sourceAccount: String?
    package var principalOrganizationID: String?
    package var eventSourceToken: String?
    package var functionURLAuthType: String?

    package func json(resource: String) -> JSONValue {
        var members: JSONObject = [
            "Sid": .string(id), "Effect": "Allow", "Principal": principalJSON, "Action": .string(action),
            "Resource": .string(resource),
        ]
        let conditions = conditions
        if !conditions.isEmpty { members.append("Condition", .object(conditions)) }
        return .object(members)
    }

    /// Whether the principal is everybody, a service, an account, or an ARN.
    var hasPrincipal: Bool {
        principal == "*" || isService || isAccount || principal.hasPrefix("arn:aws")
    }

    private var isService: Bool { principal.hasSuffix(".amazonaws.com") || principal.hasSuffix(".amazon.com") }

    private var isAccount: Bool { principal.utf8.count == 12 && principal.utf8.allSatisfy { (48...57).contains($0) } }

    private var principalJSON: JSONValue {
        if principal == "*" { return "*" }
        if isService { return ["Service": .string(principal)] }
        return ["AWS": .string(isAccount ? "arn:aws:iam::\(principal):root" : principal)]
    }

    private var conditions: JSONObject {
        var equals: JSONObject = [:]
        if let sourceAccount { equals.append("AWS:SourceAccount", .string(sourceAccount)) }
        if let eventSourceToken { equals.append("lambda:EventSourceToken", .string(eventSourceToken)) }
        if let principalOrganizationID { equals.append("aws:PrincipalOrgID", .string(principalOrganizationID)) }
        if let functionURLAuthType { equals.append("lambda:FunctionUrlAuthType", .string(functionURLAuthType)) }
        var conditions: JSONObject = [:]
        if !equals.isEmpty { conditions.append("StringEquals", .object(equals)) }
        if let sourceARN { conditions.append("ArnLike", ["AWS:SourceArn": .string(sourceARN)]) }
        return conditions
    }
}
