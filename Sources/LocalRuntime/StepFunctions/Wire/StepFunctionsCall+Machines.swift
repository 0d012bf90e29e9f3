import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension StepFunctionsCall {
    private static let settingNames = ["loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"]
    private static let definitionLength = 1...1_048_576

    func createStateMachine() async throws -> JSONObject {
        let name = try parameters.required("name", length: 1...80)
        let kind = try parameters.choice("type", StateMachine.Kind.self) ?? .standard
        guard kind == .standard else { throw NotImplemented("state machines of the type EXPRESS") }
        let now = service.clock.now
        let machine = StateMachine(
            arn: ARNs.stateMachine(account: account, region: region, name: name), account: account, region: region,
            name: name, kind: kind,
            definition: try parameters.required("definition", length: Self.definitionLength),
            roleARN: try checkedRole(try arn("roleArn")), settings: try settings(), tags: try tags("tags"),
            createdAt: now, updatedAt: now, revisionID: "")
        let (made, version) = try await service.create(machine, publish: try versionDescription())
        var answer: JSONObject = ["stateMachineArn": .string(made.arn), "creationDate": .instant(made.createdAt)]
        answer["stateMachineVersionArn"] = version.map { .string($0.arn) }
        return answer
    }

    func updateStateMachine() async throws -> JSONObject {
        let definition = try parameters.text("definition", length: Self.definitionLength)
        let role = try parameters.text("roleArn", length: 1...256).map(checkedRole)
        let settings = try settings()
        guard definition != nil || role != nil || !settings.isEmpty else {
            throw StepFunctionsError.missingRequiredParameter
        }
        if let definition { _ = try StepFunctionsService.definition(definition) }
        let (machine, version) = try await service.update(
            try arn("stateMachineArn"), publish: try versionDescription()
        ) { machine in
            machine.definition = definition ?? machine.definition
            machine.roleARN = role ?? machine.roleARN
            settings.members.forEach { machine.settings[$0.name] = $0.value }
        }
        var answer: JSONObject = ["updateDate": .instant(machine.updatedAt)]
        if !machine.revisionID.isEmpty { answer.append("revisionId", .string(machine.revisionID)) }
        answer["stateMachineVersionArn"] = version.map { .string($0.arn) }
        return answer
    }

    func describeStateMachine() async throws -> JSONObject {
        let (machine, version) = try await service.revision(try arn("stateMachineArn"))
        var answer = Self.description(of: machine)
        answer["stateMachineArn"] = .string(version?.arn ?? machine.arn)
        answer.append("type", .string(machine.kind.rawValue))
        answer.append("status", "ACTIVE")
        answer.append("creationDate", .instant(version?.createdAt ?? machine.createdAt))
        if let version, !version.description.isEmpty { answer.append("description", .string(version.description)) }
        return answer
    }

    func describeMachineForExecution() async throws -> JSONObject {
        let execution = try await service.execution(try arn("executionArn"))
        var answer = Self.description(of: execution.machine)
        answer.append("updateDate", .instant(execution.machine.updatedAt))
        return answer
    }

    /// What both descriptions tell, with AWS's defaults where nothing was set.
    private static func description(of machine: StateMachine) -> JSONObject {
        var answer: JSONObject = [
            "stateMachineArn": .string(machine.arn), "name": .string(machine.name),
            "definition": .string(machine.definition), "roleArn": .string(machine.roleARN),
            "loggingConfiguration": machine.settings["loggingConfiguration"]
                ?? ["level": "OFF", "includeExecutionData": false],
            "tracingConfiguration": machine.settings["tracingConfiguration"] ?? ["enabled": false],
            "encryptionConfiguration": machine.settings["encryptionConfiguration"] ?? ["type": "AWS_OWNED_KEY"],
        ]
        if !machine.revisionID.isEmpty { answer.append("revisionId", .string(machine.revisionID)) }
        return answer
    }

    func listStateMachines() async throws -> JSONObject {
        let size = try parameters.pageSize()
        let after = try PageToken.key(try parameters.text("nextToken")) ?? ""
        let (account, region) = (account, region)
        let found = try await service.database.read {
            try StateMachineStore(db: $0).machines(account: account, region: region, after: after, limit: size + 1)
        }
        let page = found.prefix(size)
        var answer: JSONObject = [
            "stateMachines": .array(
                page.map {
                    [
                        "stateMachineArn": .string($0.arn), "name": .string($0.name),
                        "type": .string($0.kind.rawValue), "creationDate": .instant($0.createdAt),
                    ]
                })
        ]
        if found.count > size, let last = page.last { answer.append("nextToken", .string(PageToken.text(last.arn))) }
        return answer
    }

    func deleteStateMachine() async throws -> JSONObject {
        try await service.delete(try arn("stateMachineArn"))
        return [:]
    }

    func validate() throws -> JSONObject {
        let definition = try parameters.required("definition", length: Self.definitionLength)
        if try parameters.choice("type", StateMachine.Kind.self) == .express {
            throw NotImplemented("state machines of the type EXPRESS")
        }
        let size = try parameters.pageSize(upTo: 100)
        let wantsWarnings = try parameters.choice("severity", Diagnostic.Severity.self) == .warning
        let outcome = DefinitionReader.read(definition)
        if let what = outcome.notImplemented.first { throw NotImplemented("\(what) in state machines") }
        let found = outcome.diagnostics.filter { wantsWarnings || $0.severity == .error }
        return [
            "result": outcome.definition == nil ? "FAIL" : "OK",
            "diagnostics": .array(
                found.prefix(size).map { diagnostic in
                    var json: JSONObject = [
                        "severity": .string(diagnostic.severity.rawValue), "code": .string(diagnostic.code.rawValue),
                        "message": .string(diagnostic.message),
                    ]
                    json["location"] = diagnostic.location.map { .string($0) }
                    return .object(json)
                }),
            "truncated": .bool(found.count > size),
        ]
    }

    func publishVersion() async throws -> JSONObject {
        let version = try await service.publish(
            try arn("stateMachineArn"), revisionID: try parameters.text("revisionId"),
            description: try parameters.text("description", length: 0...256) ?? "")
        return ["creationDate": .instant(version.createdAt), "stateMachineVersionArn": .string(version.arn)]
    }

    func listVersions() async throws -> JSONObject {
        let reference = try ARNs.machine(try arn("stateMachineArn"))
        let size = try parameters.pageSize()
        let before = try PageToken.number(try parameters.text("nextToken")).map(Int.init) ?? Int.max
        let found = try await service.database.read { db in
            let store = StateMachineStore(db: db)
            return try store.machine(reference.arn).map { try store.versions(of: $0, before: before, limit: size + 1) }
        }
        guard let found else { throw StepFunctionsError.stateMachineDoesNotExist(reference.arn) }
        let page = found.prefix(size)
        var answer: JSONObject = [
            "stateMachineVersions": .array(
                page.map { ["stateMachineVersionArn": .string($0.arn), "creationDate": .instant($0.createdAt)] })
        ]
        if found.count > size, let last = page.last {
            answer.append("nextToken", .string(PageToken.text("\(last.number)")))
        }
        return answer
    }

    func deleteVersion() async throws -> JSONObject {
        try await service.deleteVersion(try arn("stateMachineVersionArn"))
        return [:]
    }

    private func checkedRole(_ arn: String) throws -> String {
        guard arn.hasPrefix("arn:aws"), arn.contains(":iam::"), arn.contains(":role/") else {
            throw StepFunctionsError.invalidARN(arn)
        }
        return arn
    }

    private func settings() throws -> JSONObject {
        var settings = JSONObject()
        for name in Self.settingNames {
            guard let value = parameters[name] else { continue }
            guard case .object = value else { throw StepFunctionsError.serialization }
            settings.append(name, value)
        }
        if let level = settings["loggingConfiguration"]?["level"]?.string, ExecutionLog.Level(rawValue: level) == nil {
            let all = ExecutionLog.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw StepFunctionsError.constraint(
                value: level, member: "loggingConfiguration.level", rule: "Member must satisfy enum value set: [\(all)]"
            )
        }
        return settings
    }

    /// The description of the version to publish; nil when none is to be.
    private func versionDescription() throws -> String? {
        let description = try parameters.text("versionDescription", length: 0...256)
        guard try parameters.flag("publish") == true else {
            guard description == nil else { throw StepFunctionsError.descriptionWithoutVersion }
            return nil
        }
        return description ?? ""
    }
}
