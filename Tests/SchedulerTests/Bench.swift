import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import Synchronization
import TestSupport

@testable import Scheduler

/// A Scheduler on a database that outlives it, with targets that note what they get, and a clock that is moved by hand.
final class Bench: Sendable {
    static let start = Timestamp(milliseconds: 1_772_388_000_000)
    static let queue = "arn:aws:sqs:us-east-1:000000000000:ticks"
    static let function = "arn:aws:lambda:us-east-1:000000000000:function:extract"
    static let role = "arn:aws:iam::000000000000:role/scheduler"

    let clock = VirtualClock(frozenAt: start)
    let targets = NotingTargets()
    private let folder: TemporaryFolder
    private let state: Mutex<(scheduler: SchedulerService, database: EmulatorDatabase)>

    init() async throws {
        folder = try TemporaryFolder()
        let database = try Self.database(in: folder)
        state = Mutex((SchedulerService(database: database, clock: clock, targets: targets), database))
        try await scheduler.start()
    }

    var scheduler: SchedulerService { state.withLock { $0.scheduler } }

    /// Ends the service and begins another on the same file, after `while` has run.
    func restart(while isDown: () -> Void = {}) async throws {
        await scheduler.stop()
        try await state.withLock { $0.database }.close()
        isDown()
        let database = try Self.database(in: folder)
        state.withLock { $0 = (SchedulerService(database: database, clock: clock, targets: targets), database) }
        try await scheduler.start()
    }

    /// Moves the clock, through every due instant, and returns when all is at rest.
    func advance(by duration: Duration) async {
        let target = clock.now + duration
        await clock.settled()
        while let next = clock.waits.first?.instant, next <= target {
            clock.advance(to: next)
            await clock.settled()
        }
        clock.advance(to: target)
        await clock.settled()
    }

    private static func database(in folder: TemporaryFolder) throws -> EmulatorDatabase {
        try EmulatorDatabase(
            at: folder.url.appending(path: "scheduler.sqlite"), durability: .fast, schema: SchedulerService.schema)
    }
}

/// Notes invocations, and fails when told to.
final class NotingTargets: ScheduleTargets {
    struct Note: Sendable, Equatable {
        var arn: String
        var input: String
        var executionID: String
    }

    struct Letter: Sendable, Equatable {
        var body: String
        var attributes: [String: String]
        var queue: String
    }

    private let state = Mutex<(notes: [Note], letters: [Letter], failures: [TargetFailure])>(([], [], []))

    var notes: [Note] { state.withLock { $0.notes } }
    var inputs: [String] { notes.map(\.input) }
    var letters: [Letter] { state.withLock { $0.letters } }

    /// The next invocations fail, one after the other.
    func fail(_ failures: [TargetFailure]) { state.withLock { $0.failures = failures } }

    func invoke(_ target: ScheduleTarget, input: String, executionID: String) async throws {
        try state.withLock { state in
            guard state.failures.isEmpty else { throw state.failures.removeFirst() }
            state.notes.append(Note(arn: target.arn, input: input, executionID: executionID))
        }
    }

    func deadLetter(_ body: String, attributes: [String: String], toQueueARN arn: String) async throws {
        state.withLock { $0.letters.append(Letter(body: body, attributes: attributes, queue: arn)) }
    }
}

/// An answer with its members at hand.
struct Answer {
    var status: Int
    var error: String?
    var json: JSONValue

    subscript(name: String) -> JSONValue? { json[name] }
    var message: String? { json["Message"]?.string }

    func names(_ list: String) -> [String] { json[list]?.array?.compactMap { $0["Name"]?.string } ?? [] }
}

extension Bench {
    @discardableResult
    func call(_ method: String, _ path: String, _ members: JSONObject? = nil) async -> Answer {
        let parts = path.split(separator: "?", maxSplits: 1)
        let response = await scheduler.respond(
            to: AWSRequest(
                http: HTTPRequest(
                    method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
                    body: .bytes(members.map { JSONValue.object($0).bytes } ?? [])),
                scope: CredentialScope(service: "scheduler"), requestID: "request", host: "localhost"))
        return Answer(
            status: response.status, error: response.headers["x-amzn-ErrorType"],
            json: (try? JSONValue(parsing: response.bytes)) ?? [:])
    }

    /// The members of a schedule that sends its scheduled time to a queue.
    static func schedule(_ expression: String, target: JSONObject = [:], _ further: JSONObject = [:]) -> JSONObject {
        var all: JSONObject = [
            "Arn": .string(queue), "RoleArn": .string(role), "Input": "<aws.scheduler.scheduled-time>",
        ]
        target.members.forEach { all[$0.name] = $0.value }
        var members: JSONObject = [
            "ScheduleExpression": .string(expression), "FlexibleTimeWindow": ["Mode": "OFF"], "Target": .object(all),
        ]
        further.members.forEach { members[$0.name] = $0.value }
        return members
    }

    @discardableResult
    func make(
        _ expression: String, name: String = "s", target: JSONObject = [:], _ further: JSONObject = [:]
    ) async -> Answer {
        await call("POST", "/schedules/\(name)", Self.schedule(expression, target: target, further))
    }
}
