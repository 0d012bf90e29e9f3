import AWSProtocol
import EmulatorClock
import Foundation
import HTTPTransport
import Synchronization
import TestSupport
import Testing
import Twitch
import TwitchSimulator

@testable import TwitchRecorder

/// A frozen clock that whoever sleeps moves.
private struct HurriedClock: Timekeeper {
    let clock = VirtualClock(frozenAt: Timestamp(milliseconds: 1_772_388_000_000))

    var now: Timestamp { clock.now }

    func sleep(until deadline: Timestamp) async throws {
        clock.advance(to: deadline)
    }

    func alarm(at instant: Timestamp, for purpose: String, _ ring: @escaping @Sendable () async -> Void) -> Alarm {
        clock.alarm(at: instant, for: purpose, ring)
    }
}

/// The simulator as a transport; it remembers what it answered.
private final class SimulatedTransport: HTTPTransport.HTTPClient {
    static let application = TwitchApplication(clientID: "the-only-client", clientSecret: "distinctive-secret")
    private let time = HurriedClock()
    private let simulator: TwitchSimulator
    private let bodies = Mutex<[String: [[UInt8]]]>([:])
    private let tellsSecret: Bool

    init(
        _ source: TwitchSimulator.Source = .world(World(seed: 6, channelCount: 4000)), _ defects: TwitchDefects = .none,
        tellsSecret: Bool = false
    ) {
        self.tellsSecret = tellsSecret
        simulator = TwitchSimulator(source, application: Self.application, clock: time, defects: defects)
    }

    var timeAndChance: TimeAndChance {
        TimeAndChance(
            now: { .milliseconds(self.time.now.milliseconds) }, sleep: { self.time.clock.advance(by: $0) },
            random: { 0.5 })
    }

    /// Bodies of good answers by path.
    func answers(_ path: String) -> [[UInt8]] {
        bodies.withLock { $0[path] ?? [] }
    }

    func send(_ request: HTTPTransport.HTTPRequest) async throws -> HTTPTransport.HTTPResponse {
        let target = request.url.dropFirst("http://twitch.test".count).split(separator: "?", maxSplits: 1).map(
            String.init)
        var headers = AWSProtocol.HTTPHeaders()
        for (name, value) in request.headers.pairs { headers.add(name, value) }
        let sent = time.now
        let response = await simulator.respond(
            to: AWSProtocol.HTTPRequest(
                method: request.method, path: target[0], query: target.count > 1 ? target[1] : "", headers: headers,
                body: .bytes(request.body)))
        guard time.now - sent <= request.timeout else { throw HTTPTransportError.timedOut }
        guard case .bytes(var bytes) = response.body else { throw HTTPTransportError.connectionLost("reset") }
        if tellsSecret, target[0] == "/helix/streams" {
            bytes = Array(#"{"data":[{"id":"1","title":"distinctive-secret"}]}"#.utf8)
        }
        if response.status == 200 { bodies.withLock { $0[target[0], default: []].append(bytes) } }
        return HTTPTransport.HTTPResponse(
            status: response.status,
            headers: HTTPTransport.HTTPHeaders(response.headers.fields.map { ($0.name, $0.value) }), body: bytes)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `A recording of Twitch` {
    private let folder: TemporaryFolder
    private var pages: URL { folder.url.appending(path: "pages") }

    init() throws {
        folder = try TemporaryFolder()
    }

    private static let environment = [
        "TWITCH_CLIENT_ID": SimulatedTransport.application.clientID,
        "TWITCH_CLIENT_SECRET": SimulatedTransport.application.clientSecret,
        "TWITCH_API_URL": "http://twitch.test/helix/", "TWITCH_TOKEN_URL": "http://twitch.test/oauth2/token",
        "LANGUAGES": "en,ru", "STREAMS_PER_LANGUAGE": "150",
    ]

    private func record(
        _ twitch: SimulatedTransport, _ changes: [String: String] = [:]
    ) async throws -> Recorder.Report {
        let settings = try RecorderSettings(environment: Self.environment.merging(changes) { $1 })
        return try await Recorder(settings, http: twitch, time: twitch.timeAndChance).record(to: pages)
    }

    private func file(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: pages.appending(path: name)))
    }

    @Test func `is what Twitch answered, byte by byte, without token, client id and secret`() async throws {
        let twitch = SimulatedTransport()
        let report = try await record(twitch)
        #expect(report.walks.map(\.language) == ["en", "ru"])
        #expect(report.walks.map(\.end).allSatisfy { $0 == "wanted" || $0 == "list_end" })
        for (kind, path) in [
            ("streams", "/helix/streams"), ("games", "/helix/games"), ("users", "/helix/users"),
            ("channels", "/helix/channels"),
        ] {
            let names = report.files.filter { $0.hasPrefix(kind) }
            #expect(!names.isEmpty && names == names.sorted())
            #expect(try names.map(file) == twitch.answers(path))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: pages.path).sorted() == report.files.sorted())
        let token = try JSONValue(parsing: twitch.answers("/oauth2/token")[0])["access_token"]?.string ?? ""
        #expect(token.count == 30)
        for name in report.files {
            let text = String(decoding: try file(name), as: UTF8.self)
            for secret in [token, "the-only-client", "distinctive-secret"] { #expect(!text.contains(secret)) }
        }
    }

    /// What is told, and what is lost, is the same whether one pulls from Twitch or from its recording.
    @Test(arguments: [nil] + TwitchDefect.allCases)
    func `replayed, brings the same streams`(defect: TwitchDefect?) async throws {
        let twitch = SimulatedTransport(
            .world(World(seed: 6, channelCount: 4000)), TwitchDefects(defect.map { [$0] } ?? []))
        let changes = ["LANGUAGES": "*", "STREAMS_PER_LANGUAGE": "300"]
        let report = try await record(twitch, changes)
        let replay = SimulatedTransport(.recording(try Recording(folder: pages)))
        let settings = try RecorderSettings(environment: Self.environment)
        let helix = HelixClient(
            apiURL: settings.apiURL,
            tokens: AppAccessTokens(
                tokenURL: settings.tokenURL, credentials: { settings.credentials }, http: replay,
                time: replay.timeAndChance),
            http: replay, time: replay.timeAndChance)
        let walk = try await helix.walkStreams(
            GetStreams(), wanted: report.walks[0].streams, pageCap: 100,
            deadline: replay.timeAndChance.now() + .seconds(600))
        #expect(walk.streams.count == report.walks[0].streams)
        #expect(walk.end == .wanted)
        let known = try Set(
            report.files.filter { $0.hasPrefix("users") }.flatMap { name in
                try JSONValue(parsing: file(name))["data"]?.array?.compactMap { $0["id"]?.string } ?? []
            })
        #expect(known.count == report.users && report.users > 90)
        #expect(known.isSubset(of: Set(walk.streams.compactMap(\.userID))))
    }

    @Test func `leaves a folder that holds something alone`() async throws {
        try FileManager.default.createDirectory(at: pages, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: pages.appending(path: "precious"))
        let twitch = SimulatedTransport()
        await #expect(throws: RecorderError.folderIsInUse(path: pages.path)) { try await record(twitch) }
        #expect(twitch.answers("/oauth2/token").isEmpty)
    }

    @Test func `ends before anything is written when an answer repeats a secret`() async throws {
        let twitch = SimulatedTransport(tellsSecret: true)
        await #expect(throws: RecorderError.answerTellsSecret(path: "/streams")) { try await record(twitch) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: pages.path).isEmpty)
    }

    @Test func `of nobody is none`() async throws {
        let twitch = SimulatedTransport()
        await #expect(throws: RecorderError.noStreams) { try await record(twitch, ["LANGUAGES": "xx"]) }
    }

    @Test(
        arguments: [
            ("TWITCH_CLIENT_ID", ""), ("TWITCH_CLIENT_SECRET", ""), ("TWITCH_API_URL", "api.twitch.tv"),
            ("TWITCH_TOKEN_URL", "https://x/?a=b"), ("LANGUAGES", "pt, en"), ("LANGUAGES", "pt,pt"),
            ("STREAMS_PER_LANGUAGE", "0"), ("STREAMS_PER_LANGUAGE", "many"),
        ])
    func `names the variable that is wrong`(variable: String, value: String) {
        let error = #expect(throws: RecorderError.self) {
            try RecorderSettings(environment: Self.environment.merging([variable: value]) { $1 })
        }
        #expect("\(error as Any)".contains(variable))
    }
}
