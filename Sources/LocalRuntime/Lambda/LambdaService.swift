package import AWSProtocol
package import CloudWatchLogs
package import EmulatorClock
package import EmulatorDatabase
import Foundation
import NIOPosix
import Synchronization

/// The emulated Lambda: functions, and the environments that run them as child processes.
///
/// Over the wire it is an `AWSService`; in process, `createFunction` and `invoke` do the same without one.
package final class LambdaService: Sendable {
    /// A function with what an invocation needs of it at hand.
    final class Entry: Sendable {
        let function: Function
        let plans: [Version: SandboxPlan]

        init(function: Function, plans: [Version: SandboxPlan]) {
            self.function = function
            self.plans = plans
        }
    }

    /// The tables of this service; those of `LogsService` come before them.
    package static let schema = LambdaStore.schema + AsyncStore.schema

    /// Where functions' lines go.
    package let logs: LogsService

    let limits: LambdaLimits
    let clock: any Timekeeper
    let store: LambdaStore
    let codes: CodeStore
    let pool: SandboxPool
    let queue: AsyncQueue
    /// Tells of every invocation that has ended.
    package let invocations = InvocationWatch()
    let destinations: any DestinationSending
    let tracer: Tracer
    let makeID: @Sendable () -> String
    /// Draws from 0 up to 1: which of an alias's two versions an invocation gets.
    let roll: @Sendable () -> Double
    private let passedVariables: [String: String]
    private let secretAccessKey: String
    let endpoint: @Sendable () -> String
    /// What is in the database, with the order of the change that made it so; nil stands for a deleted function.
    private let functions = Mutex<[FunctionID: (order: Int, entry: Entry?)]>([:])

    /// - Parameters:
    ///   - state: where unpacked code lies.
    ///   - clock: the emulator's; log lines and retries follow it.
    ///   - logs: where functions' lines go.
    ///   - endpoint: the emulator's base URL, for `AWS_ENDPOINT_URL`; read at each start of a process.
    ///   - passedVariables: given to every function that does not set them itself, and never stored: secrets.
    ///   - secretAccessKey: what functions sign their calls with.
    ///   - fetchObject: the body of an S3 object (bucket, key, version), for code that lies in S3.
    ///   - destinations: the queues that records and dead letters of asynchronous invocations go to.
    ///   - timers: real time, in which processes live.
    ///   - wallClock: real time, for deadlines.
    ///   - freezesIdle: whether processes stand still while they wait for an event, as they do in AWS.
    ///   - roll: a number from 0 up to 1, for aliases with two versions.
    package init(
        database: EmulatorDatabase, state: StateFolder, clock: any Timekeeper, logs: LogsService,
        endpoint: @escaping @Sendable () -> String, passedVariables: [String: String] = [:],
        secretAccessKey: String = "rivulet-local",
        fetchObject: @escaping @Sendable (_ bucket: String, _ key: String, _ version: String?) async throws -> [UInt8],
        destinations: any DestinationSending, limits: LambdaLimits = .aws, tracer: Tracer = .off,
        timers: any RealTimers = EventLoopTimers(),
        wallClock: @escaping @Sendable () -> Timestamp = { .wallClock },
        freezesIdle: Bool = false, makeID: @escaping @Sendable () -> String = RequestID.random,
        roll: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.limits = limits
        self.destinations = destinations
        self.tracer = tracer
        self.roll = roll
        self.clock = clock
        self.endpoint = endpoint
        self.makeID = makeID
        self.passedVariables = passedVariables
        self.secretAccessKey = secretAccessKey
        self.logs = logs
        store = LambdaStore(database: database)
        codes = CodeStore(
            folder: state.functions, limits: limits, fetchObject: fetchObject, threads: .singleton)
        queue = AsyncQueue(database: database, clock: clock)
        let memory = MemoryWatch(timers: timers, threads: .singleton)
        pool = SandboxPool(
            means: Sandbox.Means(
                limits: limits, timers: timers, logs: logs, clock: clock, wallClock: wallClock, threads: .singleton,
                memory: memory, watch: invocations, freezesIdle: freezesIdle))
    }

    /// Takes up the functions of the state folder.
    package func start() async throws {
        let all = try await store.all()
        codes.clean(keeping: all.flatMap(\.versions).map(\.code))
        for function in all { apply(LambdaStore.Change(id: function.id, function: function, order: 0)) }
        pool.beginSweeping()
        queue.start { [weak self] event in await self?.deal(with: event) ?? .retry(event) }
    }

    /// Ends every process and writes the last log lines.
    package func stop() async {
        queue.halt()
        await pool.stop()
        await queue.finished()
        await logs.flush()
    }

    /// How many asynchronous invocations were begun since the start.
    package var activityCount: Int { queue.begun }

    /// How many invocations are under way, whoever made them.
    package var runningCount: Int { pool.runningCount }

    /// How many environments of a function are still there though its code or configuration has changed since.
    package func outdatedCount(_ id: FunctionID) -> Int { pool.outdatedCount(id) }

    /// Returns once no asynchronous invocation is under way or due.
    package func settled() async {
        await queue.settled()
    }

    /// The newest lines of a function's log, oldest first.
    ///
    /// - Throws: `LambdaError.functionNotFound`
    package func log(of function: String, limit: Int = 100) async throws -> [LogEvent] {
        let function = try entry(try resolve(function)).function
        return try await logs.tail(function.id.logGroup(function.latest.configuration.logGroup), limit: limit)
    }

    /// The function, from memory.
    func entry(_ id: FunctionID) throws -> Entry {
        guard let entry = functions.withLock({ $0[id]?.entry }) else { throw LambdaError.functionNotFound(id.arn) }
        return entry
    }

    /// Every function of every account and region.
    package func allFunctions() -> [Function] {
        functions.withLock { $0.values.compactMap(\.entry?.function) }
    }

    /// Makes a committed change the one that counts from now on.
    @discardableResult
    func apply(_ change: LambdaStore.Change) -> Function? {
        let entry = change.function.map { function in
            Entry(
                function: function,
                plans: Dictionary(
                    uniqueKeysWithValues: function.versions.map { version in
                        (version.version, plan(of: version, function.id))
                    }))
        }
        functions.withLock { functions in
            guard functions[change.id].map({ $0.order < change.order }) ?? true else { return }
            functions[change.id] = (change.order, entry)
            pool.retire(change.id, keeping: entry?.plans.mapValues(\.revision) ?? [:])
        }
        return change.function
    }

    /// What other functions of the account and region have reserved, in all.
    func reservedConcurrency(beside id: FunctionID) -> Int {
        functions.withLock { entries in
            entries.values.reduce(0) { sum, known in
                guard let reserved = known.entry?.function.reservedConcurrency, let other = known.entry?.function.id
                else { return sum }
                let isNeighbour = other.account == id.account && other.region == id.region && other != id
                return isNeighbour ? sum + reserved : sum
            }
        }
    }

    private func plan(of version: FunctionVersion, _ id: FunctionID) -> SandboxPlan {
        let entry = codes.entry(of: version.code)
        let configuration = version.configuration
        return SandboxPlan(
            function: id, version: version.version, revision: version.revision, executable: entry.executable,
            taskRoot: entry.taskRoot, handler: configuration.handler, timeout: .seconds(configuration.timeout),
            memorySize: configuration.memorySize, ephemeralStorage: configuration.ephemeralStorage,
            logGroup: configuration.logGroup, logging: configuration.logging ?? FunctionLogging(),
            variables: passedVariables.merging(configuration.environment ?? [:]) { _, own in own },
            secretAccessKey: secretAccessKey, endpoint: endpoint)
    }
}
