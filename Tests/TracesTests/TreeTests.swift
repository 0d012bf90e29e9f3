import AWSProtocol
import EmulatorClock
import Testing

@testable import Traces

/// Spans by hand: at so many milliseconds after six o'clock.
enum Sample {
    static let six = Timestamp(milliseconds: 1_772_388_000_000)
    static let root = "1-69a47ea0-0123456789abcdef01234567"

    static func span(
        _ id: String, under parent: String? = nil, _ service: String = "SQS", _ operation: String = "SendMessage",
        _ resource: String = "orders", at milliseconds: Int64 = 0, lasting duration: Duration = .milliseconds(1),
        trace: String = root, requestID: String? = nil, detail: String? = nil, linked: String? = nil,
        error: String? = nil
    ) -> Span {
        Span(
            SpanSubject(service, operation, resource), in: TraceContext(root: trace, parent: parent),
            id: SpanID(text: id), began: six + .milliseconds(milliseconds), duration: duration,
            order: milliseconds * 1000, requestID: requestID, detail: detail, linkedTrace: linked, error: error)
    }

    static let pipeline = [
        span("6", under: "5", "DynamoDB", "PutItem", "people", at: 30, lasting: .microseconds(812)),
        span("1", "Scheduler", "Tick", "default/half-hours", at: 0, lasting: .milliseconds(12)),
        span(
            "5", under: "3", "Lambda", "Invoke", "store", at: 28, lasting: .microseconds(5_250), requestID: "r2",
            error: "ValueError: no\nsuch tier"),
        span("2", under: "1", "Lambda", "Invoke", "extract", at: 2, lasting: .microseconds(8_200), requestID: "r1"),
        span("3", under: "2", "SQS", "SendMessage", "orders", at: 5, lasting: .microseconds(1_100)),
        span(
            "4", under: "3", "SQS", "ReceiveMessage", "orders", at: 27, lasting: .zero,
            detail: "1 message, waited 22 ms"),
        span("7", under: "2", "S3", "PutObject", "lake/bronze/1", at: 9, lasting: .microseconds(900), linked: "1-2-3"),
    ]
}

@Suite struct `The tree of a trace` {
    @Test func `shows when, what, how long, and with what error`() {
        let expected = """
            1-69a47ea0-0123456789abcdef01234567  7 spans, 1 error
            2026-03-01T18:00:00.000Z  Scheduler Tick default/half-hours       12.000 ms
            2026-03-01T18:00:00.002Z  └─ Lambda Invoke extract                 8.200 ms
            2026-03-01T18:00:00.005Z     ├─ SQS SendMessage orders             1.100 ms
            2026-03-01T18:00:00.027Z     │  ├─ SQS ReceiveMessage orders       0.000 ms  (1 message, waited 22 ms)
            2026-03-01T18:00:00.028Z     │  └─ Lambda Invoke store             5.250 ms  ! ValueError: no such tier
            2026-03-01T18:00:00.030Z     │     └─ DynamoDB PutItem people      0.812 ms
            2026-03-01T18:00:00.009Z     └─ S3 PutObject lake/bronze/1         0.900 ms  see trace 1-2-3
            """
        #expect(TraceText.tree(Sample.root, Sample.pipeline) == expected)
        #expect(TraceText.tree(Sample.root, Sample.pipeline.reversed()) == expected)
    }

    @Test func `is the same after a way through JSON`() throws {
        let json = try JSONValue(parsing: TraceJSON.trace(Sample.root, Sample.pipeline).bytes)
        #expect(json["trace_id"]?.string == Sample.root)
        let spans = TraceJSON.spans(json)
        #expect(spans == TraceTree(Sample.pipeline).rows.map(\.span))
        #expect(json["spans"]?.array?.compactMap { $0["depth"]?.integer } == [0, 1, 2, 3, 3, 4, 2])
        #expect(json["spans"]?.array?.first?["began"] == "2026-03-01T18:00:00.000Z")
    }

    @Test func `a span whose parent is not known stands by itself`() {
        let tree = TraceTree([Sample.span("b", under: "lost", at: 2), Sample.span("a", under: "a", at: 1)])
        #expect(tree.roots.map(\.span.id) == ["a", "b"])
    }

    @Test func `a ring of parents is shown once each`() {
        let ring = [Sample.span("a", under: "b", at: 1), Sample.span("b", under: "a", at: 2), Sample.span("c", at: 3)]
        #expect(TraceTree(ring).rows.map(\.span.id).sorted() == ["a", "b", "c"])
    }

    @Test func `a chain of thousands is shown whole`() {
        let chain = (0..<20_000).map { Sample.span("\($0)", under: "\($0 - 1)", at: Int64($0)) }
        let rows = TraceTree(chain).rows
        #expect(Set(rows.map(\.span.id)).count == 20_000)
        #expect(rows.map(\.depth).max() == 64)
    }

    @Test func `a list has a line for each trace`() throws {
        let summary = TraceSummary(first: Sample.pipeline[1], spans: 7, errors: 1, duration: .milliseconds(33))
        let text =
            "2026-03-01T18:00:00.000Z  1-69a47ea0-0123456789abcdef01234567  Scheduler Tick default/half-hours  "
            + "33.000 ms  7 spans  ! 1 error"
        #expect(TraceText.list([summary]) == text)
        let json = try JSONValue(parsing: TraceJSON.list([summary]).bytes)
        #expect(TraceJSON.summaries(json) == [summary])
    }
}
