import AWSClient
import Lake
import Testing
import TwitchSimulator

@testable import Handlers

/// Pulls from the simulator under each of its defects, beside what was live.
@Suite struct `A pull from a Twitch with defects` {
    /// What a pull of at most 450 English streams comes to.
    struct Outcome: Sendable, CustomTestStringConvertible {
        let defect: TwitchDefect
        var rows = 450
        var completeness = 1.0
        var gap: String?
        /// Of the Helix requests, repeated ones included.
        let requests: Int
        var tokens = 1

        var testDescription: String { defect.rawValue }
    }

    /// A Sunday evening in America.
    static let source = SimulatedTwitch.source(seed: 5, channelCount: 12_000)

    static let outcomes = [
        Outcome(defect: .loopCursor, rows: 200, completeness: 200.0 / 450, gap: "loop", requests: 3),
        Outcome(defect: .shortPages, requests: 23),
        // The walk begins anew once, and keeps its three pages when it is refused again.
        Outcome(defect: .invalidCursor, rows: 300, completeness: 300.0 / 450, gap: "invalid_cursor", requests: 8),
        Outcome(defect: .tooManyRequests, requests: 6),
        Outcome(defect: .htmlError, requests: 7),
        Outcome(defect: .slow, requests: 6),
        Outcome(defect: .reset, requests: 7),
        Outcome(defect: .nullTags, requests: 5),
        Outcome(defect: .deadToken, requests: 6, tokens: 2),
    ]

    @Test(arguments: outcomes)
    func `tells what it brought`(expected: Outcome) async throws {
        let world = World()
        world.change { $0.now = .seconds(1_772_404_200) }
        let twitch = SimulatedTwitch(world, Self.source, defects: TwitchDefects([expected.defect]))
        world.use(twitch)
        let truth = twitch.truth
        let answer = try await world.call(
            .extract, ["run_id": "one"], ["LANGUAGES": "en", "STREAMS_PER_LANGUAGE": "450"])
        let rows = try world.bronze(answer["bronze_key"].string ?? "")
        #expect(rows.count == expected.rows)
        #expect(rows.allSatisfy { $0.stream.id.map { truth[$0] != nil } ?? false })
        #expect(answer["complete"] == .bool(expected.gap == nil))
        #expect(answer["completeness"] == .number(expected.completeness))
        let row = try #require(world.rows("pulls").first)
        #expect(row["gaps"] == .m(expected.gap.map { ["en": .s($0)] } ?? [:]))
        #expect(row["requests"] == .n("\(expected.requests)"))
        #expect(world.requests(to: "/helix/").count == expected.requests)
        #expect(world.requests(to: "/oauth2/token").count == expected.tokens)
        #expect(rows.allSatisfy { $0.stream.tags == nil } == (expected.defect == .nullTags))
    }
}
