import Glibc
import Synchronization

/// Waiting on the spot. To fall asleep and be woken costs a thread more than many an answer takes: where the last one came at
/// once, whoever waits for the next may look for it itself for a moment.
///
/// One thread of the process at a time, and none on a machine with a single processor: others would take the processors from
/// those that work. Each look lets whoever wants to run go first.
package enum Attention {
    /// So long at most; what took longer the last time is not waited for.
    package static let patience: Duration = .microseconds(100)

    private static let isTaken = Atomic(sysconf(Int32(_SC_NPROCESSORS_ONLN)) < 2)

    /// Begins to wait; whoever gets true ends it by `release`.
    package static func take() -> Bool {
        isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }

    package static func release() {
        isTaken.store(false, ordering: .releasing)
    }

    /// Looks again and again, until it is done or patience is at its end.
    package static func look(isDone: () -> Bool) {
        guard !isDone() else { return }
        let end = ContinuousClock.now + patience
        repeat { sched_yield() } while !isDone() && ContinuousClock.now < end
    }
}
