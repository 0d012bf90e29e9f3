package import HTTPTransport

/// Why Twitch gave no usable answer.
package enum TwitchError: Error, Equatable, Sendable {
    /// The token endpoint refuses the client id or secret; asking again does not help.
    case credentialsRefused(status: Int, body: String)
    /// Helix refuses a token that was just issued: the client id does not belong to it.
    case tokenRefused(status: Int, body: String)
    /// A 4xx that asking again does not change.
    case requestRefused(path: String, status: Int, body: String)
    /// Twitch asks to wait, until `reset` in seconds since the epoch if it says so, for longer than there is time.
    case rateLimited(path: String, reset: Int64?, attempts: Int)
    /// A 5xx at every attempt.
    case serverFailed(path: String, status: Int, body: String, attempts: Int)
    /// A 200 whose body is not the documented JSON, at every attempt.
    case unreadableAnswer(path: String, reason: String, body: String, attempts: Int)
    /// No whole answer at any attempt.
    case noAnswer(path: String, HTTPTransportError, attempts: Int)
    /// The time that the caller gave is over.
    case deadlineReached(path: String)
}

extension TwitchError {
    /// Whether the fault lies in our configuration or request, so that it would meet every other request as well.
    package var isPermanent: Bool {
        switch self {
        case .credentialsRefused, .tokenRefused, .requestRefused: true
        case .rateLimited, .serverFailed, .unreadableAnswer, .noAnswer, .deadlineReached: false
        }
    }

    /// Whether Helix refused the cursor: a 400 whose message names it, or, as message texts are not stable, any 400
    /// to a request that carried one.
    func refusesCursor(of request: GetStreams) -> Bool {
        guard case .requestRefused(_, status: 400, _) = self else { return false }
        return request.after != nil
    }
}

extension TwitchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .credentialsRefused(let status, let body):
            "Twitch refused the client credentials with \(status): \(body). "
                + "Check TWITCH_CLIENT_ID and its secret in the Twitch developer console."
        case .tokenRefused(let status, let body):
            "Twitch refused a fresh token with \(status): \(body). "
                + "TWITCH_CLIENT_ID must be the client that the token endpoint issues for."
        case .requestRefused(let path, let status, let body):
            "Twitch refused GET \(path) with \(status): \(body)"
        case .rateLimited(let path, let reset, let attempts):
            "Twitch limits the rate of GET \(path) and did so at the last of \(attempts) attempts; "
                + (reset.map { "the limit ends at \($0) (seconds since 1970)." } ?? "it does not say until when.")
        case .serverFailed(let path, let status, let body, let attempts):
            "GET \(path) failed with \(status) at the last of \(attempts) attempts: \(body)"
        case .unreadableAnswer(let path, let reason, let body, let attempts):
            "GET \(path) was unreadable at the last of \(attempts) attempts: \(reason); it begins: \(body)"
        case .noAnswer(let path, let error, let attempts):
            "GET \(path) had no answer at the last of \(attempts) attempts: \(error)"
        case .deadlineReached(let path):
            "The time was over before GET \(path) was answered."
        }
    }
}

extension HTTPResponse {
    /// The beginning of the body, for a log line: at most 200 bytes, on one line.
    var bodyStart: String {
        let text = String(decoding: body.prefix(200), as: UTF8.self)
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}
