import AWSProtocol
import CloudWatchLogs
import EmulatorClock
import EmulatorDatabase
import Foundation
import TestSupport

/// A Logs service on a database of its own, with a clock that stands at noon.
final class Bench: Sendable {
    static let noon = Timestamp(milliseconds: 1_772_388_000_000)
    static let group = LogGroupID(name: "/aws/lambda/extract")

    let clock = VirtualClock(frozenAt: noon)
    let logs: LogsService
    let database: EmulatorDatabase
    private let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        database = try EmulatorDatabase(
            at: folder.url.appending(path: "logs.sqlite"), durability: .fast, schema: LogsService.schema)
        logs = LogsService(database: database, clock: clock)
        try await logs.start()
    }

    /// Writes lines as functions do, a second apart from noon on.
    func print(_ lines: String..., stream: String = "s", group: LogGroupID = group) {
        for (second, line) in lines.enumerated() {
            logs.append(line, to: stream, of: group, at: Self.noon + .seconds(second))
        }
    }
}

/// An answer with its members at hand.
struct Answer {
    var status: Int
    var json: JSONValue

    subscript(name: String) -> JSONValue? { json[name] }
    var error: String? { json["__type"]?.string }
    var message: String? { json["message"]?.string }
    /// The messages of `events`.
    var messages: [String] { json["events"]?.array?.compactMap { $0["message"]?.string } ?? [] }

    func names(_ list: String, _ member: String) -> [String] {
        json[list]?.array?.compactMap { $0[member]?.string } ?? []
    }
}

extension Bench {
    @discardableResult
    func call(_ operation: String, _ members: JSONObject = [:]) async -> Answer {
        let response = await logs.respond(
            to: AWSRequest(
                http: HTTPRequest(
                    method: "POST", path: "/", headers: ["X-Amz-Target": "Logs_20140328.\(operation)"],
                    body: .bytes(JSONValue.object(members).bytes)),
                scope: CredentialScope(service: "logs"), requestID: "request", host: "localhost"))
        return Answer(status: response.status, json: (try? JSONValue(parsing: response.bytes)) ?? [:])
    }

    /// Puts lines into a stream of `g` at seconds after noon; makes both where they are missing.
    @discardableResult
    func put(_ lines: [(second: Int, text: String)], stream: String = "s") async -> Answer {
        await call("CreateLogGroup", ["logGroupName": "g"])
        await call("CreateLogStream", ["logGroupName": "g", "logStreamName": .string(stream)])
        let events = lines.map { line -> JSONValue in
            [
                "timestamp": .integer(Self.noon.milliseconds + Int64(line.second) * 1000),
                "message": .string(line.text),
            ]
        }
        return await call(
            "PutLogEvents", ["logGroupName": "g", "logStreamName": .string(stream), "logEvents": .array(events)])
    }
}
