/// The emulator's only source of time (DESIGN D6). Visibility, delays, retention, long polls, batching windows and
/// schedules all read it, so that freezing or moving it moves everything at once.
///
/// Time limits of child processes (a function's timeout, its init) are the one exception: a process lives in real time.
package protocol Timekeeper: Sendable {
    var now: Timestamp { get }

    /// Returns once `now` has reached `deadline`; throws `CancellationError` when the task is cancelled first.
    func sleep(until deadline: Timestamp) async throws

    /// Has `ring` run once, when `now` has reached `instant`: at once if it has already.
    ///
    /// The alarm is set when this returns, so that whoever moves the clock cannot miss it; and until `ring` has returned,
    /// the clock does not count as settled.
    ///
    /// - Parameter purpose: what is waited for, for people: `the next retry of an asynchronous invocation`.
    @discardableResult
    func alarm(at instant: Timestamp, for purpose: String, _ ring: @escaping @Sendable () async -> Void) -> Alarm

    /// An alarm of something that comes again and again, whether or not there is anything to do by then.
    ///
    /// - Parameter isWork: whether something would come of it now. While nothing would, nobody moves the clock for its sake.
    @discardableResult
    func recurringAlarm(
        at instant: Timestamp, for purpose: String, isWork: @escaping @Sendable () -> Bool,
        _ ring: @escaping @Sendable () async -> Void
    ) -> Alarm
}

extension Timekeeper {
    @discardableResult
    package func recurringAlarm(
        at instant: Timestamp, for purpose: String, isWork: @escaping @Sendable () -> Bool,
        _ ring: @escaping @Sendable () async -> Void
    ) -> Alarm {
        alarm(at: instant, for: purpose, ring)
    }
}

/// Something that an alarm waits for.
package struct ClockWait: Sendable {
    package let instant: Timestamp
    package let purpose: String
    /// Whether the like of it comes again and again.
    package let isRecurring: Bool
    /// Whether something would come of it now.
    package let isWork: Bool
}

/// An alarm that was set. Dropping it leaves it set.
package struct Alarm: Sendable {
    private let silence: @Sendable () -> Void

    package init(silence: @escaping @Sendable () -> Void) {
        self.silence = silence
    }

    /// Takes the alarm back; one that has begun to ring goes on.
    package func cancel() {
        silence()
    }
}
