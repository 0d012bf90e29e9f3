import EmulatorClock
import Testing

@testable import SQS

@Suite struct `FIFO queues` {
    @Test func `a group is handed out in order and blocked while one of it is in flight`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("a1", "a2", to: queue, group: "a")
        try await bench.send("b1", to: queue, group: "b")
        try await bench.send("a3", to: queue, group: "a")
        #expect(try await bench.receive(queue, 2) == ["a1", "a2"])
        #expect(try await bench.receive(queue) == ["b1"])
        #expect(try await bench.receive(queue) == [])
        bench.clock.advance(by: .seconds(30))
        #expect(try await bench.receive(queue) == ["a1", "a2", "a3", "b1"])
    }

    @Test func `deleting what is in flight frees the group`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("1", "2", "3", to: queue, group: "g")
        let held = try await bench.service.receive(from: queue, maximum: 2)
        try await bench.service.delete(held[0].receiptHandle, from: queue)
        #expect(try await bench.receive(queue) == [])
        try await bench.service.delete(held[1].receiptHandle, from: queue)
        #expect(try await bench.receive(queue) == ["3"])
    }

    /// Observed of SQS: an earlier message that shows again is handed out while a later one is still in flight.
    @Test func `a message shown again does not wait for a later one in flight`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("1", "2", "3", to: queue, group: "g")
        let held = try await bench.service.receive(from: queue, maximum: 2)
        try await bench.service.changeVisibility(of: held[0].receiptHandle, in: queue, to: .zero)
        #expect(try await bench.receive(queue) == ["1"])
    }

    @Test func `groups take turns by how long they have waited`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        for group in ["a", "b", "c"] {
            try await bench.send("\(group)1", to: queue, group: group)
            bench.clock.advance(by: .milliseconds(1))
        }
        #expect(try await bench.receive(queue, 1, timeout: .seconds(1)) == ["a1"])
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.receive(queue) == ["b1", "c1", "a1"])
    }

    @Test func `an id is held for five minutes, deleted or not`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        func send(_ body: String) async throws -> SentMessage {
            try await bench.service.send(
                OutgoingMessage(body: body, groupID: "g", deduplicationID: "one"), to: queue)
        }
        let first = try await send("a")
        let message = try #require(try await bench.service.receive(from: queue).first)
        try await bench.service.delete(message.receiptHandle, from: queue)
        bench.clock.advance(by: .milliseconds(299_999))
        #expect(try await send("b") == first)
        #expect(try await bench.receive(queue) == [])
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await send("c") != first)
        #expect(try await bench.receive(queue) == ["c"])
    }

    @Test func `content decides where no id is given`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo", ["ContentBasedDeduplication": "true"])
        for (body, group) in [("a", "g"), ("a", "h"), ("b", "g")] {
            _ = try await bench.service.send(OutgoingMessage(body: body, groupID: group), to: queue)
        }
        #expect(try await bench.receive(queue) == ["a", "b"])
    }

    @Test func `deduplication may be each group's own`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue(
            "orders.fifo", ["ContentBasedDeduplication": "true", "DeduplicationScope": "messageGroup"])
        for group in ["g", "h", "g"] {
            _ = try await bench.service.send(OutgoingMessage(body: "a", groupID: group), to: queue)
        }
        #expect(try await bench.receive(queue) == ["a", "a"])
    }

    @Test func `sequence numbers are twenty digits and grow`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo", ["ContentBasedDeduplication": "true"])
        var numbers: [String] = []
        for body in ["a", "b", "c"] {
            let sent = try await bench.service.send(OutgoingMessage(body: body, groupID: "g"), to: queue)
            numbers.append(try #require(sent.sequenceNumber))
        }
        #expect(numbers == numbers.sorted() && Set(numbers).count == 3)
        #expect(numbers.allSatisfy { $0.utf8.count == 20 })
        #expect(try await bench.service.receive(from: queue, maximum: 10).map(\.sequenceNumber) == numbers)
    }

    @Test func `a handle dies with its timeout`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("a", to: queue, group: "g")
        let handle = try #require(try await bench.service.receive(from: queue).first).receiptHandle
        bench.clock.advance(by: .seconds(30))
        await #expect(
            throws: SQSError.invalidParameterValue(
                "Value \(handle) for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.")
        ) { try await bench.service.delete(handle, from: queue) }
    }

    @Test func `a new delay holds for what already waits`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo", ["DelaySeconds": "60"])
        try await bench.send("a", to: queue, group: "g")
        try await bench.service.setAttributes([("DelaySeconds", "5")], of: queue)
        bench.clock.advance(by: .seconds(5))
        #expect(try await bench.receive(queue) == ["a"])
    }
}
