import FoundationEssentials
import HTTPTransport

/// Where all instances of an application keep their one token, and whose turn it is to ask for the next.
package protocol SharedTokens: Sendable {
    /// The client that the tokens belong to.
    var clientID: String { get }

    /// What lies there now.
    func read() async throws -> SharedToken

    /// Takes the turn to ask for the token after `seen`; both times are since the epoch.
    ///
    /// - Returns: false when somebody else has the turn, or has ended it since `seen` was read.
    func takeTurn(after seen: SharedToken, at now: Duration, until end: Duration) async throws -> Bool

    /// Writes the token after `seen` and ends the turn; nothing happens when somebody else has written one.
    func write(_ token: AppAccessToken, after seen: SharedToken) async throws
}

/// A token that instances share.
package struct SharedToken: Sendable, Equatable {
    /// How many tokens have been written before and with this one.
    package let number: Int
    /// Nil before the first.
    package let token: AppAccessToken?

    package init(number: Int, token: AppAccessToken?) {
        self.number = number
        self.token = token
    }
}

/// The check of a token that somebody else asked for.
///
/// https://dev.twitch.tv/docs/authentication/validate-tokens
struct TokenValidation {
    let tokenURL: String
    let token: AppAccessToken
    let timeout: Duration

    var http: HTTPRequest {
        let folder = tokenURL.lastIndex(of: "/").map { tokenURL[...$0] } ?? ""
        return HTTPRequest(
            url: "\(folder)validate", headers: ["Authorization": "OAuth \(token.text)", "Accept": "application/json"],
            timeout: timeout)
    }

    /// Whether Twitch said that the token is none, or another client's. No clear answer is no refusal: Helix will tell.
    static func isRefusal(_ response: HTTPResponse, clientID: String) -> Bool {
        guard response.status == 200 else { return response.status == 401 }
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body))
        return answer?.clientID.map { $0 != clientID } ?? false
    }

    private struct Answer: Decodable {
        let clientID: String?

        enum CodingKeys: String, CodingKey {
            case clientID = "client_id"
        }
    }
}
