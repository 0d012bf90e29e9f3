import EmulatorClock
import Synchronization

/// Moves the emulator's one clock (DESIGN D6), from one due instant to the next and never past one: at each, everything
/// that it sets off comes to rest first. So what happens is the same as if the time had passed, to the millisecond.
final class ClockMover: Sendable {
    struct Limits: Sendable {
        var steps = 10_000
        /// What is due later than this counts as idle.
        var horizon: Duration = .seconds(30 * 86_400)
    }

    /// What a move came to.
    struct Outcome: Sendable {
        var now: Timestamp
        var steps = 0
        /// How often which kind of thing came due.
        var rang: [String: Int] = [:]
    }

    let clock: VirtualClock
    private let store: ClockStore
    private let services: [any Settling]
    private let isMoving = Mutex(false)

    init(clock: VirtualClock, store: ClockStore, services: [any Settling]) {
        self.clock = clock
        self.store = store
        self.services = services
    }

    /// Stops the clock at an instant, or where it stands, and remembers it: a restart goes on from there.
    func freeze(at instant: Timestamp? = nil) async throws {
        let instant = instant ?? clock.now
        try await store.save(.frozen(instant))
        clock.freeze(at: instant)
    }

    /// Lets the clock run on from where it stands, also after a restart.
    func resume() async throws {
        try await store.save(.running(offset: clock.now - .wallClock))
        clock.resume()
    }

    /// Moves the clock at once: everything due in between comes due together.
    func jump(to instant: Timestamp) async throws {
        try await store.save(.frozen(max(instant, clock.now)))
        clock.advance(to: instant)
    }

    /// Moves the clock through every due instant up to `target`; a running clock runs on from there.
    func advance(to target: Timestamp, _ limits: Limits = Limits()) async throws -> Outcome {
        guard target >= clock.now else {
            throw ControlError.clockGoesBack(now: clock.now.rfc3339, wanted: target.rfc3339)
        }
        return try await moving { outcome in
            // Told to the disk first: no restart may find messages from a time that is yet to come.
            try await store.save(.frozen(target))
            try await walk(&outcome, limits) { waits in
                waits.first.map(\.instant).flatMap { $0 <= target ? $0 : nil }
            }
            clock.advance(to: target)
            try await settle()
        }
    }

    /// Moves the clock until nothing waits for it any more but what comes again and again without anything to do.
    ///
    /// - Throws: `neverIdle`, with what keeps coming, once `limits.steps` are made.
    func runUntilIdle(_ limits: Limits = Limits()) async throws -> Outcome {
        let horizon = clock.now + limits.horizon
        return try await moving { outcome in
            var promised = clock.now
            try await walk(&outcome, limits) { waits in
                let work = waits.first { $0.isWork }?.instant
                guard let work, work <= horizon else { return nil }
                if work > promised {
                    try await store.save(.frozen(work))
                    promised = work
                }
                return waits.first?.instant
            }
            // What was work on the way may be none any more.
            if promised > clock.now { try await store.save(.frozen(clock.now)) }
        }
    }

    /// - Parameter next: the instant to move to, given all that is waited for; nil ends the walk.
    private func walk(
        _ outcome: inout Outcome, _ limits: Limits, to next: ([ClockWait]) async throws -> Timestamp?
    ) async throws {
        try await settle()
        while true {
            let waits = clock.waits
            guard let next = try await next(waits) else { return }
            guard outcome.steps < limits.steps else { throw neverIdle(outcome) }
            let due = waits.filter { $0.instant <= next }
            for wait in due { outcome.rang[wait.purpose, default: 0] += 1 }
            clock.advance(to: next)
            // What comes each minute by itself says nothing about whether anything ever ends.
            if due.contains(where: { !$0.isRecurring }) { outcome.steps += 1 }
            try await settle()
        }
    }

    private func moving(_ body: (inout Outcome) async throws -> Void) async throws -> Outcome {
        let isMine = isMoving.withLock { isMoving in
            defer { isMoving = true }
            return !isMoving
        }
        guard isMine else { throw ControlError.clockIsBeingMoved }
        defer { isMoving.withLock { $0 = false } }
        let wasFrozen = clock.isFrozen
        if !wasFrozen { clock.freeze() }
        var outcome = Outcome(now: clock.now)
        let result = await Result { () async throws in try await body(&outcome) }
        outcome.now = clock.now
        if !wasFrozen { try await resume() }
        try result.get()
        return outcome
    }

    /// Returns once nothing is under way that does not wait for the clock. What one service does may set off another, so
    /// all are asked until none has begun anything meanwhile.
    func settle() async throws {
        var before: [Int]
        repeat {
            before = [clock.rung] + services.map(\.activityCount)
            await clock.settled()
            for service in services { try await service.settled() }
        } while [clock.rung] + services.map(\.activityCount) != before
    }

    private func neverIdle(_ outcome: Outcome) -> ControlError {
        let rang = outcome.rang.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key), \($0.value) times" }.joined(separator: "; ")
        let next = clock.waits.first.map { "\($0.purpose) at \($0.instant.rfc3339)" } ?? "nothing"
        return .neverIdle(steps: outcome.steps, now: clock.now.rfc3339, rang: rang, next: next)
    }
}

/// A service that does things of its own accord.
protocol Settling: Sendable {
    /// Grows whenever the service begins or ends something by itself.
    var activityCount: Int { get }

    /// Returns once nothing is under way that does not wait for the clock.
    func settled() async throws
}
