import HTTPTransport
import Lake
import Testing

@testable import Handlers

@Suite struct `Publishing a run` {
    @Test func `one message for each stream, ten a batch, with run and tier`() async throws {
        let world = World(streams: (0..<25).map { FakeTwitch.stream($0) })
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let answer = try await world.call(.publishToQueue, event)
        #expect(answer == ["run_id": event["run_id"], "messages": 25, "batches": 3, "resent": 0])
        let messages = world.read(\.messages)
        #expect(messages.count == 25)
        #expect(messages.allSatisfy { $0.attributes["run_id"]["StringValue"] == event["run_id"] })
        #expect(messages.allSatisfy { $0.attributes["tier"]["StringValue"] == "high" })
        let body = try JSON(Array(messages.first { $0.body.contains("\"row_no\":0,") }?.body.utf8 ?? "{}".utf8))
        guard case .object(var expected) = FakeTwitch.stream(0) else { return }
        expected["collected_at"] = "2026-03-01T12:00:00.000Z"
        expected["run_id"] = event["run_id"]
        expected["row_no"] = 0
        #expect(body == .object(expected))
    }

    @Test func `a stream that came twice goes once, as last seen`() async throws {
        let world = World(streams: [
            FakeTwitch.stream(1, viewers: 90), FakeTwitch.stream(2, viewers: 80), FakeTwitch.stream(1, viewers: 70),
        ])
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        #expect(event["duplicates"] == 1)
        let answer = try await world.call(.publishToQueue, event)
        #expect(answer["messages"] == 2)
        let bodies = try world.read(\.messages).map { try JSON(Array($0.body.utf8)) }
        #expect(bodies.map { $0["viewer_count"].int } == [80, 70])
        #expect(bodies.map { $0["row_no"].int } == [1, 2])
    }

    @Test func `entries that failed go again`() async throws {
        let world = World(streams: (0..<12).map { FakeTwitch.stream($0) })
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        world.change { $0.failingEntries = 2 }
        let answer = try await world.call(.publishToQueue, event)
        #expect(answer["resent"] == 2)
        #expect(Set(world.read(\.messages).map(\.body)).count == 12)
    }

    @Test func `entries that fail for ever make the step fail by number`() async throws {
        let world = World(streams: (0..<12).map { FakeTwitch.stream($0) })
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        world.change { $0.queueIsDown = true }
        let error = await #expect(throws: QueueSendError.self) { try await world.call(.publishToQueue, event) }
        #expect(error?.count == 12)
        #expect("\(error as Any)".contains("12 of 12 messages"))
        #expect("\(error as Any)".contains("busy"))
    }

    @Test func `a run without rows sends nothing`() async throws {
        let world = World()
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let answer = try await world.call(.publishToQueue, event)
        #expect(answer["messages"] == 0)
        let targets = world.requests(to: "aws.test").compactMap { $0.headers["X-Amz-Target"] }
        #expect(!targets.contains { $0.hasPrefix("AmazonSQS") })
    }

    @Test func `a message reads back as the row it came from`() throws {
        var stream = HelixStream()
        stream.id = "1"
        stream.title = "\u{202E}\"é\n\u{0}\u{1F680}"
        stream.tags = ["a", nil, ""]
        stream.tagIDs = nil
        stream.viewerCount = 7
        var rows = BronzeBuilder(runID: "r", collectedAt: Instant(milliseconds: 1_772_366_400_123))
        for _ in 0..<4 { try rows.append(stream) }
        let row = BronzeRows(try rows.table())[3]
        let message = try StreamMessage(body: try StreamMessage(row).body)
        #expect(message.stream.title == stream.title)
        #expect(message.stream.tags == stream.tags)
        #expect(message.stream.tagIDs == nil)
        #expect(message.stream.userID == nil)
        #expect(message.collectedAt == row.collectedAt)
        #expect(message.rowNumber == 3)
        #expect(message.runID == "r")
    }

    @Test(arguments: [(100, "mid"), (101, "high"), (60, "low"), (61, "mid"), (0, "low"), (-5, "low")])
    func `the bounds belong to the lower tier`(minutes: Int, tier: String) throws {
        let rule = try TierRule(Settings([:]))
        let collected = Instant(seconds: 1_772_366_400)
        let started = Instant(seconds: 1_772_366_400 - Int64(minutes) * 60)
        #expect(rule.tier(startedAt: started, collectedAt: collected, viewers: nil).rawValue == tier)
    }

    @Test func `viewers count where a bound is given`() throws {
        let rule = try TierRule(Settings(["TIER_HIGH_VIEWERS": "1000", "TIER_MID_VIEWERS": "10"]))
        let collected = Instant(seconds: 1_772_366_400)
        let started = Instant(seconds: 1_772_366_400 - 86_400)
        #expect(rule.tier(startedAt: started, collectedAt: collected, viewers: 1001) == .high)
        #expect(rule.tier(startedAt: started, collectedAt: collected, viewers: 1000) == .mid)
        #expect(rule.tier(startedAt: started, collectedAt: collected, viewers: 10) == .low)
        #expect(rule.tier(startedAt: nil, collectedAt: collected, viewers: 9999) == .low)
    }
}
