import EmulatorClock
import Testing

@testable import SQS

@Suite struct `Visibility timeout` {
    @Test func `a received message stays hidden until its timeout passes, to the millisecond`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        #expect(try await bench.receive(queue) == ["a"])
        bench.clock.advance(by: .milliseconds(29_999))
        #expect(try await bench.receive(queue) == [])
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.receive(queue) == ["a"])
    }

    @Test func `a receive may bring its own timeout`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        #expect(try await bench.receive(queue, timeout: .seconds(5)) == ["a"])
        bench.clock.advance(by: .seconds(5))
        #expect(try await bench.receive(queue, timeout: .zero) == ["a"])
        #expect(try await bench.receive(queue) == ["a"])
    }

    @Test func `a message that shows again comes before those sent since`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("old", to: queue)
        #expect(try await bench.receive(queue, timeout: .seconds(3)) == ["old"])
        try await bench.send("new", to: queue)
        bench.clock.advance(by: .milliseconds(3_200))
        #expect(try await bench.receive(queue, 1) == ["old"])
        #expect(try await bench.receive(queue, 1) == ["new"])
    }

    @Test func `a message that is given back at once keeps no other waiting`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("poison", "a", "b", to: queue)
        var seen: [String] = []
        for _ in 0..<4 {
            seen += try await bench.receive(queue, 1, timeout: .zero)
            bench.clock.advance(by: .milliseconds(10))
        }
        #expect(seen == ["poison", "a", "b", "poison"])
    }

    @Test func `changing it counts from now`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        let message = try #require(try await bench.service.receive(from: queue).first)
        bench.clock.advance(by: .seconds(20))
        try await bench.service.changeVisibility(of: message.receiptHandle, in: queue, to: .seconds(60))
        bench.clock.advance(by: .seconds(59))
        #expect(try await bench.receive(queue) == [])
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.receive(queue) == ["a"])
    }

    @Test func `changing it to zero shows the message at once`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        let message = try #require(try await bench.service.receive(from: queue).first)
        try await bench.service.changeVisibility(of: message.receiptHandle, in: queue, to: .zero)
        #expect(try await bench.receive(queue) == ["a"])
    }

    @Test func `it ends twelve hours after the receive at the latest`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        let message = try #require(try await bench.service.receive(from: queue).first)
        try await bench.service.changeVisibility(of: message.receiptHandle, in: queue, to: .seconds(43_200))
        bench.clock.advance(by: .seconds(1))
        await #expect(
            throws: SQSError.invalidParameterValue(
                "Value 43200 for parameter VisibilityTimeout is invalid. Reason: "
                    + "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
        ) {
            try await bench.service.changeVisibility(of: message.receiptHandle, in: queue, to: .seconds(43_200))
        }
    }

    @Test func `a message that is gone has none to change`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        let handle = try #require(try await bench.service.receive(from: queue).first).receiptHandle
        try await bench.service.delete(handle, from: queue)
        await #expect(
            throws: SQSError.invalidParameterValue(
                "Value \(handle) for parameter ReceiptHandle is invalid. Reason: "
                    + "Message does not exist or is not available for visibility timeout change.")
        ) { try await bench.service.changeVisibility(of: handle, in: queue, to: .seconds(1)) }
    }
}

@Suite struct `Receipt handles` {
    @Test func `a stale receipt handle deletes nothing newer`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        let first = try #require(try await bench.service.receive(from: queue).first)
        bench.clock.advance(by: .seconds(30))
        let second = try #require(try await bench.service.receive(from: queue).first)
        #expect(first.receiptHandle != second.receiptHandle)
        try await bench.service.delete(first.receiptHandle, from: queue)
        #expect(try await bench.service.statistics(of: queue).inFlight == 1)
        try await bench.service.delete(second.receiptHandle, from: queue)
        #expect(try await bench.service.statistics(of: queue).total == 0)
    }

    @Test func `a handle still deletes after its timeout while nobody has received the message again`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        let message = try #require(try await bench.service.receive(from: queue).first)
        bench.clock.advance(by: .seconds(31))
        try await bench.service.delete(message.receiptHandle, from: queue)
        #expect(try await bench.receive(queue) == [])
    }

    @Test func `deleting twice is no error`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send("a", to: queue)
        let message = try #require(try await bench.service.receive(from: queue).first)
        for _ in 0..<3 { try await bench.service.delete(message.receiptHandle, from: queue) }
    }

    @Test(arguments: ["garbage", "", "AQBB"])
    func `what no queue gave out is refused`(handle: String) async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        await #expect(throws: SQSError.receiptHandleIsInvalid(handle)) {
            try await bench.service.delete(handle, from: queue)
        }
    }

    @Test func `another queue's handle is refused`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let other = try await bench.queue("other")
        try await bench.send("a", to: queue)
        let handle = try #require(try await bench.service.receive(from: queue).first).receiptHandle
        await #expect(throws: SQSError.receiptHandleOfAnotherQueue(handle)) {
            try await bench.service.delete(handle, from: other)
        }
    }

    @Test(arguments: 0..<50)
    func `a handle with one byte changed is nobody's`(seed: Int) throws {
        let handle = ReceiptHandle(
            queue: 3, message: Int64(seed * 977), receive: 2, received: Timestamp(milliseconds: 1_772_388_000_000))
        #expect(ReceiptHandle(wire: handle.wire) == handle)
        var bytes = try #require(Base64.decode(handle.wire))
        bytes[seed % bytes.count] ^= UInt8(1 << (seed % 8))
        #expect(ReceiptHandle(wire: Base64.encode(bytes)) == nil)
    }
}

@Suite struct Delay {
    @Test func `a delayed message shows when its delay has passed`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders", ["DelaySeconds": "10"])
        try await bench.send("of the queue", to: queue)
        _ = try await bench.service.send(OutgoingMessage(body: "of its own", delay: .seconds(3)), to: queue)
        _ = try await bench.service.send(OutgoingMessage(body: "none", delay: .zero), to: queue)
        #expect(try await bench.service.statistics(of: queue).delayed == 2)
        #expect(try await bench.receive(queue) == ["none"])
        bench.clock.advance(by: .seconds(3))
        #expect(try await bench.receive(queue) == ["of its own"])
        bench.clock.advance(by: .seconds(7))
        #expect(try await bench.receive(queue) == ["of the queue"])
    }
}

@Suite struct Retention {
    @Test func `a message lives for fourteen days to the millisecond`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders", ["MessageRetentionPeriod": "1209600"])
        try await bench.send("a", to: queue)
        bench.clock.advance(by: .seconds(1_209_600) - .milliseconds(1))
        #expect(try await bench.service.statistics(of: queue).visible == 1)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.service.statistics(of: queue).total == 0)
        #expect(try await bench.receive(queue) == [])
    }
}
