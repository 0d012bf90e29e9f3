import AWSProtocol
import EmulatorClock
import Synchronization

/// Helix's bucket of points, one point a request. https://dev.twitch.tv/docs/api/guide/#twitch-rate-limits
final class RateBucket: Sendable {
    private let limit: Double
    private let pointsPerSecond: Double
    private struct State {
        var points: Double
        var at: Timestamp
        /// No points before this, whatever has been refilled.
        var closedUntil: Timestamp?
    }

    private let state: Mutex<State>
    private let clock: any Timekeeper

    init(limit: Int, refillPerMinute: Int, clock: any Timekeeper) {
        self.limit = Double(limit)
        pointsPerSecond = Double(refillPerMinute) / 60
        self.clock = clock
        state = Mutex(State(points: Double(limit), at: clock.now))
    }

    /// Takes a point and answers with the headers that tell of the rest.
    ///
    /// - Throws: `HelixError.tooManyRequests` when the bucket is empty.
    func take() throws -> HTTPHeaders {
        let now = clock.now
        let (left, closedUntil): (Double?, Timestamp?) = state.withLock { state in
            if let closedUntil = state.closedUntil, closedUntil > now { return (nil, closedUntil) }
            state.closedUntil = nil
            // A clock that was set back refills nothing.
            let refill = max(0, Double((now - state.at).milliseconds)) / 1000 * pointsPerSecond
            state.points = min(limit, state.points + refill)
            state.at = now
            guard state.points >= 1 else { return (nil, nil) }
            state.points -= 1
            return (state.points, nil)
        }
        guard let left else {
            throw HelixError.tooManyRequests(resetSeconds: closedUntil?.seconds ?? reset(from: 0, now))
        }
        return headers(remaining: Int(left), reset: reset(from: left, now))
    }

    /// Gives no point for this long.
    func close(for duration: Duration) {
        let now = clock.now
        // The header tells whole seconds: the bucket opens no later than it says.
        state.withLock { $0.closedUntil = Timestamp(milliseconds: (now + duration).seconds * 1000) }
    }

    func headers(remaining: Int, reset: Int64) -> HTTPHeaders {
        [
            "Ratelimit-Limit": String(Int(limit)), "Ratelimit-Remaining": String(remaining),
            "Ratelimit-Reset": String(reset),
        ]
    }

    /// The second at which the bucket is full again.
    private func reset(from points: Double, _ now: Timestamp) -> Int64 {
        now.seconds + Int64(((limit - points) / pointsPerSecond).rounded(.up))
    }
}
