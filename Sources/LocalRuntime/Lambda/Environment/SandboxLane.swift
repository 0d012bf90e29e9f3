/// The environments of one version of a function, and the invocations that wait a moment for one of them.
struct SandboxLane {
    typealias Waiter = CheckedContinuation<Sandbox?, Never>

    private enum Standing {
        /// At work, or on its way in or out.
        case busy
        /// Has answered and is about to ask for its next event.
        case finishing
        case idle(since: ContinuousClock.Instant)
    }

    private struct Member {
        var sandbox: Sandbox
        var standing = Standing.busy
    }

    /// What to do after news of a sandbox.
    enum Reply {
        case nothing
        case resume(Waiter, with: Sandbox?)
        case shutDown
    }

    /// Only environments of this revision are used; nil before the first and when the function is gone.
    private var revision: String?
    private var members: [Member] = []
    /// The most recently used is last, and used first.
    private var idle: [Sandbox] = []
    private var finishing = 0
    private var waiting: [(number: Int, waiter: Waiter)] = []

    var isEmpty: Bool { members.isEmpty }
    var idleCount: Int { idle.count }
    var outdatedCount: Int { members.count { $0.sandbox.plan.revision != revision } }
    var sandboxes: [Sandbox] { members.map(\.sandbox) }

    mutating func enlist(_ sandbox: Sandbox) {
        revision = revision ?? sandbox.plan.revision
        members.append(Member(sandbox: sandbox))
    }

    mutating func takeIdle(of revision: String) -> Sandbox? {
        guard revision == self.revision, let sandbox = idle.popLast() else { return nil }
        stand(.busy, sandbox)
        return sandbox
    }

    /// Puts a waiter in the queue if there is an environment for it to hope for.
    mutating func wait(_ number: Int, of revision: String, _ waiter: Waiter) -> Bool {
        guard revision == self.revision, finishing > waiting.count else { return false }
        waiting.append((number, waiter))
        return true
    }

    mutating func stopWaiting(_ number: Int) -> Waiter? {
        waiting.firstIndex { $0.number == number }.map { waiting.remove(at: $0).waiter }
    }

    /// Gives up the idle environments of other revisions.
    mutating func retire(for revision: String?) -> [Sandbox] {
        self.revision = revision
        return withdrawIdle { sandbox, _ in sandbox.plan.revision != revision }
    }

    /// Gives up the environments that have idled since before this instant.
    mutating func withdrawIdle(before instant: ContinuousClock.Instant) -> [Sandbox] {
        withdrawIdle { _, since in since <= instant }
    }

    mutating func hear(_ news: Sandbox.News, of sandbox: Sandbox, isStopping: Bool) -> Reply {
        switch news {
        case .answered:
            stand(.finishing, sandbox)
            finishing += 1
            return .nothing
        case .ready: return ready(sandbox, isStopping: isStopping)
        case .unready, .spent:
            withdraw(sandbox)
            // Whoever hoped for this one must look elsewhere.
            return waiting.count > finishing ? .resume(waiting.removeFirst().waiter, with: nil) : .nothing
        case .gone:
            members.removeAll { $0.sandbox === sandbox }
            return .nothing
        }
    }

    private mutating func ready(_ sandbox: Sandbox, isStopping: Bool) -> Reply {
        withdraw(sandbox)
        guard revision == sandbox.plan.revision, !isStopping else { return .shutDown }
        guard waiting.isEmpty else { return .resume(waiting.removeFirst().waiter, with: sandbox) }
        stand(.idle(since: .now), sandbox)
        idle.append(sandbox)
        return .nothing
    }

    private mutating func withdraw(_ sandbox: Sandbox) {
        switch stand(.busy, sandbox) {
        case .finishing: finishing -= 1
        case .idle: idle.removeAll { $0 === sandbox }
        case .busy, nil: break
        }
    }

    /// - Returns: how it stood before; nil when it is none of this lane's.
    @discardableResult
    private mutating func stand(_ standing: Standing, _ sandbox: Sandbox) -> Standing? {
        guard let place = members.firstIndex(where: { $0.sandbox === sandbox }) else { return nil }
        defer { members[place].standing = standing }
        return members[place].standing
    }

    private mutating func withdrawIdle(
        where isUnwanted: (Sandbox, ContinuousClock.Instant) -> Bool
    ) -> [Sandbox] {
        let unwanted = members.compactMap { member -> Sandbox? in
            guard case .idle(let since) = member.standing, isUnwanted(member.sandbox, since) else { return nil }
            return member.sandbox
        }
        unwanted.forEach { withdraw($0) }
        return unwanted
    }
}
