package import AWSProtocol

/// What a Task state can reach.
package protocol TaskTargets: Sendable {
    /// Makes the call and waits for its end. A call may be made again after a restart: at least once.
    func call(_ call: TaskCall) async -> TaskOutcome
}

/// One call of a Task state.
package struct TaskCall: Sendable, Equatable {
    package let resource: TaskResource
    package let input: JSONValue
    /// Whose services are called.
    package let account: String
    package let region: String
    /// The execution goes on when somebody answers with this token, not when the call has been made.
    package let token: String?
    /// The tracing header: `Root=1-…;Sampled=1`.
    package let traceHeader: String
    /// The execution on whose behalf it is made.
    package let executionARN: String

    /// The trace of the execution, with the execution itself as the parent.
    var trace: TraceContext? { TraceContext(traceHeader)?.under(.of(executionARN)) }
}

package enum TaskOutcome: Sendable, Equatable {
    case succeeded(JSONValue)
    /// `error` is a name such as `Lambda.TooManyRequestsException`.
    case failed(error: String, cause: String?)
}
