import EmulatorClock
import NIOCore
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

    private enum Standing {
        case busy
        /// Has answered and is about to ask for its next event.
        case finishing
        case idle(since: ContinuousClock.Instant)
    }

    private struct Member {
        var sandbox: Sandbox
        var standing: Standing
    }

    /// One function's environments.
    private struct Lane {
        var revision: String?
        var inFlight = 0
        var members: [ObjectIdentifier: Member] = [:]
        /// The most recently used is last, and used first.
        var idle: [Sandbox] = []
        var finishing = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Sandbox?, Never>)] = []
    }

    private struct Region: Hashable {
        var account: String
        var name: String
    }

    private struct State {
        var lanes: [FunctionID: Lane] = [:]
        /// Invocations in flight of functions without reservation.
        var unreserved: [Region: Int] = [:]
        var waiterNumber = 0
        var sweep: (any RealTimer)?
        var isStopping = false
        var stopped: CheckedContinuation<Void, Never>?
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

    /// From now on only environments of this revision are used; nil when the function is gone.
    func retire(_ function: FunctionID, for revision: String?) {
        let stale = state.withLock { state -> [Sandbox] in
            guard var lane = state.lanes[function] else { return [] }
            lane.revision = revision
            let stale = lane.idle.filter { $0.plan.revision != revision }
            for sandbox in stale { leaveStanding(sandbox, &lane) }
            state.lanes[function] = lane
            return stale
        }
        stale.forEach { $0.shutDown() }
    }

    /// Shuts every environment down and returns when the last process is gone.
    func stop() async {
        let members = state.withLock { state in
            state.isStopping = true
            state.sweep?.cancel()
            return state.lanes.values.flatMap { $0.members.values.map(\.sandbox) }
        }
        members.forEach { $0.shutDown() }
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                let isStopped = state.lanes.values.allSatisfy(\.members.isEmpty)
                if !isStopped { state.stopped = continuation }
                return isStopped
            }
            if isStopped { continuation.resume() }
        }
    }

    /// Environments that stand ready, for the console and tests.
    func idleCount(_ function: FunctionID) -> Int {
        state.withLock { $0.lanes[function]?.idle.count ?? 0 }
    }

    private func admit(_ function: FunctionID, _ admission: Admission) throws {
        try state.withLock { state in
            guard !state.isStopping else { throw LambdaError.stopping }
            switch admission {
            case .reserved(let limit):
                guard state.lanes[function, default: Lane()].inFlight < limit else {
                    throw LambdaError.tooManyRequests(.reservedFunctionConcurrentInvocationLimitExceeded)
                }
            case .unreserved(let limit):
                let region = Region(account: function.account, name: function.region)
                guard state.unreserved[region, default: 0] < limit else {
                    throw LambdaError.tooManyRequests(.concurrentInvocationLimitExceeded)
                }
                state.unreserved[region, default: 0] += 1
            }
            state.lanes[function, default: Lane()].inFlight += 1
        }
    }

    private func release(_ function: FunctionID, _ admission: Admission) {
        state.withLock { state in
            state.lanes[function]?.inFlight -= 1
            if case .unreserved = admission {
                state.unreserved[Region(account: function.account, name: function.region)]? -= 1
            }
        }
    }

    private func place(_ plan: SandboxPlan) async throws -> Sandbox {
        if let sandbox = takeIdle(plan) { return sandbox }
        if let sandbox = await handover(plan) { return sandbox }
        let sandbox = try Sandbox(plan: plan, loop: group.next(), means: means) { [weak self] sandbox, news in
            self?.hear(news, of: sandbox)
        }
        try enlist(sandbox)
        return sandbox
    }

    private func enlist(_ sandbox: Sandbox) throws {
        let isStopping = state.withLock { state in
            if state.isStopping { return true }
            var lane = state.lanes[sandbox.plan.function, default: Lane()]
            lane.revision = lane.revision ?? sandbox.plan.revision
            lane.members[ObjectIdentifier(sandbox)] = Member(sandbox: sandbox, standing: .busy)
            state.lanes[sandbox.plan.function] = lane
            return false
        }
        guard isStopping else { return }
        sandbox.shutDown()
        throw LambdaError.stopping
    }

    private func takeIdle(_ plan: SandboxPlan) -> Sandbox? {
        state.withLock { state in
            guard state.lanes[plan.function]?.revision == plan.revision,
                let sandbox = state.lanes[plan.function]?.idle.popLast()
            else { return nil }
            state.lanes[plan.function]?.members[ObjectIdentifier(sandbox)]?.standing = .busy
            return sandbox
        }
    }

    /// Waits a moment for an environment that has answered and not asked again yet; nil when none came.
    private func handover(_ plan: SandboxPlan) async -> Sandbox? {
        await withCheckedContinuation { continuation in
            let number: Int? = state.withLock { state in
                guard let lane = state.lanes[plan.function], lane.revision == plan.revision,
                    lane.finishing > lane.waiting.count
                else { return nil }
                state.waiterNumber += 1
                state.lanes[plan.function]?.waiting.append((state.waiterNumber, continuation))
                return state.waiterNumber
            }
            guard let number else { return continuation.resume(returning: nil) }
            _ = means.timers.after(means.limits.handover, on: group.next()) { [weak self] in
                self?.stopWaiting(plan.function, number)
            }
        }
    }

    private func stopWaiting(_ function: FunctionID, _ number: Int) {
        let waiter = state.withLock { state in
            state.lanes[function]?.waiting.firstIndex { $0.number == number }
                .flatMap { state.lanes[function]?.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: nil)
    }
}

/// What the sandboxes tell.
extension SandboxPool {
    private enum Reply {
        case nothing
        case resume(CheckedContinuation<Sandbox?, Never>, with: Sandbox?)
        case shutDown
        case stopped(CheckedContinuation<Void, Never>)
    }

    private func hear(_ news: Sandbox.News, of sandbox: Sandbox) {
        let reply = state.withLock { state -> Reply in
            guard var lane = state.lanes[sandbox.plan.function] else { return .nothing }
            defer { state.lanes[sandbox.plan.function] = lane }
            switch news {
            case .answered:
                lane.members[ObjectIdentifier(sandbox)]?.standing = .finishing
                lane.finishing += 1
                return .nothing
            case .ready: return ready(sandbox, &lane, isStopping: state.isStopping)
            case .unready, .spent: return withdraw(sandbox, &lane)
            case .gone:
                lane.members[ObjectIdentifier(sandbox)] = nil
                state.lanes[sandbox.plan.function] = lane
                guard state.lanes.values.allSatisfy(\.members.isEmpty), let stopped = state.stopped
                else { return .nothing }
                state.stopped = nil
                return .stopped(stopped)
            }
        }
        switch reply {
        case .nothing: break
        case .resume(let continuation, let sandbox): continuation.resume(returning: sandbox)
        case .shutDown: sandbox.shutDown()
        case .stopped(let continuation): continuation.resume()
        }
    }

    private func ready(_ sandbox: Sandbox, _ lane: inout Lane, isStopping: Bool) -> Reply {
        leaveStanding(sandbox, &lane)
        guard lane.revision == sandbox.plan.revision, !isStopping else { return .shutDown }
        guard lane.waiting.isEmpty else {
            return .resume(lane.waiting.removeFirst().continuation, with: sandbox)
        }
        lane.members[ObjectIdentifier(sandbox)]?.standing = .idle(since: .now)
        lane.idle.append(sandbox)
        return .nothing
    }

    /// The sandbox cannot be counted upon; nor can whoever waits for it.
    private func withdraw(_ sandbox: Sandbox, _ lane: inout Lane) -> Reply {
        leaveStanding(sandbox, &lane)
        guard lane.waiting.count > lane.finishing else { return .nothing }
        return .resume(lane.waiting.removeFirst().continuation, with: nil)
    }

    private func leaveStanding(_ sandbox: Sandbox, _ lane: inout Lane) {
        switch lane.members[ObjectIdentifier(sandbox)]?.standing {
        case .finishing: lane.finishing -= 1
        case .idle: lane.idle.removeAll { $0 === sandbox }
        case .busy, nil: break
        }
        lane.members[ObjectIdentifier(sandbox)]?.standing = .busy
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

    private func sweep() {
        let now = ContinuousClock.now
        let lifetime = means.limits.idleLifetime
        let old = state.withLock { state in
            state.lanes.keys.flatMap { function -> [Sandbox] in
                guard let members = state.lanes[function]?.members.values else { return [] }
                let old = members.compactMap { member -> Sandbox? in
                    guard case .idle(let since) = member.standing, now - since >= lifetime else { return nil }
                    return member.sandbox
                }
                // Withdrawn under the lock, so that no invocation can take one that is about to end.
                for sandbox in old { leaveStanding(sandbox, &state.lanes[function, default: Lane()]) }
                return old
            }
        }
        old.forEach { $0.shutDown() }
    }
}
