import Foundation
import Synchronization

@testable import LambdaRuntime

/// A handler that is a closure.
struct ClosureHandler: RawLambdaHandler {
    let body: @Sendable ([UInt8], LambdaContext) async throws -> [UInt8]

    func handle(payload: [UInt8], context: LambdaContext) async throws -> [UInt8] {
        try await body(payload, context)
    }
}

/// Answers with the event.
struct Echo: RawLambdaHandler {
    func handle(payload: [UInt8], context: LambdaContext) async throws -> [UInt8] { payload }
}

/// Lines that a logger wrote.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    @Sendable func append(_ line: [UInt8]) {
        lines.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
    }
}

/// One value that several threads set and read.
final class Box<Value: Sendable>: Sendable {
    private let stored: Mutex<Value>

    init(_ value: Value) { stored = Mutex(value) }

    var value: Value { stored.withLock { $0 } }

    func update(_ change: (inout Value) -> Void) {
        stored.withLock { change(&$0) }
    }
}

/// What came of a run of the runtime against a scripted Runtime API.
struct Run: Sendable {
    let exit: LambdaRuntime.Exit
    let requests: [FakeRuntimeAPI.Request]
    let connections: Int
    let log: [String]
    let pauses: [Duration]

    var posts: [FakeRuntimeAPI.Request] { requests.filter { $0.method == "POST" } }
    var nexts: Int { requests.count { $0.method == "GET" } }

    /// Runs until the events are used up, on a thread of its own as a bootstrap does.
    static func over(
        events: [FakeRuntimeAPI.Answer] = [], posts: [FakeRuntimeAPI.Answer] = [],
        environment: [String: String] = [:], stop: StopSignal = StopSignal(),
        makeHandler: @escaping @Sendable (LambdaEnvironment) async throws -> any RawLambdaHandler = { _ in Echo() }
    ) async -> Run {
        let server = FakeRuntimeAPI(events: events, posts: posts, onExhausted: stop.request)
        defer { server.close() }
        let variables = environment.merging(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"]) { own, _ in own }
        let end = await end(LambdaEnvironment(variables), stop, makeHandler)
        return Run(
            exit: end.exit, requests: server.requests, connections: server.connections, log: end.log,
            pauses: end.pauses)
    }

    /// Runs in any environment. No pause takes time.
    static func end(
        _ environment: LambdaEnvironment, _ stop: StopSignal = StopSignal(),
        _ makeHandler: @escaping @Sendable (LambdaEnvironment) async throws -> any RawLambdaHandler = { _ in Echo() }
    ) async -> (exit: LambdaRuntime.Exit, log: [String], pauses: [Duration]) {
        let lines = Lines()
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let pauses = Box<[Duration]>([])
                let settings = LambdaRuntime.Settings(
                    environment: environment, logger: LambdaLogger(output: lines.append), stop: stop,
                    pause: { wait in pauses.update { $0.append(wait) } })
                let exit = LambdaRuntime.run(settings, makeHandler)
                continuation.resume(returning: (exit, lines.all, pauses.value))
            }
        }
    }
}

/// A small generator whose sequence a seed fixes (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// A JSON object, as another reader of JSON sees it.
func object(_ text: some StringProtocol) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
}
