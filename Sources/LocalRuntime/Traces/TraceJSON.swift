package import AWSProtocol
import EmulatorClock

/// Traces as the control route answers them: a contract for scripts (docs/control.md).
package enum TraceJSON {
    /// Every span after its parent.
    package static func trace(_ root: String, _ spans: [Span]) -> JSONValue {
        [
            "trace_id": .string(root),
            "spans": .array(
                TraceTree(spans).rows.map { row in
                    var object = span(row.span)
                    object.append("depth", .integer(row.depth))
                    return .object(object)
                }),
        ]
    }

    package static func list(_ traces: [TraceSummary]) -> JSONValue {
        [
            "traces": .array(
                traces.map { trace in
                    var object: JSONObject = ["trace_id": .string(trace.first.trace)]
                    object.append("spans", .integer(trace.spans))
                    object.append("errors", .integer(trace.errors))
                    object.append("duration_ms", milliseconds(trace.duration))
                    object.append("first", .object(span(trace.first)))
                    return .object(object)
                })
        ]
    }

    /// The spans of a trace, as `trace` wrote them.
    package static func spans(_ json: JSONValue) -> [Span] {
        (json["spans"]?.array ?? []).compactMap(span)
    }

    /// The traces of a list, as `list` wrote them.
    package static func summaries(_ json: JSONValue) -> [TraceSummary] {
        (json["traces"]?.array ?? []).compactMap { trace in
            guard let first = trace["first"].flatMap(span), let spans = trace["spans"]?.integer,
                let errors = trace["errors"]?.integer, let duration = duration(trace)
            else { return nil }
            return TraceSummary(first: first, spans: spans, errors: errors, duration: duration)
        }
    }

    /// - Returns: nil when it is no span.
    static func span(_ json: JSONValue) -> Span? {
        func text(_ name: String) -> String? { json[name]?.string }
        guard let trace = text("trace_id"), let id = text("id"), let service = text("service"),
            let operation = text("operation"), let resource = text("resource"), let began = json["began_ms"]?.integer,
            let duration = duration(json)
        else { return nil }
        return Span(
            SpanSubject(service, operation, resource), in: TraceContext(root: trace, parent: text("parent")),
            id: SpanID(text: id), began: Timestamp(milliseconds: Int64(began)), duration: duration,
            order: json["order_us"]?.integer.map(Int64.init) ?? 0, requestID: text("request_id"),
            detail: text("detail"), linkedTrace: text("linked_trace"), error: text("error"))
    }

    /// To the microsecond, as it was written.
    private static func duration(_ json: JSONValue) -> Duration? {
        json["duration_ms"].flatMap { Double($0.text) }.map { .microseconds(Int64(($0 * 1000).rounded())) }
    }

    private static func span(_ span: Span) -> JSONObject {
        var object: JSONObject = ["trace_id": .string(span.trace), "id": .string(span.id)]
        func add(_ name: String, _ text: String?) {
            if let text { object.append(name, .string(text)) }
        }
        add("parent", span.parent)
        add("service", span.subject.service)
        add("operation", span.subject.operation)
        add("resource", span.subject.resource)
        add("began", span.began.rfc3339)
        object.append("began_ms", .integer(span.began.milliseconds))
        object.append("duration_ms", milliseconds(span.duration))
        object.append("order_us", .integer(span.order))
        add("request_id", span.requestID)
        add("detail", span.detail)
        add("linked_trace", span.linkedTrace)
        add("error", span.error)
        return object
    }

    /// With three digits after the point.
    private static func milliseconds(_ duration: Duration) -> JSONValue {
        .number(TraceText.milliseconds(duration.microseconds))
    }
}
