import AWSProtocol
import EmulatorClock
import EmulatorDatabase

/// Carries one execution on: takes in what happens, one thing after the other, writes it down, and does what is to be
/// done only then.
actor ExecutionRunner {
    /// Something that happened, and who waits until it is on disk.
    private struct Letter: Sendable {
        let occurrence: Interpreter.Occurrence
        /// Told whether it still meant anything.
        let reply: (@Sendable (Result<Bool, any Error>) -> Void)?
    }

    struct Means: Sendable {
        let database: EmulatorDatabase
        let clock: any Timekeeper
        let targets: any TaskTargets
        let activity: Activity
        let watch: ExecutionWatch
    }

    private let execution: Execution
    private let means: Means
    private var interpreter: Interpreter
    private var nextStep: Int
    private var work: [Int: Task<Void, Never>] = [:]
    private var alarms: [Int: Alarm] = [:]
    /// A step could not be written: nothing after it may be.
    private var isBroken = false
    private let letters: AsyncStream<Letter>
    private nonisolated let mailbox: AsyncStream<Letter>.Continuation

    /// - Parameter nextStep: how many steps the journal holds.
    init(_ execution: Execution, interpreter: Interpreter, nextStep: Int, means: Means) {
        self.execution = execution
        self.interpreter = interpreter
        self.nextStep = nextStep
        self.means = means
        (letters, mailbox) = AsyncStream.makeStream()
    }

    /// Does the commands, and then all that follows, until the execution ends or the runner is halted.
    ///
    /// - Parameter whenUnderWay: called once the commands are begun.
    func run(_ commands: [Interpreter.Command], whenUnderWay: @Sendable () -> Void) async {
        commands.forEach(perform)
        whenUnderWay()
        for await letter in letters {
            await take(letter)
            means.activity.end()
        }
        work.values.forEach { $0.cancel() }
        alarms.values.forEach { $0.cancel() }
    }

    /// Reports something from outside and waits until it is on disk.
    ///
    /// - Returns: whether it meant anything; false when the execution has ended, or its task has.
    nonisolated func report(_ occurrence: Interpreter.Occurrence) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            post(Letter(occurrence: occurrence, reply: { continuation.resume(with: $0) }))
        }
    }

    func task(withToken token: String) -> Int? {
        interpreter.task(withToken: token)
    }

    /// Takes nothing more in. What is under way is begun again by the next start.
    nonisolated func halt() {
        mailbox.finish()
    }

    private nonisolated func post(_ letter: Letter) {
        means.activity.begin()
        guard case .terminated = mailbox.yield(letter) else { return }
        means.activity.end()
        letter.reply?(.success(false))
    }

    private func take(_ letter: Letter) async {
        let instant = means.clock.now
        guard !isBroken, let commands = interpreter.apply(letter.occurrence, at: instant) else {
            letter.reply?(.success(false))
            return
        }
        let step = ExecutionStep(
            number: nextStep, instant: instant, occurrence: letter.occurrence, events: interpreter.takeEvents(),
            outcome: interpreter.outcome)
        nextStep += 1
        do {
            let id = execution.id
            try await means.database.write { try ExecutionStore(db: $0).append(step, to: id) }
        } catch {
            // What is not written did not happen: the next start goes on from the last step on disk.
            FaultLog.note(error)
            isBroken = true
            letter.reply?(.failure(error))
            halt()
            return
        }
        means.watch.note(step, of: execution)
        commands.forEach(perform)
        if step.outcome != nil { halt() }
        letter.reply?(.success(true))
    }

    private func perform(_ command: Interpreter.Command) {
        switch command {
        case .startTask(let id, let call):
            means.activity.begin()
            work[id] = Task { [means] in
                let outcome = await means.targets.call(call)
                if !Task.isCancelled { self.post(Letter(occurrence: .taskEnded(id, outcome), reply: nil)) }
                means.activity.end()
            }
        case .startTimer(let id, let deadline):
            alarms[id] = means.clock.alarm(at: deadline, for: interpreter.purpose(ofTimer: id)) { [weak self] in
                self?.post(Letter(occurrence: .timerFired(id), reply: nil))
            }
        case .cancelTask(let id): work.removeValue(forKey: id)?.cancel()
        case .cancelTimer(let id): alarms.removeValue(forKey: id)?.cancel()
        }
    }
}
