import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import GRDB
import Testing

@testable import SQS

/// A service on a database and a clock of its own, which stands still until it is moved.
final class Bench: Sendable {
    static let start = Timestamp(milliseconds: 1_772_388_000_000)

    let clock = VirtualClock(frozenAt: Bench.start)
    let database: EmulatorDatabase
    let service: SQSService
    private let folder: URL

    init(limits: SQSLimits = .aws, tracer: Tracer = .off) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "sqs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        database = try EmulatorDatabase(
            at: folder.appending(path: "test.sqlite"), durability: .fast, schema: SQSService.schema)
        service = try await SQSService(database: database, clock: clock, limits: limits, tracer: tracer)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func address(_ name: String) -> QueueAddress {
        QueueAddress(account: "000000000000", region: "us-east-1", name: name)
    }

    func queue(_ name: String, _ attributes: [String: String] = [:]) async throws -> Queue {
        var attributes = attributes
        if name.hasSuffix(".fifo") { attributes["FifoQueue"] = "true" }
        return try await service.create(
            address(name), attributes: attributes.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
    }

    /// A queue that gives a message up after `count` receives, and the one where it then goes.
    func queueWithDeadLetters(after count: Int, _ attributes: [String: String] = [:], suffix: String = "")
        async throws -> (queue: Queue, dead: Queue)
    {
        let dead = try await queue("dead\(suffix)")
        let policy = #"{"deadLetterTargetArn":"\#(dead.arn)","maxReceiveCount":\#(count)}"#
        let queue = try await queue("orders\(suffix)", attributes.merging(["RedrivePolicy": policy]) { $1 })
        return (queue, dead)
    }

    func send(_ bodies: String..., to queue: Queue, group: String? = nil) async throws {
        for body in bodies {
            _ = try await service.send(
                OutgoingMessage(body: body, groupID: group, deduplicationID: group.map { _ in UUID().uuidString }),
                to: queue)
        }
    }

    func receive(_ queue: Queue, _ maximum: Int = 10, timeout: Duration? = nil) async throws -> [String] {
        try await service.receive(from: queue, maximum: maximum, visibilityTimeout: timeout).map(\.body)
    }

    func rows(_ table: String) async throws -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } ?? 0
    }

    /// Returns once that many long polls wait on the queue.
    func parked(_ count: Int, on queue: Queue) async {
        await service.longPolls.parked(count, on: queue.id)
    }

    /// What AWS's JSON protocol answers.
    func json(_ operation: String, _ members: JSONObject, account: String = "test") async -> Answer {
        await raw(operation, JSONValue.object(members).bytes, account: account)
    }

    func raw(_ operation: String, _ body: [UInt8], account: String = "test") async -> Answer {
        let http = HTTPRequest(
            method: "POST", path: "/",
            headers: ["X-Amz-Target": "AmazonSQS.\(operation)", "Content-Type": "application/x-amz-json-1.0"],
            body: .bytes(body))
        return await answer(http, account: account)
    }

    /// What the Query protocol answers to a form.
    func query(_ form: String, path: String = "/", method: String = "POST") async -> Answer {
        let isGET = method == "GET"
        return await answer(
            HTTPRequest(
                method: method, path: path, query: isGET ? form : "",
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: .bytes(isGET ? [] : Array(form.utf8))))
    }

    private func answer(_ http: HTTPRequest, account: String = "test") async -> Answer {
        let response = await service.respond(
            to: AWSRequest(
                http: http, scope: CredentialScope(accessKeyID: account, service: "sqs"), requestID: "request-1",
                host: "127.0.0.1:4566"))
        return Answer(response: response)
    }
}

struct Answer {
    let response: HTTPResponse

    var status: Int { response.status }
    var text: String { String(decoding: response.bytes, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: response.bytes)) ?? .null }
    var queryError: String? { response.headers["x-amzn-query-error"] }

    subscript(name: String) -> JSONValue? { json[name] }
}
