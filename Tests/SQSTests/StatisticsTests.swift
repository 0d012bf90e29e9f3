import EmulatorClock
import Testing

@testable import SQS

@Suite struct `Counts at an instant` {
    private func counts(_ bench: Bench, at instant: Timestamp) async throws -> [String: QueueStatistics] {
        try await bench.service.statistics(at: instant).reduce(into: [:]) { $0[$1.queue.address.name] = $1.statistics }
    }

    @Test func `all queues are told of at once, as each is by itself`() async throws {
        let bench = try await Bench()
        let (orders, empty) = (try await bench.queue("orders"), try await bench.queue("empty"))
        try await bench.send("a", "b", "c", to: orders)
        bench.clock.advance(by: .seconds(10))
        _ = try await bench.receive(orders, 1)
        let counts = try await counts(bench, at: bench.clock.now)
        #expect(counts["orders"] == QueueStatistics(visible: 2, inFlight: 1, delayed: 0, oldestAge: .seconds(10)))
        #expect(counts["orders"] == (try await bench.service.statistics(of: orders)))
        #expect(counts["empty"] == (try await bench.service.statistics(of: empty)))
    }

    @Test func `what was sent later is left out of an instant that has passed`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        _ = try await bench.service.send(OutgoingMessage(body: "b", delay: .seconds(60)), to: queue)
        bench.clock.advance(by: .seconds(120))
        try await bench.send("c", "d", to: queue)
        _ = try await bench.service.send(OutgoingMessage(body: "e", delay: .seconds(60)), to: queue)
        func at(_ seconds: Int64) async throws -> QueueStatistics? {
            try await counts(bench, at: Bench.start + .seconds(seconds))["orders"]
        }
        #expect(try await at(-1) == QueueStatistics(visible: 0, inFlight: 0, delayed: 0, oldestAge: nil))
        #expect(try await at(30) == QueueStatistics(visible: 1, inFlight: 0, delayed: 1, oldestAge: .seconds(30)))
        #expect(try await at(90) == QueueStatistics(visible: 2, inFlight: 0, delayed: 0, oldestAge: .seconds(90)))
        #expect(try await at(120) == QueueStatistics(visible: 4, inFlight: 0, delayed: 1, oldestAge: .seconds(120)))
    }

    @Test func `messages past their retention count no more`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders", ["MessageRetentionPeriod": "60"])
        try await bench.send("a", to: queue)
        bench.clock.advance(by: .seconds(60))
        #expect(
            try await counts(bench, at: bench.clock.now)["orders"]
                == QueueStatistics(visible: 0, inFlight: 0, delayed: 0, oldestAge: nil))
    }
}
