import AWSProtocol
import EmulatorClock

/// The context object, `$$`.
/// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
extension Interpreter {
    func scope(of lane: Int, input: JSONValue, item: MapItem? = nil, token: String? = nil) -> PathScope {
        PathScope(input: input, context: context(of: lane, item: item, token: token))
    }

    private func context(of lane: Int, item: MapItem?, token: String?) -> JSONValue {
        var context: JSONObject = [
            "Execution": [
                "Id": .string(identity.arn), "Input": identity.input, "Name": .string(identity.name),
                "RoleArn": .string(identity.roleARN), "StartTime": .string(identity.startedAt.rfc3339),
                "RedriveCount": 0,
            ],
            "StateMachine": ["Id": .string(identity.machineARN), "Name": .string(identity.machineName)],
        ]
        if let visit = lanes[lane]?.visit {
            var state: JSONObject = [
                "Name": .string(visit.state.name), "EnteredTime": .string(visit.enteredAt.rfc3339),
            ]
            if visit.state.kind.canRetry { state.append("RetryCount", .integer(visit.retryCount)) }
            context.append("State", .object(state))
        }
        if let token { context.append("Task", ["Token": .string(token)]) }
        if let item = item ?? lanes[lane]?.item {
            context.append("Map", ["Item": ["Index": .integer(item.index), "Value": item.value]])
        }
        return .object(context)
    }
}

extension State.Kind {
    /// Whether the kind has `Retry`, and so a count of retries.
    fileprivate var canRetry: Bool {
        switch self {
        case .task, .parallel, .map: true
        case .pass, .choice, .wait, .succeed, .fail: false
        }
    }
}
