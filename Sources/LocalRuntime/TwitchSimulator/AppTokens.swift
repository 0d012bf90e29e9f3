import AWSProtocol
import EmulatorClock
import Synchronization

/// The routes of id.twitch.tv for app access tokens (client credentials).
/// https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/#client-credentials-grant-flow
final class AppTokens: Sendable {
    private struct State {
        var issued = 0
        var expiries: [String: Timestamp] = [:]
    }

    private let application: TwitchApplication
    private let lifetime: Duration
    private let clock: any Timekeeper
    private let state = Mutex(State())

    init(application: TwitchApplication, lifetime: Duration, clock: any Timekeeper) {
        self.application = application
        self.lifetime = lifetime
        self.clock = clock
    }

    /// `POST /oauth2/token`: parameters in the body or, as Twitch takes them too, in the query.
    func issue(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = String(decoding: try await request.body.collect(upTo: 65_536), as: UTF8.self)
        let pairs = PercentEncoding.pairs(body) + PercentEncoding.pairs(request.query)
        func value(_ name: String) -> String? { pairs.first { $0.name == name }?.value }
        guard value("client_id") == application.clientID else { throw HelixError.invalidClient }
        guard value("client_secret") == application.clientSecret else { throw HelixError.invalidClientSecret }
        guard value("grant_type") == "client_credentials" else { throw HelixError.invalidGrantType }
        let expiry = clock.now + lifetime
        let token = state.withLock { state in
            state.issued += 1
            let digest = Digest.of(
                Array("\(application.clientID)/\(state.issued)/\(expiry.milliseconds)".utf8), .sha256)
            let token = String(Hex.encode(digest).prefix(30))
            state.expiries[token] = expiry
            return token
        }
        return .helix([
            "access_token": .string(token), "expires_in": .integer(lifetime.components.seconds), "token_type": "bearer",
        ])
    }

    /// `GET /oauth2/validate`
    func validate(_ request: HTTPRequest) throws -> HTTPResponse {
        guard let token = Self.token(of: request) else { throw HelixError.missingAuthorization }
        guard let expiry = expiry(of: token) else { throw HelixError.invalidAccessToken }
        return .helix([
            "client_id": .string(application.clientID), "scopes": .null,
            "expires_in": .integer((expiry - clock.now).components.seconds),
        ])
    }

    /// `POST /oauth2/revoke`
    func revoke(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = String(decoding: try await request.body.collect(upTo: 65_536), as: UTF8.self)
        let token = PercentEncoding.pairs(body).first { $0.name == "token" }?.value
        guard let token else { throw HelixError.missing(parameter: "token") }
        state.withLock { $0.expiries[token] = nil }
        return HTTPResponse()
    }

    /// What Helix asks of every request: a live token, and the client that it was issued to.
    func check(_ request: HTTPRequest) throws {
        guard let token = Self.token(of: request) else { throw HelixError.missingToken }
        guard expiry(of: token) != nil else { throw HelixError.invalidToken }
        guard request.headers["client-id"] == application.clientID else { throw HelixError.clientMismatch }
    }

    /// Kills every token: the next Helix call answers 401, as after a secret was changed.
    func revokeAll() {
        state.withLock { $0.expiries = [:] }
    }

    private func expiry(of token: String) -> Timestamp? {
        state.withLock { $0.expiries[token] }.flatMap { $0 > clock.now ? $0 : nil }
    }

    private static func token(of request: HTTPRequest) -> String? {
        guard let header = request.headers["authorization"] else { return nil }
        let parts = header.split(separator: " ")
        guard parts.count == 2, ["bearer", "oauth"].contains(parts[0].lowercased()) else { return nil }
        return String(parts[1])
    }
}

/// The application that may call the simulator.
package struct TwitchApplication: Sendable {
    package let clientID: String
    package let clientSecret: String

    package init(clientID: String, clientSecret: String) {
        self.clientID = clientID
        self.clientSecret = clientSecret
    }
}
