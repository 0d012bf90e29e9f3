import EmulatorClock
import Testing

@testable import SQS

@Suite(.timeLimit(.minutes(1))) struct `Long polls` {
    @Test func `an arrival wakes one`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        async let received = bench.service.receive(from: queue, wait: .seconds(20))
        await bench.parked(1, on: queue)
        try await bench.send("a", to: queue)
        #expect(try await received.map(\.body) == ["a"])
    }

    @Test func `a delayed message ends one when it is due`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        async let received = bench.service.receive(from: queue, wait: .seconds(20))
        await bench.parked(1, on: queue)
        _ = try await bench.service.send(OutgoingMessage(body: "a", delay: .seconds(5)), to: queue)
        bench.clock.advance(by: .seconds(5))
        #expect(try await received.map(\.body) == ["a"])
    }

    @Test func `somebody else's receive ends one when its timeout passes`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        _ = try await bench.receive(queue, timeout: .seconds(7))
        async let received = bench.service.receive(from: queue, wait: .seconds(20))
        await bench.parked(1, on: queue)
        bench.clock.advance(by: .seconds(7))
        #expect(try await received.map(\.body) == ["a"])
    }

    @Test func `one ends empty when its time is over`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        async let received = bench.service.receive(from: queue, wait: .seconds(20))
        await bench.parked(1, on: queue)
        bench.clock.advance(by: .seconds(20))
        #expect(try await received.isEmpty)
    }

    @Test func `as many wake as messages come`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<3 {
                group.addTask { try await bench.service.receive(from: queue, wait: .seconds(20)).map(\.body) }
            }
            await bench.parked(3, on: queue)
            try await bench.send("a", "b", to: queue)
            let first = try await [group.next(), group.next()]
            #expect(first.compactMap { $0?.first }.sorted() == ["a", "b"])
            await bench.parked(1, on: queue)
            bench.clock.advance(by: .seconds(20))
            #expect(try await group.next() == [])
        }
    }

    @Test func `a cancelled one leaves its message to the next`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let first = Task { try await bench.service.receive(from: queue, wait: .seconds(20)) }
        await bench.parked(1, on: queue)
        async let second = bench.service.receive(from: queue, wait: .seconds(20))
        await bench.parked(2, on: queue)
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        try await bench.send("a", to: queue)
        #expect(try await second.map(\.body) == ["a"])
    }

    @Test func `deleting the queue ends them`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let poll = Task { try await bench.service.receive(from: queue, wait: .seconds(20)) }
        await bench.parked(1, on: queue)
        try await bench.service.delete(queue)
        await #expect(throws: SQSError.queueDoesNotExist) { try await poll.value }
    }

    @Test func `a dead letter wakes who waits for it`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1)
        try await bench.send("a", to: queue)
        async let received = bench.service.receive(from: dead, wait: .seconds(20))
        await bench.parked(1, on: dead)
        _ = try await bench.receive(queue, timeout: .zero)
        _ = try await bench.receive(queue, timeout: .zero)
        #expect(try await received.map(\.body) == ["a"])
    }
}
