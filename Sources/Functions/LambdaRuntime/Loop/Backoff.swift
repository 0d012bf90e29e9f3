/// The waits between tries to reach the Runtime API: each twice the one before, and only so many.
///
/// One process talks to one local server, so there is no herd to spread with jitter. The whole (6.5 seconds)
/// stays below the ten that Lambda allows for init.
struct Backoff {
    private let first: Duration
    private let longest: Duration
    private let tries: Int
    private var failures = 0

    init(first: Duration = .milliseconds(20), longest: Duration = .seconds(2), tries: Int = 9) {
        self.first = first
        self.longest = longest
        self.tries = tries
    }

    /// The wait after one more failure; nil when it was one too many.
    mutating func next() -> Duration? {
        guard failures < tries else { return nil }
        defer { failures += 1 }
        return min(first * (1 << failures), longest)
    }

    /// Forgets the failures, after a success.
    mutating func reset() {
        failures = 0
    }
}
