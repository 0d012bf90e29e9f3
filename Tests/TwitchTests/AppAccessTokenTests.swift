import HTTPTransport
import Testing

@testable import Twitch

@Suite struct `The app access token` {
    @Test func `the pair goes into the form body and nowhere else`() async throws {
        let twitch = TwitchUnderTest { _, _ in .streams([1]) }
        _ = try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        let request = try #require(twitch.http.tokenRequests.first)
        #expect(request.url == "https://id.test/oauth2/token")
        #expect(request.headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "client_id=client-1&client_secret=s3cret%2B%2Fwith%26signs&grant_type=client_credentials")
        let helix = try #require(twitch.http.helixRequests.first)
        #expect(helix.headers["Authorization"] == "Bearer token-1")
        #expect(helix.headers["Client-Id"] == "client-1")
    }

    @Test func `it is asked for once and kept`() async throws {
        let twitch = TwitchUnderTest { _, _ in .streams([1]) }
        for _ in 0..<3 { _ = try await twitch.helix.get(GetStreams(), deadline: twitch.soon) }
        #expect(twitch.http.tokenRequests.count == 1)
    }

    @Test func `it is renewed a minute before its expiry`() async throws {
        let twitch = TwitchUnderTest(life: 90)
        #expect(try await twitch.token() == "token-1")
        twitch.time.advance(by: .seconds(29))
        #expect(try await twitch.token() == "token-1")
        twitch.time.advance(by: .seconds(1))
        #expect(try await twitch.token() == "token-2")
    }

    @Test func `without a lifetime it stays`() async throws {
        let time = ManualTime()
        let http = ScriptedHTTPClient { _, index in .json(#"{"access_token":"t\#(index)"}"#) }
        let tokens = AppAccessTokens.overScript(http, time)
        _ = try await tokens.current(deadline: time.now + .seconds(9))
        time.advance(by: .seconds(100_000_000))
        #expect(try await tokens.current(deadline: time.now + .seconds(9)).token.text == "t0")
    }

    @Test func `callers at the same time share one request`() async throws {
        let twitch = TwitchUnderTest { _, _ in .streams([1]) }
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 {
                group.addTask { _ = try await twitch.helix.get(GetStreams(), deadline: twitch.soon) }
            }
            try await group.waitForAll()
        }
        #expect(twitch.http.tokenRequests.count == 1)
    }

    @Test func `a 401 brings one new token and one more try`() async throws {
        let twitch = TwitchUnderTest { request, _ in
            request.headers["Authorization"] == "Bearer token-2" ? .streams([1]) : .error(401, "Invalid OAuth token")
        }
        let page = try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        #expect(page.items.map(\.id) == ["1"])
        #expect(twitch.http.tokenRequests.count == 2)
        #expect(twitch.http.helixRequests.count == 2)
    }

    @Test func `many refused at once bring one new token`() async throws {
        let twitch = TwitchUnderTest { request, _ in
            request.headers["Authorization"] == "Bearer token-1" ? .error(401, "Invalid OAuth token") : .streams([1])
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask { _ = try await twitch.helix.get(GetStreams(), deadline: twitch.soon) }
            }
            try await group.waitForAll()
        }
        #expect(twitch.http.tokenRequests.count == 2)
    }

    @Test func `a second 401 is an error`() async throws {
        let twitch = TwitchUnderTest { _, _ in .error(401, "Client ID and OAuth token do not match") }
        await #expect(
            throws: TwitchError.tokenRefused(
                status: 401,
                body: #"{"error":"Some Words","status":401,"message":"Client ID and OAuth token do not match"}"#)
        ) {
            try await twitch.helix.get(GetStreams(), deadline: twitch.soon)
        }
        #expect(twitch.http.helixRequests.count == 2)
    }

    @Test(arguments: [(400, "invalid client"), (403, "invalid client secret")])
    func `a wrong pair is said at once`(status: Int, message: String) async throws {
        let time = ManualTime()
        let http = ScriptedHTTPClient { _, _ in .json(#"{"status":\#(status),"message":"\#(message)"}"#, status: status)
        }
        let tokens = AppAccessTokens.overScript(http, time)
        await #expect(
            throws: TwitchError.credentialsRefused(
                status: status, body: #"{"status":\#(status),"message":"\#(message)"}"#)
        ) {
            _ = try await tokens.current(deadline: time.now + .seconds(60))
        }
        #expect(http.requests.count == 1)
    }

    @Test func `trouble at the token endpoint is tried again`() async throws {
        let time = ManualTime()
        let http = ScriptedHTTPClient { _, index in
            switch index {
            case 0: throw HTTPTransportError.connectionLost("reset")
            case 1: HTTPResponse(status: 503)
            case 2: .json("<html>")
            default: .token(1)
            }
        }
        let tokens = AppAccessTokens.overScript(http, time)
        #expect(try await tokens.current(deadline: time.now + .seconds(60)).token.text == "token-1")
        #expect(time.sleeps == [.milliseconds(500), .seconds(1), .seconds(2)])
    }

    @Test func `neither the secret nor a token shows in any text`() async throws {
        let time = ManualTime()
        let http = ScriptedHTTPClient { _, _ in
            .json("you sent \(AppAccessTokens.secret) as \(AppAccessTokens.secret.percentEncoded)", status: 400)
        }
        let tokens = AppAccessTokens.overScript(http, time)
        let error = await #expect(throws: TwitchError.self) {
            _ = try await tokens.current(deadline: time.now + .seconds(60))
        }
        let credentials = ClientCredentials(clientID: "c", secret: ClientSecret(AppAccessTokens.secret))
        let token = AppAccessToken(text: AppAccessTokens.secret, expiry: nil)
        let issued = AppAccessTokens.Issued(token: token, clientID: "c")
        var dumped = ""
        dump((credentials, token, issued), to: &dumped)
        for text in ["\(error as Any)", "\(credentials)", String(reflecting: issued), dumped] {
            #expect(!text.contains("s3cret"))
        }
    }
}

extension TwitchUnderTest {
    /// Every token lives this many seconds.
    fileprivate init(life: Int) {
        let time = ManualTime()
        let http = ScriptedHTTPClient { _, index in .token(index + 1, expiresIn: life) }
        self.init(http: http, time: time)
    }

    private init(http: ScriptedHTTPClient, time: ManualTime) {
        self.http = http
        self.time = time
        tokens = .overScript(http, time)
        helix = HelixClient(apiURL: "https://helix.test", tokens: tokens, http: http, time: time.timeAndChance)
    }

    fileprivate func token() async throws -> String {
        try await tokens.current(deadline: soon).token.text
    }
}
