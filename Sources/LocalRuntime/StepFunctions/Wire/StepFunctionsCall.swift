import AWSProtocol
import EmulatorClock

/// One request: from its members to the answer's.
struct StepFunctionsCall {
    let service: StepFunctionsService
    let account: String
    let region: String
    /// The request's own `X-Amzn-Trace-Id`.
    let traceHeader: String?
    let parameters: StepParameters

    func perform(_ operation: StepFunctionsOperation) async throws -> JSONObject {
        switch operation {
        case .createStateMachine: try await createStateMachine()
        case .updateStateMachine: try await updateStateMachine()
        case .describeStateMachine: try await describeStateMachine()
        case .listStateMachines: try await listStateMachines()
        case .deleteStateMachine: try await deleteStateMachine()
        case .validateStateMachineDefinition: try validate()
        case .publishStateMachineVersion: try await publishVersion()
        case .listStateMachineVersions: try await listVersions()
        case .deleteStateMachineVersion: try await deleteVersion()
        case .startExecution: try await startExecution()
        case .describeExecution: try await describeExecution()
        case .describeStateMachineForExecution: try await describeMachineForExecution()
        case .getExecutionHistory: try await history()
        case .listExecutions: try await listExecutions()
        case .stopExecution: try await stopExecution()
        case .sendTaskSuccess: try await sendTaskSuccess()
        case .sendTaskFailure: try await sendTaskFailure()
        case .sendTaskHeartbeat: try await sendTaskHeartbeat()
        case .tagResource: try await tagResource()
        case .untagResource: try await untagResource()
        case .listTagsForResource: try await listTags()
        }
    }

    func arn(_ name: String) throws -> String {
        try parameters.required(name, length: 1...256)
    }
}

extension JSONValue {
    /// Seconds since the epoch, with milliseconds.
    static func instant(_ instant: Timestamp) -> JSONValue {
        let milliseconds = instant.milliseconds % 1000
        let fraction = milliseconds == 0 ? "" : "." + String(String(milliseconds + 1000).dropFirst())
        return .number("\(instant.milliseconds / 1000)\(fraction)")
    }
}
