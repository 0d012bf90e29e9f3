package import AWSProtocol
import EmulatorClock

/// Invocations as parts of a trace.
extension LambdaService {
    /// Runs an invocation as a span of the trace that its header names. The function gets the span as its parent, so that
    /// whatever it calls is a part of it. The event is kept, to be run again.
    func traced(
        _ target: QualifiedFunction, _ invocation: Invocation,
        _ run: (Invocation) async throws -> InvocationResult
    ) async throws -> InvocationResult {
        guard tracer.isOn else { return try await run(invocation) }
        tracer.keep(
            InvokedEvent(
                requestID: invocation.requestID, functionARN: invocation.functionARN, payload: invocation.payload,
                clientContext: invocation.clientContext, began: clock.now))
        guard let context = invocation.trace.context, context.isSampled else {
            return try await run(invocation)
        }
        return try await tracer.span(
            target.subject("Invoke"), in: context, requestID: invocation.requestID, failure: Self.failure
        ) { inner in
            var invocation = invocation
            invocation.trace = .named(inner.header)
            return try await run(invocation)
        }
    }

    /// nil for an invocation that is waited for, which tells of itself; an event that is only accepted does not yet.
    package func spanSubject(of request: AWSRequest) -> SpanSubject? {
        guard let match = LambdaRoutes.all.match(request.http.method, request.http.path) else { return nil }
        var operation = match.operation
        if operation == LambdaOperation.invoke.rawValue
            || operation == LambdaOperation.invokeWithResponseStream.rawValue
        {
            guard request.http.headers["x-amz-invocation-type"] == "Event" else { return nil }
            operation = "Invoke Event"
        }
        let name = match.parameters.first ?? ""
        return SpanSubject("Lambda", operation, FunctionName(name)?.name ?? name)
    }

    /// The type and message of the error that an answer reports.
    @Sendable private static func failure(_ result: InvocationResult) -> String? {
        guard let error = result.functionError else { return nil }
        let report = try? JSONValue(parsing: result.payload)
        let type = report?["errorType"]?.string ?? error
        guard let message = report?["errorMessage"]?.string, !message.isEmpty else { return type }
        return "\(type): \(message)"
    }
}

extension QualifiedFunction {
    fileprivate func subject(_ operation: String) -> SpanSubject {
        SpanSubject("Lambda", operation, qualifier.map { "\(id.name):\($0.text)" } ?? id.name)
    }
}
