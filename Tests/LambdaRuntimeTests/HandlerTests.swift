import Foundation
import Testing

@testable import LambdaRuntime

private struct Order: Codable, Sendable {
    struct Item: Codable { var name: String }
    var items: [Item]
}

private struct CountItems: LambdaHandler {
    func handle(_ event: Order, context: LambdaContext) async throws -> [String: Int] {
        ["items": event.items.count]
    }
}

private struct Unwritable: LambdaHandler {
    func handle(_ event: Order, context: LambdaContext) async throws -> Double { .nan }
}

private let context = LambdaContext(requestID: "r", now: { Date(timeIntervalSince1970: 100) })

@Suite struct `A typed handler` {
    private func answer(_ event: String, _ handler: some LambdaHandler = CountItems()) async throws -> String {
        String(decoding: try await handler.handle(payload: Array(event.utf8), context: context), as: UTF8.self)
    }

    @Test func `gets a value and gives a value`() async throws {
        #expect(try await answer(#"{"items":[{"name":"a"},{"name":"b"}]}"#) == #"{"items":2}"#)
    }

    @Test(arguments: [
        (#"{"items":[{"name":"a"},{"name":3}]}"#, "items[1].name: "),
        (#"{"items":[{}]}"#, "items[0].name is missing"),
        (#"{"items":null}"#, "items"),
        (#"[]"#, "the top level: "),
        (#"{"items":["#, "the top level: "),
        ("", "the payload is empty"),
    ])
    func `fails the invocation on an event it cannot read, and says where`(event: String, place: String) async {
        let error = await #expect(throws: EventDecodingError.self) { try await answer(event) }
        #expect(error?.errorType == "Runtime.UnmarshalError")
        #expect(error?.errorMessage.hasPrefix("The event is not a valid Order: \(place)") == true)
    }

    @Test func `fails the invocation on an answer that is no JSON`() async {
        let error = await #expect(throws: OutputEncodingError.self) { try await answer(#"{"items":[]}"#, Unwritable()) }
        #expect(error?.errorType == "Runtime.MarshalError")
    }
}

@Suite struct `The context` {
    @Test(arguments: [(101.5, Duration.milliseconds(1500)), (100, .zero), (90, .zero)])
    func `counts the time down to the deadline`(deadline: Double, remaining: Duration) {
        let context = LambdaContext(
            requestID: "r", deadline: Date(timeIntervalSince1970: deadline),
            now: { Date(timeIntervalSince1970: 100) })
        #expect(context.remainingTime == remaining)
    }

    @Test func `reads Lambda's variables by name`() {
        let environment = LambdaEnvironment([
            "_HANDLER": "extract", "AWS_LAMBDA_FUNCTION_VERSION": "3", "AWS_LAMBDA_LOG_GROUP_NAME": "g",
            "AWS_LAMBDA_LOG_STREAM_NAME": "s", "AWS_REGION": "eu-west-1", "OWN": "x",
        ])
        #expect(environment.handler == "extract")
        #expect(environment.functionVersion == "3")
        #expect(environment.logGroupName == "g")
        #expect(environment.logStreamName == "s")
        #expect(environment.region == "eu-west-1")
        #expect(environment["OWN"] == "x")
        #expect(environment.memorySizeMiB == nil)
    }
}

@Suite struct `The Runtime API's address` {
    @Test(arguments: [
        ("127.0.0.1:9001", "127.0.0.1", 9001), ("localhost:80", "localhost", 80), ("[::1]:9001", "::1", 9001),
        ("sandbox", "sandbox", 80), ("[fe80::1]", "fe80::1", 80),
    ])
    func `is host and port`(text: String, host: String, port: Int) throws {
        let endpoint = try Endpoint(text)
        #expect(endpoint.host == host)
        #expect(endpoint.port == UInt16(port))
    }

    @Test func `that no resolver knows is named`() {
        #expect {
            _ = try Endpoint("no-such-host.invalid:1").connect()
        } throws: { error in
            guard case RuntimeAPIError.unresolved(host: "no-such-host.invalid", _) = error else { return false }
            return true
        }
    }
}
