import EmulatorClock
import SQS
import TestSupport

@testable import EventSourceMappings

/// A mapping and its model side by side, over sends and the passing of time.
struct MappingSchedule {
    private let model: MappingModel
    private let bench: Bench
    private let queue: Queue
    private let dead: Queue
    private let counter = Counter()

    private final class Counter {
        var sent = 0
    }

    /// Draws the mapping's settings.
    init(seed: UInt64, _ random: inout SeededGenerator) async throws {
        var rules = MappingModel.Rules()
        rules.isFIFO = Bool.random(using: &random)
        rules.reports = Bool.random(using: &random)
        rules.batchSize = Int.random(in: 1...10, using: &random)
        rules.visibility = .seconds(Int.random(in: 3...40, using: &random))
        rules.maxReceives = Int.random(in: 1...4, using: &random)
        rules.maximumConcurrency = Int.random(in: 2...4, using: &random)
        let window = rules.isFIFO ? 0 : Int.random(in: 0...2, using: &random)
        rules.window = .seconds(window)
        let model = MappingModel(rules)
        self.model = model
        bench = try await Bench(replacedBy: { WhimsicalFunction(model: model, clock: $0, seed: seed) })
        let suffix = rules.isFIFO ? ".fifo" : ""
        dead = try await bench.queue("dead\(suffix)")
        queue = try await bench.queue(
            "orders\(suffix)",
            [
                "VisibilityTimeout": "\(rules.visibility.components.seconds)",
                "RedrivePolicy": #"{"deadLetterTargetArn":"\#(dead.arn)","maxReceiveCount":\#(rules.maxReceives)}"#,
            ])
        let hasFilter = Bool.random(using: &random)
        try await bench.map(queue) {
            $0.reportsBatchItemFailures = rules.reports
            $0.batchSize = rules.batchSize
            $0.maximumBatchingWindow = .seconds(window)
            $0.maximumConcurrency = rules.maximumConcurrency
            if hasFilter { $0.filters = [#"{"body":[{"anything-but":{"suffix":"0"}}]}"#] }
        }
        keepsOut = hasFilter ? { $0.hasSuffix("0") } : { _ in false }
    }

    private let keepsOut: (String) -> Bool

    func step(_ random: inout SeededGenerator) async throws {
        if Int.random(in: 0..<3, using: &random) > 0 {
            for _ in 0..<Int.random(in: 1...12, using: &random) { try await send(&random) }
            try await bench.settle()
        } else {
            try await bench.walk(to: bench.clock.now + .milliseconds(Int.random(in: 1...20_000, using: &random)))
        }
        try check()
    }

    /// Lets the time pass until nothing is left to do.
    func finish() async throws {
        try await bench.walk(to: nil)
        try check()
        let left = try await bench.queues.statistics(of: queue).total
        try agree(left == 0, "\(left) messages are left in the queue")
        let buried = Set(try await bench.queues.peek(dead, limit: 1_000).map(\.body))
        try agree(buried == model.dead, "dead are \(buried.sorted()), should be \(model.dead.sorted())")
        try agree(
            model.receivesOfDead.allSatisfy { $0 == model.rules.maxReceives },
            "the dead were received \(model.receivesOfDead) times")
        // Nothing holds on to the database's files then: thousands of schedules share a process.
        await bench.mappings.stop()
    }

    private func send(_ random: inout SeededGenerator) async throws {
        counter.sent += 1
        let body = "m\(counter.sent)"
        let group = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
        let delay = model.rules.isFIFO || Bool.random(using: &random) ? 0 : Int.random(in: 1...9, using: &random)
        // The model hears of it first: the mapping may be faster than the answer to the send.
        model.sent(
            MappingModel.Message(
                body: body, group: group, isFiltered: keepsOut(body), shows: bench.clock.now + .seconds(delay)))
        _ = try await bench.queues.send(
            OutgoingMessage(
                body: body, delay: model.rules.isFIFO ? nil : .seconds(delay),
                groupID: model.rules.isFIFO ? group : nil,
                deduplicationID: model.rules.isFIFO ? body : nil), to: queue)
    }

    private func check() throws {
        try agree(model.objections.isEmpty, model.objections.joined(separator: "; "))
    }
}

extension Bench {
    /// Returns once nothing is under way that does not wait for the clock.
    func settle() async throws {
        var before: [Int]
        repeat {
            before = [clock.rung, mappings.activityCount]
            await clock.settled()
            try await mappings.settled()
        } while [clock.rung, mappings.activityCount] != before
    }

    /// Moves the clock through every due instant up to `target`, or until nothing waits for it.
    func walk(to target: Timestamp?) async throws {
        try await settle()
        while let next = clock.waits.first?.instant, target.map({ next <= $0 }) ?? true {
            clock.advance(to: next)
            try await settle()
        }
        if let target { clock.advance(to: target) }
        try await settle()
    }
}
