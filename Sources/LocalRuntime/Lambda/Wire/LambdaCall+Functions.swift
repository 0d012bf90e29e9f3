import AWSProtocol

extension LambdaCall {
    func createFunction(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(
            but: RequestMembers.configurationMembers.union([
                "FunctionName", "Code", "Tags", "Architectures", "PackageType", "Publish",
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
            throw LambdaError.validation([Constraint.missing("role")])
        }
        let code = try members.structure("Code")
        try code?.refuseAll(but: RequestMembers.codeMembers)
        guard let source = try code?.codeSource() else { throw LambdaError.noCodeSource }
        let function = try await service.createFunction(
            name, code: source, configuration: configuration, tags: try members.map("Tags") ?? [:],
            publishes: try members.bool("Publish") ?? false, account: request.scope.account,
            region: request.scope.region)
        let made = function.published[function.lastPublished] ?? function.latest
        return made.json(of: function.id, .made(revision: service.makeID()))
    }

    func getFunction() throws -> JSONValue {
        let target = try target()
        let function = try function(of: target)
        let version = try function.version(for: target.qualifier)
        return function.json(
            version, as: target, location: service.codes.location(of: version.code, at: service.endpoint()))
    }

    func getFunctionConfiguration() throws -> JSONValue {
        let target = try target()
        return try function(of: target).version(for: target.qualifier).json(as: target)
    }

    /// The function itself; where there is none, the refusal names it as the caller did, with its qualifier.
    private func function(of target: QualifiedFunction) throws -> Function {
        guard let entry = try? entry(target.id) else { throw LambdaError.functionNotFound(target.arn) }
        return entry.function
    }

    func updateCode(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(
            but: RequestMembers.codeMembers.union([
                "FunctionName", "Architectures", "DryRun", "RevisionId", "Publish",
            ]))
        guard let source = try members.codeSource() else { throw LambdaError.noCodeSource }
        let id = try functionID()
        let isDryRun = try members.bool("DryRun") ?? false
        let version = try await service.updateFunctionCode(
            id, source, architectures: try members.strings("Architectures"),
            revision: try members.string("RevisionId"), publishes: try members.bool("Publish") ?? false,
            isDryRun: isDryRun)
        guard !isDryRun else { return version.json(of: id, .settled) }
        let revision = service.makeID()
        guard version.version == .latest else {
            return version.json(of: id, .made(revision: revision), isQualified: true)
        }
        return version.json(of: id, .changed(revision: revision))
    }

    func updateConfiguration(_ members: RequestMembers) async throws -> JSONValue {
        try members.refuseAll(but: RequestMembers.configurationMembers.union(["FunctionName", "RevisionId"]))
        let id = try functionID()
        let version = try await service.updateFunctionConfiguration(id, revision: try members.string("RevisionId")) {
            try members.apply(to: &$0)
        }
        return version.json(of: id, .changed(revision: service.makeID()))
    }

    /// In the order of names; with `FunctionVersion=ALL` every version of each.
    func listFunctions() throws -> JSONValue {
        let functions = service.functions(account: request.scope.account, region: request.scope.region)
        let findings = queryValue("FunctionVersion").map { Constraint.oneOf("functionVersion", $0, ["ALL"]) } ?? []
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
        guard queryValue("FunctionVersion") != nil else {
            return try page(functions, as: "Functions", key: \.id.name) { $0.latest.json(of: $0.id, .listed) }
        }
        let versions = functions.flatMap { function in function.versions.map { (id: function.id, version: $0) } }
        return try page(versions, as: "Functions", key: { "\($0.id.name):\($0.version.version.text)" }) {
            $0.version.json(of: $0.id, .listed, isQualified: true)
        }
    }

    func deleteFunction() async throws -> HTTPResponse {
        let target = try target()
        if let qualifier = target.qualifier {
            try await service.deleteVersion(target.id, qualifier)
        } else {
            try await service.deleteFunction(target.id)
        }
        return empty()
    }

    func putConcurrency(_ members: RequestMembers) async throws -> JSONValue {
        guard let reserved = try members.integer("ReservedConcurrentExecutions") else {
            throw LambdaError.validation([Constraint.missing("reservedConcurrentExecutions")])
        }
        guard reserved >= 0 else {
            throw LambdaError.validation(Constraint.range("reservedConcurrentExecutions", reserved, 0...Int.max))
        }
        let id = try wholeFunction()
        guard (try? entry(id)) != nil else {
            throw LambdaError.functionNotFound(QualifiedFunction(id, .version(.latest)).arn)
        }
        try await service.reserveConcurrency(id, reserved)
        return ["ReservedConcurrentExecutions": .integer(reserved)]
    }

    func getConcurrency() throws -> JSONValue {
        let reserved = try entry(try wholeFunction()).function.reservedConcurrency
        return reserved.map { ["ReservedConcurrentExecutions": .integer($0)] } ?? [:]
    }

    func deleteConcurrency() async throws -> HTTPResponse {
        try await service.reserveConcurrency(try wholeFunction(), nil)
        return empty()
    }

    /// Concurrency belongs to the whole function.
    private func wholeFunction() throws -> FunctionID {
        let target = try target()
        guard target.qualifier == nil else { throw LambdaError.concurrencyOnQualified }
        return target.id
    }

    func tag(_ members: RequestMembers) async throws -> HTTPResponse {
        let id = try taggedFunction()
        guard let tags = try members.map("Tags") else { throw LambdaError.validation([Constraint.missing("tags")]) }
        guard !tags.isEmpty else { throw LambdaError.noTags }
        try await service.changeTags(id) { $0.merge(tags) { _, new in new } }
        return empty()
    }

    func untag() async throws -> HTTPResponse {
        let keys = request.query.filter { $0.name == "tagKeys" }.map(\.value)
        guard !keys.isEmpty else { throw LambdaError.validation([Constraint.missing("tagKeys")]) }
        try await service.changeTags(try taggedFunction()) { tags in keys.forEach { tags[$0] = nil } }
        return empty()
    }

    /// Tags belong to the whole function, which is named by its ARN.
    func taggedFunction() throws -> FunctionID {
        guard let name = FunctionName(parameters[0]), name.account != nil, name.region != nil else {
            throw LambdaError.validation([
                Constraint.pattern("resource", parameters[0], FunctionName.taggablePattern)
            ])
        }
        let target = try target()
        guard target.qualifier == nil else { throw LambdaError.tagsOnQualified }
        return target.id
    }

    func putRecursionConfig(_ members: RequestMembers) async throws -> JSONValue {
        let text = try members.string("RecursiveLoop") ?? ""
        guard let recursiveLoop = Function.RecursiveLoop(rawValue: text) else {
            let names = Function.RecursiveLoop.allCases.map(\.rawValue)
            throw LambdaError.validation(Constraint.oneOf("recursiveLoop", text, names))
        }
        try await service.update(try functionID()) { $0.recursiveLoop = recursiveLoop }
        return ["RecursiveLoop": .string(text)]
    }

    /// There is one runtime here, the function's own, and nobody updates it: AWS's default says as much.
    func runtimeManagementConfig() throws -> JSONValue {
        let target = try target()
        _ = try entry(target.id).function.version(for: target.qualifier)
        return ["UpdateRuntimeOn": "Auto", "FunctionArn": .string(target.arn)]
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
                "TotalCodeSize": .integer(functions.reduce(0) { $0 + $1.versions.reduce(0) { $0 + $1.code.size } }),
                "FunctionCount": .integer(functions.count),
            ],
        ]
    }

    /// A name that CreateFunction may use: at most 64 characters, without a qualifier.
    private func functionName(in members: RequestMembers) throws -> String {
        let text = try members.string("FunctionName") ?? ""
        let findings = Constraint.length("functionName", text, 140)
        guard findings.isEmpty else { throw LambdaError.validation(findings) }
        let target = try service.locate(text, account: request.scope.account, region: request.scope.region)
        guard target.qualifier == nil else { throw LambdaError.functionNotFound(target.arn) }
        // AWS holds the name itself against its bound later than all else, and says so with another code.
        guard let finding = Constraint.length("functionName", target.id.name, 64).first else { return target.id.name }
        throw LambdaError.invalidParameter(LambdaError.validation([finding]).message)
    }
}
