import Synchronization

/// Keeps a queue from having too many messages in flight without counting them at each receive.
///
/// The number kept never lies below the truth, since it only grows. When it reaches the limit, the messages are counted
/// once, and it starts again from there. It is changed inside the writer's transactions only.
final class InFlightBound: Sendable {
    private let bounds = Mutex<[Int64: Int]>([:])

    /// How many of `wanted` messages may be handed out.
    func admitted(_ wanted: Int, of queue: Int64, limit: Int, count: () throws -> Int) rethrows -> Int {
        if let bound = bounds.withLock({ $0[queue] }), bound + wanted <= limit { return wanted }
        let counted = try count()
        bounds.withLock { $0[queue] = counted }
        return min(wanted, max(0, limit - counted))
    }

    func handedOut(_ count: Int, of queue: Int64) {
        bounds.withLock { $0[queue, default: 0] += count }
    }
}
