import AWSProtocol
import EmulatorClock

/// Running functions.
extension LambdaService {
    /// Invokes a function and waits for its answer.
    ///
    /// - Parameters:
    ///   - function: name, partial ARN or ARN.
    ///   - payload: JSON; an empty one arrives as `{}`.
    ///   - traceID: the tracing header to pass on; a new one when nil.
    /// - Throws: `LambdaError` when it was not run at all: not found, throttled. A function that fails answers with
    ///   `functionError`.
    package func invoke(
        _ function: String, payload: [UInt8], account: String = "000000000000", region: String = "us-east-1",
        requestID: String? = nil, traceID: String? = nil, clientContext: String? = nil, wantsLogTail: Bool = false
    ) async throws -> InvocationResult {
        let entry = try entry(try resolve(function, account: account, region: region))
        return try await invoke(
            entry,
            Invocation(
                requestID: requestID ?? makeID(), payload: payload.isEmpty ? Array("{}".utf8) : payload,
                functionARN: entry.function.id.arn, traceID: traceID ?? TraceID.make(at: clock.now),
                clientContext: clientContext, wantsLogTail: wantsLogTail))
    }

    func invoke(_ entry: Entry, _ invocation: Invocation) async throws -> InvocationResult {
        let admission: SandboxPool.Admission =
            if let reserved = entry.function.reservedConcurrency { .reserved(reserved) } else {
                .unreserved(limits.concurrency - reservedConcurrency(beside: entry.function.id))
            }
        let completion = try await pool.invoke(entry.plan, invocation, admission)
        var result = InvocationResult(
            payload: [], requestID: invocation.requestID, traceID: invocation.traceID, logTail: completion.logTail,
            report: completion.report)
        switch completion.outcome {
        case .response(let payload): result.payload = payload
        case .error(let payload, let type):
            result.payload = payload.isEmpty ? Self.errorPayload(type) : payload
            result.functionError = "Unhandled"
        case .failure(let failure):
            result.payload = failure.payload(invocation.requestID)
            result.functionError = "Unhandled"
            result.failure = failure
        }
        return result
    }

    /// Accepts an event to be run later; returns once it is on disk.
    ///
    /// - Returns: the request id under which it will run.
    @discardableResult
    package func invokeAsync(
        _ function: String, payload: [UInt8], account: String = "000000000000", region: String = "us-east-1",
        traceID: String? = nil
    ) async throws -> String {
        let id = try entry(try resolve(function, account: account, region: region)).function.id
        let invocation = Invocation(
            requestID: makeID(), payload: payload.isEmpty ? Array("{}".utf8) : payload, functionARN: id.arn,
            traceID: traceID ?? TraceID.make(at: clock.now))
        try await queue.accept(invocation, for: id)
        return invocation.requestID
    }

    /// Runs an event of the asynchronous queue.
    func run(_ event: AsyncEvent) async -> AsyncRetries.Outcome {
        guard let entry = try? entry(event.function) else { return .functionGone }
        let invocation = Invocation(
            requestID: event.requestID, payload: event.payload, functionARN: event.function.arn, traceID: event.traceID)
        do {
            let result = try await invoke(entry, invocation)
            if result.failure == .shutDown { return .interrupted }
            return result.functionError == nil ? .succeeded : .failed
        } catch LambdaError.stopping {
            return .interrupted
        } catch {
            return .notRun
        }
    }

    /// What Lambda answers when a function reports an error of which it says only the type.
    private static func errorPayload(_ type: String?) -> [UInt8] {
        let body: JSONValue = ["errorType": .string(type ?? "Unhandled"), "errorMessage": "Unhandled error"]
        return body.bytes
    }
}
