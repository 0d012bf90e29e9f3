import HTTPTransport
import Synchronization
import Testing

@testable import Twitch

/// One token in memory.
private final class TokenShelf: SharedTokens {
    let clientID = "client-1"
    private let state: Mutex<(stored: SharedToken, turnEnd: Duration?)>
    /// What another instance writes at the second look.
    private let comes: AppAccessToken?
    private let looks = Mutex(0)

    init(_ token: AppAccessToken? = nil, turnEnd: Duration? = nil, comes: AppAccessToken? = nil) {
        state = Mutex((SharedToken(number: token == nil ? 0 : 1, token: token), turnEnd))
        self.comes = comes
    }

    var stored: SharedToken { state.withLock { $0.stored } }

    func read() -> SharedToken {
        let look = looks.withLock { looks in
            looks += 1
            return looks
        }
        if look == 3, let comes { write(comes, after: stored) }
        return stored
    }

    func takeTurn(after seen: SharedToken, at now: Duration, until end: Duration) -> Bool {
        state.withLock { state in
            guard state.stored == seen, state.turnEnd.map({ $0 < now }) ?? true else { return false }
            state.turnEnd = end
            return true
        }
    }

    func write(_ token: AppAccessToken, after seen: SharedToken) {
        state.withLock { state in
            guard state.stored == seen else { return }
            state = (SharedToken(number: seen.number + 1, token: token), nil)
        }
    }
}

@Suite struct `A shared token` {
    private let time = ManualTime()

    private func tokens(
        _ shelf: TokenShelf,
        _ script: @escaping ScriptedHTTPClient.Script = { _, _ in .json(#"{"client_id":"client-1"}"#) }
    ) -> (AppAccessTokens, ScriptedHTTPClient) {
        let http = ScriptedHTTPClient { request, index in
            request.method == "POST" ? .token(index + 1) : try script(request, index)
        }
        let tokens = AppAccessTokens(
            tokenURL: "https://id.test/oauth2/token", shared: shelf,
            credentials: { ClientCredentials(clientID: "client-1", secret: ClientSecret("s")) }, http: http,
            time: time.timeAndChance)
        return (tokens, http)
    }

    private var soon: Duration { time.now + .seconds(60) }

    @Test func `is used after Twitch has said that it lives`() async throws {
        let shelf = TokenShelf(AppAccessToken(text: "theirs", expiry: nil))
        let (tokens, http) = tokens(shelf)
        for _ in 0..<3 { #expect(try await tokens.current(deadline: soon).token.text == "theirs") }
        #expect(http.requests.map(\.url) == ["https://id.test/oauth2/validate"])
        #expect(http.requests.first?.headers["Authorization"] == "OAuth theirs")
    }

    @Test(
        arguments: [
            (401, #"{"status":401,"message":"invalid access token"}"#), (200, #"{"client_id":"somebody-else"}"#),
        ])
    func `is replaced when it is none of ours`(status: Int, body: String) async throws {
        let shelf = TokenShelf(AppAccessToken(text: "theirs", expiry: nil))
        let (tokens, http) = tokens(shelf) { _, _ in .json(body, status: status) }
        #expect(try await tokens.current(deadline: soon).token.text == "token-1")
        #expect(http.tokenRequests.count == 1)
        #expect(shelf.stored.token?.text == "token-1")
        #expect(shelf.stored.number == 2)
    }

    @Test func `is used when the check has no answer`() async throws {
        for script: ScriptedHTTPClient.Script in [
            { _, _ in throw HTTPTransportError.timedOut }, { _, _ in HTTPResponse(status: 503) },
            { _, _ in .json("<html>") },
        ] {
            let (tokens, _) = tokens(TokenShelf(AppAccessToken(text: "theirs", expiry: nil)), script)
            #expect(try await tokens.current(deadline: soon).token.text == "theirs")
        }
    }

    @Test func `is waited for while another instance asks`() async throws {
        let shelf = TokenShelf(
            turnEnd: time.now + .seconds(15), comes: AppAccessToken(text: "theirs", expiry: time.now + .seconds(9000)))
        let (tokens, http) = tokens(shelf)
        #expect(try await tokens.current(deadline: soon).token.text == "theirs")
        #expect(http.tokenRequests.isEmpty)
        #expect(time.sleeps == [.milliseconds(250), .milliseconds(250)])
    }

    @Test func `is asked for when the other instance died in its turn`() async throws {
        let shelf = TokenShelf(turnEnd: time.now + .seconds(15))
        let (tokens, http) = tokens(shelf)
        #expect(try await tokens.current(deadline: soon).token.text == "token-1")
        #expect(http.tokenRequests.count == 1)
        #expect(time.sleeps.count == 61)
    }

    @Test func `is not waited for beyond the deadline`() async throws {
        let (tokens, http) = tokens(TokenShelf(turnEnd: time.now + .seconds(15)))
        await #expect(throws: TwitchError.deadlineReached(path: "/oauth2/token")) {
            _ = try await tokens.current(deadline: time.now + .seconds(1))
        }
        #expect(http.requests.isEmpty)
    }

    @Test func `that Helix refuses is replaced once, by ours or by the one that came meanwhile`() async throws {
        let shelf = TokenShelf(AppAccessToken(text: "theirs", expiry: nil))
        let (first, firstHTTP) = tokens(shelf)
        let (second, secondHTTP) = tokens(shelf)
        let refused = try await first.current(deadline: soon)
        let same = try await second.current(deadline: soon)
        #expect(try await first.replacement(for: refused, deadline: soon).token.text == "token-1")
        #expect(try await second.replacement(for: same, deadline: soon).token.text == "token-1")
        #expect(firstHTTP.tokenRequests.count == 1)
        #expect(secondHTTP.tokenRequests.isEmpty)
    }
}
