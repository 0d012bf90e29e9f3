import EmulatorClock
import NIOCore
import NIOPosix
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

    private struct LaneID: Hashable {
        var function: FunctionID
        var version: Version

        init(_ plan: SandboxPlan) {
            function = plan.function
            version = plan.version
        }
    }

    private struct State {
        var lanes: [LaneID: SandboxLane] = [:]
        /// Invocations admitted and not yet answered, of all versions of a function.
        var inFlight: [FunctionID: Int] = [:]
        /// Invocations in flight of functions without reservation.
        var unreserved: [Region: Int] = [:]
        var waiterNumber = 0
        var sweep: (any RealTimer)?
        var isStopping = false
        var stopped: CheckedContinuation<Void, Never>?

        var isEmpty: Bool { lanes.values.allSatisfy(\.isEmpty) }
    }

    private let group: any EventLoopGroup
    private let means: Sandbox.Means
    private let state = Mutex(State())

    init(group: any EventLoopGroup, means: Sandbox.Means) {
        self.group = group
        self.means = means
    }

    /// Runs one invocation in an environment of that plan.
    ///
    /// - Throws: `LambdaError.tooManyRequests` when the function or the account is at its limit.
    func invoke(_ plan: SandboxPlan, _ invocation: Invocation, _ admission: Admission) async throws -> Completion {
        try admit(plan.function, admission)
        defer { release(plan.function, admission) }
        while true {
            let sandbox = try await place(plan)
            if let completion = await sandbox.run(invocation) { return completion }
        }
    }

    /// From now on only environments of these revisions are used; none when the function is gone.
    func retire(_ function: FunctionID, keeping revisions: [Version: String]) {
        let stale = state.withLock { state in
            state.lanes.keys.filter { $0.function == function }
                .flatMap { state.lanes[$0]?.retire(for: revisions[$0.version]) ?? [] }
        }
        stale.forEach { $0.shutDown() }
    }

    /// Looks from time to time for environments that have idled too long.
    func beginSweeping() {
        let timer = means.timers.after(means.limits.idleLifetime / 4, on: group.next()) { [weak self] in
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
            return state.lanes.values.flatMap(\.sandboxes)
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
    var runningCount: Int { state.withLock { $0.inFlight.values.reduce(0, +) } }

    /// Environments that stand ready.
    func idleCount(_ function: FunctionID) -> Int {
        state.withLock { state in
            state.lanes.reduce(0) { $0 + ($1.key.function == function ? $1.value.idleCount : 0) }
        }
    }

    /// Environments that are of another revision than the one in use, and not gone yet.
    func outdatedCount(_ function: FunctionID) -> Int {
        state.withLock { state in
            state.lanes.reduce(0) { $0 + ($1.key.function == function ? $1.value.outdatedCount : 0) }
        }
    }

    private func sweep() {
        let before = ContinuousClock.now - means.limits.idleLifetime
        // Withdrawn under the lock, so that no invocation can take one that is about to end.
        let old = state.withLock { state in
            Array(state.lanes.keys).flatMap { state.lanes[$0]?.withdrawIdle(before: before) ?? [] }
        }
        old.forEach { $0.shutDown() }
    }
}

/// From an invocation to its environment.
extension SandboxPool {
    private func admit(_ function: FunctionID, _ admission: Admission) throws {
        try state.withLock { state in
            guard !state.isStopping else { throw LambdaError.stopping }
            switch admission {
            case .reserved(let limit):
                guard state.inFlight[function, default: 0] < limit else {
                    throw LambdaError.tooManyRequests(.reservedFunctionConcurrentInvocationLimitExceeded)
                }
            case .unreserved(let limit):
                guard state.unreserved[Region(function), default: 0] < limit else {
                    throw LambdaError.tooManyRequests(.concurrentInvocationLimitExceeded)
                }
                state.unreserved[Region(function), default: 0] += 1
            }
            state.inFlight[function, default: 0] += 1
        }
    }

    private func release(_ function: FunctionID, _ admission: Admission) {
        state.withLock { state in
            state.inFlight[function]? -= 1
            if case .unreserved = admission { state.unreserved[Region(function)]? -= 1 }
        }
    }

    private func place(_ plan: SandboxPlan) async throws -> Sandbox {
        let here = MultiThreadedEventLoopGroup.currentEventLoop
        let idle = state.withLock { $0.lanes[LaneID(plan)]?.takeIdle(of: plan.revision, on: here) }
        if let idle { return idle }
        if let sandbox = await handover(plan) { return sandbox }
        // On the caller's own loop no thread must be woken between its request and the bootstrap.
        let sandbox = try Sandbox(plan: plan, loop: here ?? group.next(), means: means) { [weak self] sandbox, news in
            self?.hear(news, of: sandbox)
        }
        let isStopping = state.withLock { state in
            if !state.isStopping { state.lanes[LaneID(plan), default: SandboxLane()].enlist(sandbox) }
            return state.isStopping
        }
        guard isStopping else { return sandbox }
        sandbox.shutDown()
        throw LambdaError.stopping
    }

    /// Waits a moment for an environment that has answered and not asked again yet; nil when none came.
    private func handover(_ plan: SandboxPlan) async -> Sandbox? {
        await withCheckedContinuation { continuation in
            let number: Int? = state.withLock { state in
                state.waiterNumber += 1
                let number = state.waiterNumber
                let waits = state.lanes[LaneID(plan)]?.wait(number, of: plan.revision, continuation) ?? false
                return waits ? number : nil
            }
            guard let number else { return continuation.resume(returning: nil) }
            _ = means.timers.after(means.limits.handover, on: group.next()) { [weak self] in
                let waiter = self?.state.withLock { $0.lanes[LaneID(plan)]?.stopWaiting(number) }
                waiter?.resume(returning: nil)
            }
        }
    }

    private func hear(_ news: Sandbox.News, of sandbox: Sandbox) {
        let (reply, stopped) = state.withLock { state in
            let isStopping = state.isStopping
            let reply = state.lanes[LaneID(sandbox.plan)]?.hear(news, of: sandbox, isStopping: isStopping)
            guard isStopping, state.isEmpty else { return (reply, nil as CheckedContinuation<Void, Never>?) }
            defer { state.stopped = nil }
            return (reply, state.stopped)
        }
        switch reply {
        case nil, .nothing: break
        case .resume(let waiter, let sandbox): waiter.resume(returning: sandbox)
        case .shutDown: sandbox.shutDown()
        }
        stopped?.resume()
    }
}
