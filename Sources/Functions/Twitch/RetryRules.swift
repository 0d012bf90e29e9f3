import HTTPTransport

/// How often and how long after a failure Twitch is asked again.
package struct RetryRules: Sendable {
    /// Attempts at one request, the first included.
    package var attempts: Int
    /// The longest wait before the second attempt; it doubles with each.
    package var firstDelay: Duration
    /// No wait for jitter is longer.
    package var longestDelay: Duration
    /// How long one exchange may take.
    package var requestTimeout: Duration

    /// Five attempts within about 15 seconds, ten seconds for each.
    package static let twitch = RetryRules(
        attempts: 5, firstDelay: .seconds(1), longestDelay: .seconds(8), requestTimeout: .seconds(10))

    package init(attempts: Int, firstDelay: Duration, longestDelay: Duration, requestTimeout: Duration) {
        self.attempts = attempts
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.requestTimeout = requestTimeout
    }

    /// Full jitter: anywhere between nothing and the doubled delay.
    ///
    /// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    package func backoff(failures: Int, random: Double) -> Duration {
        let doubled = firstDelay * (1 << min(max(failures - 1, 0), 20))
        return min(doubled, longestDelay) * random
    }
}

/// The attempts at one request, as a value: it is told of each failure and answers how long to wait, or throws.
struct Retries {
    /// What can pass by itself.
    enum Failure: Error, Equatable {
        /// A 429; `reset` is when the bucket is full again, in seconds since the epoch, or nil when waiting for it
        /// is not what Twitch asks.
        case limited(reset: Int64?)
        case server(status: Int, body: String)
        case unreadable(reason: String, body: String)
        case transport(HTTPTransportError)
    }

    let rules: RetryRules
    let path: String
    /// Time since the epoch after which nothing may be begun.
    let deadline: Duration
    private(set) var failures = 0

    init(_ rules: RetryRules, path: String, deadline: Duration) {
        self.rules = rules
        self.path = path
        self.deadline = deadline
    }

    /// How long the next exchange may take.
    func timeout(at now: Duration) throws -> Duration {
        guard now < deadline else { throw TwitchError.deadlineReached(path: path) }
        return min(rules.requestTimeout, deadline - now)
    }

    /// How long to wait before asking again; throws when it is not worth it.
    mutating func delay(after failure: Failure, now: Duration, random: Double) throws -> Duration {
        failures += 1
        guard failures < rules.attempts, failure.canPass else { throw error(for: failure) }
        var delay = rules.backoff(failures: failures, random: random)
        if case .limited(let reset?) = failure {
            // The bucket is full at `reset`; the jitter keeps several functions from meeting there.
            delay += max(.zero, .seconds(reset) - now)
        }
        guard now + delay < deadline else { throw error(for: failure) }
        return delay
    }

    private func error(for failure: Failure) -> TwitchError {
        switch failure {
        case .limited(let reset): .rateLimited(path: path, reset: reset, attempts: failures)
        case .server(let status, let body):
            .serverFailed(path: path, status: status, body: body, attempts: failures)
        case .unreadable(let reason, let body):
            .unreadableAnswer(path: path, reason: reason, body: body, attempts: failures)
        case .transport(let error): .noAnswer(path: path, error, attempts: failures)
        }
    }
}

extension Retries.Failure {
    fileprivate var canPass: Bool {
        switch self {
        case .transport(.invalidRequest), .transport(.unavailable), .transport(.notTrusted),
            .transport(.bodyTooLarge):
            false
        default: true
        }
    }
}
