import AWSClient
import LambdaRuntime
import Testing

@testable import Handlers

@Suite struct `Alerts` {
    private let settings = [
        "ALERTS_QUEUE_URL": "http://aws.test/000000000000/alerts", "ALERTS_TABLE": "alerts", "WATCHED_USERS": "1003,77",
    ]
    private let world = World(streams: (0..<5).map { FakeTwitch.stream($0, viewers: 900 - $0, game: 500) })

    /// Pulls and publishes; gives the ids of the alerts that were sent.
    @discardableResult
    private func run(_ time: String, _ more: [String: String] = [:]) async throws -> [String] {
        let before = alerts.count
        let event = try await world.call(.extract, ["time": .string("2026-03-01T\(time):00Z")])
        let answer = try await world.call(.publishToQueue, event, settings.merging(more) { _, given in given })
        let sent = alerts.dropFirst(before)
        #expect(answer["alerts"] == .number(Double(sent.count)))
        return sent.compactMap { $0["alert_id"].string }
    }

    private var alerts: [JSON] {
        world.read(\.messages).filter { $0.attributes["alert"] != .null }.compactMap { try? JSON(Array($0.body.utf8)) }
    }

    private func set(_ stream: Int, viewers: Int) {
        world.change { $0.twitch.streams[stream] = FakeTwitch.stream(stream, viewers: viewers, game: 500) }
    }

    @Test func `tell once that a watched streamer is live`() async throws {
        #expect(try await run("12:30") == ["stream_live#317000000003"])
        #expect(alerts[0]["user_id"] == "1003")
        #expect(alerts[0]["name"] == "User3")
        #expect(alerts[0]["viewers"] == 897)
        #expect(alerts[0]["collected_at"] == "2026-03-01T12:30:00.000Z")
        #expect(try await run("13:00") == [])
        #expect(world.rows("alerts").count == 1)
        // Another broadcast of the same streamer.
        world.change { state in
            guard case .object(var fields) = state.twitch.streams[3] else { return }
            fields["id"] = "318000000000"
            state.twitch.streams[3] = .object(fields)
        }
        #expect(try await run("13:30") == ["stream_live#318000000000"])
    }

    @Test func `tell once that a stream rises, and only one that rises fast enough`() async throws {
        let nobody = ["WATCHED_USERS": "", "ALERT_CATEGORY_VIEWERS": "1000000"]
        #expect(try await run("12:30", nobody) == [])
        set(0, viewers: 1800)
        set(1, viewers: 1797)
        #expect(try await run("13:00", nobody) == ["stream_rises#317000000000"])
        #expect(alerts[0]["viewers"] == 1800)
        #expect(alerts[0]["viewers_before"] == 900)
        set(0, viewers: 9000)
        #expect(try await run("13:30", nobody) == [])
    }

    @Test func `do not tell of small streams, of new ones, nor of what was long ago`() async throws {
        let nobody = ["WATCHED_USERS": ""]
        try await run("12:30", nobody)
        set(2, viewers: 999)
        world.change { $0.twitch.streams.append(FakeTwitch.stream(9, viewers: 50_000, game: 7)) }
        #expect(try await run("12:31", nobody) == [])
        set(4, viewers: 9000)
        #expect(try await run("17:30", nobody) == [])
    }

    @Test func `tell of a category once a day`() async throws {
        let rule = ["WATCHED_USERS": "", "ALERT_CATEGORY_VIEWERS": "9000", "ALERT_STREAM_VIEWERS": "1000000"]
        try await run("12:30", rule)
        for stream in 0..<5 { set(stream, viewers: 2000) }
        #expect(try await run("13:00", rule) == ["category_rises#500#2026-03-01"])
        #expect(alerts[0]["name"] == "Game 500")
        #expect(alerts[0]["viewers_before"] == 4490)
        for stream in 0..<5 { set(stream, viewers: 20_000) }
        #expect(try await run("13:30", rule) == [])
    }

    @Test func `go again when the run that claimed them did not send them`() async throws {
        let event = try await world.call(.extract, ["time": "2026-03-01T12:30:00Z"])
        world.change { $0.queueIsDown = true }
        await #expect(throws: QueueSendError.self) { try await world.call(.publishToQueue, event, settings) }
        world.change { $0.queueIsDown = false }
        #expect(try await world.call(.publishToQueue, event, settings)["alerts"] == 1)
        #expect(try await world.call(.publishToQueue, event, settings)["alerts"] == 0)
        #expect(alerts.count == 1)
    }

    @Test func `are sent by a repeated run that died anywhere, at most twice`() async throws {
        let event = try await world.call(.extract, ["time": "2026-03-01T12:30:00Z"])
        let first = world.read(\.requests.count)
        for step in 0..<6 {
            world.change {
                $0.dynamoDB.tables["alerts"] = []
                $0.messages = []
            }
            world.plan(.death, at: world.read(\.requests.count) + step)
            _ = try? await world.call(.publishToQueue, event, settings)
            world.plan(.death, at: nil)
            _ = try await world.call(.publishToQueue, event, settings)
            #expect((1...2).contains(alerts.count))
            #expect(Set(alerts.map { $0["alert_id"].string }).count == 1)
        }
        #expect(world.read(\.requests.count) > first + 12)
    }

    @Test func `are nobody's business without a queue for them`() async throws {
        let event = try await world.call(.extract, ["time": "2026-03-01T12:30:00Z"])
        #expect(try await world.call(.publishToQueue, event)["alerts"] == .null)
        #expect(world.rows("alerts").isEmpty)
    }

    @Test(
        arguments: [
            ["WATCHED_USERS": "ana_codes"], ["WATCHED_USERS": "1,,2"], ["ALERT_RISE_PERCENT": "0"],
            ["ALERTS_TABLE": ""],
        ])
    func `have settings that are checked`(wrong: [String: String]) async throws {
        let event = try await world.call(.extract, ["time": "2026-03-01T12:30:00Z"])
        let error = await #expect(throws: SettingError.self) {
            try await world.call(.publishToQueue, event, settings.merging(wrong) { _, given in given })
        }
        #expect(error?.description.contains(wrong.keys.first ?? "-") == true)
    }
}
