import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSClient

@Suite struct `Retries` {
    private let time = ManualTime()

    /// One call of the simplest kind.
    private func call(_ http: ScriptedHTTP, random: Double = 0.5, until deadline: Date? = nil) async throws -> String {
        let session = try AWSSession.test(http, time: time.time(random: random))
        return try await SQSClient(session).until(deadline).getQueueURL(name: "q")
    }

    @Test(arguments: [
        Result<HTTPResponse, any Error>.status(500), .status(502), .status(503), .status(504), .status(429),
        .jsonError("ThrottlingException"), .jsonError("ProvisionedThroughputExceededException"),
        .jsonError("RequestLimitExceeded"), .jsonError("InternalError", status: 500),
        .failure(HTTPTransportError.timedOut), .failure(HTTPTransportError.connectionLost("")),
        .failure(HTTPTransportError.couldNotConnect("")),
    ])
    func `what may pass is tried three times`(answer: Result<HTTPResponse, any Error>) async throws {
        let http = ScriptedHTTP(answer)
        await #expect(throws: (any Error).self) { try await call(http) }
        #expect(http.requests.count == 3)
        let passing = ScriptedHTTP(answer, answer, .ok(#"{"QueueUrl":"u"}"#))
        #expect(try await call(passing) == "u")
    }

    @Test(arguments: [
        Result<HTTPResponse, any Error>.jsonError("AccessDeniedException"), .status(404), .status(501),
        .failure(HTTPTransportError.notTrusted("")), .failure(HTTPTransportError.bodyTooLarge(limit: 1)),
        .failure(CancellationError()),
    ])
    func `what will not pass is tried once`(answer: Result<HTTPResponse, any Error>) async throws {
        let http = ScriptedHTTP(answer)
        await #expect(throws: (any Error).self) { try await call(http) }
        #expect(http.requests.count == 1)
    }

    @Test func `pauses are a random share of a doubling limit`() async throws {
        let http = ScriptedHTTP(.status(500))
        await #expect(throws: AWSError.self) { try await call(http, random: 0.25) }
        #expect(time.sleeps == [.milliseconds(250), .milliseconds(500)])
    }

    @Test func `the limit stops doubling at twenty seconds`() {
        let policy = RetryPolicy.standard
        #expect((1...7).map { policy.pause(after: $0, random: 1) } == [1, 2, 4, 8, 16, 20, 20].map { .seconds($0) })
        #expect(policy.pause(after: 10_000, random: 1) == .seconds(20))
        #expect(policy.pause(after: 3, random: 0) == .zero)
    }

    @Test func `a longer wait that the service asks for is kept`() async throws {
        let http = ScriptedHTTP(.status(503, headers: ["Retry-After": "7"]), .ok(#"{"QueueUrl":"u"}"#))
        #expect(try await call(http) == "u")
        #expect(time.sleeps == [.seconds(7)])
    }

    @Test func `a wait too long to keep ends the tries`() async throws {
        let http = ScriptedHTTP(.status(503, headers: ["Retry-After": "21"]))
        let error = await #expect(throws: AWSError.self) { try await call(http) }
        #expect(error?.retryAfter == .seconds(21))
        #expect(http.requests.count == 1)
    }

    @Test func `every try is signed anew`() async throws {
        let http = ScriptedHTTP(.status(500), .ok(#"{"QueueUrl":"u"}"#))
        _ = try await call(http, random: 1)
        #expect(http.requests.map { $0.headers["X-Amz-Date"] } == ["20250309T070502Z", "20250309T070503Z"])
        #expect(Set(http.requests.map { $0.headers["Authorization"] }).count == 2)
    }

    @Test func `a try lasts until the deadline at most`() async throws {
        let http = ScriptedHTTP(.ok(#"{"QueueUrl":"u"}"#))
        _ = try await call(http)
        _ = try await call(http, until: ManualTime.start + 12)
        #expect(http.requests.map(\.timeout) == [.seconds(30), .seconds(12)])
    }

    @Test func `no retry begins that the deadline would cut off`() async throws {
        let http = ScriptedHTTP(.status(500))
        await #expect(throws: AWSError.self) { try await call(http, until: ManualTime.start + 1) }
        #expect(http.requests.map(\.timeout) == [.seconds(1), .milliseconds(500)])
        #expect(time.sleeps == [.milliseconds(500)])
    }

    @Test func `nothing is sent after the deadline`() async throws {
        let http = ScriptedHTTP(.ok())
        await #expect(throws: AWSCallError.deadlinePassed(.sqs, operation: "GetQueueUrl")) {
            try await call(http, until: ManualTime.start)
        }
        #expect(http.requests.isEmpty)
    }

    @Test func `a service in trouble is soon asked only once a call`() async throws {
        let http = ScriptedHTTP(.status(500))
        let client = SQSClient(try AWSSession.test(http, time: time.time()))
        var counts: [Int] = []
        for _ in 0..<60 {
            let before = http.requests.count
            await #expect(throws: AWSError.self) { try await client.getQueueURL(name: "q") }
            counts.append(http.requests.count - before)
        }
        #expect(counts == Array(repeating: 3, count: 50) + Array(repeating: 1, count: 10))
    }

    @Test func `a cancelled task does not retry`() async throws {
        let http = ScriptedHTTP { _, _ in
            withUnsafeCurrentTask { $0?.cancel() }
            return HTTPResponse(status: 500)
        }
        let task = Task { try await call(http) }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(http.requests.count == 1)
    }
}

@Suite struct `Refusals` {
    @Test(arguments: [
        (#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"gone"}"#, "QueueDoesNotExist", "gone"),
        (#"{"__type":"QueueDoesNotExist:http://x/","Message":"Gone"}"#, "QueueDoesNotExist", "Gone"),
        ("<html>", "HTTP400", "no message"), ("", "HTTP400", "no message"),
    ])
    func `code and message are read from every form`(body: String, code: String, message: String) async throws {
        let http = ScriptedHTTP(.status(400, body, headers: ["x-amzn-requestid": "r-1"]))
        let error = await #expect(throws: AWSError.self) {
            try await SQSClient(AWSSession.test(http)).getQueueURL(name: "q")
        }
        #expect(
            error
                == AWSError(
                    service: .sqs, operation: "GetQueueUrl", code: code, message: message, status: 400, requestID: "r-1"
                ))
    }

    @Test func `the header names the error before the body`() async throws {
        let http = ScriptedHTTP(.status(400, #"{"__type":"B"}"#, headers: ["X-Amzn-ErrorType": "A:http://x"]))
        let error = await #expect(throws: AWSError.self) {
            try await SQSClient(AWSSession.test(http)).getQueueURL(name: "q")
        }
        #expect(error?.description == "SQS GetQueueUrl: A (400): no message")
    }
}
