import AWSProtocol
import CLinux
import CloudWatchLogs
import ControlPlane
import DynamoDB
import EmulatorClock
import EmulatorDatabase
import EmulatorHTTP
import EventSourceMappings
import Foundation
import Lambda
import S3
import SQS
import Scheduler
import StepFunctions
import Synchronization
import Traces
import TwitchSimulator

/// One emulator: the services, wired to each other over one database and one clock.
final class Emulator: Sendable {
    struct Options: Sendable {
        var state: URL
        var port: Int
        var isFast = false
        var furtherHosts: [String] = []
        /// The secret access key with which signatures are verified; nil asks for their shape alone.
        var verifiedSecret: String?
        /// What `/_twitch/` answers from.
        var twitch: TwitchSimulator.Source
        /// Variables handed to every function from this process, never stored: secrets.
        var passedVariables: [String: String] = [:]
        /// Whether the processes of functions stand still between events.
        var freezesIdle = false
    }

    let clock: VirtualClock
    let state: StateFolder
    let sqs: SQSService
    let dynamoDB: DynamoDBService
    let s3: S3Service
    let logs: LogsService
    let lambda: LambdaService
    let mappings: MappingService
    let scheduler: SchedulerService
    let stepFunctions: StepFunctionsService
    let topics: SNSService
    let cloudWatch: CloudWatchService
    let traces: TraceRecorder
    /// The door for callers of this process; the listener hands over to the same.
    let gateway: Gateway

    private let options: Options
    private let database: EmulatorDatabase
    private let clockMover: ClockMover
    private let controlToken: ControlToken
    private let baseURL = BaseURL()

    /// Every step of the state's schema.
    static let schema =
        ClockStore.schema + SQSService.schema + DynamoDBService.schema + S3Service.schema + LogsService.schema
        + LambdaService.schema + MappingService.schema + SchedulerService.schema + ControlPlaneSchema.versions
        + MetricStore.schema + StepFunctionsService.schema + TraceRecorder.schema

    /// Opens the state folder and builds the services on it; nothing runs yet.
    ///
    /// - Parameters:
    ///   - state: the folder when it is held already.
    ///   - subjects: what else the control routes answer.
    init(
        _ options: Options, state held: StateFolder? = nil, controlToken: ControlToken = ControlToken(),
        subjects: [any ControlSubject] = []
    ) async throws {
        rivulet_raise_open_files()
        self.options = options
        self.controlToken = controlToken
        state = try held ?? StateFolder(at: options.state)
        database = try EmulatorDatabase(
            at: state.databaseFile, durability: options.isFast ? .fast : .full, schema: Self.schema)
        let clockStore = ClockStore(database: database)
        clock = try await clockStore.load()
        traces = TraceRecorder(database: database, clock: clock)
        let tracer = Tracer(traces)
        sqs = try await SQSService(database: database, clock: clock, tracer: tracer)
        dynamoDB = DynamoDBService(database: database, clock: clock)
        let objectEvents = ObjectEvents(queues: sqs)
        let s3 = S3Service(
            database: database, bodies: state.objects, clock: clock, durability: options.isFast ? .fast : .full,
            eventTargets: objectEvents, reportFault: FaultLog.note)
        self.s3 = s3
        logs = LogsService(database: database, clock: clock)
        let baseURL = baseURL
        lambda = LambdaService(
            database: database, state: state, clock: clock, logs: logs, endpoint: { baseURL.value },
            passedVariables: options.passedVariables, secretAccessKey: options.verifiedSecret ?? "rivulet-local",
            fetchObject: { bucket, key, _ in try await s3.getObject(bucket: bucket, key: key) },
            destinations: LambdaDestinations(queues: sqs), tracer: tracer, freezesIdle: options.freezesIdle)
        objectEvents.connect(lambda)
        mappings = try await MappingService(
            database: database, clock: clock, queues: sqs, functions: QueueConsumers(lambda: lambda), tracer: tracer)
        let taskTargets = ServiceTargets(tracer: tracer)
        stepFunctions = StepFunctionsService(database: database, clock: clock, targets: taskTargets)
        scheduler = SchedulerService(
            database: database, clock: clock,
            targets: ScheduledTargets(queues: sqs, lambda: lambda, stateMachines: stepFunctions), tracer: tracer)
        let foundation = ControlFoundation(database: database, clock: clock)
        topics = SNSService(foundation, delivery: Subscribers(queues: sqs, lambda: lambda))
        cloudWatch = CloudWatchService(foundation, topics: topics, gauges: QueueGauges(queues: sqs))
        FunctionMetrics(cloudWatch: cloudWatch, clock: clock).watch(lambda, logs)
        MappingCounters(cloudWatch: cloudWatch, clock: clock).watch(mappings)
        ExecutionMonitoring(cloudWatch: cloudWatch, logs: logs, clock: clock, tracer: tracer).watch(stepFunctions)
        let secrets = try SecretBox(keyFile: state.secretsKey)
        let controlPlane: [ControlService] = [
            topics.service, cloudWatch.service, .sts(foundation), .iam(foundation), .glue(foundation),
            .athena(foundation), .ssm(foundation, secrets: secrets), .secretsManager(foundation, secrets: secrets),
            .budgets(foundation),
        ]
        let functions = LambdaEndpoint(lambda: lambda, mappings: mappings)
        taskTargets.connect([sqs, dynamoDB, functions, stepFunctions, topics.service])
        clockMover = ClockMover(clock: clock, store: clockStore, services: [mappings, stepFunctions, lambda, s3])
        let control = ControlRoutes(
            token: controlToken,
            subjects: [
                ClockControl(mover: clockMover), QueuesControl(sqs: sqs, clock: clock), OutboxControl(topics: topics),
                TraceControl(traces: traces), ReplayControl(traces: traces, tracer: tracer, lambda: lambda),
                SwapControl(lambda: lambda),
            ] + subjects)
        gateway = Gateway(
            services: [sqs, dynamoDB, s3, logs, functions, scheduler, stepFunctions] + controlPlane,
            routes: [
                ControlRoutes.prefix: control, TwitchRoute.prefix: TwitchRoute(options.twitch, clock: clock),
                CodeRoute.prefix: CodeRoute(lambda),
            ],
            allowedHosts: AllowedHosts(further: options.furtherHosts),
            signatures: options.verifiedSecret.map { SignatureCheck(secret: $0) },
            isTrusted: { request in request.headers[ControlRoutes.tokenHeader].map(controlToken.matches) ?? false },
            tracer: tracer)
    }

    /// Answers calls while `body` runs; `body` gets the endpoint URL, at which calls are answered by then.
    func serve<Value: Sendable>(
        while body: @escaping @Sendable (_ endpoint: String) async throws -> Value
    ) async throws -> Value {
        let gateway = gateway
        let value = try await HTTPServer.serve(port: options.port, respond: { await gateway.respond(to: $0) }) { port in
            let endpoint = "http://127.0.0.1:\(port)"
            try await self.start(at: endpoint)
            try self.announceControl(endpoint)
            let outcome = await Result { () async throws -> Value in try await body(endpoint) }
            ControlFile.remove(in: self.state.url)
            await self.stop()
            return try outcome.get()
        }
        try await database.close()
        return value
    }

    /// Begins what the services do of their own accord.
    func start(at endpoint: String) async throws {
        baseURL.value = endpoint
        try await s3.start()
        try await dynamoDB.start()
        try await logs.start()
        try await lambda.start()
        mappings.start()
        try await stepFunctions.start()
        try await scheduler.start()
        try await cloudWatch.start()
    }

    /// Ends what `start` began, and closes the state.
    func end() async throws {
        await stop()
        try await database.close()
    }

    /// Lets `body` call the services while nothing else happens: no function runs, and nothing listens.
    func offline<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await s3.start()
        let outcome = await Result { try await body() }
        await s3.stop()
        try await database.close()
        return try outcome.get()
    }

    /// Whether no function is running.
    var isIdle: Bool { lambda.runningCount == 0 }

    /// Returns once nothing is under way that does not wait for the clock.
    func settle() async throws {
        try await clockMover.settle()
    }

    /// Freezes the clock at an instant and remembers it: a restart goes on from there.
    func freezeClock(at instant: Timestamp) async throws {
        try await clockMover.freeze(at: instant)
    }

    func advanceClock(to instant: Timestamp) async throws {
        try await clockMover.jump(to: instant)
    }

    /// Lets the clock run on from where it stands, also after a restart.
    func resumeClock() async throws {
        try await clockMover.resume()
    }

    /// Tells the verbs of this user where and how to control it.
    func announceControl(_ endpoint: String) throws {
        try ControlFile(
            endpoint: endpoint, token: controlToken.text, pid: ProcessInfo.processInfo.processIdentifier
        ).write(in: state.url)
    }

    private func stop() async {
        await cloudWatch.stop()
        await scheduler.stop()
        await stepFunctions.stop()
        await mappings.stop()
        await s3.stop()
        await lambda.stop()
        await logs.stop()
        await dynamoDB.stop()
        await traces.stop()
    }
}

/// The emulator's own URL, known once it listens.
private final class BaseURL: Sendable {
    private let state = Mutex("")

    var value: String {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}

extension MappingService: Settling {}
extension LambdaService: Settling {}
extension S3Service: Settling {}
extension StepFunctionsService: Settling {}

extension Result where Failure == any Error {
    init(catching body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
