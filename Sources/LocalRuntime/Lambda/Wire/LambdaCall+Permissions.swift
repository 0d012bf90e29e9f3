import AWSProtocol

/// Resource policies on the wire.
extension LambdaCall {
    func performOnPolicy(_ operation: LambdaOperation) async throws -> HTTPResponse {
        switch operation {
        case .addPermission: json(try await addPermission(try await members(operation)), status: 201)
        case .getPolicy: json(try getPolicy())
        default: try await removePermission()
        }
    }

    private func addPermission(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(but: [
            "FunctionName", "StatementId", "Action", "Principal", "SourceArn", "SourceAccount", "EventSourceToken",
            "PrincipalOrgID", "FunctionUrlAuthType", "RevisionId",
        ])
        let statement = PermissionStatement(
            id: try members.string("StatementId") ?? "", action: try members.string("Action") ?? "",
            principal: try members.string("Principal") ?? "", sourceARN: try members.string("SourceArn"),
            sourceAccount: try members.string("SourceAccount"),
            principalOrganizationID: try members.string("PrincipalOrgID"),
            eventSourceToken: try members.string("EventSourceToken"),
            functionURLAuthType: try members.string("FunctionUrlAuthType"))
        try Self.check(statement)
        guard statement.hasPrincipal else { throw LambdaError.principalInvalid }
        let target = try target()
        try await service.addPermission(target, statement, revision: try members.string("RevisionId"))
        return ["Statement": .string(statement.json(resource: target.arn).text)]
    }

    private func getPolicy() throws -> JSONValue {
        let target = try target()
        let (statements, revision) = try service.policy(target)
        let policy: JSONValue = [
            "Version": "2012-10-17", "Id": "default",
            "Statement": .array(statements.map { $0.json(resource: target.arn) }),
        ]
        return ["Policy": .string(policy.text), "RevisionId": .string(revision)]
    }

    private func removePermission() async throws -> HTTPResponse {
        try await service.removePermission(try target(), parameters[1], revision: queryValue("RevisionId"))
        return empty()
    }

    private static let sourcePattern =
        #"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1})?"#
        + #":(\d{12})?:(.*)"#

    private static func check(_ statement: PermissionStatement) throws {
        var findings: [String] = []
        if !FunctionName.isName(statement.id) {
            findings.append(Constraint.pattern("statementId", statement.id, "([a-zA-Z0-9-_]+)"))
        }
        findings += Constraint.match(
            "action", statement.action, /lambda:\*|lambda:[a-zA-Z]+|\*/, "(lambda:[*]|lambda:[a-zA-Z]+|[*])")
        findings += Constraint.match("principal", statement.principal, /\S+/, #"[^\s]+"#)
        findings += Constraint.match(
            "sourceArn", statement.sourceARN, /arn:aws[a-zA-Z0-9-]*:[a-zA-Z0-9-]+:([a-z-]+-[0-9])?:([0-9]{12})?:.*/,
            sourcePattern)
        findings += Constraint.match("sourceAccount", statement.sourceAccount, /[0-9]{12}/, #"\d{12}"#)
        findings += Constraint.match(
            "eventSourceToken", statement.eventSourceToken, /[a-zA-Z0-9._-]+/, #"[a-zA-Z0-9._\-]+"#)
        findings += Constraint.match(
            "principalOrgID", statement.principalOrganizationID, /o-[a-z0-9]{10,32}/, "o-[a-z0-9]{10,32}")
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
    }
}
