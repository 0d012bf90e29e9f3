import Synchronization

/// What is under way that does not wait for the clock, counted, so that one can wait until nothing is.
final class Activity: Sendable {
    private struct State {
        var underWay = 0
        var total = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Grows with everything that begins.
    var count: Int { state.withLock { $0.total } }

    func begin() {
        state.withLock { state in
            state.underWay += 1
            state.total += 1
        }
    }

    func end() {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.underWay -= 1
            guard state.underWay == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        waiters.forEach { $0.resume() }
    }

    /// Returns when nothing is under way.
    func settled() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.underWay > 0 { state.waiters.append(continuation) }
                return state.underWay == 0
            }
            if isIdle { continuation.resume() }
        }
    }
}
