import FoundationEssentials
import HTTPTransport

/// A token of the application itself, not of a user. Its text never shows in a description.
///
/// https://dev.twitch.tv/docs/authentication/getting-tokens-oauth#client-credentials-grant-flow
package struct AppAccessToken: Sendable, Equatable {
    /// What goes after `Bearer `.
    package let text: String
    /// Time since the epoch; nil for the very old clients whose tokens do not expire.
    package let expiry: Duration?

    package init(text: String, expiry: Duration?) {
        self.text = text
        self.expiry = expiry
    }

    /// Tokens count as expired this long before they are, so that none dies on its way.
    static let earlyRenewal: Duration = .seconds(60)

    func isFresh(at now: Duration) -> Bool {
        expiry.map { now < $0 - Self.earlyRenewal } ?? true
    }
}

extension AppAccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "app access token" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The request for a token, with the secret in the form body: a query would stand in every access log.
struct TokenRequest {
    let tokenURL: String
    let credentials: ClientCredentials
    let timeout: Duration

    var http: HTTPRequest {
        let form: [(name: String, value: String)] = [
            ("client_id", credentials.clientID),
            ("client_secret", credentials.secret.revealed),
            ("grant_type", "client_credentials"),
        ]
        return HTTPRequest(
            method: "POST", url: tokenURL,
            headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
            body: Array(form.queryString.utf8), timeout: timeout)
    }

    /// Twitch's error bodies do not echo the secret; a proxy's might.
    func bodyStart(of response: HTTPResponse) -> String {
        let secret = credentials.secret.revealed
        guard !secret.isEmpty else { return response.bodyStart }
        return response.bodyStart.replacing(secret, with: "…").replacing(secret.percentEncoded, with: "…")
    }
}

/// The token endpoint's answer to a good pair.
struct TokenAnswer: Decodable {
    let accessToken: String
    let expiresIn: Int64?

    enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case expiresIn = "expires_in"
    }

    init(_ body: [UInt8]) throws {
        self = try JSONDecoder().decode(TokenAnswer.self, from: Data(body))
    }

    func token(issuedAt now: Duration) -> AppAccessToken {
        AppAccessToken(text: accessToken, expiry: expiresIn.map { now + .seconds($0) })
    }
}
