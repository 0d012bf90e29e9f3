import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import SQS

@Suite(.timeLimit(.minutes(1))) struct `Move tasks` {
    /// A queue of given-up messages with these bodies, and the queue they came from.
    private func graveyard(_ bench: Bench, _ bodies: [String]) async throws -> (queue: Queue, dead: Queue) {
        let (queue, dead) = try await bench.queueWithDeadLetters(after: 1)
        for body in bodies { try await bench.send(body, to: queue) }
        _ = try await bench.service.receive(from: queue, maximum: 10, visibilityTimeout: .zero)
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await bench.receive(queue) == [])
        #expect(try await bench.service.statistics(of: dead).visible == bodies.count)
        return (queue, dead)
    }

    @Test func `messages go back to where they came from, as new ones`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await graveyard(bench, ["a", "b"])
        let before = try await bench.service.peek(dead, limit: 10).map(\.messageID)
        async let received = bench.service.receive(from: queue, wait: .seconds(20))
        await bench.parked(1, on: queue)
        let task = try await bench.service.startMoveTask(sourceARN: dead.arn)
        let message = try #require(try await received.first)
        #expect(message.receiveCount == 1 && message.sent == bench.clock.now)
        #expect(!before.contains(message.messageID))
        let listed = try await bench.service.finished(task)
        #expect(listed.status == .completed && listed.moved == 2 && listed.toMove == 2)
        #expect(try await bench.service.statistics(of: dead).total == 0)
    }

    @Test func `a rate holds them to so many a second of the clock`() async throws {
        let bench = try await Bench()
        let (_, dead) = try await graveyard(bench, ["a", "b", "c", "d", "e"])
        let other = try await bench.queue("other")
        async let first = bench.service.receive(from: other, maximum: 10, wait: .seconds(20))
        await bench.parked(1, on: other)
        let task = try await bench.service.startMoveTask(
            sourceARN: dead.arn, destinationARN: other.arn, messagesPerSecond: 2)
        #expect(try await first.count == 2)
        let cancelled = try await bench.service.cancelMoveTask(handle: task.handle)
        #expect(cancelled.status == .cancelled && cancelled.moved == 2)
        #expect(try await bench.service.statistics(of: dead).visible == 3)
    }

    @Test func `one whose source is unknown, or whose destination goes, fails`() async throws {
        let bench = try await Bench()
        let (_, dead) = try await bench.queueWithDeadLetters(after: 1)
        try await bench.send("sent here directly", to: dead)
        let task = try await bench.service.finished(try await bench.service.startMoveTask(sourceARN: dead.arn))
        #expect(task.status == .failed && task.failureReason == "CouldNotDetermineMessageSource")
    }

    @Test func `what cannot be is refused in SQS's words`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await graveyard(bench, ["a", "b"])
        func message(_ operation: String, _ members: JSONObject) async -> String? {
            await bench.json(operation, members)["message"]?.string
        }
        let none: JSONValue = "arn:aws:sqs:us-east-1:000000000000:none"
        #expect(
            await message("StartMessageMoveTask", ["SourceArn": none])
                == "The resource that you specified for the SourceArn parameter doesn't exist.")
        #expect(
            await message("StartMessageMoveTask", ["SourceArn": .string(queue.arn)])
                == "Source queue must be configured as a Dead Letter Queue.")
        #expect(
            await message("StartMessageMoveTask", ["SourceArn": .string(dead.arn), "DestinationArn": none])
                == "The resource that you specified for the DestinationArn parameter doesn't exist.")
        #expect(
            await message("CancelMessageMoveTask", ["TaskHandle": "foobared"])
                == "Value for parameter TaskHandle is invalid.")
        let slow: JSONObject = ["SourceArn": .string(dead.arn), "MaxNumberOfMessagesPerSecond": 1]
        let handle = try #require(await bench.json("StartMessageMoveTask", slow)["TaskHandle"])
        #expect(
            await message("StartMessageMoveTask", slow)
                == "There is already a task running. Only one active task is allowed for a source queue arn "
                + "at a given time.")
        let listed = await bench.json("ListMessageMoveTasks", ["SourceArn": .string(dead.arn)])
        #expect(listed["Results"]?.array?.first?["TaskHandle"] == handle)
        #expect(listed["Results"]?.array?.first?["Status"] == "RUNNING")
        let unknown = MoveTask(
            id: "x", sourceARN: dead.arn, destinationARN: nil, messagesPerSecond: nil, started: Bench.start,
            status: .running, toMove: 0)
        let answer = await bench.json("CancelMessageMoveTask", ["TaskHandle": .string(unknown.handle)])
        #expect(answer.status == 404 && answer["message"] == "Task does not exist.")
    }

    @Test func `chosen messages can be mended and sent back`() async throws {
        let bench = try await Bench()
        let (queue, dead) = try await graveyard(bench, ["bad", "worse"])
        let letters = try await bench.service.peek(dead, limit: 10)
        let bad = try #require(letters.first { $0.body == "bad" })
        #expect(bad.receives.count == 1)
        #expect(try await bench.service.edit(bad.messageID, in: dead, body: "good"))
        #expect(try await bench.service.redrive([bad.messageID], from: dead) == 1)
        #expect(try await bench.receive(queue) == ["good"])
        #expect(try await bench.service.peek(dead, limit: 10).map(\.body) == ["worse"])
    }
}

extension SQSService {
    /// The task once it is over; every look at it is a read of the database, which the task's own step goes before.
    fileprivate func finished(_ task: MoveTask) async throws -> MoveTask {
        var end = task
        try await eventually("the end of a move task") {
            end = try await moveTasks(sourceARN: task.sourceARN).first { $0.id == task.id } ?? end
            return end.status != .running
        }
        return end
    }
}
