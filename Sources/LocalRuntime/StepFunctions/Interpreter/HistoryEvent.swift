package import AWSProtocol
package import EmulatorClock

/// One event of an execution's history.
/// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
package struct HistoryEvent: Sendable, Equatable {
    /// Counted from 1 without gaps.
    package let id: Int
    /// The event that led to this one on the same branch; 0 at the start.
    package let previousID: Int
    package let instant: Timestamp
    /// AWS's name of the type, e.g. `TaskStateEntered`.
    package let type: String
    /// The member that holds the details, e.g. `stateEnteredEventDetails`, with them; nil when the type has none.
    package let details: (name: String, value: JSONObject)?

    /// What nobody sees who asks for no data.
    private static let data: Set<String> = ["input", "output", "inputDetails", "outputDetails", "parameters"]

    /// The details, with inputs and outputs or without.
    func details(includesData: Bool) -> JSONObject? {
        guard let details, !includesData else { return details?.value }
        let shown = details.value.members.filter { !Self.data.contains($0.name) }
        return JSONObject(shown.map { ($0.name, $0.value) })
    }

    package static func == (left: HistoryEvent, right: HistoryEvent) -> Bool {
        left.id == right.id && left.previousID == right.previousID && left.instant == right.instant
            && left.type == right.type && left.details?.name == right.details?.name
            && left.details?.value == right.details?.value
    }
}

/// What happened, before it has an id.
enum HistoryNote {
    case executionStarted(input: JSONValue, roleARN: String)
    case executionSucceeded(output: JSONValue)
    case executionFailed(StateFailure)
    case executionAborted(StateFailure)
    case executionTimedOut
    case stateEntered(State, input: JSONValue)
    case stateExited(State, output: JSONValue)
    case stateAborted(State)
    case task(TaskResource, TaskNote)
    case branchesStarted
    case branchesSucceeded
    case branchesFailed
    case mapStarted(length: Int)
    case mapSucceeded
    case mapFailed
    case iteration(IterationNote, state: String, index: Int)

    enum TaskNote {
        case scheduled(input: JSONValue, timeout: Int?, heartbeat: Int?, region: String)
        case started
        case submitted(JSONValue)
        case succeeded(JSONValue)
        case failed(StateFailure)
        case timedOut(StateFailure)
    }

    enum IterationNote: String {
        case started = "Started"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case aborted = "Aborted"
    }

    /// The event's type, with its details.
    var content: (type: String, details: (String, JSONObject)?) {
        switch self {
        case .executionStarted(let input, let roleARN):
            var details = Self.data("input", input)
            details.append("roleArn", .string(roleARN))
            return ("ExecutionStarted", ("executionStartedEventDetails", details))
        case .executionSucceeded(let output):
            return ("ExecutionSucceeded", ("executionSucceededEventDetails", Self.data("output", output)))
        case .executionFailed(let failure):
            return ("ExecutionFailed", ("executionFailedEventDetails", Self.reason(failure)))
        case .executionAborted(let failure):
            return ("ExecutionAborted", ("executionAbortedEventDetails", Self.reason(failure)))
        case .executionTimedOut: return ("ExecutionTimedOut", ("executionTimedOutEventDetails", [:]))
        case .stateEntered(let state, let input):
            return (
                "\(state.kind.typeName)StateEntered",
                ("stateEnteredEventDetails", Self.named(state.name, Self.data("input", input)))
            )
        case .stateExited(let state, let output):
            return (
                "\(state.kind.typeName)StateExited",
                ("stateExitedEventDetails", Self.named(state.name, Self.data("output", output)))
            )
        case .stateAborted(let state): return ("\(state.kind.typeName)StateAborted", nil)
        case .task(.function(let arn), let note): return Self.functionContent(arn, note)
        case .task(.integration(let integration, let waits), let note):
            return Self.integrationContent(integration, waits, note)
        case .branchesStarted: return ("ParallelStateStarted", nil)
        case .branchesSucceeded: return ("ParallelStateSucceeded", nil)
        case .branchesFailed: return ("ParallelStateFailed", nil)
        case .mapStarted(let length):
            return ("MapStateStarted", ("mapStateStartedEventDetails", ["length": .integer(length)]))
        case .mapSucceeded: return ("MapStateSucceeded", nil)
        case .mapFailed: return ("MapStateFailed", nil)
        case .iteration(let note, let state, let index):
            return (
                "MapIteration\(note.rawValue)",
                ("mapIteration\(note.rawValue)EventDetails", ["name": .string(state), "index": .integer(index)])
            )
        }
    }

    private static func functionContent(_ arn: String, _ note: TaskNote) -> (String, (String, JSONObject)?) {
        switch note {
        case .scheduled(let input, let timeout, _, _):
            var details: JSONObject = ["resource": .string(arn)]
            data("input", input).members.forEach { details.append($0.name, $0.value) }
            if let timeout { details.append("timeoutInSeconds", .integer(timeout)) }
            return ("LambdaFunctionScheduled", ("lambdaFunctionScheduledEventDetails", details))
        case .started, .submitted: return ("LambdaFunctionStarted", nil)
        case .succeeded(let output):
            return ("LambdaFunctionSucceeded", ("lambdaFunctionSucceededEventDetails", data("output", output)))
        case .failed(let failure):
            return ("LambdaFunctionFailed", ("lambdaFunctionFailedEventDetails", reason(failure)))
        case .timedOut(let failure):
            return ("LambdaFunctionTimedOut", ("lambdaFunctionTimedOutEventDetails", reason(failure)))
        }
    }

    private static func integrationContent(
        _ integration: TaskResource.Integration, _ waitsForToken: Bool, _ note: TaskNote
    ) -> (String, (String, JSONObject)?) {
        var details: JSONObject = [
            "resourceType": .string(integration.service),
            "resource": .string(integration.action + (waitsForToken ? ".waitForTaskToken" : "")),
        ]
        func with(_ more: JSONObject) -> JSONObject {
            more.members.reduce(into: details) { $0.append($1.name, $1.value) }
        }
        switch note {
        case .scheduled(let input, let timeout, let heartbeat, let region):
            details.append("region", .string(region))
            details.append("parameters", .string(input.text))
            if let timeout { details.append("timeoutInSeconds", .integer(timeout)) }
            if let heartbeat { details.append("heartbeatInSeconds", .integer(heartbeat)) }
            return ("TaskScheduled", ("taskScheduledEventDetails", details))
        case .started: return ("TaskStarted", ("taskStartedEventDetails", details))
        case .submitted(let output):
            return ("TaskSubmitted", ("taskSubmittedEventDetails", with(data("output", output))))
        case .succeeded(let output):
            return ("TaskSucceeded", ("taskSucceededEventDetails", with(data("output", output))))
        case .failed(let failure): return ("TaskFailed", ("taskFailedEventDetails", with(reason(failure))))
        case .timedOut(let failure): return ("TaskTimedOut", ("taskTimedOutEventDetails", with(reason(failure))))
        }
    }

    /// `input` or `output` with its companion.
    private static func data(_ name: String, _ value: JSONValue) -> JSONObject {
        [name: .string(value.text), "\(name)Details": ["truncated": false]]
    }

    private static func named(_ name: String, _ details: JSONObject) -> JSONObject {
        details.members.reduce(into: ["name": .string(name)]) { $0.append($1.name, $1.value) }
    }

    private static func reason(_ failure: StateFailure) -> JSONObject {
        var details = JSONObject()
        if let error = failure.error { details.append("error", .string(error)) }
        if let cause = failure.cause { details.append("cause", .string(cause)) }
        return details
    }
}

extension State.Kind {
    /// As `Type` writes it.
    var typeName: String {
        switch self {
        case .pass: "Pass"
        case .task: "Task"
        case .choice: "Choice"
        case .wait: "Wait"
        case .succeed: "Succeed"
        case .fail: "Fail"
        case .parallel: "Parallel"
        case .map: "Map"
        }
    }
}
