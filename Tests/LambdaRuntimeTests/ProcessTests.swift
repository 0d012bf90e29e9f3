import Foundation
import Testing

@testable import LambdaRuntime

extension `The runtime` {
    @Suite struct `on SIGTERM` {
        @Test func `ends at once while it waits for an event`() async {
            let stop = StopSignal()
            stop.listenForTermination()
            let server = FakeRuntimeAPI(events: [.event("1")], posts: []) { kill(getpid(), SIGTERM) }
            defer { server.close() }
            let end = await Run.end(
                LambdaEnvironment(["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(server.port)"]), stop)
            #expect(end.exit == .stopped)
            #expect(end.exit.code == 0)
            #expect(server.requests.map(\.body) == ["", "1", ""])
        }

        @Test func `finishes an invocation first, and asks for no other`() async {
            let stop = StopSignal()
            stop.listenForTermination()
            let run = await Run.over(events: [.event("1"), .event("2")], stop: stop) { _ in
                ClosureHandler { payload, _ in
                    kill(getpid(), SIGTERM)
                    while !stop.isRequested { await Task.yield() }
                    return payload
                }
            }
            #expect(run.exit == .stopped)
            #expect(run.posts.map(\.body) == ["1"])
            #expect(run.nexts == 1)
        }

        @Test func `ends a wait between two tries`() async {
            let stop = StopSignal()
            stop.request()
            stop.wait(upTo: .seconds(600))
            #expect(stop.isRequested)
        }
    }

    @Suite struct `with a trace header` {
        private static func trace(of events: [FakeRuntimeAPI.Answer]) async -> [String] {
            let seen = Box<[String]>([])
            _ = await Run.over(events: events) { _ in
                ClosureHandler { payload, _ in
                    let trace = getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) } ?? "unset"
                    seen.update { $0.append(trace) }
                    return payload
                }
            }
            return seen.value
        }

        @Test func `sets the variable for that invocation and unsets it for one without`() async {
            let long = String(repeating: "x", count: 2000)
            let seen = await Self.trace(of: [
                .event("1"), .event("2", ["Lambda-Runtime-Trace-Id": "Root=1"]),
                .event("3", ["Lambda-Runtime-Trace-Id": "Root=22;Parent=3"]),
                .event("4", ["Lambda-Runtime-Trace-Id": "R"]), .event("5"),
                .event("6", ["lambda-runtime-trace-id": long]),
            ])
            #expect(seen == ["unset", "Root=1", "Root=22;Parent=3", "R", "unset", long])
        }

        @Test func `takes no more memory for the thousandth value`() {
            let trace = TraceVariable()
            trace.set("Root=0")
            let place = getenv("_X_AMZN_TRACE_ID")
            for number in 0..<1000 {
                trace.set("Root=\(number)")
                #expect(getenv("_X_AMZN_TRACE_ID") == place)
            }
        }

        @Test func `wins over a value that a handler set`() {
            let trace = TraceVariable()
            trace.set("Root=1")
            setenv("_X_AMZN_TRACE_ID", "mine", 1)
            trace.set("Root=2")
            #expect(getenv("_X_AMZN_TRACE_ID").map { String(cString: $0) } == "Root=2")
        }
    }

    @Suite struct `with odd headers` {
        private static func context(_ fields: [String: String]) async -> (LambdaContext?, Run) {
            let seen = Box<LambdaContext?>(nil)
            let run = await Run.over(events: [.event("{}", fields)]) { _ in
                ClosureHandler { payload, context in
                    seen.update { $0 = context }
                    return payload
                }
            }
            return (seen.value, run)
        }

        @Test(arguments: [[:], ["Lambda-Runtime-Deadline-Ms": "soon"], ["Lambda-Runtime-Deadline-Ms": ""]])
        func `does without a deadline`(fields: [String: String]) async {
            let (context, run) = await Self.context(fields)
            #expect(context != nil)
            #expect(context?.deadline == nil)
            #expect(context?.remainingTime == nil)
            #expect(run.posts.count == 1)
        }

        @Test func `leaves out a client context that is no JSON`() async {
            let (context, run) = await Self.context(["Lambda-Runtime-Client-Context": "{nonsense"])
            #expect(context != nil)
            #expect(context?.clientContext == nil)
            #expect(run.posts[0].path.hasSuffix("/response"))
            #expect(run.log.count == 1)
        }
    }
}
