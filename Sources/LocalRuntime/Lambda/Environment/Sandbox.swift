import CloudWatchLogs
import Dispatch
import EmulatorClock
import Glibc
import NIOCore
import NIOPosix

/// The shell around one `ExecutionEnvironment`: a process, its Runtime API, its log and its timers.
///
/// Everything happens on the sandbox's event loop, so that its state needs no lock; `run` and `shutDown` may be called from
/// anywhere.
final class Sandbox: Sendable {
    /// What all sandboxes share.
    struct Means: Sendable {
        var limits: LambdaLimits
        var timers: any RealTimers
        var logs: LogsService
        var clock: any Timekeeper
        /// Real time, in which a process reads its deadline.
        var wallClock: @Sendable () -> Timestamp
        /// Starts the children. Its threads live as long as the emulator, and so do their children, at most.
        var threads: NIOThreadPool
        var memory: MemoryWatch
        var watch: InvocationWatch
        /// Whether processes stand still (SIGSTOP) while they wait for an event.
        var freezesIdle: Bool
    }

    /// What the pool must know.
    enum News: Sendable {
        /// It has answered and will soon ask for another event.
        case answered
        /// It waits for an event.
        case ready
        /// It cannot take events at present.
        case unready
        /// It will take no more events.
        case spent
        /// Its process is gone and its port closed.
        case gone
    }

    /// An invocation and whoever waits for it.
    final class Work {
        let invocation: Invocation
        let continuation: CheckedContinuation<Completion?, Never>
        var isAnnounced = false
        /// When the event was delivered, or the second init began.
        var begun: ContinuousClock.Instant?
        var deadline: Int64 = 0
        var initDuration: Duration?

        init(_ invocation: Invocation, _ continuation: CheckedContinuation<Completion?, Never>) {
            self.invocation = invocation
            self.continuation = continuation
        }
    }

    final class State {
        var environment: ExecutionEnvironment?
        var work: Work?
        /// The connection whose `next` is unanswered.
        var parked: RuntimeConnection?
        var connections: [ObjectIdentifier: RuntimeConnection] = [:]
        var listener: RuntimeListener?
        var process: ChildProcess?
        /// Set between the process's exit and the end of its last connection.
        var exit: ExitStatus?
        var launched = ContinuousClock.now
        var reportedInitError: (body: [UInt8], type: String?)?
        var timer: (any RealTimer)?
        /// Counts the timers, so that one that fires while it is being replaced does nothing.
        var timerNumber = 0
        /// In KiB, and when it was last looked at.
        var peakMemory = 0
        var peakMemoryRead: ContinuousClock.Instant?
        var isFinished = false
    }

    /// Reading a process's memory costs more than a small invocation, so it is not read more often than this.
    static let memoryReadInterval: Duration = .milliseconds(100)
    static let exits = DispatchQueue(label: "rivulet.lambda.exits")

    let plan: SandboxPlan
    /// The number of its lane in the pool.
    let lane: Int
    let loop: any EventLoop
    let means: Means
    let log: LogStream
    let logStreamName: String
    let report: @Sendable (Sandbox, News) -> Void
    private let box: NIOLoopBoundBox<State>

    var state: State { box.value }

    init(
        plan: SandboxPlan, lane: Int, loop: any EventLoop, means: Means,
        report: @escaping @Sendable (Sandbox, News) -> Void
    ) throws {
        self.plan = plan
        self.lane = lane
        self.loop = loop
        self.means = means
        self.report = report
        let stream = LogStreamName.make(at: means.clock.now, plan.version)
        logStreamName = stream
        let group = plan.function.logGroup(plan.logGroup)
        log = try LogStream { [logs = means.logs, clock = means.clock] line in
            logs.append(line, to: stream, of: group, at: clock.now)
        }
        box = .makeBoxSendingValue(State(), eventLoop: loop)
    }

    /// Runs one invocation. nil when this sandbox cannot take it after all.
    func run(_ invocation: Invocation) async -> Completion? {
        await withCheckedContinuation { continuation in
            if loop.inEventLoop {
                begin(Work(invocation, continuation))
            } else {
                loop.execute { self.begin(Work(invocation, continuation)) }
            }
        }
    }

    /// Told from time to time what the process and its children hold, in KiB.
    func holds(_ memory: Int) {
        loop.execute {
            self.state.peakMemory = max(self.state.peakMemory, memory)
            if memory > self.plan.memorySize * 1024 { self.endForMemory() }
        }
    }

    /// The kernel would have killed it in AWS.
    func endForMemory() {
        guard state.process != nil else { return }
        let consequence = state.environment?.shutDown()
        guard consequence != .nothing else { return }
        report(self, .spent)
        disarm()
        state.process?.signalGroup(SIGKILL)
        if case .fail = consequence { complete(.failure(.outOfMemory)) }
    }

    /// Ends the process: SIGTERM, and SIGKILL after the grace; news of `.gone` follows.
    func shutDown() {
        loop.execute {
            switch self.state.environment?.shutDown() {
            case nil: self.finish()
            case .fail:
                self.report(self, .spent)
                self.terminate()
                self.complete(.failure(.shutDown))
            case .kill:
                self.report(self, .spent)
                self.terminate()
            case .nothing, .restart, .killToRestart: break
            }
        }
    }

    private func begin(_ work: Work) {
        guard let begin = state.environment?.begin(work.invocation.requestID) else {
            state.environment = ExecutionEnvironment(for: work.invocation.requestID)
            take(work)
            launch()
            return
        }
        switch begin {
        case .refuse: work.continuation.resume(returning: nil)
        case .wait:
            take(work)
            arm(plan.timeout)
        case .deliver:
            take(work)
            guard let connection = state.parked else { return }
            state.parked = nil
            thaw()
            deliver(on: connection, endsInit: false)
        }
    }

    private func take(_ work: Work) {
        state.work = work
        means.memory.begin()
        if work.invocation.wantsLogTail { log.beginTail() }
    }

    /// Starts a timer for the present phase, in place of any other.
    func arm(_ limit: Duration) {
        disarm()
        let number = state.timerNumber
        state.timer = means.timers.after(limit, on: loop) { [weak self] in
            guard let self, state.timerNumber == number else { return }
            timeUp()
        }
    }

    func disarm() {
        state.timerNumber += 1
        state.timer?.cancel()
        state.timer = nil
    }

    private func timeUp() {
        reportInit(.timeout)
        switch state.environment?.timeUp() {
        case .killToRestart: state.process?.signalGroup(SIGKILL)
        case .fail(let requestID):
            report(self, .spent)
            readMemory(force: true)
            state.process?.signalGroup(SIGKILL)
            announce()
            log.say(platform.timedOut(requestID, after: plan.timeout))
            complete(.failure(.timedOut(plan.timeout)))
        case .kill:
            report(self, .spent)
            state.process?.signalGroup(SIGKILL)
        case nil, .nothing, .restart: break
        }
    }

    /// Says how an init that is still going on has failed; nothing when none is.
    func reportInit(_ status: InvocationReport.Status) {
        guard let attempt = state.environment?.initAttempt else { return }
        log.say(platform.initReport(attempt, .now - state.launched, status: status))
    }
}

enum LogStreamName {
    /// `2026/03/01/[$LATEST]0123456789abcdef0123456789abcdef`
    static func make(at instant: Timestamp, _ version: Version) -> String {
        let date = instant.civil
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)/\(two(date.month))/\(two(date.day))/[\(version.text)]\(TraceID.hex(32))"
    }
}
