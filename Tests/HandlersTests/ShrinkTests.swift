import AWSClient
import LambdaRuntime
import Testing

@testable import Handlers

@Suite struct `A pull that shrinks` {
    private let plan = ["LANGUAGES": "pt,en", "STREAMS_PER_LANGUAGE": "300"]

    /// 120 Portuguese and 60 English streams.
    private let world = World(
        streams: (0..<120).map { FakeTwitch.stream($0, language: "pt") }
            + (120..<180).map { FakeTwitch.stream($0, language: "en") })

    private func pull(_ time: String, _ settings: [String: String] = [:]) async throws -> JSON {
        try await world.call(
            .extract, ["time": .string("2026-03-01T\(time):00Z")], plan.merging(settings) { _, given in given })
    }

    private func keep(portuguese: Int) {
        world.change { state in
            let english = state.twitch.streams.filter { $0["language"] == "en" }
            state.twitch.streams = (0..<portuguese).map { FakeTwitch.stream($0, language: "pt") } + english
        }
    }

    @Test func `is marked incomplete, and says how much is missing`() async throws {
        #expect(try await pull("12:30")["complete"] == true)
        keep(portuguese: 60)
        let answer = try await pull("13:00")
        #expect(answer["complete"] == false)
        #expect(answer["rows"] == 120)
        #expect(answer["completeness"] == .number(120.0 / 180))
        let row = try #require(world.rows("pulls").last)
        #expect(row["gaps"] == .m(["pt": "shrunk"]))
        #expect(row["complete"] == false)
        #expect(world.read(\.logLines).contains { $0.contains("WARN") && $0.contains(#""earlier_rows":"120""#) })
    }

    @Test func `is believed where the fall is small, or the rule asks for more`() async throws {
        _ = try await pull("12:30")
        keep(portuguese: 72)
        #expect(try await pull("13:00")["complete"] == true)
        keep(portuguese: 20)
        #expect(try await pull("13:30", ["SHRINK_PERCENT": "0"])["complete"] == true)
    }

    @Test func `is compared to complete pulls alone, and in the end believed`() async throws {
        _ = try await pull("12:30")
        keep(portuguese: 60)
        for time in ["13:00", "13:30", "14:00", "14:30"] {
            #expect(try await pull(time)["complete"] == false)
        }
        #expect(try await pull("15:00")["complete"] == true)
        keep(portuguese: 59)
        #expect(try await pull("15:30")["complete"] == true)
    }

    @Test func `is not compared to a pull that wanted something else, nor to a later one`() async throws {
        _ = try await pull("12:30")
        keep(portuguese: 60)
        #expect(try await pull("13:00", ["STREAMS_PER_LANGUAGE": "200"])["complete"] == true)
        #expect(try await pull("12:00")["complete"] == true)
    }

    @Test func `is answered the same again when it is repeated`() async throws {
        _ = try await pull("12:30")
        keep(portuguese: 60)
        let event: JSON = ["time": "2026-03-01T13:00:00Z", "run_id": "again"]
        let first = try await world.call(.extract, event, plan)
        #expect(first["complete"] == false)
        #expect(try await world.call(.extract, event, plan) == first)
    }

    @Test func `is not told of walks that are small anyway`() async throws {
        keep(portuguese: 49)
        _ = try await pull("12:30")
        keep(portuguese: 5)
        #expect(try await pull("13:00")["complete"] == true)
    }

    @Test(arguments: ["100", "-1", "half"])
    func `has a rule between 0 and 99 percent`(percent: String) async throws {
        let error = await #expect(throws: SettingError.self) { try await pull("12:30", ["SHRINK_PERCENT": percent]) }
        #expect(error?.description.contains("SHRINK_PERCENT") == true)
    }
}
