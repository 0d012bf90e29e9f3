import AWSProtocol
import EmulatorClock
import Synchronization
import Testing

@testable import StepFunctions

/// What a service tells those who measure and log.
private final class Notes: Sendable {
    private let state = Mutex<(measures: [ExecutionWatch.Measure], lines: [ExecutionLog.Line])>(([], []))

    var measures: [ExecutionWatch.Measure] { state.withLock { $0.measures } }
    var lines: [ExecutionLog.Line] { state.withLock { $0.lines } }

    func watch(_ service: StepFunctionsService) {
        service.watch.observe(
            ExecutionWatch.Observers(
                measure: { measure in self.state.withLock { $0.measures.append(measure) } },
                log: { line in self.state.withLock { $0.lines.append(line) } }))
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Monitoring` {
    private static let group = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/states/m:*"
    private static let wait =
        #"{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"F"},"F":{"Type":"Fail","Error":"E"}}}"#

    private func create(_ bench: Bench, level: String, includesData: Bool) async throws -> String {
        try await bench.call(
            "CreateStateMachine",
            [
                "name": "m", "definition": .string(Self.wait), "roleArn": "arn:aws:iam::000000000000:role/rivulet",
                "loggingConfiguration": [
                    "level": .string(level), "includeExecutionData": .bool(includesData),
                    "destinations": [["cloudWatchLogsLogGroup": ["logGroupArn": .string(Self.group)]]],
                ],
            ])["stateMachineArn"]?.string ?? ""
    }

    private func run(_ machine: String, _ bench: Bench) async throws {
        _ = try await bench.start(machine, input: #"{"secret":1}"#)
        try await bench.service.settled()
        bench.clock.advance(by: .seconds(60))
        await bench.clock.settled()
        try await bench.service.settled()
    }

    @Test func `an execution is counted at its start and at its end`() async throws {
        let bench = try await Bench()
        let notes = Notes()
        notes.watch(bench.service)
        let machine = try await create(bench, level: "OFF", includesData: true)
        try await run(machine, bench)
        #expect(notes.measures.map(\.metric) == ["ExecutionsStarted", "ExecutionsFailed", "ExecutionTime"])
        #expect(notes.measures.map(\.value) == [1, 1, 60_000])
        #expect(Set(notes.measures.map(\.stateMachineARN)) == [machine])
        #expect(notes.lines.isEmpty)
        await bench.service.stop()
    }

    @Test(arguments: [
        ("ALL", ["ExecutionStarted", "WaitStateEntered", "WaitStateExited", "FailStateEntered", "ExecutionFailed"]),
        ("ERROR", ["FailStateEntered", "ExecutionFailed"]), ("FATAL", ["ExecutionFailed"]),
    ]) func `a log holds the events of its level`(level: String, types: [String]) async throws {
        let bench = try await Bench()
        let notes = Notes()
        notes.watch(bench.service)
        try await run(try await create(bench, level: level, includesData: false), bench)
        let events = try notes.lines.map { try JSONValue(parsing: $0.text) }
        #expect(events.compactMap { $0["type"]?.string } == types)
        #expect(Set(notes.lines.map(\.group)) == ["/aws/vendedlogs/states/m"])
        #expect(notes.lines.allSatisfy { $0.stream.hasPrefix("states/m/2026-03-01-12-00/") })
        #expect(!notes.lines.contains { $0.text.contains("secret") })
        await bench.service.stop()
    }

    @Test func `a log has the data where it is asked for`() async throws {
        let bench = try await Bench()
        let notes = Notes()
        notes.watch(bench.service)
        try await run(try await create(bench, level: "ALL", includesData: true), bench)
        let first = try JSONValue(parsing: try #require(notes.lines.first).text)
        #expect(first["id"] == "1" && first["previous_event_id"] == "0")
        #expect(first["event_timestamp"] == .string("\(Timestamp(milliseconds: 1_772_366_400_000).milliseconds)"))
        #expect(first["details"]?["input"] == .string(#"{"secret":1}"#))
        #expect(first["execution_arn"]?.string?.hasSuffix(":execution:m:run") == true)
        await bench.service.stop()
    }

    @Test(arguments: [(0, "00000000"), (1_772_366_400_000, "69a42a40")] as [(Int64, String)])
    func `a trace of one's own begins with the time`(milliseconds: Int64, seconds: String) {
        let header = TraceHeader.make(at: Timestamp(milliseconds: milliseconds), seed: 7)
        let parts = header.split(separator: ";")[0].split(separator: "-")
        #expect(parts[0] == "Root=1" && parts[1] == seconds && parts[2].utf8.count == 24)
        #expect(header.hasSuffix(";Sampled=1"))
        #expect(header == TraceHeader.make(at: Timestamp(milliseconds: milliseconds), seed: 7))
    }

    @Test func `tasks get the trace that the execution was started with, or all the same new one`() async throws {
        let bench = try await Bench()
        let machine = try await bench.create(Executions.task)
        for header in ["Root=1-69a42a40-0123456789abcdef01234567", nil] {
            var request: JSONObject = ["stateMachineArn": .string(machine)]
            request["traceHeader"] = header.map { .string($0) }
            let execution = try await bench.call("StartExecution", .object(request))["executionArn"] ?? .null
            await bench.tasks.answer { call in
                #expect(header == nil ? call.traceHeader.hasPrefix("Root=1-69a42a40-") : call.traceHeader == header)
                return .succeeded(.string(call.traceHeader))
            }
            try await bench.service.settled()
            let told = try await bench.call("DescribeExecution", ["executionArn": execution])
            #expect(told["output"]?.string == told["traceHeader"].map(\.text))
        }
        await bench.service.stop()
    }
}
