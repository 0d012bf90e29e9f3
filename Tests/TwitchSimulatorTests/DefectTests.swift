import AWSProtocol
import EmulatorClock
import Testing

@testable import TwitchSimulator

/// A frozen clock that whoever sleeps moves.
private struct HurriedClock: Timekeeper {
    let clock: VirtualClock

    var now: Timestamp { clock.now }

    func sleep(until deadline: Timestamp) async throws {
        clock.advance(to: deadline)
    }

    func alarm(at instant: Timestamp, for purpose: String, _ ring: @escaping @Sendable () async -> Void) -> Alarm {
        clock.alarm(at: instant, for: purpose, ring)
    }
}

@Suite struct `Defects` {
    private static let application = TwitchApplication(clientID: "client", clientSecret: "hush")
    private let clock = VirtualClock(frozenAt: Timestamp(milliseconds: 1_772_388_000_000))

    private func simulator(_ defects: TwitchDefects) -> TwitchSimulator {
        TwitchSimulator(
            .world(World(seed: 7, channelCount: 2000)), application: Self.application,
            clock: HurriedClock(clock: clock),
            defects: defects)
    }

    private func token(_ simulator: TwitchSimulator) async throws -> String {
        let form = "client_id=client&client_secret=hush&grant_type=client_credentials"
        let response = await simulator.respond(
            to: HTTPRequest(method: "POST", path: "/oauth2/token", body: .bytes(Array(form.utf8))))
        return try #require(try JSONValue(parsing: response.bytes)["access_token"]?.string)
    }

    private func get(_ simulator: TwitchSimulator, _ query: String, _ token: String) async -> HTTPResponse {
        await simulator.respond(
            to: HTTPRequest(
                method: "GET", path: "/helix/streams", query: query,
                headers: ["Client-Id": "client", "Authorization": "Bearer \(token)"]))
    }

    private func control(_ simulator: TwitchSimulator, _ method: String, _ query: String = "") async throws
        -> (status: Int, body: JSONValue)
    {
        let response = await simulator.respond(to: HTTPRequest(method: method, path: "/defects", query: query))
        return (response.status, try JSONValue(parsing: response.bytes))
    }

    @Test func `short pages are short, and their walk ends on an empty one`() async throws {
        let simulator = simulator(TwitchDefects([.shortPages]))
        let token = try await token(simulator)
        var sizes: [Int] = []
        var cursor: String?
        repeat {
            let after = cursor.map { "&after=\(PercentEncoding.encode($0))" } ?? ""
            let page = try JSONValue(parsing: await get(simulator, "first=100&language=pt\(after)", token).bytes)
            sizes.append(page["data"]?.array?.count ?? -1)
            cursor = page["pagination"]?["cursor"]?.string
        } while cursor != nil && sizes.count < 100
        #expect(sizes.count > 1)
        #expect(sizes.last == 0)
        #expect(sizes.dropLast().allSatisfy { (1...20).contains($0) })
    }

    @Test func `a closed bucket says when it opens, and does`() async throws {
        let simulator = simulator(TwitchDefects([.tooManyRequests]))
        let token = try await token(simulator)
        for _ in 0..<3 { #expect(await get(simulator, "", token).status == 200) }
        let refused = await get(simulator, "", token)
        #expect(refused.status == 429)
        #expect(refused.headers["ratelimit-remaining"] == "0")
        #expect(refused.headers["ratelimit-reset"] == String(clock.now.seconds + 5))
        #expect(await get(simulator, "", token).status == 429)
        clock.advance(by: .seconds(5))
        #expect(await get(simulator, "", token).status == 200)
    }

    @Test func `a broken answer is half of a whole one`() async throws {
        let simulator = simulator(TwitchDefects([.reset]))
        let token = try await token(simulator)
        for _ in 0..<2 { #expect(await get(simulator, "", token).status == 200) }
        guard case .cut(let bytes, let length) = await get(simulator, "", token).body else {
            Issue.record("the third answer is whole")
            return
        }
        #expect(length > 1000)
        #expect(Int64(bytes.count) == length / 2)
    }

    @Test func `a slow answer takes twelve seconds of the clock`() async throws {
        let simulator = simulator(TwitchDefects([.slow]))
        let token = try await token(simulator)
        for _ in 0..<3 { #expect(await get(simulator, "", token).status == 200) }
        let before = clock.now
        #expect(await get(simulator, "", token).status == 200)
        #expect(clock.now == before + .seconds(12))
    }

    @Test(arguments: 0..<5)
    func `a seed strikes the same requests each time, never two in a row`(seed: UInt64) throws {
        let schedules = [DefectSchedule(TwitchDefects(seed: seed)), DefectSchedule(TwitchDefects(seed: seed))]
        let strikes = schedules.map { schedule in
            (0..<400).map { schedule.strikes(path: "/helix/streams", isLaterPage: $0 % 3 > 0) }
        }
        #expect(strikes[0] == strikes[1])
        #expect((50...120).contains(strikes[0].count { !$0.isEmpty }))
        #expect(Set(strikes[0].joined()) == Set(TwitchDefect.allCases))
        #expect(zip(strikes[0], strikes[0].dropFirst()).allSatisfy { $0.isEmpty || $1.isEmpty })
    }

    @Test func `can be switched while it runs`() async throws {
        let simulator = simulator(.none)
        #expect(try await control(simulator, "GET").body == ["names": [], "seed": .null])
        let changed = try await control(simulator, "PUT", "name=slow&name=429&seed=18446744073709551615")
        #expect(changed.body == ["names": ["429", "slow"], "seed": "18446744073709551615"])
        #expect(try await control(simulator, "GET").body == changed.body)
        #expect(try await control(simulator, "DELETE").body == ["names": [], "seed": .null])
        #expect(try await control(simulator, "POST").status == 501)
    }

    @Test(arguments: ["name=rot", "seed=-1", "nam=slow"])
    func `that it does not have are named`(query: String) async throws {
        let simulator = simulator(TwitchDefects([.slow]))
        let answer = try await control(simulator, "PUT", query)
        #expect(answer.status == 400)
        #expect(answer.body["message"]?.string?.contains("loop-cursor, short-pages, invalid-cursor, 429") == true)
        #expect(try await control(simulator, "GET").body["names"] == ["slow"])
    }
}
