import AWSProtocol

/// Versions and aliases on the wire.
extension LambdaCall {
    /// As AWS prints it in refusals.
    private static let aliasPattern = "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"

    func performOnVersions(_ operation: LambdaOperation) async throws -> HTTPResponse {
        switch operation {
        case .publishVersion: json(try await publishVersion(try await members(operation)), status: 201)
        case .listVersionsByFunction: json(try listVersions())
        case .createAlias: json(try await createAlias(try await members(operation)), status: 201)
        case .updateAlias: json(try await updateAlias(try await members(operation)))
        case .getAlias: json(try getAlias())
        case .listAliases: json(try listAliases())
        default: try await deleteAlias()
        }
    }

    private func publishVersion(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(but: ["FunctionName", "CodeSha256", "Description", "RevisionId"])
        let description = try members.string("Description")
        let findings = description.map { Constraint.length("description", $0, 256) } ?? []
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
        let id = try functionID()
        let version = try await service.publishVersion(
            id, codeSHA256: try members.string("CodeSha256").flatMap { $0.isEmpty ? nil : $0 },
            description: description, revision: try members.string("RevisionId"))
        return version.json(of: id, .settled, isQualified: true)
    }

    private func listVersions() throws -> JSONValue {
        let function = try function()
        return try page(function.versions, as: "Versions", key: \.version.text) {
            $0.json(of: function.id, .listed, isQualified: true)
        }
    }

    private func createAlias(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(but: Self.aliasMembers.union(["Name"]))
        let name = try members.string("Name") ?? ""
        var findings = Self.findings(of: name)
        if try members.string("FunctionVersion") == nil { findings.append(Constraint.missing("functionVersion")) }
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
        var alias = Alias(name: name, functionVersion: "", revision: service.makeID())
        try members.apply(to: &alias)
        let id = try functionID()
        return try await service.createAlias(id, alias).json(of: id)
    }

    private static func findings(of name: String) -> [String] {
        let findings = Constraint.length("name", name, 128)
        guard !FunctionName.isName(name) || Version(name) != nil else { return findings }
        return findings + [Constraint.pattern("name", name, aliasPattern)]
    }

    /// The alias that the path names.
    private func aliasName() throws -> String {
        let findings = Self.findings(of: parameters[1])
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
        return parameters[1]
    }

    private func updateAlias(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(but: Self.aliasMembers.union(["RevisionId"]))
        let id = try functionID()
        let alias = try await service.updateAlias(id, try aliasName(), revision: try members.string("RevisionId")) {
            try members.apply(to: &$0)
        }
        return alias.json(of: id)
    }

    private func getAlias() throws -> JSONValue {
        let name = try aliasName()
        let function = try function()
        guard let alias = function.aliases[name] else {
            throw LambdaError.aliasNotFound("\(function.id.arn):\(name)")
        }
        return alias.json(of: function.id)
    }

    private func listAliases() throws -> JSONValue {
        let function = try function()
        let version = queryValue("FunctionVersion")
        let aliases = function.aliases.values.sorted { $0.name < $1.name }
            .filter { version == nil || $0.functionVersion == version }
        return try page(aliases, as: "Aliases", key: \.name) { $0.json(of: function.id) }
    }

    private func deleteAlias() async throws -> HTTPResponse {
        try await service.deleteAlias(try functionID(), try aliasName())
        return empty()
    }

    private static let aliasMembers: Set<String> = ["FunctionName", "FunctionVersion", "Description", "RoutingConfig"]
}

extension RequestMembers {
    /// Changes what the request names, and leaves the rest; an empty routing configuration ends the sharing.
    fileprivate func apply(to alias: inout Alias) throws {
        if let version = try string("FunctionVersion") {
            guard Version(version) != nil else {
                throw LambdaError.validation([
                    Constraint.pattern("functionVersion", version, #"(\$LATEST|[0-9]+)"#)
                ])
            }
            alias.functionVersion = version
        }
        if let description = try string("Description") {
            let findings = Constraint.length("description", description, 256)
            guard findings.isEmpty else { throw LambdaError.validation(findings) }
            alias.description = description
        }
        if let routing = try structure("RoutingConfig") { alias.route = try routing.route() }
    }

    private func route() throws -> Alias.Route? {
        guard let weights = try structure("AdditionalVersionWeights"), let first = weights.object.members.first else {
            return nil
        }
        guard weights.object.members.count == 1 else { throw LambdaError.routingTooMany }
        guard let weight = try weights.number(first.name) else { throw LambdaError.wrongType(first.name, "a number") }
        guard case .published(let version) = Version(first.name) else {
            throw LambdaError.validation([
                Self.routing(
                    first.name, weight,
                    "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must "
                        + "have length greater than or equal to 1, Member must satisfy regular expression pattern: "
                        + "[0-9]+, Member must not be null]")
            ])
        }
        guard (0...1).contains(weight) else {
            throw LambdaError.validation([
                Self.routing(
                    first.name, weight,
                    "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must "
                        + "have value greater than or equal to 0.0, Member must not be null]")
            ])
        }
        return Alias.Route(version: version, weight: weight)
    }

    private static func routing(_ version: String, _ weight: Double, _ constraint: String) -> String {
        Constraint.finding("routingConfig.additionalVersionWeights", "{\(version)=\(weight)}", constraint)
    }
}
