import AWSProtocol
import EmulatorClock
import SQS
import Synchronization
import Testing

@testable import EventSourceMappings

private final class KeptSpans: TraceRecording {
    let now = Timestamp(milliseconds: 1_772_388_000_000)
    private let kept = Mutex<[Span]>([])

    func record(_ span: Span) { kept.withLock { $0.append(span) } }
    func keep(_ event: InvokedEvent) {}

    func spans(of trace: TraceContext) -> [Span] {
        kept.withLock { spans in spans.filter { $0.trace == trace.root } }
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A batch of traced messages` {
    private let kept = KeptSpans()
    private let first = TraceContext(root: "1-69a47ea0-0123456789abcdef01234567", parent: "000000000000000a")
    private let second = TraceContext(root: "1-69a47ea0-abcdef012345670123456789", parent: "000000000000000b")

    /// A bench whose function keeps the trace that it is invoked in.
    private func bench(
        _ seen: @escaping @Sendable (TraceContext?) -> Void,
        answer: @escaping @Sendable ([Record]) -> FunctionOutcome = { _ in .success([]) }
    ) async throws -> Bench {
        try await Bench(tracer: Tracer(kept)) { records in
            seen(Tracer.current)
            return answer(records)
        }
    }

    private func send(_ body: String, to queue: Queue, _ bench: Bench, in trace: TraceContext?) async throws {
        try await Tracer.$current.withValue(trace) { try await bench.send(body, to: queue) }
    }

    @Test func `is handled in the trace of its first, and the others are told where`() async throws {
        let seen = Mutex<[TraceContext?]>([])
        let bench = try await bench { trace in seen.withLock { $0.append(trace) } }
        let queue = try await bench.queue("orders")
        try await send("plain", to: queue, bench, in: nil)
        try await send("a", to: queue, bench, in: first)
        try await send("b", to: queue, bench, in: second)
        try await bench.map(queue)
        try await bench.mappings.settled()
        #expect(seen.withLock { $0 } == [first])
        let links = kept.spans(of: second).filter { $0.linkedTrace != nil }
        #expect(links.map(\.linkedTrace) == [first.root])
        #expect(links.map(\.subject) == [SpanSubject("Lambda", "Invoke", "store")])
        #expect(kept.spans(of: first).map(\.subject.operation) == ["ReceiveMessage"])
    }

    @Test func `of no trace is handled in none, whoever made the mapping`() async throws {
        let seen = Mutex<[TraceContext?]>([])
        let bench = try await bench { trace in seen.withLock { $0.append(trace) } }
        let queue = try await bench.queue("orders")
        try await Tracer.$current.withValue(first) { _ = try await bench.map(queue) }
        try await send("plain", to: queue, bench, in: nil)
        try await bench.mappings.settled()
        #expect(seen.withLock { $0 } == [nil])
    }

    @Test func `tells the traces of messages that failed alone`() async throws {
        let bench = try await bench { _ in
        } answer: { records in
            let failed = records.filter { $0.body == "b" }.map { #"{"itemIdentifier":"\#($0.id)"}"# }
            return .success(Array(#"{"batchItemFailures":[\#(failed.joined())]}"#.utf8))
        }
        let queue = try await bench.queue("orders")
        try await send("a", to: queue, bench, in: first)
        try await send("b", to: queue, bench, in: second)
        try await bench.map(queue) { $0.reportsBatchItemFailures = true }
        try await bench.mappings.settled()
        let failure = try #require(kept.spans(of: second).last)
        #expect(failure.subject == SpanSubject("Lambda", "BatchItemFailures", "store"))
        #expect(failure.error?.hasPrefix("named in batchItemFailures: ") == true)
        #expect(kept.spans(of: first).allSatisfy { $0.error == nil })
    }
}
