import AWSProtocol
import EmulatorClock

/// The traces that messages carry from their senders to their receivers, in the system attribute AWSTraceHeader.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
extension SQSService {
    /// Sends on behalf of another service of this process, as a span of the trace that it works in.
    ///
    /// - Throws: as `send`.
    package func deliver(_ message: OutgoingMessage, toQueueARN arn: String) async throws {
        let queue = try resolve(arn: arn)
        guard let context = Tracer.current else {
            _ = try await send(message, to: queue)
            return
        }
        let subject = SpanSubject("SQS", "SendMessage", queue.address.name)
        _ = try await tracer.span(subject, in: context) { _ in try await send(message, to: queue) }
    }

    /// Tells each trace of the messages that were handed out.
    func traceReceive(of messages: [ReceivedMessage], from queue: Queue) {
        guard tracer.isOn, messages.contains(where: { $0.traceHeader != nil }) else { return }
        for (header, parts) in Dictionary(grouping: messages, by: \.traceHeader) {
            guard let context = header.flatMap(TraceContext.init) else { continue }
            tracer.note(Self.receive(of: parts, from: queue, in: context), in: context)
        }
    }

    /// Tells each trace of the messages that were given up.
    func traceMove(of messages: [ClaimedMessage], from queue: Queue, to deadLetterQueue: Queue) {
        guard tracer.isOn else { return }
        let subject = SpanSubject("SQS", "DeadLetter", "\(queue.address.name) → \(deadLetterQueue.address.name)")
        for message in messages {
            guard let context = message.traceHeader.flatMap(TraceContext.init) else { continue }
            let span = Span(
                subject, in: context,
                began: clock.now, error: "given up after receive \(message.receiveCount - 1)")
            tracer.note(span, in: context)
        }
    }

    private static func receive(
        of messages: [ReceivedMessage], from queue: Queue, in context: TraceContext
    ) -> Span {
        let received = messages.map(\.received).max() ?? Timestamp(milliseconds: 0)
        let waited = text(messages.map { received - $0.sent }.max() ?? .zero)
        let again = messages.map(\.receiveCount).max().map { $0 > 1 ? ", receive \($0)" : "" } ?? ""
        return Span(
            SpanSubject("SQS", "ReceiveMessage", queue.address.name), in: context, began: received,
            detail:
                "\(messages.count) message\(messages.count == 1 ? "" : "s"), waited \(waited)\(again)")
    }

    private static func text(_ duration: Duration) -> String {
        duration < .seconds(10) ? "\(duration.milliseconds) ms" : "\(duration.milliseconds / 1000) s"
    }
}
