import AWSProtocol
import EmulatorClock

/// Running functions.
extension LambdaService {
    /// Invokes a function and waits for its answer.
    ///
    /// - Parameters:
    ///   - function: name, partial ARN or ARN, with or without a qualifier.
    ///   - payload: JSON; an empty one arrives as `{}`.
    ///   - traceID: the tracing header to pass on; that of the present task, or a new one, when nil.
    /// - Throws: `LambdaError` when it was not run at all: not found, throttled. A function that fails answers with
    ///   `functionError`.
    package func invoke(
        _ function: String, payload: [UInt8], account: String = "000000000000", region: String = "us-east-1",
        requestID: String? = nil, traceID: String? = nil, clientContext: String? = nil, wantsLogTail: Bool = false
    ) async throws -> InvocationResult {
        let target = try locate(function, account: account, region: region)
        return try await invoke(
            target,
            Invocation(
                requestID: requestID ?? makeID(), payload: payload.isEmpty ? Array("{}".utf8) : payload,
                functionARN: target.arn, trace: trace(traceID),
                clientContext: clientContext, wantsLogTail: wantsLogTail))
    }

    func invoke(_ target: QualifiedFunction, _ invocation: Invocation) async throws -> InvocationResult {
        try await traced(target, invocation) { try await run(target, $0) }
    }

    private func run(_ target: QualifiedFunction, _ invocation: Invocation) async throws -> InvocationResult {
        let entry = try entry(target.id)
        let plan = try plan(of: entry, target.qualifier)
        let admission: SandboxPool.Admission =
            if let reserved = entry.function.reservedConcurrency { .reserved(reserved) } else {
                .unreserved(limits.concurrency - reservedConcurrency(beside: target.id))
            }
        let completion = try await pool.invoke(plan, invocation, admission)
        return InvocationResult(completion, of: invocation, version: plan.version)
    }

    private func trace(_ header: String?) -> InvocationTrace {
        header.map { .named($0) } ?? Tracer.current.map { .begun($0) } ?? .new(at: clock.now)
    }

    /// Accepts an event to be run later; returns once it is on disk.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    @discardableResult
    package func invokeAsync(
        _ function: String, payload: [UInt8], account: String = "000000000000", region: String = "us-east-1",
        requestID: String? = nil, traceID: String? = nil
    ) async throws -> String {
        let target = try locate(function, account: account, region: region)
        let invocation = Invocation(
            requestID: requestID ?? makeID(), payload: payload.isEmpty ? Array("{}".utf8) : payload,
            functionARN: target.arn, trace: trace(traceID))
        try await accept(invocation, for: target)
        return invocation.requestID
    }

    func accept(_ invocation: Invocation, for target: QualifiedFunction) async throws {
        _ = try plan(of: try entry(target.id), target.qualifier)
        try await queue.accept(invocation, for: target)
    }

    /// What an invocation of that qualifier runs; of an alias with two versions, the one that the draw falls on.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    func plan(of entry: Entry, _ qualifier: Qualifier?) throws -> SandboxPlan {
        let version = qualifier == nil ? .latest : try entry.function.version(for: qualifier, roll: roll).version
        guard let plan = entry.plans[version] else {
            throw LambdaError.functionNotFound(QualifiedFunction(entry.function.id, qualifier).arn)
        }
        return plan
    }
}

extension InvocationResult {
    fileprivate init(_ completion: Completion, of invocation: Invocation, version: Version) {
        self.init(
            payload: [], requestID: invocation.requestID, executedVersion: version.text,
            traceID: invocation.trace.header,
            logTail: completion.logTail, report: completion.report)
        switch completion.outcome {
        case .response(let payload, let midstreamError):
            self.payload = payload
            self.midstreamError = midstreamError
            functionError = midstreamError.map { _ in "Unhandled" }
        case .error(let payload, let type):
            self.payload = payload.isEmpty ? Self.errorPayload(type) : payload
            functionError = "Unhandled"
        case .failure(let failure):
            payload = failure.payload(invocation.requestID)
            functionError = "Unhandled"
            self.failure = failure
        }
    }

    /// What Lambda answers when a function reports an error of which it says only the type.
    private static func errorPayload(_ type: String?) -> [UInt8] {
        let body: JSONValue = ["errorType": .string(type ?? "Unhandled"), "errorMessage": "Unhandled error"]
        return body.bytes
    }
}
