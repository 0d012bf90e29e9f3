/// The functions, as far as event source mappings need them.
package protocol FunctionInvoking: Sendable {
    /// Invokes a function and waits for its answer.
    ///
    /// - Parameter functionARN: with its qualifier, if the mapping names one.
    func invoke(functionARN: String, payload: [UInt8]) async -> FunctionOutcome

    /// The function's own timeout; nil when there is no such function.
    func timeout(ofFunctionARN functionARN: String) async throws -> Duration?
}

/// What became of an invocation.
package enum FunctionOutcome: Sendable, Equatable {
    /// The bytes that the function answered.
    case success([UInt8])
    /// The function threw, crashed or ran out of time; `type` is `Handled`, `Unhandled` or the error's own.
    case functionError([UInt8], type: String)
    /// Too many invocations at once.
    case throttled
    case notFound
    /// A fault of the emulator's Lambda.
    case serviceFailure(String)
}
