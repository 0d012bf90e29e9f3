import AWSProtocol
import EmulatorClock
import Synchronization
import Testing

@testable import SQS

private final class KeptSpans: TraceRecording {
    let now = Bench.start
    private let kept = Mutex<[Span]>([])

    var spans: [Span] { kept.withLock { $0 } }

    func record(_ span: Span) { kept.withLock { $0.append(span) } }
    func keep(_ event: InvokedEvent) {}
}

@Suite struct `Messages of a trace` {
    private let trace = TraceContext(root: "1-69a47ea0-0123456789abcdef01234567", parent: "53995c3f42cd8ad8")
    private let kept = KeptSpans()

    @Test func `carry the trace that their sender works in, unless they were given one`() async throws {
        let bench = try await Bench(tracer: Tracer(kept))
        let queue = try await bench.queue("orders")
        try await Tracer.$current.withValue(trace) {
            try await bench.send("a", to: queue)
            let own = OutgoingMessage(body: "b", systemAttributes: ["AWSTraceHeader": .string("Root=1-2-3")])
            _ = try await bench.service.send(own, to: queue)
        }
        try await bench.send("c", to: queue)
        let messages = try await bench.service.receive(from: queue, maximum: 10)
        let headers = Dictionary(uniqueKeysWithValues: messages.map { ($0.body, $0.traceHeader) })
        #expect(headers == ["a": trace.header, "b": "Root=1-2-3", "c": nil])
    }

    @Test func `their receive is told to each trace`() async throws {
        let bench = try await Bench(tracer: Tracer(kept))
        let queue = try await bench.queue("orders")
        try await Tracer.$current.withValue(trace) { try await bench.send("a", "b", to: queue) }
        try await bench.send("c", to: queue)
        bench.clock.advance(by: .milliseconds(250))
        _ = try await bench.service.receive(from: queue, maximum: 10)
        let span = try #require(kept.spans.first)
        #expect(kept.spans.count == 1)
        #expect(span.subject == SpanSubject("SQS", "ReceiveMessage", "orders"))
        #expect((span.trace, span.parent) == (trace.root, trace.parent))
        #expect(span.detail == "2 messages, waited 250 ms")
    }

    @Test func `their move to a dead-letter queue is told, and a long wait in seconds`() async throws {
        let bench = try await Bench(tracer: Tracer(kept))
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1)
        try await Tracer.$current.withValue(trace) { try await bench.send("a", to: queue) }
        _ = try await bench.service.receive(from: queue)
        bench.clock.advance(by: .seconds(30))
        #expect(try await bench.service.receive(from: queue).isEmpty)
        #expect(try await bench.service.receive(from: dead).count == 1)
        #expect(kept.spans.map(\.subject.operation) == ["ReceiveMessage", "DeadLetter", "ReceiveMessage"])
        #expect(kept.spans[1].subject.resource == "orders → dead")
        #expect(kept.spans[1].error == "given up after receive 1")
        #expect(kept.spans[2].detail?.hasPrefix("1 message, waited 30 s") == true)
    }

    @Test func `a delivery of another service is a span of its own`() async throws {
        let bench = try await Bench(tracer: Tracer(kept))
        let queue = try await bench.queue("orders")
        try await Tracer.$current.withValue(trace) {
            try await bench.service.deliver(OutgoingMessage(body: "a"), toQueueARN: queue.arn)
        }
        try await bench.service.deliver(OutgoingMessage(body: "b"), toQueueARN: queue.arn)
        let send = try #require(kept.spans.first)
        #expect(kept.spans.map(\.subject.operation) == ["SendMessage"])
        let message = try await bench.service.receive(from: queue).first
        #expect(message?.traceHeader == trace.under(SpanID(text: send.id)).header)
    }
}
