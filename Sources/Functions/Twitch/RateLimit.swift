import HTTPTransport

/// What the answers' headers tell about the bucket of points, of which most requests cost one.
///
/// https://dev.twitch.tv/docs/api/guide/#twitch-rate-limits
struct RateLimit: Equatable {
    private(set) var remaining: Int?
    /// When the bucket is full again, in seconds since the epoch.
    private(set) var reset: Int64?
    private var limit: Int?
    private var nextSend: Duration = .zero

    /// The spacing of requests once the bucket is half empty: refill was measured at 600 a minute although the header
    /// promises 800 (twitchdev/issues#597), so ten a second can go on for ever.
    static let spacing: Duration = .milliseconds(100)

    /// Reads the three headers of an answer; one that is missing or no number is unknown.
    mutating func note(_ headers: HTTPHeaders) {
        limit = headers["Ratelimit-Limit"].flatMap { Int($0) }
        remaining = headers["Ratelimit-Remaining"].flatMap { Int($0) }
        reset = headers["Ratelimit-Reset"].flatMap { Int64($0) }
    }

    /// Takes the next turn: how long to wait before sending.
    mutating func turn(at now: Duration) -> Duration {
        var due = now
        if isHalfEmpty { due = max(due, nextSend) }
        if remaining == 0, let reset {
            due = max(due, .seconds(reset))
            // One request finds out whether the bucket is full; the others follow its answer.
            remaining = nil
        }
        nextSend = due + Self.spacing
        return due - now
    }

    /// How long a 429 lasts: the reset when the bucket is empty or its state unknown; otherwise the endpoint has a
    /// limit of its own, which the headers do not tell.
    var resetAfterRefusal: Int64? {
        (remaining ?? 0) == 0 ? reset : nil
    }

    private var isHalfEmpty: Bool {
        guard let remaining, let limit else { return true }
        return remaining * 2 < limit
    }
}
