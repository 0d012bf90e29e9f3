import CloudWatchLogs
import EmulatorClock
import EmulatorDatabase
import Foundation
import Lambda
import Synchronization

/// A Lambda service on a state folder of its own, with real processes and timers moved by hand.
final class World: Sendable {
    static let noon = Timestamp(milliseconds: 1_772_388_000_000)

    let folder: URL
    let lambda: LambdaService
    let clock = VirtualClock(frozenAt: noon)
    let timers = HandTimers()
    let queues = KeptLetters()
    private let database: EmulatorDatabase
    private let keepsFolder: Bool

    init(
        on folder: URL? = nil, limits: LambdaLimits = .aws, isTimedByHand: Bool = true, keepsFolder: Bool = false,
        freezesIdle: Bool = false,
        fetchObject: @escaping @Sendable (String, String, String?) async throws -> [UInt8] = { _, _, _ in [] }
    ) async throws {
        try await CBootstrap.built()
        self.folder =
            folder ?? FileManager.default.temporaryDirectory.appending(path: "rivulet-lambda-\(UUID().uuidString)")
        self.keepsFolder = keepsFolder
        let state = try StateFolder(at: self.folder)
        database = try EmulatorDatabase(
            at: state.databaseFile, durability: .fast, schema: LogsService.schema + LambdaService.schema)
        lambda = LambdaService(
            database: database, state: state, clock: clock,
            logs: LogsService(database: database, clock: clock), endpoint: { "http://127.0.0.1:4566" },
            fetchObject: fetchObject, destinations: queues, limits: limits,
            timers: isTimedByHand ? timers : EventLoopTimers(), freezesIdle: freezesIdle)
        try await lambda.start()
    }

    /// Runs `body` and stops the service afterwards, however it ends.
    static func run(
        limits: LambdaLimits = .aws, isTimedByHand: Bool = true, freezesIdle: Bool = false,
        _ body: (World) async throws -> Void
    ) async throws {
        let world = try await World(limits: limits, isTimedByHand: isTimedByHand, freezesIdle: freezesIdle)
        do {
            try await body(world)
        } catch {
            try await world.stop()
            throw error
        }
        try await world.stop()
    }

    func stop() async throws {
        await lambda.stop()
        try await database.close()
        if !keepsFolder { try FileManager.default.removeItem(at: folder) }
    }

    /// A function that runs the C bootstrap in the manner of `handler`, which is its name, too.
    @discardableResult
    func make(
        _ handler: String, name: String? = nil, change: (inout FunctionConfiguration) -> Void = { _ in }
    ) async throws -> String {
        let name = name ?? handler
        var configuration = FunctionConfiguration(handler: handler, logGroup: "/aws/lambda/\(name)")
        change(&configuration)
        try await lambda.createFunction(name, code: .local(path: CBootstrap.path), configuration: configuration)
        return name
    }

    func invoke(_ function: String, _ payload: String = "{}") async throws -> InvocationResult {
        try await lambda.invoke(function, payload: Array(payload.utf8))
    }

    /// The log so far, a line an entry.
    func log(_ function: String) async throws -> [String] {
        try await lambda.logs.tail(LogGroupID(name: "/aws/lambda/\(function)"), limit: 10_000).map(\.message)
    }
}

/// Queues that keep what they get, except one that is not there.
final class KeptLetters: DestinationSending {
    struct QueueDoesNotExist: Error {}

    private let letters = Mutex<[(arn: String, letter: DestinationLetter)]>([])

    func send(_ letter: DestinationLetter, toQueueARN arn: String) async throws {
        guard !arn.hasSuffix(":gone") else { throw QueueDoesNotExist() }
        letters.withLock { $0.append((arn, letter)) }
    }

    func letters(in queue: String) -> [DestinationLetter] {
        letters.withLock { letters in letters.filter { $0.arn.hasSuffix(":\(queue)") }.map(\.letter) }
    }
}

extension InvocationResult {
    var text: String { String(decoding: payload, as: UTF8.self) }
}

/// Timers that fire when the test says so.
final class HandTimers: RealTimers {
    private struct Entry {
        var number: Int
        var delay: Duration
        var fire: @Sendable () -> Void
    }

    private struct State {
        var number = 0
        var entries: [Entry] = []
        var waiters: [(delay: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private struct Handle: RealTimer {
        let number: Int
        let timers: HandTimers

        func cancel() { timers.state.withLock { $0.entries.removeAll { $0.number == number } } }
    }

    /// Set for one time at most.
    private final class Alarm: RealAlarm {
        private let timers: HandTimers
        private let ring: @Sendable () -> Void
        private let state = Mutex<(timer: (any RealTimer)?, isDue: Bool)>((nil, false))

        init(_ timers: HandTimers, _ ring: @escaping @Sendable () -> Void) {
            self.timers = timers
            self.ring = ring
        }

        func set(_ delay: Duration) {
            clear()
            let timer = timers.after(delay) { [weak self] in
                self?.state.withLock { $0.isDue = true }
                self?.ring()
            }
            state.withLock { $0.timer = timer }
        }

        func clear() {
            state.withLock { state in
                state.timer?.cancel()
                state = (nil, false)
            }
        }

        func takeDue() -> Bool {
            state.withLock { state in
                defer { state.isDue = false }
                return state.isDue
            }
        }
    }

    private let state = Mutex(State())

    func after(_ delay: Duration, _ fire: @escaping @Sendable () -> Void) -> any RealTimer {
        let (number, waiters) = state.withLock { state in
            state.number += 1
            state.entries.append(Entry(number: state.number, delay: delay, fire: fire))
            let ready = state.waiters.filter { $0.delay == delay }
            state.waiters.removeAll { $0.delay == delay }
            return (state.number, ready)
        }
        waiters.forEach { $0.continuation.resume() }
        return Handle(number: number, timers: self)
    }

    func alarm(_ ring: @escaping @Sendable () -> Void) -> any RealAlarm { Alarm(self, ring) }

    /// Fires every timer of that delay.
    func fire(_ delay: Duration) {
        let due = state.withLock { state in
            defer { state.entries.removeAll { $0.delay == delay } }
            return state.entries.filter { $0.delay == delay }
        }
        due.forEach { $0.fire() }
    }

    /// Returns when a timer of that delay is set.
    func isSet(_ delay: Duration) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                let isThere = state.entries.contains { $0.delay == delay }
                if !isThere { state.waiters.append((delay, continuation)) }
                return isThere
            }
            if isThere { continuation.resume() }
        }
    }
}
