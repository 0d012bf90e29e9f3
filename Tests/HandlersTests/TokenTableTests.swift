import AWSClient
import HTTPTransport
import Testing
import Twitch
import TwitchSimulator

@testable import Handlers

@Suite struct `The table of the token` {
    private let settings = ["TOKENS_TABLE": "tokens"]
    private let world = World(streams: (0..<5).map { FakeTwitch.stream($0) })

    private func table() throws -> TokenTable {
        let services = try world.services()
        return TokenTable(name: "tokens", dynamoDB: services.dynamoDB, clientID: "client")
    }

    @Test func `all instances share one token, each checks it before its first use`() async throws {
        let pull = try await world.call(.extract, ["run_id": "one"], settings)
        _ = try await world.call(.enrich, pull, settings)
        _ = try await world.call(.extract, ["run_id": "two"], settings)
        #expect(world.read(\.twitch.tokens) == 1)
        #expect(world.requests(to: "/oauth2/validate").count == 2)
        #expect(world.rows("tokens").count == 1)
    }

    @Test func `a token that died is replaced for all`() async throws {
        _ = try await world.call(.extract, ["run_id": "one"], settings)
        // Another application's work: the number that the endpoint counts goes on.
        world.change { $0.twitch.tokens += 1 }
        _ = try await world.call(.extract, ["run_id": "two"], settings)
        _ = try await world.call(.extract, ["run_id": "three"], settings)
        #expect(world.requests(to: "/oauth2/token").count == 2)
        #expect(world.rows("tokens").first?["access_token"] == "token-3")
        #expect(world.rows("tokens").first?["issue_number"] == .n("2"))
    }

    @Test func `it is renewed before its end`() async throws {
        _ = try await world.call(.extract, ["run_id": "one"], settings)
        world.change { $0.now += .seconds(5_000_000 - 59) }
        _ = try await world.call(.extract, ["run_id": "two"], settings)
        #expect(world.requests(to: "/oauth2/token").count == 2)
        #expect(world.requests(to: "/oauth2/validate").isEmpty)
    }

    @Test func `one turn at a time, and a token that is brought late does not replace a later one`() async throws {
        let table = try table()
        let none = try await table.read()
        #expect(none == SharedToken(number: 0, token: nil))
        let now = Duration.seconds(1000)
        #expect(try await table.takeTurn(after: none, at: now, until: now + .seconds(15)))
        #expect(try await !table.takeTurn(after: none, at: now + .seconds(15), until: now + .seconds(30)))
        #expect(try await table.takeTurn(after: none, at: now + .seconds(16), until: now + .seconds(31)))
        let second = AppAccessToken(text: "second", expiry: .milliseconds(1_772_366_405_678))
        try await table.write(second, after: none)
        try await table.write(AppAccessToken(text: "first", expiry: nil), after: none)
        let stored = try await table.read()
        #expect(stored == SharedToken(number: 1, token: second))
        #expect(try await !table.takeTurn(after: none, at: now + .seconds(60), until: now + .seconds(75)))
        #expect(try await table.takeTurn(after: stored, at: now + .seconds(60), until: now + .seconds(75)))
        try await table.write(AppAccessToken(text: "third", expiry: nil), after: stored)
        #expect(try await table.read() == SharedToken(number: 2, token: AppAccessToken(text: "third", expiry: nil)))
    }

    /// Through the simulator, whose tokens look like real ones and die on the way.
    @Test func `neither secret nor token shows in logs, objects, queue, or any other table`() async throws {
        let world = World()
        world.use(
            SimulatedTwitch(
                world, SimulatedTwitch.source(seed: 3, channelCount: 1500),
                defects: TwitchDefects([.deadToken, .htmlError])))
        let settings = settings.merging(["LANGUAGES": "*"]) { _, given in given }
        let pull = try await world.call(.extract, ["run_id": "one"], settings)
        _ = try await world.call(.enrich, pull, settings)
        _ = try await world.call(.publishToQueue, pull)
        let tokens = world.requests(to: "/helix/").compactMap {
            $0.headers["Authorization"]?.dropFirst("Bearer ".count)
        }
        #expect(Set(tokens).count > 1)
        let state = world.read { state in
            state.logLines + state.messages.map(\.body)
                + state.s3.objects.flatMap {
                    [$0.key, String(decoding: $0.value.body, as: UTF8.self), "\($0.value.metadata)"]
                }
                + state.dynamoDB.tables.filter { $0.key != "tokens" }.map { "\($0.value)" }
                + state.requests.map(\.url)
        }
        #expect(state.count > 20)
        for secret in ["s3cret"] + Set(tokens).map(String.init) {
            #expect(!state.contains { $0.contains(secret) })
        }
        #expect(world.rows("tokens").count == 1)
    }
}
