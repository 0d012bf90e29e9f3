import EmulatorClock
import Foundation
import Lambda
import Testing

@Suite struct `Invoking a bootstrap` {
    @Test func `an event comes back from a real process`() async throws {
        try await World.run { world in
            let echo = try await world.make("echo")
            let result = try await world.invoke(echo, #"{"name":"Zoë"}"#)
            #expect(result.text == #"{"name":"Zoë"}"#)
            #expect(result.functionError == nil)
            #expect(result.report.initDuration != nil)
            #expect(result.report.maxMemoryUsed > 0)
        }
    }

    @Test func `a second event finds the environment warm`() async throws {
        try await World.run { world in
            let pid = try await world.make("pid")
            let first = try await world.invoke(pid)
            let second = try await world.invoke(pid)
            #expect(first.text == second.text)
            #expect(second.report.initDuration == nil)
        }
    }

    @Test func `concurrent events get environments of their own`() async throws {
        try await World.run { world in
            let pid = try await world.make("pid")
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try await world.invoke(pid).text } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 8)
            let again = try await world.invoke(pid)
            #expect(answers.contains(again.text))
        }
    }

    @Test(arguments: [0, 1, 65_536, 6_000_000])
    func `an event of any size arrives whole`(size: Int) async throws {
        try await World.run { world in
            let echo = try await world.make("echo")
            let event = "\"" + String(repeating: "x", count: size) + "\""
            let result = try await world.invoke(echo, event)
            #expect(result.payload == Array(event.utf8))
        }
    }

    @Test func `an empty event arrives as an empty object`() async throws {
        try await World.run { world in
            let echo = try await world.make("echo")
            #expect(try await world.invoke(echo, "").text == "{}")
        }
    }

    @Test func `a chunked answer arrives whole`() async throws {
        try await World.run { world in
            let chunked = try await world.make("chunked")
            #expect(try await world.invoke(chunked).text == "[1,2]")
        }
    }

    @Test func `a bootstrap may use a new connection each time`() async throws {
        try await World.run { world in
            let reconnect = try await world.make("reconnect")
            for _ in 0..<3 { #expect(try await world.invoke(reconnect).text == "\"ok\"") }
            #expect(try await world.log(reconnect).filter { $0.contains("Init Duration") }.count == 1)
        }
    }

    @Test func `a bootstrap may send its answer and its next question in one piece`() async throws {
        try await World.run { world in
            let pipelined = try await world.make("pipelined")
            for number in 0..<5 { #expect(try await world.invoke(pipelined, "\(number)").text == "\(number)") }
        }
    }

    @Test func `the headers of an event`() async throws {
        try await World.run { world in
            let headers = try await world.make("headers")
            let result = try await world.lambda.invoke(
                headers, payload: [], requestID: "8c9a4d1e-0000-4000-8000-000000000001",
                traceID: "Root=1-69a42d40-000000000000000000000001;Parent=0000000000000001;Sampled=1",
                clientContext: #"{"client":{"app_title":"x"}}"#)
            let lines = try #require(
                JSONSerialization.jsonObject(with: Data(result.payload), options: .fragmentsAllowed) as? String
            )
            .split(separator: "\r\n").map { $0.lowercased() }
            #expect(lines.contains("lambda-runtime-aws-request-id: 8c9a4d1e-0000-4000-8000-000000000001"))
            #expect(
                lines.contains(
                    "lambda-runtime-invoked-function-arn: arn:aws:lambda:us-east-1:000000000000:function:headers"))
            #expect(
                lines.contains(
                    "lambda-runtime-trace-id: root=1-69a42d40-000000000000000000000001;parent=0000000000000001;sampled=1"
                ))
            #expect(lines.contains(#"lambda-runtime-client-context: {"client":{"app_title":"x"}}"#))
            let deadline = try #require(
                lines.first { $0.hasPrefix("lambda-runtime-deadline-ms: ") }?.split(separator: " ").last)
            let left = try #require(Int64(deadline)) - Timestamp.wallClock.milliseconds
            #expect((0...3000).contains(left), "real time, not the emulator's")
        }
    }
}

@Suite struct `When a bootstrap fails` {
    @Test func `its own error is passed on`() async throws {
        try await World.run { world in
            let error = try await world.make("error")
            let result = try await world.invoke(error)
            #expect(result.functionError == "Unhandled")
            #expect(result.text == #"{"errorType":"Bad.Thing","errorMessage":"no \"good\"","stackTrace":[]}"#)
            #expect(
                try await world.log(error).last?.contains("Status:") == false, "as the platform sees it, all is well")
            let again = try await world.invoke(error)
            #expect(again.report.initDuration == nil, "an error does not cost the environment")
        }
    }

    @Test func `an error without a body has the type of its header`() async throws {
        try await World.run { world in
            let result = try await world.invoke(try await world.make("empty-error"))
            #expect(result.text.contains(#""errorType":"Bare.Type""#))
        }
    }

    @Test(arguments: [
        (1, "Runtime exited with error: exit status 1"), (0, "Runtime exited without providing a reason"),
    ])
    func `an exit while at work is an ExitError`(status: Int, reason: String) async throws {
        try await World.run { world in
            let exit = try await world.make("exit")
            let result = try await world.invoke(exit, "\(status)")
            #expect(result.functionError == "Unhandled")
            #expect(
                result.text
                    == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: \#(result.requestID) Error: \#(reason)"}"#
            )
            #expect(result.failure == .exited(.exited(Int32(status))))
        }
    }

    @Test func `a crash names its signal, and the next event starts anew`() async throws {
        try await World.run { world in
            let crash = try await world.make("crash")
            let result = try await world.invoke(crash)
            #expect(result.text.contains("Runtime exited with error: signal: segmentation fault"))
            let again = try await world.invoke(crash)
            #expect(again.report.initDuration != nil)
        }
    }

    @Test func `an exit before the first event is tried once more`() async throws {
        try await World.run { world in
            let early = try await world.make("exit-early")
            let result = try await world.invoke(early)
            #expect(result.text.contains("exit status 7"))
            let log = try await world.log(early).map { $0.replacing(/\d+\.\d\d ms/, with: "T") }
            #expect(
                Array(log.prefix(5)) == [
                    "INIT_REPORT Init Duration: T\tPhase: init\tStatus: error\tError Type: Runtime.ExitError",
                    "INIT_REPORT Init Duration: T\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError",
                    "START RequestId: \(result.requestID) Version: $LATEST",
                    "RequestId: \(result.requestID) Error: Runtime exited with error: exit status 7\nRuntime.ExitError",
                    "END RequestId: \(result.requestID)",
                ])
        }
    }

    @Test func `an init error is passed on as it was reported`() async throws {
        try await World.run { world in
            let result = try await world.invoke(try await world.make("init-error"))
            #expect(result.functionError == "Unhandled")
            #expect(result.text == #"{"errorType":"Config.Missing","errorMessage":"TABLE is not set"}"#)
        }
    }

    @Test func `an init past its limit is cut off, and then has the function's timeout`() async throws {
        try await World.run { world in
            let slow = try await world.make("init-hang") { $0.timeout = 5 }
            async let answer = world.invoke(slow)
            await world.timers.isSet(.seconds(10))
            world.timers.fire(.seconds(10))
            await world.timers.isSet(.seconds(5))
            world.timers.fire(.seconds(5))
            let result = try await answer
            #expect(result.failure == .timedOut(.seconds(5)))
            let log = try await world.log(slow)
            #expect(log.contains { $0.hasPrefix("INIT_REPORT") && $0.hasSuffix("Status: timeout") })
            #expect(log.contains { $0.hasSuffix("\(result.requestID) Task timed out after 5.00 seconds") })
        }
    }

    @Test func `a missing bootstrap is an InvalidEntrypoint`() async throws {
        try await World.run { world in
            let folder = world.folder.appending(path: "code")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let bootstrap = folder.appending(path: "bootstrap")
            try FileManager.default.copyItem(atPath: CBootstrap.path, toPath: bootstrap.path)
            try await world.lambda.createFunction("gone", code: .local(path: folder.path))
            try FileManager.default.removeItem(at: bootstrap)
            let result = try await world.invoke("gone")
            #expect(result.text.contains(#""errorType":"Runtime.InvalidEntrypoint""#))
            #expect(result.text.contains("Couldn't find valid bootstrap(s): [\(bootstrap.path)]"))
        }
    }

    @Test func `a bootstrap that is no program is an InvalidEntrypoint`() async throws {
        try await World.run { world in
            let file = world.folder.appending(path: "bootstrap")
            try "neither binary nor script".write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            try await world.lambda.createFunction("text", code: .local(path: file.path))
            let result = try await world.invoke("text")
            #expect(result.text.contains("fork/exec \(file.path): exec format error"))
        }
    }

    @Test func `an answer past the limit is refused with 413 and fails the invocation`() async throws {
        try await World.run { world in
            let big = try await world.make("big")
            let result = try await world.invoke(big, "6291557")
            #expect(
                result.text == #"{"errorType":"Function.ResponseSizeTooLarge","errorMessage":"#
                    + #""Response payload size exceeded maximum allowed payload size (6291556 bytes)."}"#)
            #expect(try await world.invoke(big, "6291556").payload.count == 6_291_556, "the process lives on")
            let log = try await world.log(big)
            #expect(
                log.contains(
                    #"status 413 {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}"#
                ))
            #expect(log.contains { $0.hasPrefix("then 403") && $0.contains("InvalidStateTransition") })
        }
    }

    @Test func `a second answer to one event is refused`() async throws {
        try await World.run { world in
            let twice = try await world.make("twice")
            #expect(try await world.invoke(twice).text == "\"first\"")
            #expect(try await world.invoke(twice).text == "\"first\"")
            let refusal = try await world.log(twice).first { $0.hasPrefix("second answer") }
            #expect(
                refusal == #"second answer: 403 {"errorMessage":"State transition from RuntimeResponseSentState to "#
                    + #"InvocationResponse failed for runtime. Error: State transition is not allowed","#
                    + #""errorType":"InvalidStateTransition"}"#)
        }
    }

    @Test func `an answer before any event is refused`() async throws {
        try await World.run { world in
            let early = try await world.make("answer-early")
            _ = try await world.invoke(early)
            #expect(
                try await world.log(early).contains(
                    #"early answer: 400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#))
        }
    }

    @Test func `an exit after the answer costs only the environment`() async throws {
        try await World.run { world in
            let once = try await world.make("once")
            for _ in 0..<3 {
                let result = try await world.invoke(once)
                #expect(result.text == "\"once\"")
                #expect(result.functionError == nil)
                #expect(result.report.initDuration != nil)
            }
        }
    }

    @Test func `an answer may be streamed, and may break off with an error at its end`() async throws {
        try await World.run { world in
            let whole = try await world.invoke(try await world.make("streaming"), "\"whole\"")
            #expect(whole.text == "[1,2]")
            #expect(whole.functionError == nil)
            let broken = try await world.invoke("streaming", "\"broken\"")
            #expect(broken.text == "[1,2]")
            #expect(broken.functionError == "Unhandled")
            #expect(broken.midstreamError == MidstreamError(type: "Half.Way", body: Array(#"{"a":1}"#.utf8)))
        }
    }
}
