import AWSProtocol

extension LambdaCall {
    func createFunction(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(
            but: RequestMembers.configurationMembers.union([
                "FunctionName", "Code", "Tags", "Architectures", "PackageType",
            ]))
        if let type = try members.string("PackageType"), type != "Zip" {
            throw NotImplemented("CreateFunction's PackageType=\(type)")
        }
        let name = try functionName(in: members)
        guard let runtime = try members.runtime(), let handler = try members.string("Handler") else {
            throw LambdaError.invalidParameter(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.")
        }
        var configuration = FunctionConfiguration(
            runtime: runtime, handler: handler, logGroup: "/aws/lambda/\(name)")
        try members.apply(to: &configuration)
        if let architectures = try members.strings("Architectures") { configuration.architectures = architectures }
        guard try members.string("Role") != nil else {
            throw LambdaError.validation(["Value null at 'role' failed to satisfy constraint: Member must not be null"])
        }
        let code = try members.structure("Code")
        try code?.refuseAll(but: RequestMembers.codeMembers)
        guard let source = try code?.codeSource() else { throw LambdaError.noCodeSource }
        let function = try await service.createFunction(
            name, code: source, configuration: configuration, tags: try members.map("Tags") ?? [:],
            account: request.scope.account, region: request.scope.region)
        return function.json()
    }

    func getFunction() throws -> JSONValue {
        let function = try entry().function
        return function.json(location: service.codes.location(of: function.code), isQualified: isQualified)
    }

    func updateCode(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(
            but: RequestMembers.codeMembers.union(["FunctionName", "Architectures", "DryRun", "RevisionId"]))
        guard let source = try members.codeSource() else { throw LambdaError.noCodeSource }
        let function = try await service.updateFunctionCode(
            try functionID(), source, architectures: try members.strings("Architectures"),
            revision: try members.string("RevisionId"), isDryRun: try members.bool("DryRun") ?? false)
        return function.json()
    }

    func updateConfiguration(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(but: RequestMembers.configurationMembers.union(["FunctionName", "RevisionId"]))
        let function = try await service.updateFunctionConfiguration(
            try functionID(), revision: try members.string("RevisionId")
        ) { try members.apply(to: &$0) }
        return function.json()
    }

    /// In the order of names; the marker is the last name of the page before.
    func listFunctions() throws -> JSONValue {
        let marker = queryValue("Marker") ?? ""
        let limit = min(queryValue("MaxItems").flatMap { Int($0) } ?? 50, 50)
        guard limit > 0 else {
            throw LambdaError.validation([
                "Value '\(limit)' at 'maxItems' failed to satisfy constraint: Member must have value greater than or "
                    + "equal to 1"
            ])
        }
        let functions = service.functions(account: request.scope.account, region: request.scope.region)
            .filter { $0.id.name > marker }
        var answer: JSONObject = ["Functions": .array(functions.prefix(limit).map { $0.json() })]
        if functions.count > limit { answer.append("NextMarker", .string(functions[limit - 1].id.name)) }
        return .object(answer)
    }

    func deleteFunction() async throws -> HTTPResponse {
        let id = try functionID()
        guard !isQualified else {
            throw LambdaError.invalidParameter("$LATEST version cannot be deleted without deleting the function.")
        }
        try await service.deleteFunction(id)
        return empty()
    }

    func putConcurrency(_ members: RequestMembers) async throws -> JSONValue {
        guard let reserved = try members.integer("ReservedConcurrentExecutions") else {
            throw LambdaError.validation([
                "Value null at 'reservedConcurrentExecutions' failed to satisfy constraint: Member must not be null"
            ])
        }
        try await service.reserveConcurrency(try functionID(), reserved)
        return ["ReservedConcurrentExecutions": .integer(reserved)]
    }

    func getConcurrency() throws -> JSONValue {
        let reserved = try entry().function.reservedConcurrency
        return reserved.map { ["ReservedConcurrentExecutions": .integer($0)] } ?? [:]
    }

    func deleteConcurrency() async throws -> HTTPResponse {
        try await service.reserveConcurrency(try functionID(), nil)
        return empty()
    }

    func tag(_ members: RequestMembers) async throws -> HTTPResponse {
        let tags = try members.map("Tags") ?? [:]
        try await service.changeTags(try functionID()) { $0.merge(tags) { _, new in new } }
        return empty()
    }

    func untag() async throws -> HTTPResponse {
        let keys = request.query.filter { $0.name == "tagKeys" }.map(\.value)
        try await service.changeTags(try functionID()) { tags in keys.forEach { tags[$0] = nil } }
        return empty()
    }

    func accountSettings() -> JSONValue {
        let functions = service.functions(account: request.scope.account, region: request.scope.region)
        let limits = service.limits
        let reserved = functions.reduce(0) { $0 + ($1.reservedConcurrency ?? 0) }
        return [
            "AccountLimit": [
                "TotalCodeSize": 80_530_636_800, "CodeSizeUnzipped": .integer(limits.unzipped),
                "CodeSizeZipped": .integer(limits.zipped), "ConcurrentExecutions": .integer(limits.concurrency),
                "UnreservedConcurrentExecutions": .integer(limits.concurrency - reserved),
            ],
            "AccountUsage": [
                "TotalCodeSize": .integer(functions.reduce(0) { $0 + $1.code.size }),
                "FunctionCount": .integer(functions.count),
            ],
        ]
    }

    /// A name that CreateFunction may use: at most 64 characters, without a qualifier.
    private func functionName(in members: RequestMembers) throws -> String {
        let text = try members.string("FunctionName") ?? ""
        let id = try service.resolve(text, account: request.scope.account, region: request.scope.region)
        guard id.name.utf8.count <= 64 else {
            throw LambdaError.validation([
                "Value '\(text)' at 'functionName' failed to satisfy constraint: Member must have length less than or "
                    + "equal to 64"
            ])
        }
        return id.name
    }
}
