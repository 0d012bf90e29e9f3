import HTTPTransport
import Synchronization

@testable import Twitch

/// Answers each request from a script, and remembers what was asked.
final class ScriptedHTTPClient: HTTPClient {
    typealias Script = @Sendable (HTTPRequest, _ index: Int) throws -> HTTPResponse

    private let script: Script
    private let log = Mutex<[HTTPRequest]>([])

    init(_ script: @escaping Script) {
        self.script = script
    }

    var requests: [HTTPRequest] { log.withLock { $0 } }
    var helixRequests: [HTTPRequest] { requests.filter { $0.method == "GET" } }
    var tokenRequests: [HTTPRequest] { requests.filter { $0.method == "POST" } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let index = log.withLock { log in
            log.append(request)
            return log.count { $0.method == request.method } - 1
        }
        return try script(request, index)
    }
}

/// A clock that stands still but for the sleeps, which pass at once and are remembered.
final class ManualTime: Sendable {
    private let state: Mutex<(now: Duration, sleeps: [Duration])>
    let chance: Double

    init(now: Duration = .seconds(1_772_368_496), chance: Double = 0.5) {
        state = Mutex((now, []))
        self.chance = chance
    }

    var now: Duration { state.withLock { $0.now } }
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by duration: Duration) {
        state.withLock { $0.now += duration }
    }

    var timeAndChance: TimeAndChance {
        TimeAndChance(
            now: { self.now },
            sleep: { duration in
                self.state.withLock {
                    $0.now += duration
                    $0.sleeps.append(duration)
                }
            },
            random: { self.chance })
    }
}

/// The clients over one script; the token endpoint gives `token-1`, `token-2`, … unless the script answers it.
struct TwitchUnderTest {
    let http: ScriptedHTTPClient
    let time: ManualTime
    let tokens: AppAccessTokens
    let helix: HelixClient

    init(time: ManualTime = ManualTime(), _ script: @escaping ScriptedHTTPClient.Script) {
        self.time = time
        http = ScriptedHTTPClient { request, index in
            request.method == "POST" ? .token(index + 1) : try script(request, index)
        }
        tokens = .overScript(http, time)
        helix = HelixClient(
            apiURL: "https://helix.test/helix/", tokens: tokens, http: http, time: time.timeAndChance)
    }

    var soon: Duration { time.now + .seconds(60) }
}

extension AppAccessTokens {
    static let secret = "s3cret+/with&signs"

    static func overScript(_ http: ScriptedHTTPClient, _ time: ManualTime) -> AppAccessTokens {
        AppAccessTokens(
            tokenURL: "https://id.test/oauth2/token",
            credentials: { ClientCredentials(clientID: "client-1", secret: ClientSecret(secret)) },
            http: http, time: time.timeAndChance)
    }
}

extension HTTPResponse {
    static func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(text.utf8))
    }

    static func token(_ number: Int, expiresIn: Int = 5_011_271) -> HTTPResponse {
        .json(#"{"access_token":"token-\#(number)","expires_in":\#(expiresIn),"token_type":"bearer"}"#)
    }

    static func error(_ status: Int, _ message: String, headers: HTTPHeaders = [:]) -> HTTPResponse {
        .json(#"{"error":"Some Words","status":\#(status),"message":"\#(message)"}"#, status: status, headers: headers)
    }

    /// A page of `/streams` with these ids, the viewers falling from `viewers`.
    static func streams(_ ids: [Int], viewers: Int = 1000, cursor: String? = nil) -> HTTPResponse {
        let items = ids.enumerated().map { index, id in
            #"{"id":"\#(id)","user_id":"7\#(id)","viewer_count":\#(viewers - index)}"#
        }
        let pagination = cursor.map { #"{"cursor":"\#($0)"}"# } ?? "{}"
        return .json(#"{"data":[\#(items.joined(separator: ","))],"pagination":\#(pagination)}"#)
    }
}

extension HTTPRequest {
    /// The query's parameters, in order, still percent-encoded.
    var parameters: [String] {
        url.split(separator: "?").dropFirst().first?.split(separator: "&").map(String.init) ?? []
    }

    func parameter(_ name: String) -> String? {
        parameters.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
