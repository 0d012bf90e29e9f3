import EmulatorClock
import EmulatorDatabase
import Testing

@testable import SQS

@Suite struct `Fair queues` {
    @Test func `a long backlog of one group keeps no other waiting`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        for number in 0..<20 { try await bench.sendGrouped("noisy-\(number)", to: queue, group: "noisy") }
        #expect(try await bench.receive(queue, 5).count == 5)
        bench.clock.advance(by: .milliseconds(1))
        try await bench.sendGrouped("quiet", to: queue, group: "quiet")
        try await bench.send("nobody's", to: queue)
        let next = try await bench.receive(queue, 4)
        #expect(next.contains("quiet") && next.contains("nobody's"))
        #expect(next.count { $0.hasPrefix("noisy") } == 2)
    }

    @Test func `groups take turns one message at a time`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        for group in ["a", "b"] {
            for number in 0..<3 { try await bench.sendGrouped("\(group)\(number)", to: queue, group: group) }
            bench.clock.advance(by: .milliseconds(1))
        }
        #expect(try await bench.receive(queue, 4) == ["a0", "b0", "a1", "b1"])
        #expect(try await bench.receive(queue, 10) == ["a2", "b2"])
    }

    @Test func `a group in a standard queue blocks nothing and is shown`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.sendGrouped("1", to: queue, group: "g")
        try await bench.sendGrouped("2", to: queue, group: "g")
        let first = try #require(try await bench.service.receive(from: queue).first)
        #expect(first.groupID == "g")
        #expect(try await bench.receive(queue) == ["2"])
    }

    @Test func `with its last message a group is forgotten`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.sendGrouped("1", to: queue, group: "g")
        let message = try #require(try await bench.service.receive(from: queue).first)
        try await bench.service.delete(message.receiptHandle, from: queue)
        let shares = try await bench.database.read { db in
            try FairShares(db: db, queue: queue).groups()
        }
        #expect(!shares.contains("g"))
    }

    @Test func `its dead letters keep their group`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1)
        try await bench.sendGrouped("1", to: queue, group: "g")
        for _ in 0..<2 { _ = try await bench.receive(queue, timeout: .zero) }
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.service.receive(from: dead).map(\.groupID) == ["g"])
    }
}

@Suite struct `Receive attempts` {
    @Test func `the same attempt gives the same messages again`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("1", "2", "3", to: queue, group: "g")
        let first = try await bench.service.receive(from: queue, maximum: 2, attemptID: "one")
        bench.clock.advance(by: .seconds(20))
        let again = try await bench.service.receive(from: queue, maximum: 2, attemptID: "one")
        #expect(again.map(\.receiptHandle) == first.map(\.receiptHandle))
        #expect(again.map(\.receiveCount) == [1, 1])
        bench.clock.advance(by: .seconds(29))
        #expect(try await bench.receive(queue) == [])
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.receive(queue) == ["1", "2", "3"])
    }

    @Test func `once a message was deleted the attempt is over`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("1", "2", to: queue, group: "g")
        let first = try await bench.service.receive(from: queue, attemptID: "one")
        try await bench.service.delete(first[0].receiptHandle, from: queue)
        #expect(try await bench.service.receive(from: queue, attemptID: "one").map(\.body) == ["2"])
    }
}

extension Bench {
    fileprivate func sendGrouped(_ body: String, to queue: Queue, group: String) async throws {
        _ = try await service.send(OutgoingMessage(body: body, groupID: group), to: queue)
    }
}
