import FoundationEssentials
import HTTPTransport
import Synchronization
import Testing

@testable import AWSClient

/// A transport whose answers a test writes, and that keeps what was asked.
final class ScriptedHTTP: HTTPClient {
    private let asked = Mutex<[HTTPRequest]>([])
    private let answer: @Sendable (HTTPRequest, Int) async throws -> HTTPResponse

    /// - Parameter answer: gets the request and how many came before it.
    init(_ answer: @escaping @Sendable (HTTPRequest, Int) async throws -> HTTPResponse) {
        self.answer = answer
    }

    /// Answers in order; a request too many gets the last one again.
    convenience init(_ answers: Result<HTTPResponse, any Error>...) {
        self.init { _, index in try answers[min(index, answers.count - 1)].get() }
    }

    var requests: [HTTPRequest] { asked.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try Task.checkCancellation()
        let index = asked.withLock {
            $0.append(request)
            return $0.count - 1
        }
        return try await answer(request, index)
    }
}

extension Result where Success == HTTPResponse, Failure == any Error {
    static func ok(_ body: String = "{}", headers: HTTPHeaders = [:]) -> Self {
        .success(HTTPResponse(status: 200, headers: headers, body: Array(body.utf8)))
    }

    static func status(_ status: Int, _ body: String = "", headers: HTTPHeaders = [:]) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    static func jsonError(_ code: String, status: Int = 400, message: String = "why") -> Self {
        .status(status, #"{"__type":"com.amazonaws.x#\#(code)","message":"\#(message)"}"#)
    }
}

/// Time that only passes when somebody sleeps.
final class ManualTime: Sendable {
    private let state = Mutex<(now: Date, sleeps: [Duration])>((ManualTime.start, []))

    static let start = Date(timeIntervalSince1970: 1_741_503_902)

    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by duration: Duration) {
        state.withLock { $0.now += duration / .seconds(1) }
    }

    func time(random: Double = 0.5) -> CallTime {
        CallTime(
            now: { [self] in state.withLock { $0.now } },
            sleep: { [self] duration in
                try Task.checkCancellation()
                state.withLock { $0.sleeps.append(duration) }
                advance(by: duration)
            }, random: { random })
    }
}

extension AWSSession {
    static let testEnvironment = [
        "AWS_ACCESS_KEY_ID": "AKIDRIVULETTESTS", "AWS_SECRET_ACCESS_KEY": "hush-secret",
        "AWS_SESSION_TOKEN": "hush-token",
        "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
    ]

    /// A session on a scripted transport and a time of its own.
    static func test(
        _ http: ScriptedHTTP, time: CallTime = ManualTime().time(), environment: [String: String] = testEnvironment
    ) throws -> AWSSession {
        AWSSession(try AWSConfiguration(environment: environment), http: http, time: time)
    }
}

extension HTTPRequest {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// What comes after the test endpoint.
    var target: String { String(url.dropFirst("http://127.0.0.1:4566".count)) }

    /// The operation and body of a JSON call, in one line.
    var jsonCall: String { "\(headers["X-Amz-Target"] ?? "") \(text)" }
}
