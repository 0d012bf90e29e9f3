import Synchronization

/// A clock that runs with real time from any starting instant, and can be frozen and moved by hand.
package final class VirtualClock: Timekeeper {
    private struct Sleeper {
        enum Waking {
            case resume(CheckedContinuation<Void, any Error>)
            case ring(@Sendable () async -> Void)
        }

        var deadline: Timestamp
        var purpose: String
        /// Set where the like of it comes again and again.
        var isWork: (@Sendable () -> Bool)?
        var waking: Waking
    }

    private enum Mode {
        /// `now` is the wall clock plus this many milliseconds.
        case running(offset: Int64)
        case frozen(Timestamp)
    }

    private struct State {
        var mode: Mode
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelledBeforeSleep: Set<Int> = []
        var alarm: (deadline: Timestamp, task: Task<Void, Never>)?
        /// Alarms that ring at this moment.
        var ringing = 0
        /// Alarms that have rung so far.
        var rung = 0
        var settledWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let wallClock: @Sendable () -> Timestamp

    /// A running clock. `start` is what `now` reads at this moment; the real time when nil.
    package init(startingAt start: Timestamp? = nil, wallClock: @escaping @Sendable () -> Timestamp = { .wallClock }) {
        self.wallClock = wallClock
        let offset = start.map { $0.milliseconds - wallClock().milliseconds } ?? 0
        state = Mutex(State(mode: .running(offset: offset)))
    }

    /// A clock that stands at `instant` until it is moved.
    package init(frozenAt instant: Timestamp) {
        wallClock = { .wallClock }
        state = Mutex(State(mode: .frozen(instant)))
    }

    package var now: Timestamp {
        state.withLock { now(in: $0) }
    }

    package var isFrozen: Bool {
        state.withLock {
            if case .frozen = $0.mode { true } else { false }
        }
    }

    /// The earliest instant for which something sleeps.
    package var nextDeadline: Timestamp? {
        state.withLock { $0.sleepers.values.map(\.deadline).min() }
    }

    /// What is waited for, the earliest first.
    package var waits: [ClockWait] {
        // Outside the lock they are asked whether they are work.
        state.withLock { Array($0.sleepers.values) }.map { sleeper in
            ClockWait(
                instant: sleeper.deadline, purpose: sleeper.purpose, isRecurring: sleeper.isWork != nil,
                isWork: sleeper.isWork?() ?? true)
        }
        .sorted { $0.instant < $1.instant }
    }

    /// How many alarms have rung. While it stays the same, the passing of time has begun nothing.
    package var rung: Int { state.withLock { $0.rung } }

    /// Returns once no alarm is ringing.
    package func settled() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                if state.ringing > 0 { state.settledWaiters.append(continuation) }
                return state.ringing == 0
            }
            if isSettled { continuation.resume() }
        }
    }

    /// Stops the clock at `instant`, or where it stands.
    package func freeze(at instant: Timestamp? = nil) {
        change { $0.mode = .frozen(instant ?? now(in: $0)) }
    }

    /// Lets the clock run on from where it stands.
    package func resume() {
        change { $0.mode = .running(offset: now(in: $0).milliseconds - wallClock().milliseconds) }
    }

    /// Moves the clock; whoever slept for an instant on the way wakes. Frozen stays frozen, running goes on running.
    package func advance(to instant: Timestamp) {
        change {
            switch $0.mode {
            case .frozen(let now): $0.mode = .frozen(max(now, instant))
            case .running(let offset):
                let now = now(in: $0)
                $0.mode = .running(offset: offset + max(0, instant.milliseconds - now.milliseconds))
            }
        }
    }

    package func advance(by duration: Duration) {
        advance(to: now + duration)
    }

    package func sleep(until deadline: Timestamp) async throws {
        try Task.checkCancellation()
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enlist(id, Sleeper(deadline: deadline, purpose: "a sleeper", waking: .resume(continuation)))
            }
        } onCancel: {
            cancel(id)
        }
    }

    @discardableResult
    package func alarm(
        at instant: Timestamp, for purpose: String, _ ring: @escaping @Sendable () async -> Void
    ) -> Alarm {
        set(Sleeper(deadline: instant, purpose: purpose, waking: .ring(ring)))
    }

    @discardableResult
    package func recurringAlarm(
        at instant: Timestamp, for purpose: String, isWork: @escaping @Sendable () -> Bool,
        _ ring: @escaping @Sendable () async -> Void
    ) -> Alarm {
        set(Sleeper(deadline: instant, purpose: purpose, isWork: isWork, waking: .ring(ring)))
    }

    private func set(_ sleeper: Sleeper) -> Alarm {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        enlist(id, sleeper)
        return Alarm { [weak self] in self?.silence(id) }
    }

    private func enlist(_ id: Int, _ sleeper: Sleeper) {
        enum Outcome { case due, cancelled, waiting }
        let outcome: Outcome = state.withLock { state in
            if state.cancelledBeforeSleep.remove(id) != nil { return .cancelled }
            if sleeper.deadline <= now(in: state) {
                note(sleeper, &state)
                return .due
            }
            state.sleepers[id] = sleeper
            setAlarm(&state)
            return .waiting
        }
        switch outcome {
        case .due: wake(sleeper)
        case .cancelled:
            if case .resume(let continuation) = sleeper.waking { continuation.resume(throwing: CancellationError()) }
        case .waiting: break
        }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state in
            let sleeper = state.sleepers.removeValue(forKey: id)
            if sleeper == nil { state.cancelledBeforeSleep.insert(id) }
            return sleeper
        }
        if case .resume(let continuation)? = sleeper?.waking { continuation.resume(throwing: CancellationError()) }
    }

    private func silence(_ id: Int) {
        state.withLock { state in
            state.sleepers[id] = nil
            setAlarm(&state)
        }
    }

    /// Counts an alarm as ringing before the lock is given up, so that nobody finds the clock settled in between.
    private func note(_ sleeper: Sleeper, _ state: inout State) {
        guard case .ring = sleeper.waking else { return }
        state.ringing += 1
        state.rung += 1
    }

    private func wake(_ sleeper: Sleeper) {
        switch sleeper.waking {
        case .resume(let continuation): continuation.resume()
        case .ring(let ring):
            Task {
                await ring()
                fellSilent()
            }
        }
    }

    private func fellSilent() {
        let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
            state.ringing -= 1
            guard state.ringing == 0 else { return [] }
            defer { state.settledWaiters = [] }
            return state.settledWaiters
        }
        waiters.forEach { $0.resume() }
    }

    /// Changes the mode, then wakes whoever is due by it. Continuations resume outside the lock.
    private func change(_ body: (inout State) -> Void) {
        let due = state.withLock { state in
            body(&state)
            return takeDue(&state)
        }
        due.forEach(wake)
    }

    private func takeDue(_ state: inout State) -> [Sleeper] {
        let now = now(in: state)
        let due = state.sleepers.filter { $0.value.deadline <= now }.sorted { $0.value.deadline < $1.value.deadline }
        due.forEach {
            state.sleepers[$0.key] = nil
            note($0.value, &state)
        }
        setAlarm(&state)
        return due.map(\.value)
    }

    /// One real timer stands for the earliest sleeper; a frozen clock needs none.
    private func setAlarm(_ state: inout State) {
        guard case .running = state.mode, let earliest = state.sleepers.values.map(\.deadline).min() else {
            state.alarm?.task.cancel()
            state.alarm = nil
            return
        }
        if let alarm = state.alarm, alarm.deadline == earliest, !alarm.task.isCancelled { return }
        state.alarm?.task.cancel()
        let wait = earliest - now(in: state)
        let task = Task { [weak self] in
            guard (try? await Task.sleep(for: wait)) != nil else { return }
            self?.change { $0.alarm = nil }
        }
        state.alarm = (earliest, task)
    }

    private func now(in state: borrowing State) -> Timestamp {
        switch state.mode {
        case .running(let offset): Timestamp(milliseconds: wallClock().milliseconds + offset)
        case .frozen(let instant): instant
        }
    }
}
