/// Tells of spans while they are worked on, and carries their trace to whatever they call.
///
/// Work without a trace costs a look at a header, or at a task-local value, and nothing else.
package struct Tracer: Sendable {
    /// The trace that the present task works in; its parent is the span that goes on.
    @TaskLocal package static var current: TraceContext?

    /// Records nothing.
    package static let off = Tracer(nil)

    private let recorder: (any TraceRecording)?

    package init(_ recorder: (any TraceRecording)?) {
        self.recorder = recorder
    }

    package var isOn: Bool { recorder != nil }

    /// Does `body` as a span of the trace; it is given the context for what it calls, which is `current` meanwhile.
    ///
    /// - Parameter failure: what a value tells of a failure.
    package func span<Value: Sendable>(
        _ subject: SpanSubject, in context: TraceContext, requestID: String? = nil, detail: String? = nil,
        failure: (Value) -> String? = { _ in nil }, _ body: (TraceContext) async throws -> Value
    ) async rethrows -> Value {
        guard let recorder, context.isSampled else {
            return try await Self.$current.withValue(context) { try await body(context) }
        }
        let id = SpanID.random()
        var span = Span(subject, in: context, id: id, began: recorder.now, requestID: requestID, detail: detail)
        let start = ContinuousClock.now
        do {
            let inner = context.under(id)
            let value = try await Self.$current.withValue(inner) { try await body(inner) }
            span.duration = start.duration(to: .now)
            span.error = failure(value)
            recorder.record(span)
            return value
        } catch {
            span.duration = start.duration(to: .now)
            span.error = Self.text(of: error)
            recorder.record(span)
            throw error
        }
    }

    /// Tells of something that takes no time of its own, or is over already.
    package func note(_ span: @autoclosure () -> Span, in context: TraceContext) {
        guard let recorder, context.isSampled else { return }
        recorder.record(span())
    }

    /// Keeps the event of an invocation that begins.
    package func keep(_ event: @autoclosure () -> InvokedEvent) {
        recorder?.keep(event())
    }

    private static func text(of error: any Error) -> String {
        guard let refusal = (error as? any ServiceError)?.wire else { return "\(error)" }
        return "\(refusal.queryCode ?? refusal.code): \(refusal.message)"
    }
}

extension Tracer {
    /// Has a service answer a request, as a span of the trace that its header names.
    package func respond(to request: AWSRequest, by service: any AWSService) async -> HTTPResponse {
        guard isOn, let header = request.http.headers[Self.header], let context = TraceContext(header),
            let subject = service.spanSubject(of: request)
        else { return await service.respond(to: request) }
        return await span(subject, in: context, requestID: request.requestID, failure: AnswerFailure.text) { inner in
            var request = request
            request.http.headers[Self.header] = inner.header
            return await service.respond(to: request)
        }
    }

    /// The header that names a request's trace.
    package static let header = "X-Amzn-Trace-Id"
}
