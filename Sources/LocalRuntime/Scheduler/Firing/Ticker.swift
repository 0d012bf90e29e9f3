import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Synchronization

/// Fires schedules when their time comes, by the one clock.
///
/// An occurrence is taken from its schedule in one transaction, which also notes what is next: so it is fired once,
/// however often the emulator is stopped or killed. What was taken is kept until the target has it; only a kill between the
/// target's commit and ours hands it over again. What came due while the emulator was down is not caught up with.
final class Ticker: Sendable {
    private struct State {
        var isRunning = false
        /// The earliest that is known to be due.
        var due: Timestamp?
        var alarm: Alarm?
        /// While something is being fired, what is next is found out at its end.
        var isTicking = false
        var tick: Task<Void, Never>?
    }

    private let database: EmulatorDatabase
    private let clock: any Timekeeper
    private let targets: any ScheduleTargets
    private let limits: SchedulerLimits
    private let tracer: Tracer
    private let makeID: @Sendable () -> String
    private let state = Mutex(State())

    init(
        database: EmulatorDatabase, clock: any Timekeeper, targets: any ScheduleTargets, limits: SchedulerLimits,
        tracer: Tracer, makeID: @escaping @Sendable () -> String
    ) {
        self.database = database
        self.clock = clock
        self.targets = targets
        self.limits = limits
        self.tracer = tracer
        self.makeID = makeID
    }

    func start() async throws {
        let missed = clock.now - limits.precision
        try await write { store in
            for var schedule in try store.schedules(firingBefore: missed) {
                schedule.plan(after: missed)
                try store.save(schedule)
            }
        }
        state.withLock { $0.isRunning = true }
        note(try await nextDue())
    }

    /// Fires nothing more; what is being handed over is finished.
    func stop() async {
        let (alarm, tick) = state.withLock { state in
            state.isRunning = false
            return (state.alarm, state.tick)
        }
        alarm?.cancel()
        await tick?.value
        state.withLock { $0 = State() }
    }

    /// Something is due at `instant`.
    func note(_ instant: Timestamp?) {
        guard let instant else { return }
        state.withLock { state in
            guard state.isRunning, state.due.map({ instant < $0 }) ?? true else { return }
            state.due = instant
            guard !state.isTicking else { return }
            state.alarm?.cancel()
            state.alarm = clock.alarm(at: instant, for: "a schedule") { [weak self] in await self?.ring() }
        }
    }

    private func ring() async {
        let tick = state.withLock { state in
            guard state.isRunning, !state.isTicking else { return Task<Void, Never>?.none }
            (state.isTicking, state.due) = (true, nil)
            state.tick = Task { await fireDue() }
            return state.tick
        }
        await tick?.value
    }

    private func fireDue() async {
        do {
            while state.withLock({ $0.isRunning }), let invocation = try await takeDue() { await deliver(invocation) }
            // What is noted from here on sets its own alarm; what was noted before is found in the file.
            state.withLock { ($0.isTicking, $0.due) = (false, nil) }
            note(try await nextDue())
        } catch {
            // The state file failed; the next change of a schedule tries again.
            state.withLock { ($0.isTicking, $0.due) = (false, nil) }
            FaultLog.note(error)
        }
    }

    private func nextDue() async throws -> Timestamp? {
        try await read { store in
            [try store.firstToFire()?.fires, try store.firstInvocation()?.due].compactMap { $0 }.min()
        }
    }

    /// The first thing that is due: an invocation that waits, or an occurrence, taken from its schedule.
    private func takeDue() async throws -> ScheduledInvocation? {
        let (now, id) = (clock.now, makeID())
        return try await write { store in
            let waiting = try store.firstInvocation()
            let schedule = try store.firstToFire()
            if let waiting, waiting.due <= now, schedule?.fires.map({ waiting.due <= $0 }) ?? true { return waiting }
            guard var schedule, let next = schedule.next, let fires = schedule.fires, fires <= now else { return nil }
            schedule.last = next
            schedule.plan(after: next)
            try store.save(schedule)
            let invocation = ScheduledInvocation(
                executionID: id, group: schedule.group, scheduleName: schedule.name,
                target: schedule.definition.target, scheduled: next, fired: fires, due: fires)
            try store.save(invocation)
            return invocation
        }
    }

    private func deliver(_ invocation: ScheduledInvocation) async {
        let input = InputText.make(for: invocation)
        var outcome = DeliveryOutcome.handedOver
        let trace = TraceContext.begun(at: invocation.fired, with: invocation.executionID)
        do {
            try await tracer.span(invocation.subject, in: trace, requestID: invocation.executionID) { _ in
                try await targets.invoke(invocation.target, input: input, executionID: invocation.executionID)
            }
        } catch {
            let failure =
                error as? TargetFailure
                ?? TargetFailure(code: "InternalFailure", message: "\(error)", isRetryable: true)
            outcome = .after(failure, of: invocation, at: clock.now)
        }
        if case .givenUp(let failure, let exhausted) = outcome, let queue = invocation.target.deadLetterARN {
            do {
                let attributes = invocation.deadLetterAttributes(failure, exhausted: exhausted)
                try await Tracer.$current.withValue(trace) {
                    try await targets.deadLetter(input, attributes: attributes, toQueueARN: queue)
                }
            } catch {
                FaultLog.note(DeadLetterLost(schedule: invocation.scheduleARN, queue: queue, cause: error))
            }
        }
        await note(outcome, of: invocation)
    }

    private func note(_ outcome: DeliveryOutcome, of invocation: ScheduledInvocation) async {
        do {
            try await write { store in
                if case .retry(let instant) = outcome {
                    var retried = invocation
                    retried.attempts += 1
                    retried.due = instant
                    try store.save(retried)
                    return
                }
                try store.deleteInvocation(invocation.executionID)
                guard let schedule = try store.schedule(invocation.scheduleName, in: invocation.group),
                    schedule.definition.deletesAfterCompletion, schedule.definition.isEnabled, schedule.next == nil,
                    try !store.hasInvocation(of: schedule)
                else { return }
                try store.delete(schedule)
            }
        } catch {
            FaultLog.note(error)
        }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (SchedulerStore) throws -> Value
    ) async throws -> Value {
        try await database.write { [limits] in try body(SchedulerStore($0, limits)) }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (SchedulerStore) throws -> Value
    ) async throws -> Value {
        try await database.read { [limits] in try body(SchedulerStore($0, limits)) }
    }
}

extension ScheduledInvocation {
    /// As a trace tells of an attempt at it.
    fileprivate var subject: SpanSubject { SpanSubject("Scheduler", "Tick", "\(group.name)/\(scheduleName)") }
}

/// A dead-letter queue did not take a letter, which is lost.
private struct DeadLetterLost: Error, CustomStringConvertible {
    var schedule: String
    var queue: String
    var cause: any Error

    var description: String { "the dead letter of \(schedule) could not be put into \(queue): \(cause)" }
}
