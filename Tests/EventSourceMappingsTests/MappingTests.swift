import AWSProtocol
import EmulatorClock
import SQS
import TestSupport
import Testing

@testable import EventSourceMappings

@Suite(.timeLimit(.minutes(1))) struct `A mapping` {
    @Test func `hands messages to the function and deletes them`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let mapping = try await bench.map(queue)
        try await bench.send("a", "b", to: queue)
        try await bench.mappings.settled()
        #expect(bench.function.bodies.flatMap { $0 }.sorted() == ["a", "b"])
        #expect(try await bench.queues.statistics(of: queue).total == 0)
        #expect(bench.mappings.metrics(ofMapping: mapping.id).deleted == 2)
    }

    @Test func `sends the event that Lambda sends`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let message = OutgoingMessage(
            body: "{\"a\":1}", attributes: ["Author": .string("John Grisham"), "Data": .binary([1, 2])])
        let sent = try await bench.queues.send(message, to: queue)
        try await bench.map(queue)
        try await bench.mappings.settled()
        let event = try JSONValue(parsing: try #require(bench.function.payloads.first))
        var record = try #require(event["Records"]?.array?.first?.object)
        #expect(record["receiptHandle"]?.string?.isEmpty == false)
        record["receiptHandle"] = nil
        #expect(
            record == [
                "messageId": .string(sent.messageID),
                "body": #"{"a":1}"#,
                "attributes": [
                    "ApproximateReceiveCount": "1", "SentTimestamp": "1772388000000", "SenderId": "000000000000",
                    "ApproximateFirstReceiveTimestamp": "1772388000000",
                ],
                "messageAttributes": [
                    "Author": [
                        "stringValue": "John Grisham", "stringListValues": [], "binaryListValues": [],
                        "dataType": "String",
                    ],
                    "Data": [
                        "binaryValue": "AQI=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary",
                    ],
                ],
                "md5OfMessageAttributes": .string(MessageDigests.ofAttributes(message.attributes) ?? ""),
                "md5OfBody": .string(MessageDigests.ofBody(message.body)),
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:orders",
                "awsRegion": "us-east-1",
            ])
    }

    @Test func `leaves a failed batch to its visibility timeout and then to the dead letters`() async throws {
        let bench = try await Bench { _ in .functionError([], type: "Unhandled") }
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 2)
        try await bench.map(queue)
        try await bench.send("poison", to: queue)
        for attempt in 1...2 {
            try await bench.mappings.settled()
            #expect(bench.function.events.count == attempt)
            #expect(try await bench.queues.statistics(of: queue).inFlight == 1)
            bench.clock.advance(by: .seconds(30))
        }
        try await bench.mappings.settled()
        #expect(bench.function.events.map { $0.map(\.receiveCount) } == [[1], [2]])
        #expect(try await bench.queues.statistics(of: dead).visible == 1)
    }

    @Test func `keeps only those that the function names as failed`() async throws {
        let bench = try await Bench { records in
            let failed = records.filter { $0.body == "poison" }.map { #"{"itemIdentifier":"\#($0.id)"}"# }
            return .success(Array(#"{"batchItemFailures":[\#(failed.joined(separator: ","))]}"#.utf8))
        }
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1)
        try await bench.send("good", "poison", "better", to: queue)
        try await bench.map(queue) { $0.reportsBatchItemFailures = true }
        try await bench.mappings.settled()
        #expect(try await bench.queues.peek(queue, limit: 10).map(\.body) == ["poison"])
        bench.clock.advance(by: .seconds(30))
        try await bench.mappings.settled()
        #expect(try await bench.queues.peek(dead, limit: 10).map(\.body) == ["poison"])
        #expect(bench.function.bodies == [["good", "poison", "better"]])
    }

    @Test func `takes a named failure for nothing when it was not asked to report them`() async throws {
        let bench = try await Bench { records in
            .success(Array(#"{"batchItemFailures":[{"itemIdentifier":"\#(records[0].id)"}]}"#.utf8))
        }
        let queue = try await bench.queue("orders")
        try await bench.map(queue)
        try await bench.send("a", to: queue)
        try await bench.mappings.settled()
        #expect(try await bench.queues.statistics(of: queue).total == 0)
    }

    @Test func `fills batches up to their size`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        for index in 0..<25 { try await bench.send("\(index)", to: queue) }
        try await bench.map(queue) { $0.batchSize = 10 }
        try await bench.mappings.settled()
        #expect(bench.function.bodies.map(\.count).sorted() == [5, 10, 10])
    }

    @Test func `gathers over a window of the clock`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.map(queue) {
            $0.batchSize = 100
            $0.maximumBatchingWindow = .seconds(5)
        }
        try await bench.send("a", to: queue)
        try await bench.mappings.settled()
        bench.clock.advance(by: .seconds(4))
        try await bench.send("b", to: queue)
        try await bench.mappings.settled()
        #expect(bench.function.bodies.isEmpty)
        bench.clock.advance(by: .seconds(1))
        try await bench.untilInvoked(1)
        #expect(bench.function.bodies == [["a", "b"]])
    }

    @Test func `takes a message once that shows again while its window lasts`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders", ["VisibilityTimeout": "30"])
        try await bench.map(queue) {
            $0.batchSize = 100
            $0.maximumBatchingWindow = .seconds(100)
        }
        try await bench.send("a", to: queue)
        try await bench.walk(to: bench.clock.now + .seconds(99))
        #expect(bench.function.bodies.isEmpty)
        bench.clock.advance(by: .seconds(1))
        try await bench.untilInvoked(1)
        try await bench.mappings.settled()
        #expect(bench.function.events.map { $0.map(\.receiveCount) } == [[4]])
        #expect(try await bench.queues.statistics(of: queue).total == 0)
    }

    @Test func `ends a window when the batch is full`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        for index in 0..<12 { try await bench.send("\(index)", to: queue) }
        try await bench.map(queue) {
            $0.batchSize = 12
            $0.maximumBatchingWindow = .seconds(5)
        }
        try await bench.untilInvoked(1)
        #expect(bench.function.bodies.map(\.count) == [12])
    }

    @Test func `runs no more batches at once than its maximum`() async throws {
        let bench = try await Bench { _ in
            await Task.yield()
            return .success([])
        }
        let queue = try await bench.queue("orders")
        for index in 0..<40 { try await bench.send("\(index)", to: queue) }
        try await bench.map(queue) {
            $0.batchSize = 1
            $0.maximumConcurrency = 2
        }
        try await bench.mappings.settled()
        #expect(bench.function.events.count == 40)
        #expect(bench.function.mostAtOnce <= 2)
    }

    @Test func `deletes what its filter keeps out`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.send(#"{"tier":"gold"}"#, #"{"tier":"tin"}"#, "plain", to: queue)
        let mapping = try await bench.map(queue) { $0.filters = [#"{"body":{"tier":["gold"]}}"#] }
        try await bench.mappings.settled()
        #expect(bench.function.bodies == [[#"{"tier":"gold"}"#]])
        #expect(try await bench.queues.statistics(of: queue).total == 0)
        #expect(bench.mappings.metrics(ofMapping: mapping.id).filteredOut == 2)
    }

    @Test func `keeps a FIFO group's order over a failure`() async throws {
        let bench = try await Bench { records in
            records.contains { $0.body == "2" && $0.receiveCount == 1 }
                ? .functionError([], type: "Unhandled") : .success([])
        }
        let queue = try await bench.queue("orders.fifo")
        try await bench.send("1", "2", "3", to: queue, group: "g")
        try await bench.map(queue) { $0.batchSize = 1 }
        try await bench.mappings.settled()
        #expect(bench.function.bodies == [["1"], ["2"]])
        bench.clock.advance(by: .seconds(30))
        try await bench.mappings.settled()
        #expect(bench.function.bodies == [["1"], ["2"], ["2"], ["3"]])
    }

    @Test func `tries a throttled batch again while its messages are hidden, then gives it back`() async throws {
        let bench = try await Bench { _ in .throttled }
        let queue = try await bench.queue("orders")
        try await bench.map(queue)
        try await bench.send("a", to: queue)
        var tries: [Int] = []
        for wait in [0, 1, 2, 4, 8, 16] {
            bench.clock.advance(by: .seconds(wait))
            try await bench.mappings.settled()
            tries.append(bench.function.events.count)
        }
        // At 0, 1, 3, 7 and 15 seconds; the next would be after the timeout.
        #expect(tries == [1, 2, 3, 4, 5, 6])
        #expect(bench.function.events.last?.first?.receiveCount == 2)
    }

    @Test func `does nothing while it is disabled`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let mapping = try await bench.map(queue, isEnabled: false)
        try await bench.send("a", to: queue)
        try await bench.mappings.settled()
        #expect(bench.function.bodies.isEmpty)
        _ = try await bench.mappings.update(mapping.id, isEnabled: true)
        try await bench.mappings.settled()
        #expect(bench.function.bodies == [["a"]])
        _ = try await bench.mappings.update(mapping.id, isEnabled: false)
        try await bench.send("b", to: queue)
        try await bench.mappings.settled()
        #expect(try await bench.queues.statistics(of: queue).visible == 1)
    }

    @Test func `is taken up again by the next service on the same database`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        let mapping = try await bench.map(queue) { $0.filters = [#"{"body":["a"]}"#] }
        await bench.mappings.stop()
        let next = try await MappingService(
            database: bench.database, clock: bench.clock, queues: bench.queues, functions: bench.function)
        #expect(next.mappings.map(\.id) == [mapping.id])
        #expect(next.mappings.map(\.settings) == [mapping.settings])
        try await bench.send("a", to: queue)
        next.start()
        try await next.settled()
        #expect(bench.function.bodies == [["a"]])
    }

    @Test func `takes up a queue of the same name when it is made anew`() async throws {
        let bench = try await Bench()
        let queue = try await bench.queue("orders")
        try await bench.map(queue)
        try await bench.queues.delete(queue)
        bench.clock.advance(by: .seconds(61))
        let again = try await bench.queue("orders")
        try await bench.send("a", to: again)
        try await bench.mappings.settled()
        #expect(bench.function.bodies == [["a"]])
    }
}

extension Bench {
    /// Waits, without looking at intervals, until that many invocations have begun and ended.
    func untilInvoked(_ count: Int) async throws {
        try await eventually("\(count) invocations") {
            try await mappings.settled()
            return function.events.count >= count
        }
    }
}
