import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import Synchronization
import TestSupport

@testable import ControlPlane

/// A control plane on a database and a clock of its own, called as clients call it. The clock stands until it is moved.
final class Account: Sendable {
    static let start = Timestamp(milliseconds: 1_772_366_400_000)

    let clock = VirtualClock(frozenAt: start)
    let folder: TemporaryFolder
    let deliveries = Deliveries()
    let gauges = Gauges()
    let cloudWatch: CloudWatchService
    let topics: SNSService
    private let gateway: Gateway

    init() throws {
        folder = try TemporaryFolder()
        let database = try EmulatorDatabase(
            at: folder.url.appending(path: "state.sqlite"), durability: .fast,
            schema: ControlPlaneSchema.versions + MetricStore.schema)
        let foundation = ControlFoundation(database: database, clock: clock)
        topics = SNSService(foundation, delivery: deliveries)
        cloudWatch = CloudWatchService(foundation, topics: topics, gauges: gauges)
        let secrets = try SecretBox(keyFile: folder.url.appending(path: "secrets.key"))
        gateway = Gateway(
            services: [
                ControlService.sts(foundation), ControlService.iam(foundation), ControlService.glue(foundation),
                ControlService.athena(foundation), topics.service, cloudWatch.service,
                ControlService.ssm(foundation, secrets: secrets),
                ControlService.secretsManager(foundation, secrets: secrets), ControlService.budgets(foundation),
            ], allowedHosts: AllowedHosts(further: []))
    }

    /// A call of a service that speaks JSON.
    func json(_ service: String, _ target: String, _ parameters: JSONValue = [:]) async -> Answer {
        await send(
            service, headers: ["X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"],
            Array(parameters.bytes))
    }

    /// A call of a service that speaks the Query protocol: `Action` and pairs.
    func form(_ service: String, _ action: String, _ pairs: KeyValuePairs<String, String> = [:]) async -> Answer {
        await form(service, action, pairs.map { ($0.key, $0.value) })
    }

    func form(_ service: String, _ action: String, _ pairs: [(String, String)]) async -> Answer {
        let form = ([("Action", action)] + pairs)
            .map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        return await send(service, headers: ["Content-Type": "application/x-www-form-urlencoded"], Array(form.utf8))
    }

    func send(
        _ service: String, path: String = "/", headers: HTTPHeaders = [:], _ body: [UInt8]
    ) async -> Answer {
        var headers = headers
        headers.add("Host", "127.0.0.1")
        headers.add(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/\(service)/aws4_request, SignedHeaders=host, Signature=0"
        )
        return Answer(
            await gateway.respond(to: HTTPRequest(method: "POST", path: path, headers: headers, body: .bytes(body))))
    }
}

/// An answer in whatever protocol.
struct Answer {
    let status: Int
    let bytes: [UInt8]

    init(_ response: HTTPResponse) {
        status = response.status
        bytes = response.bytes
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }

    /// The code of a refusal, nil for a success.
    var error: String? {
        guard status >= 300 else { return nil }
        return json["__type"]?.string.map { String($0.split(separator: "#").last ?? "") } ?? element("Code")
    }

    /// The text of the first XML element of this name.
    func element(_ name: String) -> String? {
        guard let open = text.range(of: "<\(name)>"),
            let close = text.range(of: "</\(name)>", range: open.upperBound..<text.endIndex)
        else { return nil }
        return String(text[open.upperBound..<close.lowerBound])
    }
}

/// What topics delivered to queues and functions.
final class Deliveries: TopicDelivery {
    private let all = Mutex<[(body: String, endpoint: String)]>([])

    var received: [(body: String, endpoint: String)] { all.withLock { $0 } }

    func deliver(_ body: String, to subscription: SNSSubscription, of notification: SNSNotification) async {
        all.withLock { $0.append((body, subscription.endpoint)) }
    }
}

/// Gauges as a test sets them.
final class Gauges: GaugeSource {
    private let current = Mutex<[Gauge]>([])
    /// The instants at which they were read.
    private let reads = Mutex<[Timestamp]>([])

    var readings: [Timestamp] { reads.withLock { $0 } }

    func set(_ value: Double, of name: String, queue: String) {
        let metric = MetricKey(
            account: "000000000000", region: "us-east-1", namespace: "AWS/SQS", name: name,
            dimensions: [.init(name: "QueueName", value: queue)])
        current.withLock { $0 = [Gauge(metric, value)] }
    }

    func gauges(at instant: Timestamp) async -> [Gauge] {
        reads.withLock { $0.append(instant) }
        return current.withLock { $0 }
    }
}
