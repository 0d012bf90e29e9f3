import AWSProtocol

/// Why a state failed, in the names of the Amazon States Language.
/// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation
struct StateFailure: Error, Sendable, Equatable {
    var error: String?
    var cause: String?
    /// The cause is to be prefixed with the state that failed and the event at which it was entered.
    var namesItsState = false

    static let runtime = "States.Runtime"
    static let timeout = "States.Timeout"
    static let dataLimitExceeded = "States.DataLimitExceeded"

    /// A fault of the definition or of the data it meets, which no Retry and no Catch takes.
    static func runtime(_ reason: String) -> StateFailure {
        StateFailure(error: runtime, cause: reason, namesItsState: true)
    }

    static func missingPath(_ path: String, field: String, input: JSONValue) -> StateFailure {
        .runtime(
            "The JSONPath '\(path)' specified for the field '\(field)' could not be found in the input '\(input.text)'")
    }

    static func invalidPath(_ path: JSONPath) -> StateFailure {
        .runtime("Invalid path '\(path.text)' : No results for path: \(path.text)")
    }

    static func resultPathMatch(path: String, input: JSONValue) -> StateFailure {
        StateFailure(
            error: "States.ResultPathMatchFailure",
            cause: "Unable to apply ReferencePath \(path) to input \(input.text)", namesItsState: true)
    }

    static func tooLarge(_ producer: String) -> StateFailure {
        StateFailure(
            error: dataLimitExceeded,
            cause: "The state/task '\(producer)' returned a result with a size exceeding the maximum number of bytes "
                + "service limit.")
    }

    /// What a Catch hands on: `{"Error": …, "Cause": …}`.
    var output: JSONValue {
        var output = JSONObject()
        output.append("Error", .string(error ?? ""))
        if let cause { output.append("Cause", .string(cause)) }
        return .object(output)
    }

    /// Whether a name of `ErrorEquals` stands for this failure.
    /// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation
    func matches(_ name: String) -> Bool {
        guard error != Self.runtime else { return false }
        switch name {
        // AWS's page says that it does not catch `States.DataLimitExceeded`; AWS does.
        case "States.ALL": return true
        case "States.TaskFailed": return error != Self.timeout && error != Self.dataLimitExceeded
        case Self.timeout: return error == Self.timeout || error == "States.HeartbeatTimeout"
        default: return name == error
        }
    }
}
