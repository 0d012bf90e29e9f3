import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import SQS
import Synchronization

@testable import EventSourceMappings

/// Queues, mappings and one function, on a database and a clock of their own. The clock stands until it is moved.
final class Bench: Sendable {
    static let function = "arn:aws:lambda:us-east-1:000000000000:function:store"

    let clock = VirtualClock(frozenAt: Timestamp(milliseconds: 1_772_388_000_000))
    let database: EmulatorDatabase
    let queues: SQSService
    let function: ScriptedFunction
    let mappings: MappingService
    private let folder: URL

    init(
        timeout: Duration = .seconds(3), limits: MappingLimits = .standard, tracer: Tracer = .off,
        answer: @escaping @Sendable ([Record]) async -> FunctionOutcome = { _ in .success([]) },
        replacedBy replacement: ((VirtualClock) -> any FunctionInvoking)? = nil
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "mappings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        database = try EmulatorDatabase(
            at: folder.appending(path: "test.sqlite"), durability: .fast,
            schema: SQSService.schema + MappingService.schema)
        queues = try await SQSService(database: database, clock: clock, tracer: tracer)
        function = ScriptedFunction(timeout: timeout, answer: answer)
        mappings = try await MappingService(
            database: database, clock: clock, queues: queues, functions: replacement?(clock) ?? function,
            limits: limits,
            tracer: tracer)
        mappings.start()
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func queue(_ name: String, _ attributes: [String: String] = [:]) async throws -> Queue {
        var attributes = attributes
        if name.hasSuffix(".fifo") { attributes["FifoQueue"] = "true" }
        return try await queues.create(
            QueueAddress(account: "000000000000", region: "us-east-1", name: name),
            attributes: attributes.map { (name: $0.key, value: $0.value) })
    }

    /// A queue that gives a message up after `count` receives, and the one where it then goes.
    func queueWithDeadLetters(after count: Int) async throws -> (queue: Queue, dead: Queue) {
        let dead = try await queue("dead")
        let policy = #"{"deadLetterTargetArn":"\#(dead.arn)","maxReceiveCount":\#(count)}"#
        return (try await queue("orders", ["RedrivePolicy": policy]), dead)
    }

    @discardableResult
    func map(
        _ queue: Queue, isEnabled: Bool = true, _ change: (inout MappingSettings) -> Void = { _ in }
    ) async throws -> EventSourceMapping {
        var settings = MappingSettings()
        change(&settings)
        return try await mappings.create(
            eventSourceARN: queue.arn, functionName: "store", settings: settings, isEnabled: isEnabled,
            account: "000000000000", region: "us-east-1")
    }

    func send(_ bodies: String..., to queue: Queue, group: String? = nil) async throws {
        for body in bodies {
            _ = try await queues.send(
                OutgoingMessage(body: body, groupID: group, deduplicationID: group.map { _ in UUID().uuidString }),
                to: queue)
        }
    }

    /// What the REST interface answers.
    func call(_ method: String, _ rest: String = "", _ body: JSONValue? = nil) async -> Answer {
        let parts = rest.split(separator: "?", maxSplits: 1)
        let isQueryOnly = rest.hasPrefix("?")
        let http = HTTPRequest(
            method: method,
            path: MappingService.pathPrefix + (isQueryOnly ? "" : String(parts.first ?? "")),
            query: isQueryOnly ? String(rest.dropFirst()) : parts.count > 1 ? String(parts[1]) : "",
            body: .bytes(body?.bytes ?? []))
        return await answer(http)
    }

    /// What the tags' paths answer for an ARN.
    func tags(_ method: String, _ arn: String, query: String = "", body: JSONValue? = nil) async -> Answer {
        await answer(
            HTTPRequest(
                method: method, path: "/2017-03-31/tags/\(arn)", query: query, body: .bytes(body?.bytes ?? [])))
    }

    private func answer(_ http: HTTPRequest) async -> Answer {
        let response = await mappings.respond(
            to: AWSRequest(
                http: http, scope: CredentialScope(service: "lambda"), requestID: "request-1", host: "127.0.0.1:4566"))
        return Answer(response: response)
    }
}

struct Answer {
    let response: HTTPResponse

    var status: Int { response.status }
    var json: JSONValue { (try? JSONValue(parsing: response.bytes)) ?? .null }
    var error: String? { response.headers["x-amzn-ErrorType"] }

    subscript(name: String) -> JSONValue? { json[name] }
}

/// A record of an event, as far as the tests look at it.
struct Record: Sendable, Equatable {
    let id: String
    let body: String
    let receiveCount: Int

    static func all(in payload: [UInt8]) -> [Record] {
        let event = try? JSONValue(parsing: payload)
        return (event?["Records"]?.array ?? []).map { record in
            Record(
                id: record["messageId"]?.string ?? "", body: record["body"]?.string ?? "",
                receiveCount: Int(record["attributes"]?["ApproximateReceiveCount"]?.string ?? "") ?? 0)
        }
    }
}

/// A function that notes its events and answers as the test says.
final class ScriptedFunction: FunctionInvoking {
    private let answer: @Sendable ([Record]) async -> FunctionOutcome
    private let state = Mutex<(timeout: Duration?, events: [[Record]], payloads: [[UInt8]], most: Int, now: Int)>(
        (nil, [], [], 0, 0))

    init(timeout: Duration, answer: @escaping @Sendable ([Record]) async -> FunctionOutcome) {
        self.answer = answer
        state.withLock { $0.timeout = timeout }
    }

    /// The bodies of every event so far, in the order of the invocations.
    var bodies: [[String]] { state.withLock { $0.events.map { $0.map(\.body) } } }
    var events: [[Record]] { state.withLock { $0.events } }
    var payloads: [[UInt8]] { state.withLock { $0.payloads } }
    /// The most invocations that were under way at once.
    var mostAtOnce: Int { state.withLock { $0.most } }

    func invoke(functionARN: String, payload: [UInt8]) async -> FunctionOutcome {
        let records = Record.all(in: payload)
        state.withLock { state in
            state.events.append(records)
            state.payloads.append(payload)
            state.now += 1
            state.most = max(state.most, state.now)
        }
        defer { state.withLock { $0.now -= 1 } }
        return await answer(records)
    }

    func timeout(ofFunctionARN functionARN: String) async throws -> Duration? {
        functionARN.hasPrefix(Bench.function) ? state.withLock { $0.timeout } : nil
    }
}
