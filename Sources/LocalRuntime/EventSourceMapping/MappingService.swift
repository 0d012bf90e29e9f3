package import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase
package import SQS
import Synchronization

/// Lambda's event source mappings from SQS: what is mapped, and the runners that carry it out.
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
package final class MappingService: Sendable {
    /// Is told what a mapping has just done.
    package typealias MetricsObserver = @Sendable (EventSourceMapping, MappingMetrics) -> Void

    private struct Running {
        let runner: MappingRunner
        let task: Task<Void, Never>
    }

    private struct State {
        var mappings: [String: EventSourceMapping] = [:]
        var running: [String: Running] = [:]
        var isStarted = false
        var observer: MetricsObserver?
    }

    let limits: MappingLimits
    private let database: EmulatorDatabase
    private let clock: any Timekeeper
    private let queues: SQSService
    private let functions: any FunctionInvoking
    private let tracer: Tracer
    private let activity = Activity()
    private let state: Mutex<State>

    /// Takes up the mappings that the database holds. Nothing runs before `start()`.
    package init(
        database: EmulatorDatabase, clock: any Timekeeper, queues: SQSService, functions: any FunctionInvoking,
        limits: MappingLimits = .standard, tracer: Tracer = .off
    ) async throws {
        self.database = database
        self.clock = clock
        self.queues = queues
        self.functions = functions
        self.limits = limits
        self.tracer = tracer
        let mappings = try await database.read { try MappingStore(db: $0).all() }
        state = Mutex(State(mappings: Dictionary(mappings.map { ($0.id, $0) }, uniquingKeysWith: { $1 })))
    }

    /// Runs every enabled mapping from now on, also those that are made or enabled later.
    package func start() {
        let isFirst = state.withLock { state in
            defer { state.isStarted = true }
            return !state.isStarted
        }
        guard isFirst else { return }
        queues.onCreation { [weak self] queue in self?.startMappings(of: queue.arn) }
        mappings.forEach(run)
    }

    /// Stops gathering and waits until no mapping takes another message. Functions that are running are not waited for;
    /// what they were given shows again in its queue, unless they end in time.
    package func stop() async {
        let running = state.withLock { state in
            defer { state.running = [:] }
            state.isStarted = false
            return Array(state.running.values)
        }
        running.forEach { $0.task.cancel() }
        for running in running { await running.task.value }
    }

    /// Every mapping, in the order of the ids.
    package var mappings: [EventSourceMapping] {
        state.withLock { $0.mappings.values.sorted { $0.id < $1.id } }
    }

    /// - Throws: `resourceNotFound`.
    package func mapping(_ id: String) throws -> EventSourceMapping {
        guard let mapping = state.withLock({ $0.mappings[id] }) else { throw MappingError.resourceNotFound }
        return mapping
    }

    /// What a mapping has done since it was started or last changed.
    package func metrics(ofMapping id: String) -> MappingMetrics {
        state.withLock { $0.running[id]?.runner.metrics } ?? MappingMetrics()
    }

    /// Has `observer` told of what mappings do that run from now on.
    package func observe(_ observer: @escaping MetricsObserver) {
        state.withLock { $0.observer = observer }
    }

    /// Ties a queue to a function.
    ///
    /// - Parameter functionName: a name, a partial ARN or a whole one.
    /// - Throws: `MappingError`.
    package func create(
        eventSourceARN: String, functionName: String, settings: MappingSettings = MappingSettings(),
        isEnabled: Bool = true, tags: [String: String] = [:], account: String, region: String
    ) async throws -> EventSourceMapping {
        guard let source = QueueAddress(arn: eventSourceARN) else { throw MappingError.unrecognizedEventSource }
        guard let function = FunctionReference(functionName, account: account, region: region) else {
            throw MappingError.functionDoesNotExist
        }
        guard source.region == region else { throw MappingError.differentRegion }
        guard tags.count <= limits.tags else { throw MappingError.tooManyTags }
        let mapping = EventSourceMapping(
            id: RequestID.random(), account: account, region: region, eventSourceARN: eventSourceARN,
            functionARN: function.arn, isEnabled: isEnabled, settings: settings, tags: tags, lastModified: clock.now)
        try await check(mapping)
        try await save(mapping)
        run(mapping)
        return mapping
    }

    /// Changes a mapping. What is running is finished as it was begun.
    package func update(
        _ id: String, functionName: String? = nil, isEnabled: Bool? = nil,
        _ change: (inout MappingSettings) throws -> Void = { _ in }
    ) async throws -> EventSourceMapping {
        var mapping = try mapping(id)
        if let functionName {
            guard
                let function = FunctionReference(functionName, account: mapping.account, region: mapping.region)
            else { throw MappingError.functionDoesNotExist }
            mapping.functionARN = function.arn
        }
        try change(&mapping.settings)
        mapping.isEnabled = isEnabled ?? mapping.isEnabled
        mapping.lastModified = clock.now
        try await check(mapping)
        try await save(mapping)
        await halt(id)
        run(mapping)
        return mapping
    }

    package func delete(_ id: String) async throws -> EventSourceMapping {
        let mapping = try mapping(id)
        try await database.write { try MappingStore(db: $0).delete(id) }
        state.withLock { $0.mappings[id] = nil }
        await halt(id)
        return mapping
    }

    /// Changes a mapping's tags.
    ///
    /// - Throws: `resourceNotFound`, and `tooManyTags` when it would have more than fifty.
    package func changeTags(ofMapping id: String, _ change: (inout [String: String]) -> Void) async throws {
        var mapping = try mapping(id)
        change(&mapping.tags)
        guard mapping.tags.count <= limits.tags else { throw MappingError.tooManyTags }
        try await save(mapping)
    }

    /// Grows whenever a mapping begins or ends something.
    package var activityCount: Int { activity.version }

    /// Returns once no invocation is under way and no message waits that an enabled mapping would take now. What must
    /// wait for the clock (a delay, a timeout, a window, a backoff) is not waited for.
    package func settled() async throws {
        while true {
            let seen = activity.version
            if try await isSettled() {
                if activity.version == seen { return }
            } else {
                await activity.next(after: seen)
            }
        }
    }

    private func isSettled() async throws -> Bool {
        let runners = state.withLock { $0.running.values.map(\.runner) }
        if runners.contains(where: \.isBusy) { return false }
        for runner in runners where runner.takesMessages {
            if try await queues.hasReceivable(runner.queue) { return false }
        }
        return true
    }

    private func check(_ mapping: EventSourceMapping) async throws {
        try mapping.settings.check(limits, isFIFO: mapping.eventSourceARN.hasSuffix(".fifo"))
        guard let timeout = try await functions.timeout(ofFunctionARN: mapping.functionARN) else {
            throw MappingError.functionDoesNotExist
        }
        guard let queue = try? queues.resolve(arn: mapping.eventSourceARN) else { throw MappingError.queueDoesNotExist }
        let twin = mappings.first {
            $0.id != mapping.id && $0.eventSourceARN == mapping.eventSourceARN && $0.functionARN == mapping.functionARN
        }
        if let twin {
            throw MappingError.alreadyExists(
                source: twin.eventSourceARN, function: FunctionReference.name(inARN: twin.functionARN), uuid: twin.id)
        }
        guard timeout <= queue.settings.visibilityTimeout else {
            throw MappingError.visibilityTimeoutTooShort(
                queue: Int(queue.settings.visibilityTimeout.components.seconds),
                function: Int(timeout.components.seconds))
        }
    }

    private func save(_ mapping: EventSourceMapping) async throws {
        try await database.write { try MappingStore(db: $0).save(mapping) }
        state.withLock { $0.mappings[mapping.id] = mapping }
    }

    private func startMappings(of queueARN: String) {
        mappings.filter { $0.eventSourceARN == queueARN }.forEach(run)
    }

    /// Starts a runner if the mapping is enabled, its queue is there, and the service is started.
    private func run(_ mapping: EventSourceMapping) {
        guard mapping.isEnabled, let queue = try? queues.resolve(arn: mapping.eventSourceARN),
            let runner = try? MappingRunner(
                mapping, queue: queue, queues: queues, functions: functions, clock: clock, limits: limits,
                activity: activity, tracer: tracer, observer: state.withLock { $0.observer })
        else { return }
        state.withLock { state in
            guard state.isStarted else { return }
            state.running[mapping.id]?.task.cancel()
            state.running[mapping.id] = Running(runner: runner, task: Task { await runner.run() })
        }
    }

    private func halt(_ id: String) async {
        let running = state.withLock { $0.running.removeValue(forKey: id) }
        running?.task.cancel()
        await running?.task.value
    }
}
