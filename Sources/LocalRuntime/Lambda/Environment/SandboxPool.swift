import EmulatorClock
import Synchronization

/// The execution environments of all functions: reuses one that is free, starts one for each event that finds none, and
/// lets those go that idle too long or have become stale.
final class SandboxPool: Sendable {
    /// How many invocations may be in flight at once.
    enum Admission: Sendable {
        case reserved(Int)
        /// Of what the account has, this much is left to functions without reservation.
        case unreserved(Int)
    }

    private struct Region: Hashable {
        var account: String
        var name: String

        init(_ function: FunctionID) {
            account = function.account
            name = function.region
        }
    }

    private struct VersionID: Hashable {
        var function: FunctionID
        var version: Version

        init(_ plan: SandboxPlan) {
            function = plan.function
            version = plan.version
        }
    }

    /// Where a version's environments stand, and where its invocations are counted. An invocation looks its seat up once.
    private struct Seat {
        var lane: Int
        var function: Int
        var region: Int
    }

    private struct State {
        /// Seats are never given up, so their numbers stay true.
        var seats: [VersionID: Seat] = [:]
        var functions: [FunctionID: Int] = [:]
        var regions: [Region: Int] = [:]
        var lanes: [SandboxLane] = []
        /// Invocations admitted and not yet answered, of all versions of a function.
        var inFlight: [Int] = []
        /// Invocations in flight of functions without reservation.
        var unreserved: [Int] = []
        var waiterNumber = 0
        var sweep: (any RealTimer)?
        var isStopping = false
        var stopped: CheckedContinuation<Void, Never>?

        var isEmpty: Bool { lanes.allSatisfy(\.isEmpty) }

        mutating func seat(_ plan: SandboxPlan) -> Seat {
            let version = VersionID(plan)
            if let seat = seats[version] { return seat }
            let seat = Seat(
                lane: lanes.count, function: functions[plan.function] ?? inFlight.count,
                region: regions[Region(plan.function)] ?? unreserved.count)
            lanes.append(SandboxLane())
            if seat.function == inFlight.count { inFlight.append(0) }
            if seat.region == unreserved.count { unreserved.append(0) }
            seats[version] = seat
            functions[plan.function] = seat.function
            regions[Region(plan.function)] = seat.region
            return seat
        }

        func lanes(of function: FunctionID) -> [(version: Version, lane: Int)] {
            seats.compactMap { $0.key.function == function ? ($0.key.version, $0.value.lane) : nil }
        }
    }

    private let means: Sandbox.Means
    private let state = Mutex(State())

    init(means: Sandbox.Means) {
        self.means = means
    }

    /// Runs one invocation in an environment of that plan.
    ///
    /// - Throws: `LambdaError.tooManyRequests` when the function or the account is at its limit.
    func invoke(_ plan: SandboxPlan, _ invocation: Invocation, _ admission: Admission) async throws -> Completion {
        let seat = try admit(plan, admission)
        defer { release(seat, admission) }
        while true {
            let sandbox = try await place(plan, seat.lane)
            if let completion = await sandbox.run(invocation) { return completion }
        }
    }

    /// From now on only environments of these revisions are used; none when the function is gone.
    func retire(_ function: FunctionID, keeping revisions: [Version: String]) {
        let stale = state.withLock { state in
            state.lanes(of: function).flatMap { state.lanes[$0.lane].retire(for: revisions[$0.version]) }
        }
        stale.forEach { $0.shutDown() }
    }

    /// Looks from time to time for environments that have idled too long.
    func beginSweeping() {
        let timer = means.timers.after(means.limits.idleLifetime / 4) { [weak self] in
            self?.sweep()
            self?.beginSweeping()
        }
        state.withLock { state in
            if state.isStopping { timer.cancel() } else { state.sweep = timer }
        }
    }

    /// Shuts every environment down and returns when the last process is gone.
    func stop() async {
        let sandboxes = state.withLock { state in
            state.isStopping = true
            state.sweep?.cancel()
            return state.lanes.flatMap(\.sandboxes)
        }
        sandboxes.forEach { $0.shutDown() }
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                if !state.isEmpty { state.stopped = continuation }
                return state.isEmpty
            }
            if isStopped { continuation.resume() }
        }
    }

    /// Invocations that were admitted and have not ended.
    var runningCount: Int { state.withLock { $0.inFlight.reduce(0, +) } }

    /// Environments that stand ready.
    func idleCount(_ function: FunctionID) -> Int {
        state.withLock { state in
            state.lanes(of: function).reduce(0) { $0 + state.lanes[$1.lane].idleCount }
        }
    }

    /// Environments that are of another revision than the one in use, and not gone yet.
    func outdatedCount(_ function: FunctionID) -> Int {
        state.withLock { state in
            state.lanes(of: function).reduce(0) { $0 + state.lanes[$1.lane].outdatedCount }
        }
    }

    private func sweep() {
        let before = ContinuousClock.now - means.limits.idleLifetime
        // Withdrawn under the lock, so that no invocation can take one that is about to end.
        let old = state.withLock { state in
            state.lanes.indices.flatMap { state.lanes[$0].withdrawIdle(before: before) }
        }
        old.forEach { $0.shutDown() }
    }
}

/// From an invocation to its environment.
extension SandboxPool {
    private func admit(_ plan: SandboxPlan, _ admission: Admission) throws -> Seat {
        try state.withLock { state in
            guard !state.isStopping else { throw LambdaError.stopping }
            let seat = state.seat(plan)
            switch admission {
            case .reserved(let limit):
                guard state.inFlight[seat.function] < limit else {
                    throw LambdaError.tooManyRequests(.reservedFunctionConcurrentInvocationLimitExceeded)
                }
            case .unreserved(let limit):
                guard state.unreserved[seat.region] < limit else {
                    throw LambdaError.tooManyRequests(.concurrentInvocationLimitExceeded)
                }
                state.unreserved[seat.region] += 1
            }
            state.inFlight[seat.function] += 1
            return seat
        }
    }

    private func release(_ seat: Seat, _ admission: Admission) {
        state.withLock { state in
            state.inFlight[seat.function] -= 1
            if case .unreserved = admission { state.unreserved[seat.region] -= 1 }
        }
    }

    private func place(_ plan: SandboxPlan, _ lane: Int) async throws -> Sandbox {
        let idle = state.withLock { $0.lanes[lane].takeIdle(of: plan.revision) }
        if let idle { return idle }
        if let sandbox = await handover(plan, lane) { return sandbox }
        let sandbox = try Sandbox(plan: plan, lane: lane, means: means) { [weak self] sandbox, news in
            self?.hear(news, of: sandbox)
        }
        let isStopping = state.withLock { state in
            if !state.isStopping { state.lanes[lane].enlist(sandbox) }
            return state.isStopping
        }
        guard isStopping else { return sandbox }
        sandbox.shutDown()
        throw LambdaError.stopping
    }

    /// Waits a moment for an environment that has answered and not asked again yet; nil when none came.
    private func handover(_ plan: SandboxPlan, _ lane: Int) async -> Sandbox? {
        await withCheckedContinuation { continuation in
            let number: Int? = state.withLock { state in
                state.waiterNumber += 1
                let number = state.waiterNumber
                return state.lanes[lane].wait(number, of: plan.revision, continuation) ? number : nil
            }
            guard let number else { return continuation.resume(returning: nil) }
            _ = means.timers.after(means.limits.handover) { [weak self] in
                let waiter = self?.state.withLock { $0.lanes[lane].stopWaiting(number) }
                waiter?.resume(returning: nil)
            }
        }
    }

    private func hear(_ news: Sandbox.News, of sandbox: Sandbox) {
        let (reply, stopped) = state.withLock { state in
            let isStopping = state.isStopping
            let reply = state.lanes[sandbox.lane].hear(news, of: sandbox, isStopping: isStopping)
            guard isStopping, state.isEmpty else { return (reply, nil as CheckedContinuation<Void, Never>?) }
            defer { state.stopped = nil }
            return (reply, state.stopped)
        }
        switch reply {
        case .nothing: break
        case .resume(let waiter, let sandbox): waiter.resume(returning: sandbox)
        case .shutDown: sandbox.shutDown()
        }
        stopped?.resume()
    }
}
