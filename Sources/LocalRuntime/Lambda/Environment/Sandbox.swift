import CloudWatchLogs
import Dispatch
import EmulatorClock
import Glibc
import NIOPosix

/// The shell around one `ExecutionEnvironment`: a process, its Runtime API, its log and its timers.
///
/// Everything happens inside the sandbox's monitor, on whichever thread brings the news: the one that waits for the process's
/// sockets, a timer's, or that of an invocation. `run` and `shutDown` may be called from anywhere.
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

    /// What the pool must know. It is told inside the monitor, and so in the order in which it happens.
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

    final class State {
        var environment: ExecutionEnvironment?
        var work: Work?
        /// The connection whose `next` is unanswered.
        var parked: RuntimeConnection?
        var connections: [Int32: RuntimeConnection] = [:]
        var listener: RuntimeListener?
        var process: ChildProcess?
        /// Set between the process's exit and the end of its last connection.
        var exit: ExitStatus?
        var launched = ContinuousClock.now
        var reportedInitError: (body: [UInt8], type: String?)?
        /// Rings at the limit of the present phase.
        var alarm: (any RealAlarm)?
        /// Whether the last event was answered so quickly that it is worth while to wait for the next answer on the spot.
        var isQuick = false
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
    let means: Means
    let log: LogStream
    let logStreamName: String
    let report: @Sendable (Sandbox, News) -> Void
    let monitor = Monitor(State())

    /// Inside the monitor only.
    var state: State { monitor.state }

    init(
        plan: SandboxPlan, lane: Int, means: Means, report: @escaping @Sendable (Sandbox, News) -> Void
    ) throws {
        self.plan = plan
        self.lane = lane
        self.means = means
        self.report = report
        let stream = LogStreamName.make(at: means.clock.now, plan.version)
        logStreamName = stream
        let group = plan.function.logGroup(plan.logGroup)
        log = try LogStream { [logs = means.logs, clock = means.clock] line in
            logs.append(line, to: stream, of: group, at: clock.now)
        }
    }

    /// Runs one invocation. nil when this sandbox cannot take it after all.
    func run(_ invocation: Invocation) async -> Completion? {
        let work = Work(invocation)
        let outcome = monitor.enter {
            begin(work)
            return work.outcome
        }
        if let outcome { return outcome.completion }
        return await withCheckedContinuation { continuation in
            monitor.enter { work.wait(continuation) }
        }
    }

    /// Told from time to time what the process and its children hold, in KiB.
    func holds(_ memory: Int) {
        monitor.enter {
            state.peakMemory = max(state.peakMemory, memory)
            if memory > plan.memorySize * 1024 { endForMemory() }
        }
    }

    /// The kernel would have killed it in AWS.
    private func endForMemory() {
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
        monitor.enter {
            switch state.environment?.shutDown() {
            case nil: finish()
            case .fail:
                report(self, .spent)
                terminate()
                complete(.failure(.shutDown))
            case .kill:
                report(self, .spent)
                terminate()
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
        case .refuse: work.end(.refused)
        case .wait:
            take(work)
            arm(plan.timeout)
        case .deliver:
            take(work)
            guard let connection = state.parked else { return }
            state.parked = nil
            thaw()
            attending(connection) { deliver(on: connection, endsInit: false) }
        }
    }

    private func take(_ work: Work) {
        state.work = work
        means.memory.begin()
        if work.invocation.wantsLogTail { log.beginTail() }
    }

    /// Sets the limit of the present phase, in place of any other.
    func arm(_ limit: Duration) {
        let alarm = state.alarm ?? makeAlarm()
        alarm.set(limit)
    }

    func disarm() {
        state.alarm?.clear()
    }

    private func makeAlarm() -> any RealAlarm {
        let alarm = means.timers.alarm { [weak self] in
            guard let self else { return }
            monitor.enter {
                if state.alarm?.takeDue() == true { timeUp() }
            }
        }
        state.alarm = alarm
        return alarm
    }

    private func timeUp() {
        reportInit(.timeout)
        switch state.environment?.timeUp() {
        case .killToRestart: state.process?.signalGroup(SIGKILL)
        case .fail(let requestID):
            report(self, .spent)
            readMemory(force: true)
            state.process?.signalGroup(SIGKILL)
            announceLate()
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
