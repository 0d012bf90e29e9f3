import AWSClient
import Foundation
import HTTPTransport
import LambdaRuntime
import Synchronization
import Twitch

@testable import Handlers

/// Twitch and AWS in memory behind one HTTP client, and the functions called as the runtime calls them: bytes in, bytes
/// out. The real clients run in between.
final class World: HTTPClient {
    struct State {
        var s3 = FakeS3()
        var dynamoDB = FakeDynamoDB(keys: [
            "pulls": ["run_id"], "games": ["id"], "users": ["id"], "tokens": ["id"], "alerts": ["id"],
            "realtime": ["nome_streamer", "timestamp"],
        ])
        var twitch = FakeTwitch()
        /// Bodies and tiers, in the order of arrival.
        var messages: [(body: String, attributes: JSON)] = []
        var requests: [HTTPRequest] = []
        var logLines: [String] = []
        var now = Duration.seconds(1_772_366_405)
        /// How many entries of the next SQS request come back as failed.
        var failingEntries = 0
        /// All entries of every SQS request come back as failed.
        var queueIsDown = false
    }

    /// What befalls a process at one request, once that has had its effect.
    enum Trouble: Sendable, CaseIterable {
        /// It gets no answer, and lives to say so.
        case lostAnswer
        /// It does nothing more.
        case death
    }

    /// Nothing that a client would repeat.
    struct Crash: Error {}

    let state: Mutex<State>
    private let trouble = Mutex<(kind: Trouble, request: Int, isDead: Bool)?>(nil)
    private let simulated = Mutex<SimulatedTwitch?>(nil)
    private let afterPut = Mutex<(@Sendable (inout State, String) -> Void)?>(nil)

    init(_ state: State) {
        self.state = Mutex(state)
    }

    convenience init(streams: [JSON] = []) {
        var state = State()
        state.twitch.streams = streams
        self.init(state)
    }

    func read<Value>(_ body: (State) -> Value) -> Value {
        state.withLock { body($0) }
    }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }

    /// Trouble for the process that sends this request, counted from 0 over the world's life; nil for none.
    func plan(_ kind: Trouble, at request: Int?) {
        trouble.withLock { trouble in trouble = request.map { (kind, $0, false) } }
    }

    private func strikes(at request: Int) -> Bool {
        trouble.withLock { trouble in
            guard let planned = trouble, planned.request == request else { return false }
            trouble?.isDead = planned.kind == .death
            return true
        }
    }

    /// What others do to the world right after each object that is written; they get its key.
    func onPut(_ meanwhile: @escaping @Sendable (inout State, String) -> Void) {
        afterPut.withLock { $0 = meanwhile }
    }

    /// The simulator takes the place of `FakeTwitch`.
    func use(_ twitch: SimulatedTwitch) {
        simulated.withLock { $0 = twitch }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if request.url.hasPrefix("http://twitch.test"), let twitch = simulated.withLock({ $0 }) {
            change { $0.requests.append(request) }
            return try await twitch.send(request)
        }
        let meanwhile = afterPut.withLock { $0 }
        return try state.withLock { state in
            if trouble.withLock({ $0?.isDead ?? false }) { throw Crash() }
            let isStruck = strikes(at: state.requests.count)
            state.requests.append(request)
            let response = try state.answer(request)
            if request.method == "PUT" {
                meanwhile?(
                    &state, String(request.url.dropFirst("http://aws.test/lake/".count)).removingPercentEncoding ?? "")
            }
            if isStruck { throw Crash() }
            return response
        }
    }

    static let environment = [
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://aws.test", "TWITCH_API_URL": "http://twitch.test/helix",
        "TWITCH_TOKEN_URL": "http://twitch.test/oauth2/token", "TWITCH_CLIENT_ID": "client",
        "TWITCH_CLIENT_SECRET": "s3cret", "LAKE_BUCKET": "lake", "PULLS_TABLE": "pulls", "GAMES_TABLE": "games",
        "USERS_TABLE": "users", "REALTIME_TABLE": "realtime", "QUEUE_URL": "http://aws.test/000000000000/streams",
    ]

    /// Builds the function anew, as a fresh process would, and calls it once.
    @discardableResult
    func call(
        _ function: PipelineFunction, _ event: JSON, _ settings: [String: String] = [:],
        timeout: Duration = .seconds(60), requestID: String = "request-1"
    ) async throws -> JSON {
        trouble.withLock { $0?.isDead = false }
        let logger = LambdaLogger(
            level: .debug,
            output: { line in self.change { $0.logLines.append(String(decoding: line, as: UTF8.self)) } })
        let handler = try function.handler(
            environment: Self.environment.merging(settings) { _, given in given }, logger: logger, http: self,
            time: time)
        let deadline = Date(timeIntervalSince1970: (read(\.now) + timeout) / .seconds(1))
        let context = LambdaContext(
            requestID: requestID, deadline: deadline, logger: logger,
            now: { Date(timeIntervalSince1970: self.read(\.now) / .seconds(1)) })
        return try JSON(try await handler.handle(payload: try event.bytes, context: context))
    }

    /// What Lambda would show of an event that is refused.
    func refusal(_ function: PipelineFunction, _ event: JSON) async throws -> String {
        do {
            return "answered \(try await call(function, event))"
        } catch {
            return (error as? any LambdaError)?.errorMessage ?? "\(error)"
        }
    }

    func services() throws -> Services {
        try Services(environment: Self.environment, http: self, time: time, logger: LambdaLogger(output: { _ in }))
    }

    private var time: TimeAndChance {
        TimeAndChance(
            now: { self.read(\.now) }, sleep: { duration in self.change { $0.now += duration } }, random: { 0.5 })
    }
}

extension World.State {
    fileprivate mutating func answer(_ request: HTTPRequest) throws -> HTTPResponse {
        guard request.url.hasPrefix("http://aws.test") else { return try twitch.answer(request) }
        let target = request.headers["X-Amz-Target"]?.split(separator: ".").map(String.init) ?? []
        switch target.first {
        case nil: return s3.answer(request)
        case "DynamoDB_20120810": return try dynamoDB.answer(target[1], request.body)
        case "AmazonSQS": return try send(try JSON(request.body)["Entries"])
        case "AmazonSSM":
            let name = try JSON(request.body)["Name"]
            return try .json(["Parameter": ["Name": name, "Type": "SecureString", "Value": "s3cret", "Version": 1]])
        case "secretsmanager":
            let id = try JSON(request.body)["SecretId"]
            return try .json(["Name": id, "VersionId": "1", "SecretString": "s3cret"])
        default: return try .json(["__type": "UnknownOperationException"], status: 400)
        }
    }

    private mutating func send(_ entries: JSON) throws -> HTTPResponse {
        guard case .array(let entries) = entries, (1...10).contains(entries.count) else {
            return try .json(["__type": "TooManyEntriesInBatchRequest"], status: 400)
        }
        let failed = entries.prefix(queueIsDown ? entries.count : failingEntries)
        failingEntries = 0
        let taken = entries.dropFirst(failed.count)
        messages += taken.map { ($0["MessageBody"].string ?? "", $0["MessageAttributes"]) }
        return try .json([
            "Successful": .array(taken.map { ["Id": $0["Id"], "MessageId": "m"] }),
            "Failed": .array(
                failed.map { ["Id": $0["Id"], "Code": "InternalError", "Message": "busy", "SenderFault": false] }),
        ])
    }
}

extension World {
    var objectKeys: [String] { read { $0.s3.objects.keys.sorted() } }

    func rows(_ table: String) -> [DynamoDBItem] {
        read { $0.dynamoDB.tables[table] ?? [] }
    }

    func requests(to path: String) -> [HTTPRequest] {
        read { $0.requests.filter { $0.url.contains(path) } }
    }

    /// The project's folder; the package may be built through a symbolic link to its tests.
    static var root: URL {
        let tests = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// An event of the project's `events` folder.
    static func event(_ name: String) throws -> JSON {
        try JSON(Array(try Data(contentsOf: root.appendingPathComponent("events/\(name).json"))))
    }

    /// The messages on the queue as the event source mapping would hand them over.
    func batch() -> JSON {
        let messages = read(\.messages)
        return [
            "Records": .array(
                messages.enumerated().map { index, message in
                    ["messageId": .string("message-\(index)"), "body": .string(message.body)]
                })
        ]
    }
}
