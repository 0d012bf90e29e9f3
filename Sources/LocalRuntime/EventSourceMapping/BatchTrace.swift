import AWSProtocol
import EmulatorClock
import SQS

/// Batches as parts of the traces that their messages carry.
extension BatchHandling {
    /// The trace in which a batch is handled: that of its first message that has one. The others are told where.
    func trace(of messages: [ReceivedMessage]) -> TraceContext? {
        guard tracer.isOn else { return nil }
        let contexts = messages.compactMap { $0.traceHeader.flatMap(TraceContext.init) }
        guard let first = contexts.first else { return nil }
        for other in Set(contexts) where other.root != first.root {
            tracer.note(
                Span(
                    SpanSubject("Lambda", "Invoke", function), in: other, began: clock.now,
                    detail: "with messages of other traces", linkedTrace: first.root),
                in: other)
        }
        return first
    }

    /// Tells each trace of the messages that their function could not handle, though it answered.
    func traceFailure(_ error: String, of messages: [ReceivedMessage]) {
        guard tracer.isOn else { return }
        for (header, parts) in Dictionary(grouping: messages, by: \.traceHeader) {
            guard let context = header.flatMap(TraceContext.init) else { continue }
            let ids = parts.map(\.messageID).joined(separator: ", ")
            tracer.note(
                Span(
                    SpanSubject("Lambda", "BatchItemFailures", function), in: context, began: clock.now,
                    error: "\(error): \(ids)"),
                in: context)
        }
    }

    /// The function's name, with the qualifier of the mapping.
    private var function: String {
        mapping.functionARN.split(separator: ":").dropFirst(6).joined(separator: ":")
    }
}
