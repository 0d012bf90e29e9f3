import Foundation
import Synchronization

/// State that one thread at a time may see. Whoever is inside may enter again: an event may lead back to where it came from.
///
/// Sendable, for the state is handed out inside the lock only: asked for from elsewhere it ends the process.
final class Monitor<State>: @unchecked Sendable {
    private let lock = NSRecursiveLock()
    private let guarded: State
    /// The thread that is inside; 0 when none is.
    private let holder = Atomic<UInt>(0)

    init(_ state: sending State) {
        guarded = state
    }

    /// The state, for those who are inside.
    var state: State {
        precondition(isInside, "touched from outside its monitor")
        return guarded
    }

    func enter<Value>(_ body: () throws -> Value) rethrows -> Value {
        lock.lock()
        let outer = holder.exchange(pthread_self(), ordering: .relaxed)
        defer {
            holder.store(outer, ordering: .relaxed)
            lock.unlock()
        }
        return try body()
    }

    private var isInside: Bool { holder.load(ordering: .relaxed) == pthread_self() }
}
