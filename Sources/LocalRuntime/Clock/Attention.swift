import Glibc
import Synchronization

/// Waiting on the spot. To fall asleep and be woken costs a thread more than many an answer takes: where the last one came at
/// once, whoever waits for the next may look for it itself for a moment.
///
/// One thread of the process at a time: others would take the processors from those that work. Each look lets whoever wants to
/// run go first.
package enum Attention {
    /// So long at most; what took longer the last time is not waited for.
    package static let patience: Duration = .microseconds(100)

    /// So many nanoseconds after somebody has begun to wait, others are likely to.
    private static let recent: Int64 = 5_000_000

    private static let isTaken = Atomic(false)
    /// When somebody last began to wait.
    private static let lastTaken = Atomic(Int64.min / 2)

    /// Begins to wait; whoever gets true ends it by `release`.
    package static func take() -> Bool {
        guard isTaken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            return false
        }
        lastTaken.store(nanoseconds, ordering: .relaxed)
        return true
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

    /// The manners of long work that nobody waits for, such as the writing of log lines: while others wait on the spot, whoever
    /// they wait for goes first. Linux would leave the processor to such work for milliseconds.
    package struct Courtesy {
        /// In nanoseconds: nobody waits for long in this time, and giving way takes little of it.
        private static let interval: Int64 = 20_000
        /// Who takes the processor for more nanoseconds than this is nobody that is waited for so.
        private static let patience: Int64 = 1_000_000

        private var gaveWay = Int64.min / 2
        private var isOver = false

        package init() {}

        /// Called between two steps of a few microseconds.
        package mutating func giveWay() {
            let now = Attention.nanoseconds
            guard !isOver, now - gaveWay >= Self.interval, now - lastTaken.load(ordering: .relaxed) < recent else {
                return
            }
            sched_yield()
            gaveWay = Attention.nanoseconds
            isOver = gaveWay - now > Self.patience
        }
    }

    private static var nanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
