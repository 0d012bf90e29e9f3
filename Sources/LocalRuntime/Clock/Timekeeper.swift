/// The emulator's only source of time (DESIGN D6). Visibility, delays, retention, long polls, batching windows and
/// schedules all read it, so that freezing or moving it moves everything at once.
///
/// Time limits of child processes (a function's timeout, its init) are the one exception: a process lives in real time.
package protocol Timekeeper: Sendable {
    var now: Timestamp { get }

    /// Returns once `now` has reached `deadline`; throws `CancellationError` when the task is cancelled first.
    func sleep(until deadline: Timestamp) async throws
}
