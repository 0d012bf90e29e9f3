import HTTPTransport
import Synchronization

/// How often and how soon a failed call is tried again: AWS's "standard" mode.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
package struct RetryPolicy: Sendable {
    /// The first try included.
    package var tries: Int

    /// The longest pause before the second try; it doubles with each further one.
    package var base: Duration

    /// No pause is longer.
    package var cap: Duration

    package init(tries: Int, base: Duration, cap: Duration) {
        self.tries = tries
        self.base = base
        self.cap = cap
    }

    package static let standard = RetryPolicy(tries: 3, base: .seconds(1), cap: .seconds(20))

    /// The pause after try number `tried`, counted from 1: any length up to the doubling limit, so that callers who
    /// failed together do not come again together.
    ///
    /// A longer wait that the service asks for is kept. Nil when it is longer than `cap`: then it is better to fail.
    func pause(after tried: Int, asked: Duration? = nil, random: Double) -> Duration? {
        if let asked, asked > cap { return nil }
        let doublings = min(tried - 1, 16)
        let jittered = min(base * (1 << doublings), cap) * random
        return max(jittered, asked ?? .zero)
    }

    static func isTransient(_ error: any Error) -> Bool {
        switch error {
        case let error as AWSError: return error.isTransient
        case let error as HTTPTransportError:
            switch error {
            case .timedOut, .couldNotConnect, .connectionLost: return true
            case .notTrusted, .bodyTooLarge, .invalidRequest, .unavailable, .failed: return false
            }
        default: return false
        }
    }
}

/// Stops retries when most calls fail, so that a service in trouble is not asked three times as much.
///
/// The numbers are those of the AWS SDKs' standard mode.
final class RetryQuota: Sendable {
    private static let capacity = 500
    private static let cost = 5
    private let left = Mutex(RetryQuota.capacity)

    /// Pays for a retry; false when the quota is used up.
    func take() -> Bool {
        left.withLock {
            guard $0 >= Self.cost else { return false }
            $0 -= Self.cost
            return true
        }
    }

    /// A success gives back what its retry cost, and a little without one.
    func giveBack(afterRetry: Bool) {
        left.withLock { $0 = min($0 + (afterRetry ? Self.cost : 1), Self.capacity) }
    }
}
