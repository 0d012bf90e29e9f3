import EmulatorClock
import Synchronization

/// How many batches of one mapping may be handled at once. The number starts small and grows, one at a time, while
/// somebody waits for a slot; it falls back when the queue runs dry.
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
final class ConcurrencySlots: Sendable {
    private struct State {
        var limit: Int
        var taken = 0
        /// Batches that wait out a throttling. While there are any, nothing new is begun.
        var backingOff = 0
        var waiter: CheckedContinuation<Void, Never>?
        var growth: Alarm?

        var free: Int { backingOff == 0 ? max(0, limit - taken) : 0 }
    }

    private let clock: any Timekeeper
    private let initial: Int
    private let maximum: Int
    private let interval: Duration
    private let state: Mutex<State>

    init(clock: any Timekeeper, initial: Int, maximum: Int, growthInterval: Duration) {
        self.clock = clock
        self.initial = min(initial, maximum)
        self.maximum = maximum
        interval = growthInterval
        state = Mutex(State(limit: min(initial, maximum)))
    }

    /// Waits until a slot is free; returns how many are. One task waits at most.
    ///
    /// - Throws: `CancellationError`.
    func free() async throws -> Int {
        while true {
            try Task.checkCancellation()
            let free = state.withLock { $0.free }
            if free > 0 { return free }
            await withTaskCancellationHandler {
                await withCheckedContinuation { wait($0) }
            } onCancel: {
                wake()
            }
        }
    }

    /// Whether whoever waits for a slot is about to get one.
    var hasFree: Bool { state.withLock { $0.free > 0 } }

    func take() {
        state.withLock { $0.taken += 1 }
    }

    func release() {
        state.withLock { $0.taken -= 1 }
        wake()
    }

    /// Holds up new batches while `wait` runs.
    func backingOff(_ wait: () async -> Void) async {
        state.withLock { $0.backingOff += 1 }
        defer {
            state.withLock { $0.backingOff -= 1 }
            wake()
        }
        await wait()
    }

    /// Starts from the beginning: there is nothing to do at the moment.
    func shrink() {
        state.withLock { state in
            state.limit = initial
            state.growth?.cancel()
            state.growth = nil
        }
    }

    private func wait(_ continuation: CheckedContinuation<Void, Never>) {
        let resumesAtOnce = state.withLock { state in
            if state.free > 0 || Task.isCancelled { return true }
            state.waiter = continuation
            if state.growth == nil, state.limit < maximum, state.backingOff == 0 { state.growth = growthAlarm() }
            return false
        }
        if resumesAtOnce { continuation.resume() }
    }

    private func growthAlarm() -> Alarm {
        clock.alarm(at: clock.now + interval, for: "the growth of an event source mapping") { [weak self] in
            self?.grow()
        }
    }

    private func grow() {
        state.withLock { state in
            state.growth = nil
            state.limit = min(maximum, state.limit + 1)
        }
        wake()
    }

    private func wake() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
