import Foundation
import Testing

@testable import LambdaRuntime

extension `The runtime` {
    @Suite struct `when the connection does not hold` {
        @Test func `opens another after Connection close`() async {
            let closing = FakeRuntimeAPI.Answer.eventText("1", ["Connection": "close"])
            let run = await Run.over(events: [.closing(closing), .event("2")])
            #expect(run.posts.map(\.body) == ["1", "2"])
            #expect(run.connections == 2)
            #expect(run.pauses.isEmpty)
        }

        @Test func `tries again after a reset in the middle of an event`() async {
            let whole = FakeRuntimeAPI.Answer.eventText("[1,2,3]")
            let run = await Run.over(events: [.reset(String(whole.dropLast(3))), .event("2")])
            #expect(run.posts.map(\.body) == ["2"])
            #expect(run.pauses == [.milliseconds(20)])
            #expect(run.exit == .stopped)
        }

        @Test func `tries again after the connection ended in place of an event`() async {
            let run = await Run.over(events: [.closing(""), .closing(""), .closing("HTTP/1.1 2"), .event("2")])
            #expect(run.posts.map(\.body) == ["2"])
            #expect(run.exit == .stopped)
        }

        @Test func `waits twice as long after each failure, and begins anew after a success`() async {
            let run = await Run.over(events: [
                .status(500), .status(503), .status(502), .event("1"), .status(500), .event("2"),
            ])
            #expect(run.posts.map(\.body) == ["1", "2"])
            #expect(run.pauses == [.milliseconds(20), .milliseconds(40), .milliseconds(80), .milliseconds(20)])
            #expect(run.log.count == 4)
        }

        @Test func `gives up in the end, says why, and exits with 2`() async throws {
            let run = await Run.over(events: Array(repeating: .status(500, "broken"), count: 20))
            #expect(run.exit == .unreachable(.refused(status: 500, body: "broken")))
            #expect(run.exit.code == 2)
            #expect(run.pauses.count == 9)
            #expect(run.pauses.reduce(.zero, +) < .seconds(10))
            let last = try object(run.log.last ?? "")
            #expect(last["level"] as? String == "FATAL")
            #expect((last["message"] as? String)?.contains("500: broken") == true)
        }

        @Test func `treats what is no HTTP as a failure`() async {
            let run = await Run.over(events: [.closing("SSH-2.0-OpenSSH_9.2\r\n"), .event("2")])
            #expect(run.posts.map(\.body) == ["2"])
            #expect(run.log[0].contains("status line"))
        }

        @Test func `trusts no connection that says more than it was asked`() async {
            let twice = FakeRuntimeAPI.Answer.eventText("1") + FakeRuntimeAPI.Answer.eventText("forged")
            let run = await Run.over(events: [.bytes(twice), .event("2")])
            #expect(run.posts.map(\.body) == ["1", "2"])
            #expect(run.connections == 2)
        }

        @Test(arguments: [nil, "", "a/b", "a b", "a\u{7f}"])
        func `answers no event without a usable request id`(id: String?) async {
            let field = id.map { "Lambda-Runtime-Aws-Request-Id: \($0)\r\n" } ?? ""
            let run = await Run.over(events: [
                .bytes("HTTP/1.1 200 OK\r\n\(field)Content-Length: 2\r\n\r\n{}"), .event("2"),
            ])
            #expect(run.posts.map(\.body) == ["2"])
            #expect(run.log.count == 1)
        }

        @Test func `ends with a clear word when there is no server`() async throws {
            let end = await Run.end(LambdaEnvironment(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"]))
            #expect(end.exit.code == 2)
            #expect(end.pauses.count == 9)
            #expect(
                try object(end.log.last ?? "")["message"] as? String
                    == "The runtime ends: no Runtime API at 127.0.0.1:1: Connection refused.")
        }

        @Test(arguments: [nil, "", "nohost:", ":80", "h:99999", "http://h:80", "a b:1"])
        func `ends at once when its address is none`(address: String?) async throws {
            let variables = address.map { ["AWS_LAMBDA_RUNTIME_API": $0] } ?? [:]
            let end = await Run.end(LambdaEnvironment(variables))
            #expect(end.exit.code == 2)
            #expect(end.pauses.isEmpty)
            #expect(end.log.count == 1)
            #expect(end.log[0].contains("AWS_LAMBDA_RUNTIME_API"))
        }

        @Test func `finds its server by name`() async {
            let stop = StopSignal()
            let server = FakeRuntimeAPI(events: [.event("1")], posts: [], onExhausted: stop.request)
            defer { server.close() }
            let end = await Run.end(LambdaEnvironment(["AWS_LAMBDA_RUNTIME_API": "localhost:\(server.port)"]), stop)
            #expect(end.exit == .stopped)
            #expect(server.requests.map(\.body) == ["", "1", ""])
            #expect(server.requests[0].fields["host"] == "localhost:\(server.port)")
        }
    }

    @Suite struct `when init fails` {
        private struct NoQueue: LambdaError {
            let errorType = "Config.Missing"
            let errorMessage = "QUEUE_URL is not set"
        }

        @Test func `posts the reason to init error and exits with 1`() async throws {
            let run = await Run.over { environment in
                await Task.yield()
                guard environment["QUEUE_URL"] != nil else { throw NoQueue() }
                return Echo()
            }
            #expect(run.exit == .initFailed)
            #expect(run.exit.code == 1)
            #expect(run.requests.map(\.path) == ["/2018-06-01/runtime/init/error"])
            #expect(run.posts[0].fields["lambda-runtime-function-error-type"] == "Config.Missing")
            #expect(try object(run.posts[0].body)["errorMessage"] as? String == "QUEUE_URL is not set")
            #expect(try object(run.log[0])["level"] as? String == "FATAL")
        }

        @Test func `exits with 1 even when nobody hears the reason`() async {
            let end = await Run.end(LambdaEnvironment(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"])) { _ in
                throw NoQueue()
            }
            #expect(end.exit == .initFailed)
            #expect(end.log.count == 2)
        }
    }
}
