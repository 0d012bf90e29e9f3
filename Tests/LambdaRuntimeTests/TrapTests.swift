import Foundation
import Testing

@testable import LambdaRuntime

/// Everything that runs the loop changes the process's environment, and some of it the process's signals: one at a time.
@Suite(.serialized, .timeLimit(.minutes(1))) enum `The runtime` {}

extension `The runtime` {
    @Suite struct `with a Runtime API that behaves` {
        @Test func `answers each event over one connection`() async {
            let run = await Run.over(events: [.event("1", id: "a"), .event("22", id: "b"), .event("333", id: "c")])
            #expect(run.exit == .stopped)
            #expect(run.connections == 1)
            #expect(run.nexts == 4)
            #expect(
                run.posts.map(\.path)
                    == ["a", "b", "c"].map { "/2018-06-01/runtime/invocation/\($0)/response" })
            #expect(run.posts.map(\.body) == ["1", "22", "333"])
            #expect(run.log.isEmpty)
        }

        @Test func `carries six mebibytes both ways`() async {
            let payload = "\"" + String(repeating: "x", count: 6 << 20) + "\""
            let run = await Run.over(events: [.event(payload)])
            #expect(run.posts.map(\.body.utf8.count) == [payload.utf8.count])
            #expect(run.posts.first?.body == payload)
        }

        @Test func `hands every header to the context`() async {
            let seen = Box<LambdaContext?>(nil)
            let deadline = Date().addingTimeInterval(60)
            _ = await Run.over(
                events: [
                    .event(
                        "{}",
                        [
                            "lambda-runtime-deadline-ms": "\(Int(deadline.timeIntervalSince1970 * 1000))",
                            "LAMBDA-RUNTIME-TRACE-ID": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700",
                            "Lambda-Runtime-Client-Context":
                                #"{"client":{"installation_id":"i","app_title":"t"},"custom":{"k":"v"},"env":{"e":"f"}}"#,
                            "Lambda-Runtime-Cognito-Identity":
                                #"{"cognitoIdentityId":"eu-west-1:1","cognitoIdentityPoolId":"pool"}"#,
                        ])
                ],
                environment: ["AWS_LAMBDA_FUNCTION_NAME": "greet", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256"]
            ) { _ in
                ClosureHandler { payload, context in
                    seen.update { $0 = context }
                    return payload
                }
            }
            let context = seen.value
            #expect(context?.requestID == "req-1")
            #expect(context?.invokedFunctionARN == "arn:aws:lambda:eu-west-1:000000000000:function:f")
            #expect(context?.traceID == "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
            #expect(context?.clientContext?.client?.installationID == "i")
            #expect(context?.clientContext?.custom == ["k": "v"])
            #expect(context?.clientContext?.environment == ["e": "f"])
            #expect(context?.cognitoIdentity?.identityID == "eu-west-1:1")
            #expect(context?.cognitoIdentity?.identityPoolID == "pool")
            #expect(context?.functionName == "greet")
            #expect(context?.memorySizeMiB == 256)
            #expect((.seconds(1) ... .seconds(60)).contains(context?.remainingTime ?? .zero))
        }

        @Test func `takes an event in chunks`() async {
            let run = await Run.over(events: [
                .bytes(
                    "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: c\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "4\r\n[1,2\r\n3\r\n,3]\r\n0\r\n\r\n")
            ])
            #expect(run.posts.map(\.body) == ["[1,2,3]"])
        }

        @Test func `lets a handler suspend, and its child tasks run`() async {
            let run = await Run.over(events: [.event("1"), .event("2")]) { _ in
                ClosureHandler { payload, _ in
                    await Task.yield()
                    return await withTaskGroup(of: [UInt8].self) { group in
                        for byte in payload { group.addTask { [byte, byte] } }
                        return await group.reduce(into: []) { $0 += $1 }
                    }
                }
            }
            #expect(run.posts.map(\.body) == ["11", "22"])
        }
    }

    @Suite struct `when an invocation fails` {
        private struct Refusal: LambdaError {
            let errorType = "Queue.Full"
            let errorMessage = "no room:\n\"tab\"\t\u{1} é 🎮 \\"
            let stackTrace = ["a", "b\n"]
        }

        private struct Plain: Error { let code = 7 }

        @Test func `posts type, message and stack, all escaped, and goes on`() async throws {
            let run = await Run.over(events: [.event("1"), .event("2", id: "two")]) { _ in
                ClosureHandler { payload, context in
                    guard context.requestID == "two" else { throw Refusal() }
                    return payload
                }
            }
            #expect(run.posts.map { $0.path.split(separator: "/").last } == ["error", "response"])
            #expect(run.posts[0].fields["lambda-runtime-function-error-type"] == "Queue.Full")
            let report = try object(run.posts[0].body)
            #expect(report["errorType"] as? String == "Queue.Full")
            #expect(report["errorMessage"] as? String == Refusal().errorMessage)
            #expect(report["stackTrace"] as? [String] == ["a", "b\n"])
            #expect(try object(run.log[0])["requestId"] as? String == "req-1")
        }

        @Test func `names a plain error after its type`() async throws {
            let run = await Run.over(events: [.event("1")]) { _ in ClosureHandler { _, _ in throw Plain() } }
            let report = try object(run.posts[0].body)
            #expect(report["errorType"] as? String == "Plain")
            #expect(report["errorMessage"] as? String == "Plain(code: 7)")
            #expect(report["stackTrace"] as? [String] == [])
        }

        @Test func `lets no error type break out of its header`() async {
            struct Splitting: LambdaError {
                let errorType = "A\r\nX-Evil: 1 é"
                let errorMessage = ""
            }
            let run = await Run.over(events: [.event("1")]) { _ in ClosureHandler { _, _ in throw Splitting() } }
            #expect(run.posts[0].fields["lambda-runtime-function-error-type"] == "A__X-Evil:_1___")
            #expect(run.posts[0].fields["x-evil"] == nil)
        }
    }

    @Suite struct `when an answer is refused` {
        @Test(arguments: [400, 403, 413, 500])
        func `says so and goes on with the next event, without an error post`(status: Int) async throws {
            let run = await Run.over(
                events: [.event("1", id: "a"), .event("2", id: "b")],
                posts: [.status(status, "not\n this\n")])
            #expect(run.exit == .stopped)
            #expect(run.posts.map { $0.path.suffix(10) } == ["a/response", "b/response"])
            #expect(run.log.count == 1)
            let line = try object(run.log[0])
            #expect(line["level"] as? String == "ERROR")
            #expect(line["requestId"] as? String == "a")
            #expect(
                line["message"] as? String
                    == "The answer was not delivered: the Runtime API answered \(status): not this.")
        }

        @Test func `hears it though its body was not read`() async throws {
            let answer = String(repeating: "x", count: 20 << 20)
            let run = await Run.over(
                events: [.event("1", id: "a"), .event("2", id: "b")],
                posts: [.deaf("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")]
            ) { _ in
                ClosureHandler { payload, context in context.requestID == "a" ? Array(answer.utf8) : payload }
            }
            #expect(run.posts.map { $0.path.suffix(10) } == ["b/response"])
            #expect(run.log.count == 1)
            #expect(run.log[0].contains("413: big"))
            #expect(run.connections == 2)
        }

        @Test func `survives a reset instead of an answer`() async {
            let run = await Run.over(
                events: [.event("1", id: "a"), .event("2", id: "b")], posts: [.reset("HTTP/1.1 202 Acc")])
            #expect(run.exit == .stopped)
            #expect(run.posts.map { $0.path.suffix(10) } == ["a/response", "b/response"])
            #expect(run.log.count == 1)
        }

        @Test func `sends an answer again that a closed connection swallowed`() async {
            let run = await Run.over(events: [.event("1")], posts: [.closing(""), .status(202)])
            #expect(run.posts.map(\.body) == ["1", "1"])
            #expect(run.log.isEmpty)
        }
    }
}
