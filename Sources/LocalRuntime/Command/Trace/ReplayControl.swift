import AWSProtocol
import EmulatorClock
import Foundation
import Lambda
import Traces

/// `/_rivulet/replay`: an invocation's event once more, in a trace of its own.
struct ReplayControl: ControlSubject {
    let name = "replay"
    let traces: TraceRecorder
    let tracer: Tracer
    let lambda: LambdaService

    func answer(_ call: ControlCall) async throws -> JSONValue {
        guard call.route == "POST" else { throw call.unknown }
        let event = try await event(call)
        let function = call.text("to") ?? event.functionARN
        let context = TraceContext.begun(at: traces.now)
        let subject = SpanSubject("Rivulet", "Replay", event.requestID)
        let result = try await tracer.span(subject, in: context, failure: \.functionError) { inner in
            try await invoke(function, event, inner)
        }
        return Self.json(result, of: event, function)
    }

    /// The event that is asked for: of a request, or the last of a function.
    private func event(_ call: ControlCall) async throws -> InvokedEvent {
        if let function = call.text("last_of") {
            let target = try lambda.resolve(function)
            guard let event = try await traces.lastEvent(ofFunction: target.arn) else {
                throw TraceError.neverInvoked(function)
            }
            return event
        }
        let id = try call.required("request_id")
        if let event = try await traces.event(ofRequest: id) { return event }
        guard let span = try await traces.invocation(id), span.subject.service == "Lambda" else {
            throw TraceError.noSuchInvocation(id)
        }
        throw TraceError.eventNotKept(id, function: span.subject.resource, began: span.began.rfc3339)
    }

    private func invoke(_ function: String, _ event: InvokedEvent, _ context: TraceContext) async throws
        -> InvocationResult
    {
        do {
            return try await lambda.invoke(
                function, payload: event.payload, traceID: context.header, clientContext: event.clientContext,
                wantsLogTail: true)
        } catch LambdaError.functionNotFound {
            throw TraceError.functionGone(function)
        }
    }

    private static func json(_ result: InvocationResult, of event: InvokedEvent, _ function: String) -> JSONValue {
        var object: JSONObject = [
            "replayed": .string(event.requestID), "began": .string(event.began.rfc3339), "function": .string(function),
            "request_id": .string(result.requestID), "status": .integer(result.statusCode),
            "payload": .string(String(decoding: result.payload, as: UTF8.self)),
            "log": .string(String(decoding: result.logTail ?? [], as: UTF8.self)),
        ]
        if let trace = TraceContext(result.traceID) { object.append("trace_id", .string(trace.root)) }
        if let error = result.functionError { object.append("function_error", .string(error)) }
        return .object(object)
    }
}
