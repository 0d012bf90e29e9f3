import AWSClient
import HTTPTransport
import Lake
import Testing

@testable import Handlers

@Suite struct `Enriching a run` {
    @Test func `it fills games and users, joins them, and says success`() async throws {
        let world = World(streams: (0..<90).map { FakeTwitch.stream($0) })
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let answer = try await world.call(.enrich, event)
        #expect(answer["run_id"] == event["run_id"])
        #expect(answer["bronze_key"] == event["bronze_key"])
        #expect(answer["status"] == "success")
        #expect(answer["rows"] == 90)
        #expect(answer["games"] == ["known": 0, "fetched": 7, "unmatched": 0])
        #expect(answer["users"] == ["known": 0, "fetched": 90, "unmatched": 0])
        #expect(answer["partition"] == ["dt": "2026-03-01", "hour": "12"])
        #expect(answer["local_dates"] == ["2026-03-01"])
        #expect(world.objectKeys.contains(answer["enriched_key"].string ?? ""))
        let row = try #require(world.rows("pulls").first)
        #expect(row["status"] == "success")
        let history = row["status_history"]?.list?.map { entry -> String? in
            if case .m(let fields) = entry { fields["status"]?.string } else { nil }
        }
        #expect(history == ["pending", "filling-games", "filling-channels", "success"])
    }

    @Test func `users and games are stored with their fields`() async throws {
        let world = World(streams: [FakeTwitch.stream(1)])
        _ = try await world.call(.enrich, try await world.call(.extract, try World.event("extract-schedule")))
        let user = try #require(world.rows("users").first)
        #expect(user["id"] == "1001")
        #expect(user["display_name"] == "User 1001")
        #expect(user["broadcaster_type"] == "partner")
        // All that the fourth founding document stores of a channel.
        for name in ["login", "profile_image_url", "offline_image_url"] {
            #expect(user[name]?.string?.isEmpty == false)
        }
        #expect(user["view_count"] == "0")
        #expect(user["unknown"] == nil)
        #expect(world.rows("games").first?["name"] == "Game 501")
        #expect(world.rows("games").first?["box_art_url"] == "b")
    }

    @Test func `the joined table has its 17 columns and the accounts older than Twitch`() async throws {
        let world = World(streams: [FakeTwitch.stream(1)])
        let answer = try await world.call(
            .enrich, try await world.call(.extract, try World.event("extract-schedule")))
        let key = answer["enriched_key"].string ?? ""
        let object = try #require(world.read { $0.s3.objects[key] })
        let file = try ParquetFile(ParquetSource(name: key, bytes: object.body))
        #expect(file.schema.columns.map(\.name) == TableSchema.gameStreamsEnriched.columns.map(\.name))
        #expect(file.schema.columns.count == 17)
        #expect(file.rowCount == 1)
        let table = try file.table(.gameStreamsEnriched)
        func texts(_ columns: [Int]) -> [String?] { columns.map { table.columns[$0].text(0) } }
        #expect(
            texts([0, 1, 2, 3, 4, 5, 6, 7, 10, 12, 13, 14]) == [
                "317000000001", "1001", "user1", "User1", "501", "Game 501", "live", "título 1 🚀", "pt", "a,b",
                "partner",
                "I am 1001",
            ])
        #expect(table.columns[8].integer(0) == 4999)
        #expect(table.columns[11].boolean(0) == false)
        let instants = ["2026-03-01T10:15:00Z", "2009-05-06T07:08:09.123Z", "2026-03-01T12:00:00Z"]
        #expect(
            [9, 15, 16].map { table.columns[$0].integer(0) } == instants.map { Instant(rfc3339: $0)?.microseconds })
    }

    @Test func `maturity comes from the channels' labels, and from the stream where they are unknown`() async throws {
        let world = World(streams: (0..<3).map { FakeTwitch.stream($0) })
        world.change {
            $0.twitch.matureUsers = ["1001"]
            $0.twitch.unknownUsers = ["1002"]
            guard case .object(var fields) = $0.twitch.streams[2] else { return }
            fields["is_mature"] = true
            $0.twitch.streams[2] = .object(fields)
        }
        let answer = try await world.call(
            .enrich, try await world.call(.extract, try World.event("extract-schedule")))
        let key = answer["enriched_key"].string ?? ""
        let object = try #require(world.read { $0.s3.objects[key] })
        let table = try ParquetFile(ParquetSource(name: key, bytes: object.body)).table(.gameStreamsEnriched)
        #expect((0..<3).map { table.columns[11].boolean($0) } == [false, true, true])
        #expect(
            world.rows("users").first { $0["id"] == "1001" }?["content_classification_labels"] == "Gambling,MatureGame")
        #expect(world.rows("users").first { $0["id"] == "1000" }?["content_classification_labels"] == "")
        #expect(world.requests(to: "/channels?").count == 1)
    }

    @Test func `only what is missing is asked for, 100 ids a call`() async throws {
        let world = World(streams: (0..<250).map { FakeTwitch.stream($0, game: 10_000 + $0) })
        let settings = ["LANGUAGES": "pt", "STREAMS_PER_LANGUAGE": "all"]
        let first = try await world.call(.extract, ["run_id": "one"], settings)
        _ = try await world.call(.enrich, first)
        #expect(world.requests(to: "/games?").count == 3)
        #expect(world.requests(to: "/users?").count == 3)
        world.change { $0.twitch.streams.append(FakeTwitch.stream(999, game: 5)) }
        let second = try await world.call(.extract, ["run_id": "two"], settings)
        let answer = try await world.call(.enrich, second)
        #expect(answer["games"] == ["known": 250, "fetched": 1, "unmatched": 0])
        #expect(world.requests(to: "/games?").count == 4)
        #expect(world.requests(to: "/users?").last?.url.hasSuffix("/users?id=1999") == true)
    }

    @Test func `unknown ids are recorded, named, and not asked for again at once`() async throws {
        let world = World(streams: (0..<5).map { FakeTwitch.stream($0) })
        world.change {
            $0.twitch.unknownUsers = ["1003"]
            $0.twitch.unknownGames = ["502"]
        }
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        for expected in ["fetched", "known"] {
            let answer = try await world.call(.enrich, event)
            #expect(answer["users"][expected] == 4)
            #expect(answer["users"]["unmatched"] == 1)
            #expect(answer["games"]["unmatched"] == 1)
        }
        #expect(world.requests(to: "/users?").count == 1)
        #expect(world.rows("users").first { $0["id"] == "1003" }?["unknown"] == true)
        #expect(world.read(\.logLines).contains { $0.contains(#""unmatched_ids":"1003""#) })
        // A day later Twitch may know more.
        world.change {
            $0.now += .seconds(25 * 3600)
            $0.twitch.unknownUsers = []
        }
        let later = try await world.call(.enrich, event)
        #expect(later["users"] == ["known": 4, "fetched": 1, "unmatched": 0])
        #expect(world.rows("users").first { $0["id"] == "1003" }?["unknown"] == nil)
    }

    @Test func `stale rows are asked for again`() async throws {
        let world = World(streams: (0..<5).map { FakeTwitch.stream($0) })
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        _ = try await world.call(.enrich, event)
        world.change { $0.now += .seconds(3 * 3600) }
        let answer = try await world.call(.enrich, event, ["REFERENCE_HOURS": "2"])
        #expect(answer["users"] == ["known": 0, "fetched": 5, "unmatched": 0])
    }

    @Test func `ids that Twitch would refuse are not sent`() async throws {
        let world = World(streams: (0..<2).map { FakeTwitch.stream($0) })
        world.change { state in
            guard case .object(var fields) = state.twitch.streams[0] else { return }
            fields["user_id"] = "12a"
            fields["game_id"] = ""
            state.twitch.streams[0] = .object(fields)
            // A row that cannot be joined.
            fields["id"] = .null
            state.twitch.streams.append(.object(fields))
        }
        let pull = try await world.call(.extract, try World.event("extract-schedule"))
        world.onPut { state, _ in state.now += .milliseconds(1234) }
        let answer = try await world.call(.enrich, pull)
        #expect(answer["users"] == ["known": 0, "fetched": 1, "unmatched": 1])
        #expect(answer["games"] == ["known": 0, "fetched": 1, "unmatched": 0])
        #expect(world.requests(to: "/users?").map(\.url) == ["http://twitch.test/helix/users?id=1001"])
        let row = try #require(world.rows("pulls").first)
        #expect(row["rejects"] == .n("1"))
        // With a tenth of a second between one request and the next.
        #expect(row["enrich_ms"] == .n("1434"))
    }

    @Test func `a run without rows succeeds`() async throws {
        let world = World()
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        #expect(event["rows"] == 0)
        #expect(try await world.call(.enrich, event)["status"] == "success")
    }

    @Test func `a bronze object without a ledger row gets one`() async throws {
        let world = World(streams: [FakeTwitch.stream(1)])
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        world.change { $0.dynamoDB.tables["pulls"] = [] }
        _ = try await world.call(.enrich, event)
        #expect(world.rows("pulls").first?["status"] == "success")
        #expect(world.rows("pulls").first?["collected_at"] == "2026-03-01T12:00:00.000Z")
    }

    @Test func `a run that was never pulled is named`() async throws {
        let words = try await World().refusal(.enrich, try World.event("enrich-after-extract"))
        #expect(words.contains("There is no object raw/dt=2026-03-01/hour=12/streams_"))
    }

    @Test(
        arguments: [
            ([:], "no \"bronze_key\""),
            (["bronze_key": "raw/x"], "\"bronze_key\" is \"raw/x\""),
            (["bronze_key": "raw/dt=2026-03-01/hour=12/streams_a.parquet"], "no \"run_id\""),
            (["bronze_key": "raw/dt=2026-03-01/hour=12/streams_a.parquet", "run_id": "b"], "\"run_id\" is \"b\""),
            (["bronze_key": "raw/dt=2026-02-30/hour=12/streams_a.parquet", "run_id": "a"], "bronze_key"),
        ] as [(JSON, String)])
    func `a wrong event is named`(event: JSON, words: String) async throws {
        #expect(try await World().refusal(.enrich, event).contains(words))
    }
}
