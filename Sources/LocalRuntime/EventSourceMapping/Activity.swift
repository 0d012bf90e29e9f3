import Synchronization

/// Counts the changes of whatever the mappings do, for those who wait until nothing more happens.
final class Activity: Sendable {
    private struct State {
        var version = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var version: Int { state.withLock { $0.version } }

    func changed() {
        let waiters = state.withLock { state in
            state.version += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        waiters.forEach { $0.resume() }
    }

    /// Returns once the version is no longer `seen`.
    func next(after seen: Int) async {
        await withCheckedContinuation { continuation in
            let hasPassed = state.withLock { state in
                if state.version != seen { return true }
                state.waiters.append(continuation)
                return false
            }
            if hasPassed { continuation.resume() }
        }
    }
}
