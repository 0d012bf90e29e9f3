import Synchronization

/// Work on what has expired, by the one clock: it sleeps until the earliest instant that it was told of, and one turn of it
/// runs at a time.
package final class Sweep: Sendable {
    private struct State {
        var isRunning = false
        /// When the next turn is due, as far as is known.
        var due: Timestamp?
        /// While a turn is under way, what is noted waits for its end.
        var isSweeping = false
        var alarm: Alarm?
        var turn: Task<Void, Never>?
    }

    private let clock: any Timekeeper
    private let purpose: String
    private let delay: Duration
    private let work: @Sendable () async throws -> Timestamp?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - purpose: what is waited for, for people: `the expiry of an item`.
    ///   - delay: how long after its instant a thing has expired.
    ///   - work: does away with what has expired and returns when the next does. What it throws is a failure of the state
    ///     file, which the next request reports; the next note tries again.
    package init(
        clock: any Timekeeper, for purpose: String, delay: Duration,
        work: @escaping @Sendable () async throws -> Timestamp?
    ) {
        self.clock = clock
        self.purpose = purpose
        self.delay = delay
        self.work = work
    }

    /// From now on notes are heard.
    package func start() {
        state.withLock { $0.isRunning = true }
    }

    /// Returns when no turn runs any more.
    package func stop() async {
        let (alarm, turn) = state.withLock { state in
            defer { state = State() }
            return (state.alarm, state.turn)
        }
        alarm?.cancel()
        turn?.cancel()
        await turn?.value
    }

    /// Something expires at `due`.
    package func note(_ due: Timestamp?) {
        guard let due else { return }
        state.withLock { state in
            guard state.isRunning, state.due.map({ due < $0 }) ?? true else { return }
            state.due = due
            guard !state.isSweeping else { return }
            state.alarm?.cancel()
            state.alarm = clock.alarm(at: due + delay, for: purpose) { [weak self] in await self?.begin() }
        }
    }

    private func begin() async {
        let begun = state.withLock { state in
            state.turn = state.isRunning ? Task { await takeTurn() } : nil
            return state.turn
        }
        await begun?.value
    }

    private func takeTurn() async {
        let isMine = state.withLock { state in
            guard state.isRunning, !Task.isCancelled else { return false }
            (state.due, state.isSweeping) = (nil, true)
            return true
        }
        guard isMine else { return }
        let next = try? await work()
        let noted = state.withLock { state in
            state.isSweeping = false
            defer { state.due = nil }
            return state.due
        }
        note(next)
        note(noted)
    }
}
