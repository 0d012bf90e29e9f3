import EmulatorClock
import Testing

@testable import SQS

@Suite struct `Dead letters` {
    @Test func `a message is handed out as often as the policy says and then given up`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 2)
        try await bench.send("poison", to: queue)
        #expect(try await bench.receive(queue, timeout: .zero) == ["poison"])
        #expect(try await bench.receive(queue, timeout: .zero) == ["poison"])
        #expect(try await bench.receive(queue, timeout: .zero) == [])
        let message = try #require(try await bench.service.receive(from: dead).first)
        #expect(message.body == "poison")
        #expect(message.deadLetterSourceARN == queue.arn)
        #expect(message.receiveCount == 3)
        #expect(message.sent == Bench.start)
    }

    @Test func `its good neighbours are handed out in its place`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1)
        try await bench.send("poison", to: queue)
        _ = try await bench.receive(queue, timeout: .seconds(1))
        bench.clock.advance(by: .seconds(2))
        try await bench.send("good", to: queue)
        #expect(try await bench.receive(queue, 1) == ["good"])
        #expect(try await bench.service.statistics(of: dead).visible == 1)
    }

    @Test func `a dead-letter queue may have one itself`() async throws {
        let bench = try await Bench()
        let last = try await bench.queue("last")
        func policy(_ target: Queue) -> [String: String] {
            ["RedrivePolicy": #"{"deadLetterTargetArn":"\#(target.arn)","maxReceiveCount":1}"#]
        }
        let middle = try await bench.queue("middle", policy(last))
        let first = try await bench.queue("first", policy(middle))
        try await bench.send("a", to: first)
        for queue in [first, middle] {
            #expect(try await bench.receive(queue, timeout: .zero) == ["a"])
            #expect(try await bench.receive(queue, timeout: .zero) == [])
        }
        #expect(try await bench.receive(last) == ["a"])
    }

    @Test func `without its dead-letter queue a message stays`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1)
        try await bench.send("a", to: queue)
        try await bench.service.delete(dead)
        for _ in 0..<3 { #expect(try await bench.receive(queue, timeout: .zero) == ["a"]) }
    }

    @Test func `in a FIFO queue a given-up message lets its group go on`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1, suffix: ".fifo")
        try await bench.send("1", "2", to: queue, group: "g")
        #expect(try await bench.receive(queue, 1, timeout: .seconds(1)) == ["1"])
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.receive(queue) == ["2"])
        #expect(try await bench.receive(dead) == ["1"])
    }

    @Test func `a queue's redrive allow policy keeps others out`() async throws {
        let bench = try await Bench()
        let dead = try await bench.queue("dead", ["RedriveAllowPolicy": #"{"redrivePermission":"denyAll"}"#])
        let policy = #"{"deadLetterTargetArn":"\#(dead.arn)","maxReceiveCount":1}"#
        await #expect(throws: SQSError.self) { try await bench.queue("orders", ["RedrivePolicy": policy]) }
        let named = #"{"redrivePermission":"byQueue","sourceQueueArns":["\#(bench.address("orders").arn)"]}"#
        try await bench.service.setAttributes([("RedriveAllowPolicy", named)], of: dead)
        let queue = try await bench.queue("orders", ["RedrivePolicy": policy])
        #expect(bench.service.sources(ofDeadLetterQueue: dead).map(\.id) == [queue.id])
    }
}
