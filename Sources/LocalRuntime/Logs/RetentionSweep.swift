import EmulatorClock
import EmulatorDatabase
import Synchronization

/// Deletes events when they have outlived their group's retention, by the one clock. (AWS takes up to 72 hours; what has
/// expired is not shown meanwhile, here as there.)
///
/// It sleeps until the next expiry that it knows of, and is told of new ones by whoever writes or sets a retention.
final class RetentionSweep: Sendable {
    private struct State {
        var isRunning = false
        var due: Timestamp?
        var isSweeping = false
        var alarm: Alarm?
        var sweep: Task<Void, Never>?
    }

    /// More deletions in one transaction would make other writes wait.
    private static let batchSize = 1000

    private let database: EmulatorDatabase
    private let clock: any Timekeeper
    private let state = Mutex(State())

    init(database: EmulatorDatabase, clock: any Timekeeper) {
        self.database = database
        self.clock = clock
    }

    func start() async throws {
        state.withLock { $0.isRunning = true }
        try await noteNext()
    }

    func stop() async {
        let (alarm, sweep) = state.withLock { state in
            defer { state = State() }
            return (state.alarm, state.sweep)
        }
        alarm?.cancel()
        sweep?.cancel()
        await sweep?.value
    }

    /// An event outlives its retention at `due`.
    func note(_ due: Timestamp) {
        state.withLock { state in
            guard state.isRunning, state.due.map({ due < $0 }) ?? true else { return }
            state.due = due
            guard !state.isSweeping else { return }
            state.alarm?.cancel()
            // An event of this very instant is still kept.
            let instant = due + .milliseconds(1)
            state.alarm = clock.alarm(at: instant, for: "the end of a log line's retention") { [weak self] in
                await self?.beginSweep()
            }
        }
    }

    private func beginSweep() async {
        let begun = state.withLock { state in
            state.sweep = state.isRunning ? Task { await sweep() } : nil
            return state.sweep
        }
        await begun?.value
    }

    /// Finds out when the next event expires.
    func noteNext() async throws {
        let groups = try await database.read { try LogsStore($0).oldestEventsWithRetention() }
        if let due = groups.map({ $0.oldest + .seconds($0.retentionDays * 86_400) }).min() { note(due) }
    }

    private func sweep() async {
        let isMine = state.withLock { state in
            guard state.isRunning, !Task.isCancelled else { return false }
            (state.due, state.isSweeping) = (nil, true)
            return true
        }
        guard isMine else { return }
        // A failure here is a failure of the state file, which the next request reports; the next note tries again.
        try? await deleteExpired()
        state.withLock { ($0.isSweeping, $0.due) = (false, nil) }
        try? await noteNext()
    }

    private func deleteExpired() async throws {
        let now = clock.now
        for group in try await database.read({ try LogsStore($0).oldestEventsWithRetention() }) {
            let horizon = now - .seconds(group.retentionDays * 86_400)
            while try await database.write({
                try LogsStore($0).deleteEvents(ofGroup: group.key, before: horizon, limit: Self.batchSize)
            }) == Self.batchSize {}
        }
    }
}
