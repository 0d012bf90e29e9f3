import AWSClient
import HTTPTransport
import Lake
import LambdaRuntime
import Testing
import Twitch

@testable import Handlers

@Suite struct `Extracting a run` {
    static let streams: [JSON] =
        (0..<120).map { FakeTwitch.stream($0, language: "pt") }
        + (120..<150).map { FakeTwitch.stream($0, language: "en") }
        + [FakeTwitch.stream(150, language: "es")]

    @Test func `a scheduled event pulls every language and answers what the next steps need`() async throws {
        let world = World(streams: Self.streams)
        let answer = try await world.call(.extract, try World.event("extract-schedule"))
        let expected = try World.event("enrich-after-extract")
        #expect(answer["run_id"] == expected["run_id"])
        #expect(answer["bronze_key"] == expected["bronze_key"])
        #expect(answer["collected_at"] == "2026-03-01T12:00:00.000Z")
        #expect(answer["rows"] == 131)
        #expect(answer["pages"] == 3)
        #expect(answer["duplicates"] == 0)
        #expect(answer["complete"] == true)
        #expect(answer["languages"] == ["pt": 100, "en": 30, "es": 1])
        #expect(answer["partition"] == ["dt": "2026-03-01", "hour": "12"])
        #expect(answer["local_dates"] == ["2026-03-01"])
        #expect(world.objectKeys == [answer["bronze_key"].string])
    }

    @Test func `bronze holds the rows in the order of arrival`() async throws {
        let world = World(streams: Self.streams)
        let answer = try await world.call(.extract, try World.event("extract-schedule"))
        let rows = try world.bronze(answer["bronze_key"].string ?? "")
        #expect(rows.map(\.rowNumber) == Array(0..<131))
        #expect(rows.map(\.stream.id) == (Array(0..<100) + Array(120..<151)).map { "\(317_000_000_000 + $0)" })
        #expect(Set(rows.map(\.runID)) == ["20260301T120000000Z-30cfd3b9"])
        #expect(Set(rows.map(\.collectedAt.description)) == ["2026-03-01T12:00:00.000Z"])
        #expect(rows.first?.stream.title == "título 0 🚀")
        #expect(rows.first?.stream.tags == ["a", "b"])
        #expect(rows.first?.streamMinutes == 105)
    }

    @Test func `a repetition answers from the object without a second pull`() async throws {
        let world = World(streams: Self.streams)
        let first = try await world.call(.extract, try World.event("extract-schedule"))
        let pages = world.requests(to: "/streams?").count
        world.change { $0.twitch.streams = [] }
        let second = try await world.call(.extract, try World.event("extract-schedule"), requestID: "request-2")
        #expect(second == first)
        #expect(world.requests(to: "/streams?").count == pages)
        #expect(world.rows("pulls").count == 1)
        #expect(world.rows("pulls").first?["extract_attempts"] == .n("2"))
    }

    @Test func `the ledger tells what came`() async throws {
        let world = World(streams: Self.streams)
        world.onPut { state, _ in state.now += .milliseconds(3210) }
        _ = try await world.call(.extract, try World.event("extract-manual"))
        let row = try #require(world.rows("pulls").first)
        // With a tenth of a second between one request and the next.
        #expect(row["extract_ms"] == .n("3410"))
        #expect(row["run_id"] == "manual-20260301T1230")
        #expect(row["status"] == "pending")
        #expect(row["status_history"]?.list?.count == 1)
        #expect(row["collected_at"] == "2026-03-01T12:30:00.000Z")
        #expect(row["slot"] == "2026-03-01T12:30:00.000Z")
        #expect(row["rows"] == .n("131"))
        #expect(row["pages"] == .n("3"))
        #expect(row["requests"] == .n("3"))
        #expect(row["completeness"] == .n("1.0"))
        #expect(row["languages"] == .m(["pt": .n("100"), "en": .n("30"), "es": .n("1")]))
        #expect(row["gaps"] == .m([:]))
        #expect(row["bronze_key"] == "raw/dt=2026-03-01/hour=12/streams_manual-20260301T1230.parquet")
    }

    @Test func `without a time the run is of now, and the request names it`() async throws {
        let world = World(streams: Self.streams)
        world.change { $0.now = .milliseconds(1_772_366_405_678) + .microseconds(999) }
        let answer = try await world.call(.extract, [:], requestID: "abc")
        #expect(answer["collected_at"] == "2026-03-01T12:00:05.678Z")
        // The first 8 digits of SHA-256("abc"), as FIPS 180-2 prints them.
        #expect(answer["run_id"] == "20260301T120005678Z-ba7816bf")
    }

    @Test func `a given run keeps the instant of its first attempt`() async throws {
        let world = World(streams: Self.streams)
        let first = try await world.call(.extract, ["run_id": "again"])
        world.change { $0.now += .seconds(7200) }
        let second = try await world.call(.extract, ["run_id": "again"])
        #expect(second == first)
        #expect(world.objectKeys.count == 1)
    }

    @Test func `an asterisk is one walk over all languages`() async throws {
        let world = World(streams: Self.streams)
        let answer = try await world.call(
            .extract, try World.event("extract-schedule"), ["LANGUAGES": "*", "STREAMS_PER_LANGUAGE": "all"])
        #expect(answer["languages"] == ["*": 151])
        #expect(world.requests(to: "/streams?").map(\.url).allSatisfy { !$0.contains("language") })
    }

    @Test func `top games are walked one by one`() async throws {
        let streams = (0..<60).map { FakeTwitch.stream($0, game: 500 + $0 % 3) }
        let world = World(streams: streams)
        let answer = try await world.call(
            .extract, try World.event("extract-schedule"), ["TOP_GAMES": "2", "STREAMS_PER_GAME": "15"])
        #expect(answer["top_games"] == ["500": 15, "501": 15])
        #expect(answer["languages"] == .null)
        #expect(answer["rows"] == 30)
        #expect(world.read(\.requests).filter { $0.url.contains("twitch.test/helix") }.count == 1 + 2)
        #expect(world.rows("pulls").first?["top_games"] == .m(["500": .n("15"), "501": .n("15")]))
    }

    @Test func `a walk that breaks off is stored as incomplete`() async throws {
        let world = World(streams: Self.streams)
        world.change { $0.twitch.brokenAfter = 1 }
        let answer = try await world.call(
            .extract, try World.event("extract-schedule"), ["LANGUAGES": "pt", "STREAMS_PER_LANGUAGE": "200"])
        #expect(answer["complete"] == false)
        #expect(answer["rows"] == 100)
        #expect(answer["completeness"] == .number(0.5))
        #expect(world.rows("pulls").first?["gaps"] == .m(["pt": "failure"]))
        #expect(world.read(\.logLines).contains { $0.contains("WARN") && $0.contains("503") })
    }

    @Test func `a pull that brings nothing fails, and the next attempt takes its row up`() async throws {
        let world = World(streams: Self.streams)
        world.change { $0.twitch.brokenAfter = 0 }
        await #expect(throws: TwitchError.self) {
            try await world.call(.extract, try World.event("extract-schedule"))
        }
        #expect(world.objectKeys.isEmpty)
        #expect(world.rows("pulls").first?["status"] == "failed")
        world.change { $0.twitch.brokenAfter = nil }
        let answer = try await world.call(.extract, try World.event("extract-schedule"))
        #expect(answer["rows"] == 131)
        #expect(world.rows("pulls").first?["status"] == "pending")
        #expect(world.rows("pulls").first?["status_history"]?.list?.count == 3)
    }

    @Test func `an object by somebody else is not answered for`() async throws {
        let world = World(streams: Self.streams)
        let key = "raw/dt=2026-03-01/hour=12/streams_manual-20260301T1230.parquet"
        world.change { $0.s3.objects[key] = FakeS3.Object(body: [1]) }
        await #expect(throws: LakeObjectError.notByExtract(key: key)) {
            try await world.call(.extract, try World.event("extract-manual"))
        }
    }

    @Test func `a cold start says where Twitch is`() async throws {
        let world = World()
        _ = try await world.call(.extract, [:])
        #expect(world.read(\.logLines).first?.contains(#""twitch_api_url":"http://twitch.test/helix""#) == true)
    }

    @Test func `an error has a name that a state machine can match`() async throws {
        let world = World()
        world.change { $0.twitch.brokenAfter = 0 }
        let error = await #expect(throws: TwitchError.self) { try await world.call(.extract, [:]) }
        #expect(error?.errorType == "Twitch.ServerFailed")
        let missing = await #expect(throws: AWSError.self) {
            try await world.call(.extract, [:], ["PULLS_TABLE": "nowhere"])
        }
        #expect(missing?.errorType == "AWS.ResourceNotFoundException")
    }

    @Test(arguments: ["TWITCH_CLIENT_SECRET_PARAMETER", "TWITCH_CLIENT_SECRET_ID"])
    func `the secret may lie in a parameter or in the Secrets Manager, and shows nowhere`(variable: String) async throws
    {
        let world = World(streams: Self.streams)
        _ = try await world.call(
            .extract, try World.event("extract-schedule"), ["TWITCH_CLIENT_SECRET": "", variable: "/rivulet/secret"])
        #expect(world.read(\.twitch.tokens) == 1)
        #expect(!world.read(\.logLines).joined().contains("s3cret"))
        #expect(world.read(\.requests).filter { $0.url.contains("s3cret") }.isEmpty)
        #expect(world.requests(to: "twitch.test/oauth2").first?.body.isEmpty == false)
    }

    @Test(
        arguments: [
            (["time": "yesterday"], "\"time\" is \"yesterday\""), (["run_id": "a/b"], "\"run_id\" is \"a/b\""),
            (["time": 12], "\"time\" is \"not a string\""),
        ] as [(JSON, String)])
    func `a wrong event is named`(event: JSON, words: String) async throws {
        #expect(try await World().refusal(.extract, event).contains(words))
    }
}

extension World {
    func bronze(_ key: String) throws -> [BronzeRow] {
        let object = try #require(read { $0.s3.objects[key] })
        return Array(try BronzeRows(ParquetSource(name: key, bytes: object.body)))
    }
}
