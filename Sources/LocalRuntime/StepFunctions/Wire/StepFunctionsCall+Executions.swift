import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension StepFunctionsCall {
    private enum IncludedData: String, CaseIterable {
        case all = "ALL_DATA"
        case metadata = "METADATA_ONLY"
    }

    func startExecution() async throws -> JSONObject {
        let started = try await service.startExecution(
            stateMachineARN: try arn("stateMachineArn"), input: try parameters.text("input") ?? "{}",
            name: try parameters.text("name", length: 1...80),
            traceHeader: try parameters.text("traceHeader", length: 0...256) ?? traceHeader)
        return ["executionArn": .string(started.executionARN), "startDate": .instant(started.startedAt)]
    }

    func describeExecution() async throws -> JSONObject {
        let execution = try await service.execution(try arn("executionArn"))
        let included = try parameters.choice("includedData", IncludedData.self) ?? .all
        var answer = Self.summary(of: execution)
        answer["redriveCount"] = 0
        answer["redriveStatus"] = "NOT_REDRIVABLE"
        answer["redriveStatusReason"] =
            switch execution.status {
            case .running, .succeeded:
                .string("Execution is \(execution.status.rawValue) and cannot be redriven")
            case .failed, .timedOut, .aborted: "rivulet-local does not redrive executions"
            }
        answer["traceHeader"] = .string(execution.traceHeader)
        guard included == .all else { return answer }
        answer["input"] = .string(execution.input)
        answer["inputDetails"] = ["included": true]
        if let output = execution.output {
            answer["output"] = .string(output)
            answer["outputDetails"] = ["included": true]
        }
        answer["error"] = execution.error.map { .string($0) }
        answer["cause"] = execution.cause.map { .string($0) }
        return answer
    }

    func history() async throws -> JSONObject {
        let execution = try await service.execution(try arn("executionArn"))
        let size = try parameters.pageSize()
        let isReverse = try parameters.flag("reverseOrder") ?? false
        let includesData = try parameters.flag("includeExecutionData") ?? true
        let token = try PageToken.number(try parameters.text("nextToken", length: 1...1024))
        let start = token.map(Int.init) ?? (isReverse ? Int(Int32.max) : 1)
        let found = try await service.database.read {
            try ExecutionStore(db: $0).events(of: execution.id, from: start, isReverse: isReverse, limit: size + 1)
        }
        var answer: JSONObject = [
            "events": .array(found.prefix(size).map { Self.json(of: $0, includesData: includesData) })
        ]
        if found.count > size { answer.append("nextToken", .string(PageToken.text("\(found[size].id)"))) }
        return answer
    }

    func listExecutions() async throws -> JSONObject {
        try parameters.refuse("mapRunArn", "redriveFilter", operation: .listExecutions)
        let wanted = try arn("stateMachineArn")
        let (machine, version) = try await service.revision(wanted)
        let status = try parameters.choice("statusFilter", Execution.Status.self)
        let size = try parameters.pageSize()
        let before = try PageToken.number(try parameters.text("nextToken")) ?? Int64.max
        let horizon = service.horizon
        let found = try await service.database.read {
            try ExecutionStore(db: $0).executions(
                ofMachine: machine.arn, version: version?.arn, status: status, endedSince: horizon, before: before,
                limit: size + 1)
        }
        let page = found.prefix(size)
        var answer: JSONObject = ["executions": .array(page.map { .object(Self.summary(of: $0)) })]
        if found.count > size, let last = page.last {
            answer.append("nextToken", .string(PageToken.text("\(last.id)")))
        }
        return answer
    }

    func stopExecution() async throws -> JSONObject {
        let stopped = try await service.stopExecution(
            try arn("executionArn"), error: try parameters.text("error", length: 0...256),
            cause: try parameters.text("cause", length: 0...32_768))
        return ["stopDate": .instant(stopped)]
    }

    func sendTaskSuccess() async throws -> JSONObject {
        let text = try parameters.required("output", length: 0...262_144)
        guard let output = try? JSONValue(parsing: text) else {
            throw StepFunctionsError.invalidOutput
        }
        try await service.answer(token: try token()) { .taskReported($0, .succeeded(output)) }
        return [:]
    }

    func sendTaskFailure() async throws -> JSONObject {
        let error = try parameters.text("error", length: 0...256) ?? ""
        let cause = try parameters.text("cause", length: 0...32_768)
        try await service.answer(token: try token()) { .taskReported($0, .failed(error: error, cause: cause)) }
        return [:]
    }

    func sendTaskHeartbeat() async throws -> JSONObject {
        try await service.answer(token: try token()) { .heartbeat($0) }
        return [:]
    }

    private func token() throws -> String {
        try parameters.required("taskToken", length: 1...2048)
    }

    private static func summary(of execution: Execution) -> JSONObject {
        var summary: JSONObject = [
            "executionArn": .string(execution.arn), "stateMachineArn": .string(execution.machine.arn),
            "name": .string(execution.name), "status": .string(execution.status.rawValue),
            "startDate": .instant(execution.startedAt),
        ]
        summary["stopDate"] = execution.stoppedAt.map { .instant($0) }
        summary["stateMachineVersionArn"] = execution.versionARN.map { .string($0) }
        return summary
    }

    private static func json(of event: HistoryEvent, includesData: Bool) -> JSONValue {
        var json: JSONObject = [
            "id": .integer(event.id), "previousEventId": .integer(event.previousID), "type": .string(event.type),
            "timestamp": .instant(event.instant),
        ]
        if let name = event.details?.name, let shown = event.details(includesData: includesData) {
            json.append(name, .object(shown))
        }
        return .object(json)
    }
}
