import EmulatorClock
import EmulatorDatabase
import Synchronization

/// Lambda's own queue of asynchronous invocations: an event is answered once it is on disk, and run until it succeeds, its
/// retries are spent or it is too old. An event may run twice if the emulator dies in between.
final class AsyncQueue: Sendable {
    typealias Run = @Sendable (AsyncEvent) async -> AsyncRetries.Step

    private struct State {
        /// nil while it does not run events.
        var run: Run?
        /// Being run now, or run and not yet `done` away with.
        var underWay: [String: Task<Void, Never>] = [:]
        /// Events begun so far.
        var begun = 0
        /// Dealt with, and written down so. They leave `underWay` before the next look at the table, and not earlier: a look
        /// that began before would find them there once more.
        var done: Set<String> = []
        /// Wakes at the next due time.
        var alarm: Alarm?
        /// The one look at the table that is under way; `mustLookAgain` when something changed meanwhile.
        var look: Task<Void, Never>?
        var mustLookAgain = false
    }

    /// How many events run at once. AWS starts an environment for each; one machine has to be sparing.
    private static let parallel = 16

    private let store: AsyncStore
    private let clock: any Timekeeper
    private let state = Mutex(State())

    init(database: EmulatorDatabase, clock: any Timekeeper) {
        store = AsyncStore(database: database)
        self.clock = clock
    }

    /// Takes an event; returns once it is committed.
    func accept(_ invocation: Invocation, for target: QualifiedFunction) async throws {
        let now = clock.now
        try await store.put(
            AsyncEvent(
                requestID: invocation.requestID, target: target, payload: invocation.payload,
                traceID: invocation.trace.header, accepted: now, due: now))
        look()
    }

    /// Events accepted and not yet dealt with.
    func waitingCount() async throws -> Int {
        try await store.count()
    }

    /// Runs events by `run` from now on, those first that an earlier emulator left.
    func start(_ run: @escaping Run) {
        state.withLock { $0.run = run }
        look()
    }

    /// Starts no more events.
    func halt() {
        state.withLock { state in
            state.run = nil
            state.alarm?.cancel()
        }
    }

    /// Returns when nothing is under way.
    func finished() async {
        let tasks = state.withLock { Array($0.underWay.values) + [$0.look].compactMap { $0 } }
        for task in tasks { await task.value }
    }

    /// How many events were begun so far, retries included.
    var begun: Int { state.withLock { $0.begun } }

    /// Returns once no event is being run and none is due. (One whose outcome could not be written down is not waited for.)
    func settled() async {
        var before: Set<String>?
        while true {
            let (look, running) = state.withLock { state in
                (state.look, state.underWay.filter { !state.done.contains($0.key) })
            }
            guard look != nil || (!running.isEmpty && Set(running.keys) != before) else { return }
            before = look == nil ? Set(running.keys) : nil
            await look?.value
            for task in running.values { await task.value }
        }
    }

    /// Starts what is due, and sets the alarm for what is not.
    private func look() {
        state.withLock { state in
            guard state.run != nil else { return }
            guard state.look == nil else {
                state.mustLookAgain = true
                return
            }
            state.look = Task { await self.lookUntilNothingChanges() }
        }
    }

    private func lookUntilNothingChanges() async {
        while true {
            state.withLock { state in
                state.done.forEach { state.underWay[$0] = nil }
                state.done = []
            }
            // A failure of the database shows in whoever writes; here it only waits for the next occasion.
            if let events = try? await store.earliest(Self.parallel * 2) { start(events) }
            let isDone = state.withLock { state in
                defer { state.mustLookAgain = false }
                if state.mustLookAgain, state.run != nil { return false }
                state.look = nil
                return true
            }
            if isDone { return }
        }
    }

    private func start(_ events: [AsyncEvent]) {
        let now = clock.now
        state.withLock { state in
            guard let run = state.run else { return }
            for event in events where state.underWay[event.requestID] == nil {
                guard event.due <= now else {
                    setAlarm(event.due, in: &state)
                    return
                }
                guard state.underWay.count - state.done.count < Self.parallel else { return }
                state.begun += 1
                state.underWay[event.requestID] = Task { await self.deal(with: event, run) }
            }
        }
    }

    private func setAlarm(_ due: Timestamp, in state: inout State) {
        state.alarm?.cancel()
        state.alarm = clock.alarm(at: due, for: "the next try of an asynchronous invocation") { [weak self] in
            self?.look()
        }
    }

    private func deal(with event: AsyncEvent, _ run: Run) async {
        let step = await run(event)
        do {
            switch step {
            case .finish, .forget: try await store.remove(event.requestID)
            case .retry(let next): try await store.put(next)
            }
        } catch {
            // It stays under way, so that it is not run over and over while the database fails; the next start takes it up.
            return
        }
        state.withLock { _ = $0.done.insert(event.requestID) }
        look()
    }
}
