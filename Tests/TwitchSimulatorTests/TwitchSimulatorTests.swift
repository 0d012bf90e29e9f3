import AWSProtocol
import EmulatorClock
import Foundation
import Testing

@testable import TwitchSimulator

/// A simulator with a token in hand.
private struct Caller {
    static let application = TwitchApplication(clientID: "client", clientSecret: "hush")
    let clock = VirtualClock(frozenAt: Timestamp(milliseconds: 1_772_388_000_000))
    let simulator: TwitchSimulator

    init(
        _ source: TwitchSimulator.Source = .world(World(seed: 7, channelCount: 4000)), lifetime: Duration = .seconds(90)
    ) {
        simulator = TwitchSimulator(source, application: Self.application, clock: clock, tokenLifetime: lifetime)
    }

    func token(_ form: String = "client_id=client&client_secret=hush&grant_type=client_credentials") async throws
        -> (status: Int, body: JSONValue)
    {
        let request = HTTPRequest(method: "POST", path: "/oauth2/token", body: .bytes(Array(form.utf8)))
        let response = await simulator.respond(to: request)
        return (response.status, try JSONValue(parsing: response.bytes))
    }

    func get(
        _ path: String, _ query: String = "", token: String?, client: String = "client"
    ) async throws -> (status: Int, headers: HTTPHeaders, body: JSONValue) {
        var request = HTTPRequest(method: "GET", path: path, query: query, headers: ["Client-Id": client])
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        let response = await simulator.respond(to: request)
        return (response.status, response.headers, try JSONValue(parsing: response.bytes))
    }

    /// Walks the pages of `GET /streams` to the end.
    func walk(_ query: String) async throws -> [JSONValue] {
        let token = try #require(try await token().body["access_token"]?.string)
        var items: [JSONValue] = []
        var cursor: String?
        repeat {
            let after = cursor.map { "&after=\(PercentEncoding.encode($0))" } ?? ""
            let page = try await get("/helix/streams", query + after, token: token)
            try #require(page.status == 200)
            items += try #require(page.body["data"]?.array)
            cursor = page.body["pagination"]?["cursor"]?.string
        } while cursor != nil
        return items
    }
}

@Suite struct `App tokens` {
    @Test func `are given for the right pair only`() async throws {
        let caller = Caller()
        let good = try await caller.token()
        #expect(good.status == 200)
        #expect(good.body["expires_in"]?.integer == 90)
        let badClient = try await caller.token("client_id=x&client_secret=hush&grant_type=client_credentials")
        #expect(badClient.status == 400)
        #expect(badClient.body["message"] == "invalid client")
        let badSecret = try await caller.token("client_id=client&client_secret=x&grant_type=client_credentials")
        #expect(badSecret.status == 403)
        #expect(badSecret.body["message"] == "invalid client secret")
    }

    @Test func `die with time and by revocation`() async throws {
        let caller = Caller()
        let token = try #require(try await caller.token().body["access_token"]?.string)
        #expect(try await caller.get("/helix/streams", token: token).status == 200)
        caller.clock.advance(by: .seconds(90))
        let expired = try await caller.get("/helix/streams", token: token)
        #expect(expired.status == 401)
        #expect(expired.body["message"] == "Invalid OAuth token")
        let second = try #require(try await caller.token().body["access_token"]?.string)
        #expect(second != token)
        caller.simulator.revokeTokens()
        #expect(try await caller.get("/helix/streams", token: second).status == 401)
    }

    @Test func `belong to their client`() async throws {
        let caller = Caller()
        let token = try await caller.token().body["access_token"]?.string
        #expect(try await caller.get("/helix/streams", token: token, client: "other").status == 401)
        #expect(try await caller.get("/helix/streams", token: nil).body["message"] == "OAuth token is missing")
    }
}

@Suite struct `The simulated directory` {
    @Test(arguments: ["first=0", "first=101", "first=x"])
    func `refuses a page size that Twitch refuses`(query: String) async throws {
        let caller = Caller()
        let token = try await caller.token().body["access_token"]?.string
        #expect(try await caller.get("/helix/streams", query, token: token).status == 400)
    }

    @Test func `ranks by viewers and filters by language`() async throws {
        let items = try await Caller().walk("first=100&language=pt&language=es")
        #expect(items.count > 20)
        #expect(items.allSatisfy { ["pt", "es"].contains($0["language"]?.string) })
        #expect(items.first?["viewer_count"]?.integer ?? 0 > items.last?["viewer_count"]?.integer ?? 0)
    }

    @Test func `misses and repeats a few streams as they pass each other between pages`() async throws {
        let world = World(seed: 3, channelCount: 6000)
        let caller = Caller(.world(world))
        let ids = try await caller.walk("first=2").compactMap { $0["id"]?.string }
        let truth = world.streams(at: caller.clock.now)
        #expect(Set(ids).count < ids.count, "none came twice: the churn does not work")
        #expect(Double(Set(ids).count) > 0.95 * Double(truth.count))
    }

    @Test(arguments: 0..<5)
    func `is the same world for the same seed`(seed: UInt64) async throws {
        let first = try await Caller(.world(World(seed: seed, channelCount: 1000))).walk("first=100")
        let second = try await Caller(.world(World(seed: seed, channelCount: 1000))).walk("first=100")
        #expect(first == second)
    }

    @Test func `has viewers, languages and titles of the measured shape`() throws {
        let now = Timestamp(milliseconds: 1_772_388_000_000)
        let streams = World(seed: 1).streams(at: now)
        let viewers = streams.map { $0.viewers(at: now) }.sorted(by: >)
        #expect((1200...4000).contains(streams.count))
        #expect((15_000...110_000).contains(viewers[0]))
        #expect((1000...8000).contains(viewers[99]))
        #expect(viewers.contains { $0 < 10 })
        let share = Double(streams.count { $0.channel.language == "en" }) / Double(streams.count)
        #expect((0.2...0.5).contains(share))
        #expect(streams.contains { $0.category == nil })
        #expect(streams.contains { $0.title.contains(",") } && streams.contains { $0.title.contains("🚀") })
        #expect(streams.allSatisfy { $0.session.start <= now })
        #expect(Set(streams.map(\.id)).count == streams.count)
    }

    @Test func `leaves unknown users and games out without a word`() async throws {
        let caller = Caller()
        let token = try await caller.token().body["access_token"]?.string
        let games = try await caller.get("/helix/games", "id=509000&id=1", token: token)
        #expect(games.body["data"]?.array?.compactMap { $0["name"]?.string } == ["Just Chatting"])
        let users = try await caller.get("/helix/users", "id=100000000&id=5", token: token)
        #expect(users.body["data"]?.array?.count == 1)
        #expect(try await caller.get("/helix/users", token: token).status == 400)
        let many = (0...100).map { "id=\($0)" }.joined(separator: "&")
        #expect(try await caller.get("/helix/games", many, token: token).status == 400)
    }

    @Test func `refuses a cursor that it did not make`() async throws {
        let caller = Caller()
        let token = try await caller.token().body["access_token"]?.string
        let answer = try await caller.get("/helix/streams", "after=IA", token: token)
        #expect(answer.status == 400)
        #expect(answer.body["message"] == "invalid cursor")
    }

    @Test func `lists the most watched games page by page`() async throws {
        let caller = Caller(.world(World(seed: 3)))
        let token = try await caller.token().body["access_token"]?.string
        var pages: [[JSONValue]] = []
        var cursor: String?
        repeat {
            let after = cursor.map { "&after=\(PercentEncoding.encode($0))" } ?? ""
            let page = try await caller.get("/helix/games/top", "first=30\(after)", token: token)
            try #require(page.status == 200)
            pages.append(try #require(page.body["data"]?.array))
            cursor = page.body["pagination"]?["cursor"]?.string
        } while cursor != nil && pages.count < 20
        #expect(pages.count > 2)
        #expect(pages.dropLast().allSatisfy { $0.count == 30 })
        #expect(pages[0].prefix(5).contains { $0["name"] == "Just Chatting" })
        let ids = pages.joined().compactMap { $0["id"]?.string }
        #expect(Double(Set(ids).count) > 0.95 * Double(ids.count))
        #expect(try await caller.get("/helix/games/top", "first=101", token: token).status == 400)
        #expect(try await caller.get("/helix/games/top", "after=IA", token: token).status == 400)
    }

    @Test func `knows channels on the air and off it, with their content labels`() async throws {
        let caller = Caller()
        let token = try #require(try await caller.token().body["access_token"]?.string)
        let live = try #require(try await caller.get("/helix/streams", "first=1", token: token).body["data"]?.array?[0])
        let id = live["user_id"]?.string ?? ""
        let channel = try await caller.get("/helix/channels", "broadcaster_id=\(id)&broadcaster_id=5", token: token)
        #expect(channel.body["data"]?.array?.count == 1)
        let item = try #require(channel.body["data"]?.array?[0])
        #expect(item["title"] == live["title"])
        #expect(item["game_id"] == live["game_id"])
        let many = (0..<100).map { "broadcaster_id=\(100_000_000 + $0 * 37)" }.joined(separator: "&")
        let channels = try #require(
            try await caller.get("/helix/channels", many, token: token).body["data"]?.array)
        let labels = channels.compactMap { $0["content_classification_labels"]?.array }
        #expect(labels.count == channels.count)
        #expect((2...40).contains(labels.count { !$0.isEmpty }))
        #expect(try await caller.get("/helix/channels", token: token).status == 400)
        #expect(try await caller.get("/helix/channels", many + "&broadcaster_id=1", token: token).status == 400)
    }

    @Test func `names an endpoint that it does not have`() async throws {
        let caller = Caller()
        let token = try await caller.token().body["access_token"]?.string
        let answer = try await caller.get("/helix/clips", token: token)
        #expect(answer.status == 501)
        #expect(answer.body["message"]?.string?.contains("/helix/clips") == true)
    }
}

@Suite struct `The rate limit` {
    @Test func `counts down, refuses with the time of its reset, and refills`() async throws {
        let caller = Caller(lifetime: .seconds(10_000))
        let token = try await caller.token().body["access_token"]?.string
        for left in stride(from: 799, through: 0, by: -1) {
            let answer = try await caller.get("/helix/users", "id=5", token: token)
            #expect(answer.headers["ratelimit-remaining"] == String(left))
        }
        let refused = try await caller.get("/helix/users", "id=5", token: token)
        #expect(refused.status == 429)
        #expect(refused.headers["ratelimit-reset"] == String(caller.clock.now.seconds + 60))
        caller.clock.advance(by: .seconds(60))
        #expect(try await caller.get("/helix/users", "id=5", token: token).headers["ratelimit-remaining"] == "799")
    }
}

@Suite struct `A refusal` {
    @Test func `costs a point and tells so`() async throws {
        let caller = Caller()
        let token = try await caller.token().body["access_token"]?.string
        for (count, query) in ["first=0", "after=IA", "type=x"].enumerated() {
            let answer = try await caller.get("/helix/streams", query, token: token)
            #expect(answer.status == 400)
            #expect(answer.headers["ratelimit-remaining"] == String(799 - count))
        }
        #expect(try await caller.get("/helix/streams", token: nil).headers["ratelimit-remaining"] == nil)
    }
}

@Suite struct `A clock that is set back` {
    @Test func `costs no points`() async throws {
        let caller = Caller()
        caller.clock.freeze(at: caller.clock.now - .seconds(86_400))
        let token = try await caller.token().body["access_token"]?.string
        #expect(try await caller.get("/helix/users", "id=5", token: token).headers["ratelimit-remaining"] == "799")
    }
}

@Suite struct `A recording` {
    private func folder(_ files: [String: String]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rivulet-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return folder
    }

    private func stream(_ id: String, _ start: String = "2021-03-10T03:18:11Z") -> String {
        #"{"id":"\#(id)","viewer_count":1.0,"started_at":"\#(start)","language":"en"}"#
    }

    @Test func `is served page by page as it was recorded`() async throws {
        let folder = try folder([
            "b.json": #"{"data":[\#(stream("2", "2021-04-01T00:00:00Z"))],"pagination":{"cursor":"x"}}"#,
            "a.json": #"{"data":[\#(stream("1"))],"pagination":{}}"#,
            "games.json": #"{"data":[{"id":"9","name":"G","box_art_url":""}]}"#, "empty.json": #"{"data":[]}"#,
            "readme.txt": "not mine",
        ])
        let recording = try Recording(folder: folder)
        #expect(recording.latestStart == Timestamp(rfc3339: "2021-04-01T00:00:00Z"))
        let caller = Caller(.recording(recording))
        let items = try await caller.walk("first=100")
        #expect(items.compactMap { $0["id"]?.string } == ["1", "2"])
        #expect(items[0]["viewer_count"] == .number("1.0"))
        let token = try await caller.token().body["access_token"]?.string
        let games = try await caller.get("/helix/games", "id=9&id=8", token: token)
        #expect(games.body["data"]?.array?.count == 1)
    }

    @Test(arguments: ["{", #"{"error":"Unauthorized","status":401}"#, #"{"data":[{"a":1}]}"#])
    func `names the file that is none`(text: String) throws {
        let folder = try folder(["good.json": #"{"data":[\#(stream("1"))]}"#, "odd.json": text])
        let error = #expect(throws: RecordingError.self) { try Recording(folder: folder) }
        #expect(error?.description.contains("odd.json") == true)
    }

    @Test func `must hold streams`() throws {
        let folder = try folder([:])
        #expect(throws: RecordingError.noStreams(folder: folder.path)) { try Recording(folder: folder) }
    }
}
