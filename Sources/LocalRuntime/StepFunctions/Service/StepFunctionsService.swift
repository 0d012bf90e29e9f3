import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase
import Synchronization

/// AWS Step Functions: state machines in the Amazon States Language and their executions.
///
/// Everything that happens to an execution is written down before anything is done about it; after a restart the same
/// occurrences lead to the same place, and what was under way is begun again (a task: at least once).
/// https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html
package final class StepFunctionsService: Sendable {
    let database: EmulatorDatabase
    let clock: any Timekeeper
    let limits: ExecutionLimits
    let makeID: @Sendable () -> String
    private let makeSeed: @Sendable () -> UInt64
    /// Where executions are measured and logged.
    package let watch = ExecutionWatch()
    private let means: ExecutionRunner.Means
    private let runners = Mutex<[Int64: (runner: ExecutionRunner, task: Task<Void, Never>)]>([:])

    package init(
        database: EmulatorDatabase, clock: any Timekeeper, targets: any TaskTargets, limits: ExecutionLimits = .aws,
        makeID: @escaping @Sendable () -> String = RequestID.random,
        makeSeed: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0...UInt64.max) }
    ) {
        self.database = database
        self.clock = clock
        self.limits = limits
        self.makeID = makeID
        self.makeSeed = makeSeed
        means = ExecutionRunner.Means(
            database: database, clock: clock, targets: targets, activity: Activity(), watch: watch)
    }

    /// Goes on with every execution that was running when the emulator ended.
    package func start() async throws {
        for (execution, seed) in try await database.read({ try ExecutionStore(db: $0).running() }) {
            try await resume(execution, seed)
        }
    }

    /// Stops at the last step on disk; call it before the services that tasks reach are stopped.
    package func stop() async {
        let running = runners.withLock { runners in
            defer { runners = [:] }
            return Array(runners.values)
        }
        running.forEach { $0.runner.halt() }
        for running in running { await running.task.value }
    }

    /// Grows whenever something begins that does not wait for the clock.
    package var activityCount: Int { means.activity.count }

    /// Returns once every execution waits for the clock, for a token, or has ended.
    package func settled() async throws {
        await means.activity.settled()
    }

    /// Starts an execution, as `StartExecution` does; the same name and input again give the running one.
    ///
    /// - Parameters:
    ///   - stateMachineARN: of a machine, or of one of its versions.
    ///   - input: JSON text.
    ///   - name: a new random one when nil.
    ///   - traceHeader: the tracing header to pass on to the tasks; a new one when nil.
    /// - Returns: the execution's ARN and its start, once they are on disk.
    /// - Throws: `StepFunctionsError`
    @discardableResult
    package func startExecution(
        stateMachineARN: String, input: String = "{}", name: String? = nil, traceHeader: String? = nil
    ) async throws -> (executionARN: String, startedAt: Timestamp) {
        if let name { try ARNs.check(name: name) }
        let (machine, version) = try await revision(stateMachineARN)
        guard machine.kind == .standard else { throw NotImplemented("executions of EXPRESS state machines") }
        let value = try checkedInput(input)
        let name = name ?? makeID()
        let (now, seed) = (clock.now, makeSeed())
        let execution = Execution(
            id: 0,
            arn: ARNs.execution(account: machine.account, region: machine.region, machine: machine.name, name: name),
            name: name, machine: machine, versionARN: version?.arn, input: input,
            traceHeader: traceHeader ?? TraceHeader.make(at: now, seed: seed), startedAt: now, status: .running)
        return (execution.arn, try await begin(execution, input: value, seed))
    }

    /// - Returns: when it began: maybe before, if the same was started already.
    private func begin(_ execution: Execution, input: JSONValue, _ seed: UInt64) async throws -> Timestamp {
        var execution = execution
        var interpreter = try interpreter(of: execution, input: input, seed)
        let commands = interpreter.apply(.started, at: execution.startedAt) ?? []
        let first = ExecutionStep(
            number: 0, instant: execution.startedAt, occurrence: .started, events: interpreter.takeEvents(),
            outcome: interpreter.outcome)
        let (new, horizon) = (execution, horizon)
        switch try await database.write({ try Self.insert(new, seed, first, ExecutionStore(db: $0), horizon) }) {
        case .known(let startedAt): return startedAt
        case .new(let id):
            execution.id = id
            watch.note(first, of: execution)
            if first.outcome == nil { launch(execution, interpreter, nextStep: 1, commands) }
            return execution.startedAt
        }
    }

    /// The machine that an ARN names, as it is or as it was published.
    func revision(_ arn: String) async throws -> (machine: StateMachine, version: MachineVersion?) {
        let reference = try ARNs.machine(arn)
        return try await database.read { db in
            let store = StateMachineStore(db: db)
            guard let machine = try store.machine(reference.arn) else {
                throw StepFunctionsError.stateMachineDoesNotExist(arn)
            }
            guard let qualifier = reference.qualifier else { return (machine, nil) }
            guard let number = Int(qualifier) else { throw NotImplemented("aliases of state machines (\(arn))") }
            guard let version = try store.version(number, of: machine) else {
                throw StepFunctionsError.stateMachineDoesNotExist(arn)
            }
            return (version.machine, version)
        }
    }

    /// The definition, or what is wrong with it.
    ///
    /// - Throws: `StepFunctionsError.invalidDefinition`; `NotImplemented` for what AWS has and the emulator has not.
    static func definition(_ text: String) throws -> StateMachineDefinition {
        let outcome = DefinitionReader.read(text)
        if let what = outcome.notImplemented.first { throw NotImplemented("\(what) in state machines") }
        guard let definition = outcome.definition else {
            throw StepFunctionsError.invalidDefinition(
                outcome.diagnostics.filter { $0.severity == .error }.map(\.text))
        }
        return definition
    }

    /// Reports something to a running execution.
    ///
    /// - Returns: whether it meant anything; false also when the execution does not run.
    func report(_ occurrence: Interpreter.Occurrence, to execution: Int64) async throws -> Bool {
        guard let runner = runners.withLock({ $0[execution]?.runner }) else { return false }
        return try await runner.report(occurrence)
    }

    /// The task of a running execution that a token was given to.
    func task(of execution: Int64, token: String) async -> Int? {
        await runners.withLock { $0[execution]?.runner }?.task(withToken: token)
    }

    private func checkedInput(_ text: String) throws -> JSONValue {
        guard text.utf8.count <= limits.dataBytes else {
            throw StepFunctionsError.constraint(
                value: "\(text.prefix(100))…", member: "input",
                rule: "Member must have length less than or equal to \(limits.dataBytes)")
        }
        guard !text.isEmpty else { throw StepFunctionsError.invalidExecutionInput("Invalid execution input.") }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw StepFunctionsError.invalidExecutionInput(JSONComplaint(error, in: text).message)
        }
    }

    private enum Insertion: Sendable {
        case new(Int64)
        case known(startedAt: Timestamp)
    }

    private static func insert(
        _ execution: Execution, _ seed: UInt64, _ first: ExecutionStep, _ store: ExecutionStore,
        _ horizon: Timestamp
    ) throws -> Insertion {
        try store.forget(endedBefore: horizon)
        if let known = try store.execution(execution.arn, endedSince: horizon) {
            guard known.status == .running, known.input == execution.input else {
                throw StepFunctionsError.executionAlreadyExists(execution.arn)
            }
            return .known(startedAt: known.startedAt)
        }
        let id = try store.insert(execution, seed: seed)
        try store.append(first, to: id)
        return .new(id)
    }

    private func interpreter(of execution: Execution, input: JSONValue, _ seed: UInt64) throws -> Interpreter {
        let machine = execution.machine
        let identity = ExecutionIdentity(
            arn: execution.arn, name: execution.name, machineARN: machine.arn, machineName: machine.name,
            roleARN: machine.roleARN, account: machine.account, region: machine.region, startedAt: execution.startedAt,
            input: input, traceHeader: execution.traceHeader, seed: seed)
        return Interpreter(try Self.definition(machine.definition), identity, limits: limits)
    }

    /// Brings an execution to where its journal ends, and goes on from there.
    private func resume(_ execution: Execution, _ seed: UInt64) async throws {
        let (steps, lastEvent) = try await database.read { db in
            let store = ExecutionStore(db: db)
            return (try store.steps(of: execution.id), try store.lastEventID(of: execution.id))
        }
        guard var interpreter = try? interpreter(of: execution, input: JSONValue(parsing: execution.input), seed)
        else { return try await giveUp(execution, steps: steps.count, lastEvent: lastEvent) }
        for step in steps { _ = interpreter.apply(step.occurrence, at: step.instant) }
        guard interpreter.takeEvents().last?.id ?? 0 == lastEvent, interpreter.outcome == nil else {
            return try await giveUp(execution, steps: steps.count, lastEvent: lastEvent)
        }
        launch(execution, interpreter, nextStep: steps.count, interpreter.pending)
    }

    /// Another version of the emulator would have gone another way: rather an end than a wrong turn.
    private func giveUp(_ execution: Execution, steps: Int, lastEvent: Int) async throws {
        let failure = StateFailure(
            error: StateFailure.runtime,
            cause: "rivulet-local cannot go on with this execution: it was begun by a version that read its definition "
                + "otherwise. Start it anew.")
        let now = clock.now
        let content = HistoryNote.executionFailed(failure).content
        let event = HistoryEvent(
            id: lastEvent + 1, previousID: lastEvent, instant: now, type: content.type,
            details: content.details.map { (name: $0.0, value: $0.1) })
        let end = ExecutionStep(
            number: steps, instant: now, occurrence: .stopped(error: failure.error, cause: failure.cause),
            events: [event], outcome: .failed(error: failure.error, cause: failure.cause))
        try await database.write { try ExecutionStore(db: $0).append(end, to: execution.id) }
        watch.note(end, of: execution)
    }

    private func launch(
        _ execution: Execution, _ interpreter: Interpreter, nextStep: Int, _ commands: [Interpreter.Command]
    ) {
        let id = execution.id
        let runner = ExecutionRunner(execution, interpreter: interpreter, nextStep: nextStep, means: means)
        means.activity.begin()
        runners.withLock { runners in
            runners[id] = (
                runner,
                Task { [weak self, means] in
                    await runner.run(commands) { means.activity.end() }
                    self?.runners.withLock { $0[id] = nil }
                }
            )
        }
    }
}
