import EmulatorClock
import SQS
import Synchronization
import TestSupport
import Testing

@testable import EventSourceMappings

/// A function that fails in every way there is, and remembers which messages its answers counted as done.
private final class Moody: Sendable {
    private struct State {
        var random: SeededGenerator
        var invocations: [String: Int] = [:]
        var done: Set<String> = []
        var wasInvokedAfterDone = false
    }

    private let reports: Bool
    private let state: Mutex<State>

    init(seed: UInt64, reports: Bool) {
        self.reports = reports
        state = Mutex(State(random: SeededGenerator(seed: seed)))
    }

    var done: Set<String> { state.withLock { $0.done } }
    var invocations: [String: Int] { state.withLock { $0.invocations } }
    var wasInvokedAfterDone: Bool { state.withLock { $0.wasInvokedAfterDone } }

    /// The plain table: what is answered, and which of the batch that makes done.
    func answer(_ records: [Record]) -> FunctionOutcome {
        state.withLock { state in
            for record in records {
                state.invocations[record.body, default: 0] += 1
                if state.done.contains(record.body) { state.wasInvokedAfterDone = true }
            }
            let all = records.map(\.body)
            func named(_ records: [Record]) -> String {
                records.map { #"{"itemIdentifier":"\#($0.id)"}"# }.joined(separator: ",")
            }
            func success(_ text: String, done: [String]) -> FunctionOutcome {
                state.done.formUnion(done)
                return .success(Array(text.utf8))
            }
            switch Int.random(in: 0..<8, using: &state.random) {
            case 0: return .functionError(Array(#"{"errorType":"E","errorMessage":"m"}"#.utf8), type: "Unhandled")
            case 1: return success("null", done: all)
            case 2: return success(#"{"batchItemFailures":[]}"#, done: all)
            case 3: return success("no json", done: reports ? [] : all)
            case 4: return success(#"{"batchItemFailures":[{"itemIdentifier":"nobody"}]}"#, done: reports ? [] : all)
            case 5: return success(#"{"batchItemFailures":[{"itemIdentifier":null}]}"#, done: reports ? [] : all)
            default:
                let failed = records.filter { _ in Bool.random(using: &state.random) }
                let kept = Set(failed.map(\.body))
                return success(
                    #"{"batchItemFailures":[\#(named(failed))]}"#,
                    done: reports ? all.filter { !kept.contains($0) } : all)
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A mapping and its plain model` {
    /// Every message is done once or dead after as many tries as the queue allows, whatever the function answers.
    @Test(arguments: 0..<40)
    func `agree over any moods`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let reports = Bool.random(using: &random)
        let tries = Int.random(in: 1...4, using: &random)
        let moody = Moody(seed: seed, reports: reports)
        let bench = try await Bench { moody.answer($0) }
        let (queue, dead) = try await bench.queueWithDeadLetters(after: tries)
        let count = Int.random(in: 1...40, using: &random)
        for number in 0..<count { try await bench.send("\(number)", to: queue) }
        try await bench.map(queue) {
            $0.reportsBatchItemFailures = reports
            $0.batchSize = Int.random(in: 1...10, using: &random)
            $0.maximumConcurrency = Int.random(in: 2...4, using: &random)
        }
        try await bench.mappings.settled()
        while let due = try await bench.queues.nextDue(of: queue) {
            bench.clock.advance(to: due)
            try await bench.mappings.settled()
        }
        let buried = Set(try await bench.queues.peek(dead, limit: 100).map(\.body))
        #expect(try await bench.queues.statistics(of: queue).total == 0, "seed \(seed)")
        #expect(buried.isDisjoint(with: moody.done), "seed \(seed)")
        #expect(buried.union(moody.done).count == count, "seed \(seed)")
        #expect(buried.allSatisfy { moody.invocations[$0] == tries }, "seed \(seed)")
        #expect(moody.invocations.values.allSatisfy { $0 <= tries }, "seed \(seed)")
        #expect(!moody.wasInvokedAfterDone, "seed \(seed)")
        await bench.mappings.stop()
    }

    /// Filters, partial failures, FIFO order, throttling, dead letters, any times: every event and every end is held
    /// against the model.
    @Test(arguments: Schedule.all("mapping", usually: 40))
    func `agree over any schedule`(schedule: Schedule) async throws {
        try await schedule.run { random in
            let run = try await MappingSchedule(seed: schedule.seed, &random)
            for _ in 0..<12 { try await run.step(&random) }
            try await run.finish()
        }
    }

    @Test func `a dead letter tells why it died and when it was tried`() async throws {
        let bench = try await Bench { _ in
            .functionError(Array(#"{"errorType":"ValueError","errorMessage":"no such tier"}"#.utf8), type: "Unhandled")
        }
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 2)
        try await bench.send("poison", to: queue)
        try await bench.map(queue)
        for _ in 0..<2 {
            try await bench.mappings.settled()
            bench.clock.advance(by: .seconds(30))
        }
        try await bench.mappings.settled()
        let letter = try #require(try await bench.queues.peek(dead, limit: 1).first)
        #expect(letter.lastError == "ValueError: no such tier")
        #expect(letter.receives.map { $0 - letter.sent } == [.zero, .seconds(30)])
    }
}
