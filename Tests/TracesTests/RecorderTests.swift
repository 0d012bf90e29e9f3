import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import TestSupport
import Testing

@testable import Traces

/// Recorders on one database, which may be closed and opened again.
private final class Bench {
    let clock = VirtualClock(frozenAt: Sample.six)
    let recorder: TraceRecorder
    let database: EmulatorDatabase
    let folder: TemporaryFolder

    init(_ limits: TraceLimits = .standard, on folder: TemporaryFolder? = nil) throws {
        self.folder = try folder ?? TemporaryFolder()
        database = try EmulatorDatabase(
            at: self.folder.url.appending(path: "traces.sqlite"), durability: .fast, schema: TraceRecorder.schema)
        recorder = TraceRecorder(database: database, clock: clock, limits: limits)
    }

    func reopened() async throws -> Bench {
        await recorder.stop()
        try await database.close()
        return try Bench(on: folder)
    }

    func keep(_ requestID: String, function: String = "f", payload: [UInt8] = Array("{}".utf8)) {
        recorder.keep(
            InvokedEvent(
                requestID: requestID, functionARN: "arn:aws:lambda:us-east-1:000000000000:function:\(function)",
                payload: payload, clientContext: nil, began: clock.now))
    }
}

@Suite(.timeLimit(.minutes(1))) struct `The recorder of traces` {
    @Test func `a trace is there after a restart`() async throws {
        let bench = try Bench()
        Sample.pipeline.forEach(bench.recorder.record)
        let again = try await bench.reopened()
        #expect(try await again.recorder.trace(Sample.root) == Sample.pipeline.sorted { $0.order < $1.order })
    }

    @Test(arguments: [Sample.root, "Root=\(Sample.root);Parent=1;Sampled=1", "r2"])
    func `a trace is found by its id, by a header, and by the id of a request`(id: String) async throws {
        let bench = try Bench()
        Sample.pipeline.forEach(bench.recorder.record)
        #expect(try await bench.recorder.trace(id).count == Sample.pipeline.count)
        #expect(try await bench.recorder.trace("1-other").isEmpty)
    }

    @Test func `the latest traces come first, told by what began them`() async throws {
        let bench = try Bench()
        bench.recorder.record(Sample.span("9", trace: "1-a-b", error: "no"))
        Sample.pipeline.forEach(bench.recorder.record)
        let latest = try await bench.recorder.latest(10)
        #expect(latest.map(\.first.id) == ["1", "9"])
        #expect(latest.map(\.spans) == [7, 1])
        #expect(latest.map(\.errors) == [1, 1])
        #expect(latest.first?.duration == .microseconds(33_250))
        #expect(try await bench.recorder.latest(1).count == 1)
    }

    /// More go at once than are deleted by one statement, and fewer.
    @Test(arguments: [7, 1_000])
    func `the oldest spans go first`(rowsAtOnce: Int) async throws {
        var limits = TraceLimits.standard
        (limits.spans, limits.rowsAtOnce) = (100, rowsAtOnce)
        let bench = try Bench(limits)
        for number in 0..<250 { bench.recorder.record(Sample.span("\(number)", at: Int64(number))) }
        #expect(try await bench.recorder.trace(Sample.root).map(\.id) == (150..<250).map(String.init))
    }

    @Test func `what waits for the disk is bounded`() async throws {
        var limits = TraceLimits.standard
        limits.waitingSpans = 100
        let bench = try Bench(limits)
        for number in 0..<1_000 { bench.recorder.record(Sample.span("\(number)", at: Int64(number))) }
        let kept = try await bench.recorder.trace(Sample.root).map(\.id)
        #expect((75...100).contains(kept.count))
        #expect(kept.last == "999")
    }

    @Test func `events are bounded by number and by bytes, the newest stay`() async throws {
        var limits = TraceLimits.standard
        (limits.events, limits.events_bytes) = (10, 1_000)
        let bench = try Bench(limits)
        for number in 0..<95 {
            bench.keep("small-\(number)")
            if number % 7 == 0 { await bench.recorder.flush() }
        }
        #expect(try await bench.recorder.event(ofRequest: "small-84") == nil)
        #expect(try await bench.recorder.event(ofRequest: "small-85")?.payload == Array("{}".utf8))
        bench.keep("large", payload: [UInt8](repeating: 0x20, count: 999))
        bench.keep("too large", payload: [UInt8](repeating: 0x20, count: 1_001))
        #expect(try await bench.recorder.event(ofRequest: "small-94") == nil)
        #expect(try await bench.recorder.event(ofRequest: "large")?.payload.count == 999)
        #expect(try await bench.recorder.event(ofRequest: "too large") == nil)
    }

    @Test func `of a flood of large events the newest are written`() async throws {
        var limits = TraceLimits.standard
        limits.waitingEvents_bytes = 1_000
        let bench = try Bench(limits)
        for number in 0..<50 { bench.keep("\(number)", payload: [UInt8](repeating: 0x20, count: 300)) }
        #expect(try await bench.recorder.event(ofRequest: "46") == nil)
        for kept in 47..<50 { #expect(try await bench.recorder.event(ofRequest: "\(kept)") != nil) }
    }

    @Test func `the last event of a function is its own, whatever its qualifier`() async throws {
        let bench = try Bench()
        bench.keep("1", function: "f:live")
        bench.keep("2", function: "f2")
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
        #expect(try await bench.recorder.lastEvent(ofFunction: arn)?.requestID == "1")
        bench.keep("3", function: "f")
        bench.keep("1", function: "f:live")
        #expect(try await bench.recorder.lastEvent(ofFunction: arn)?.requestID == "3", "a retry is no new event")
    }

    @Test func `spans are told while others are written`() async throws {
        let bench = try Bench()
        await withTaskGroup { group in
            for task in 0..<4 {
                group.addTask { [recorder = bench.recorder] in
                    for number in 0..<200 {
                        recorder.record(Sample.span("\(task)-\(number)"))
                        if number % 50 == 0 { await recorder.flush() }
                    }
                }
            }
        }
        #expect(try await bench.recorder.trace(Sample.root).count == 800)
    }
}
