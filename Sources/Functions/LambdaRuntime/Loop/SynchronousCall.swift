import Dispatch
import Synchronization

/// Runs asynchronous work from the loop's own thread and waits for it.
///
/// The task begins at once on that thread; a handler that never suspends costs no change of thread at all (0.4 µs,
/// against 6 to 24 µs for a task that is queued). One that suspends goes on in the concurrency pool, where its child
/// tasks run in parallel, while the loop's thread sleeps.
final class SynchronousCall<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// The value that `work` returned, or the error that it threw.
    func callAsFunction(_ work: @escaping @Sendable () async throws -> Value) -> Result<Value, any Error> {
        Task.immediateDetached {
            let outcome: Result<Value, any Error>
            do {
                outcome = .success(try await work())
            } catch {
                outcome = .failure(error)
            }
            self.result.withLock { $0 = outcome }
            self.done.signal()
        }
        done.wait()
        guard let outcome = result.withLock({ $0.take() }) else {
            preconditionFailure("the task signals only after it stored its outcome")
        }
        return outcome
    }
}
