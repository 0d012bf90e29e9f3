import AWSProtocol
import CloudWatchLogs
import EmulatorClock
import EmulatorDatabase
import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Lambda

@Suite struct `A function's log` {
    /// Collects what a stream emits.
    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }

        func add(_ more: [String]) { lines.withLock { $0 += more } }
    }

    private func print(_ text: String, to stream: LogStream) {
        _ = write(stream.writingEnd, text, text.utf8.count)
    }

    @Test func `lines come whole and in order, the platform's between`() throws {
        let lines = Lines()
        let stream = try LogStream { lines.add($0.lines) }
        print("one\ntw", to: stream)
        stream.drain()
        print("o\n\nunfinished", to: stream)
        stream.say(["END", "REPORT"])
        print("last", to: stream)
        stream.finish()
        #expect(lines.all == ["one", "two", "", "unfinished", "END", "REPORT", "last"])
    }

    @Test func `the tail holds the last bytes since it was begun`() throws {
        let stream = try LogStream { _ in }
        print("before\n", to: stream)
        stream.drain()
        #expect(stream.endTail(limit: 10) == nil)
        stream.beginTail()
        print("after\n", to: stream)
        stream.say(["END"])
        #expect(stream.endTail(limit: 100).map { String(decoding: $0, as: UTF8.self) } == "after\nEND\n")
        stream.beginTail()
        print("0123456789\n", to: stream)
        stream.drain()
        #expect(stream.endTail(limit: 4).map { String(decoding: $0, as: UTF8.self) } == "789\n")
        stream.finish()
    }

    @Test func `a line without end is cut, and bytes that are no text are kept as best they can`() throws {
        let lines = Lines()
        let stream = try LogStream { lines.add($0.lines) }
        for _ in 0..<6 {
            print(String(repeating: "x", count: 60_000), to: stream)
            stream.drain()
        }
        stream.finish()
        #expect(lines.all.count == 2)
        #expect(lines.all.map(\.utf8.count).reduce(0, +) == 360_000)
    }

    @Test func `lines of a state folder from before the log groups move along`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "rivulet.sqlite")
        let rows = SchemaVersion(
            "rows",
            "INSERT INTO log_event (log_group, log_stream, timestamp_ms, message) VALUES ('g', 's', 7, 'one'), "
                + "('g', 's', 7, 'two')")
        let old = try EmulatorDatabase(at: file, schema: LambdaService.schema.filter { $0.name == "lambda-1" } + [rows])
        try await old.close()
        let database = try EmulatorDatabase(at: file, schema: LogsService.schema + LambdaService.schema)
        let logs = LogsService(database: database, clock: VirtualClock(frozenAt: World.noon))
        let moved = try await logs.tail(LogGroupID(name: "g"), limit: 10)
        #expect(moved.map(\.message) == ["one", "two"] && moved.allSatisfy { $0.stream == "s" })
        #expect(try await logs.group(LogGroupID(name: "g")).storedBytes == 2 * (3 + 26))
    }

    @Test(arguments: [(0, "0.00"), (4, "0.00"), (5, "0.01"), (1234, "1.23"), (1235, "1.24"), (60_000, "60.00")])
    func `durations have two digits`(microseconds: Int64, text: String) {
        #expect(Hundredths.text(microseconds, per: 1000) == text)
    }

    @Test func `a log in JSON has an event for each line of the platform`() throws {
        var logging = FunctionLogging()
        logging.format = .json
        let log = PlatformLog(logging: logging, now: World.noon)
        let start = try JSONValue(parsing: try #require(log.start("r1", .latest).first))
        #expect(start["type"] == "platform.start" && start["time"] == .string(World.noon.rfc3339))
        #expect(start["record"] == ["requestId": "r1", "version": "$LATEST"])
        let report = InvocationReport(
            status: .error("Runtime.ExitError"), duration: .microseconds(1234), initDuration: .milliseconds(5),
            memorySize: 128, maxMemoryUsed: 9)
        let lines = log.end(report, requestID: "r1", traceID: "", failure: nil)
        let end = try JSONValue(parsing: try #require(lines.first))
        #expect(lines.count == 1 && end["type"] == "platform.report")
        #expect(end["record"]?["status"] == "error" && end["record"]?["errorType"] == "Runtime.ExitError")
        #expect(end["record"]?["metrics"]?["durationMs"] == .number("1.23"))
        #expect(end["record"]?["metrics"]?["billedDurationMs"] == 7)
    }

    @Test func `at WARN the platform tells of failures only`() {
        var logging = FunctionLogging()
        logging.format = .json
        logging.systemLevel = "WARN"
        let log = PlatformLog(logging: logging, now: World.noon)
        func end(_ status: InvocationReport.Status) -> [String] {
            let report = InvocationReport(
                status: status, duration: .zero, initDuration: nil, memorySize: 128, maxMemoryUsed: 9)
            return log.end(report, requestID: "r1", traceID: "", failure: nil)
        }
        #expect(log.start("r1", .latest).isEmpty && end(.success).isEmpty)
        #expect(end(.timeout).count == 1)
    }

    @Test func `a trace id is X-Ray's`() {
        let id = InvocationTrace.new(at: World.noon).header
        #expect(id.wholeMatch(of: /Root=1-69a47ea0-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=1/) != nil)
        #expect(InvocationTrace.new(at: World.noon).header != id)
    }
}
