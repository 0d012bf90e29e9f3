import EmulatorClock
import Foundation
import Glibc
import TestSupport
import Testing

@testable import Lambda

@Suite struct `A function's process` {
    @Test func `a timeout kills the process and its children and answers in AWS's words`() async throws {
        try await World.run { world in
            let hang = try await world.make("hang")
            async let answer = world.invoke(hang)
            let line = try await world.line(of: hang) { $0.hasPrefix("hanging") }
            let processes = line.split(separator: " ").compactMap { pid_t($0) }
            #expect(processes.count == 2)
            world.timers.fire(.seconds(3))
            let result = try await answer
            #expect(result.functionError == "Unhandled")
            #expect(
                result.text == #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: \#(result.requestID) "#
                    + #"Error: Task timed out after 3.00 seconds"}"#)
            let log = try await world.log(hang)
            #expect(log.contains("2026-03-01T18:00:00.000Z \(result.requestID) Task timed out after 3.00 seconds"))
            #expect(log.last?.contains("Status: timeout") == true)
            for process in processes { try await Process.isGone(process) }
        }
    }

    @Test func `one that holds more than it may, children included, is killed and named`() async throws {
        try await World.run(isTimedByHand: false) { world in
            let hoard = try await world.make("hoard") { $0.timeout = 300 }
            let result = try await world.invoke(hoard, "200")
            #expect(
                result.text == #"{"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: \#(result.requestID) "#
                    + #"Error: Runtime exited with error: signal: killed"}"#)
            #expect(result.report.maxMemoryUsed > 128)
            #expect(try await world.log(hoard).last?.contains("Status: error\tError Type: Runtime.OutOfMemory") == true)
            let process = try #require(
                try await world.line(of: hoard) { $0.hasPrefix("hoards") }.split(separator: " ").last)
            try await Process.isGone(try #require(pid_t(process)))
        }
    }

    @Test(.enabled(if: ChildProcess.canHaveOwnTmp))
    func `each environment has a /tmp of its own, as large as it may be`() async throws {
        var limits = LambdaLimits.aws
        limits.ephemeralStorage = 1...10_240
        // Code that lies in /tmp would vanish with it, so that keeps the machine's.
        let folder = URL(filePath: "/var/tmp/rivulet-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bootstrap = folder.appending(path: "bootstrap")
        try await CBootstrap.built()
        try FileManager.default.copyItem(atPath: CBootstrap.path, toPath: bootstrap.path)
        try await World.run(limits: limits) { world in
            for name in ["one", "two"] {
                var configuration = FunctionConfiguration(handler: "fill", logGroup: "/aws/lambda/\(name)")
                configuration.ephemeralStorage = 2
                try await world.lambda.createFunction(
                    name, code: .local(path: folder.path), configuration: configuration)
            }
            #expect(try await world.invoke("one").text == "[0,2097152]")
            #expect(try await world.invoke("one").text == "[1,2097152]", "it lasts as long as the environment")
            #expect(try await world.invoke("two").text == "[0,2097152]")
            #expect(!FileManager.default.fileExists(atPath: "/tmp/fill"))
        }
    }

    @Test func `a process's group is seen as it is`() throws {
        let own = try #require(ProcessGroups.resident(of: [getpgid(0)])[getpgid(0)])
        #expect(own.members.contains(getpid()))
        #expect(own.total > 1024, "in KiB")
        let proportional = ProcessGroups.proportional(of: [getpid()])
        #expect((1...own.total).contains(proportional))
        #expect(ProcessGroups.resident(of: [pid_t.max]).isEmpty)
    }

    @Test func `its variables are Lambda's and the function's, and nothing else`() async throws {
        try await World.run { world in
            setenv("RIVULET_TEST_SECRET", "must not leak", 1)
            let env = try await world.make("env") {
                $0.environment = ["TABLE": "streams", "LANG": "pt_BR.UTF-8"]
                $0.memorySize = 256
            }
            let result = try await world.invoke(env)
            var list = try #require(JSONSerialization.jsonObject(with: Data(result.payload)) as? [String])
            let folder = URL(filePath: CBootstrap.path).deletingLastPathComponent().path
            #expect(list.removeLast() == folder, "the working folder is the task root")
            var variables = Dictionary(
                uniqueKeysWithValues: list.map { line in
                    (String(line.prefix { $0 != "=" }), String(line.drop { $0 != "=" }.dropFirst()))
                })
            let api = variables.removeValue(forKey: "AWS_LAMBDA_RUNTIME_API")
            #expect(api?.hasPrefix("127.0.0.1:") == true)
            let stream = variables.removeValue(forKey: "AWS_LAMBDA_LOG_STREAM_NAME")
            #expect(stream?.wholeMatch(of: /2026\/03\/01\/\[\$LATEST\][0-9a-f]{32}/) != nil)
            #expect(
                variables == [
                    "_HANDLER": "env", "TABLE": "streams", "LANG": "pt_BR.UTF-8", "TZ": ":UTC",
                    "AWS_ACCESS_KEY_ID": "000000000000", "AWS_SECRET_ACCESS_KEY": "rivulet-local",
                    "AWS_SESSION_TOKEN": "rivulet-local", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
                    "AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "AWS_LAMBDA_FUNCTION_NAME": "env",
                    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/env",
                    "LAMBDA_TASK_ROOT": folder, "LAMBDA_RUNTIME_DIR": "/var/runtime",
                    "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
                    "LD_LIBRARY_PATH":
                        "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:\(folder):\(folder)/lib:/opt/lib",
                ])
        }
    }

    @Test func `it inherits no descriptor`() async throws {
        try await World.run { world in
            let result = try await world.invoke(try await world.make("descriptors"))
            #expect(result.text == "4", "0, 1, 2 and its own socket")
        }
    }

    @Test func `it may open as many files as Lambda allows`() async throws {
        try await World.run { world in
            let process = try await world.invoke(try await world.make("pid")).text
            let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
            #expect(limits.firstMatch(of: /Max open files +1024 +1024\s/) != nil)
        }
    }

    @Test func `a change of configuration ends the idle process and starts another`() async throws {
        try await World.run { world in
            let pid = try await world.make("pid")
            let first = try await world.invoke(pid)
            try await world.lambda.deleteFunction(try world.lambda.resolve(pid))
            try await world.make("pid")
            let second = try await world.invoke(pid)
            #expect(first.text != second.text)
            try await Process.isGone(try #require(pid_t(first.text)))
        }
    }

    @Test func `one that ignores SIGTERM is killed after the grace`() async throws {
        let world = try await World()
        let stubborn = try await world.make("stubborn")
        _ = try await world.invoke(stubborn)
        async let stopped: Void = world.stop()
        await world.timers.isSet(LambdaLimits.aws.shutdownGrace)
        world.timers.fire(LambdaLimits.aws.shutdownGrace)
        try await stopped
    }

    @Test func `an idle one is shut down after its lifetime`() async throws {
        var limits = LambdaLimits.aws
        limits.idleLifetime = .zero
        try await World.run(limits: limits) { world in
            let pid = try await world.make("pid")
            let result = try await world.invoke(pid)
            let process = try #require(pid_t(result.text))
            try await eventually { world.lambda.pool.idleCount(try world.lambda.resolve(pid)) > 0 }
            world.timers.fire(.zero)
            try await Process.isGone(process)
        }
    }

    @Test func `an idle one stands still where that is wanted, and goes on when it is to do something`() async throws {
        // No grace passes in this world, so it is not the SIGKILL after it that ends the process.
        try await World.run(freezesIdle: true) { world in
            let pid = try await world.make("pid")
            let process = try #require(pid_t(try await world.invoke(pid).text))
            for _ in 0..<3 {
                try await eventually("it stands still") { Process.state(of: process) == "T" }
                #expect(try await world.invoke(pid).text == "\(process)")
            }
        }
    }

    @Test func `an idle one merely sleeps otherwise`() async throws {
        try await World.run { world in
            let pid = try await world.make("pid")
            let process = try #require(pid_t(try await world.invoke(pid).text))
            try await eventually { world.lambda.pool.idleCount(try world.lambda.resolve(pid)) > 0 }
            try await eventually { Process.state(of: process) == "S" }
        }
    }

    @Test func `its output stands in the log between START and END`() async throws {
        try await World.run { world in
            let say = try await world.make("say")
            let result = try await world.lambda.invoke(say, payload: [], wantsLogTail: true)
            let log = try await world.log(say)
            #expect(
                Array(log.prefix(5)) == [
                    "START RequestId: \(result.requestID) Version: $LATEST", "to stdout", "to stderr", "unfinished",
                    "END RequestId: \(result.requestID)",
                ])
            let report = try #require(log.last)
            #expect(
                report.wholeMatch(
                    of:
                        /REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t\nXRAY TraceId: 1-69a47ea0-[0-9a-f]{24}\tSampled: true\t/
                ) != nil, "\(report)")
            let tail = String(decoding: try #require(result.logTail), as: UTF8.self)
            #expect(tail == log.map { $0 + "\n" }.joined())
        }
    }
}

extension Process {
    /// As the system knows it: `R` running, `S` sleeping, `T` stopped; nil when it is gone.
    static func state(of process: pid_t) -> Character? {
        let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return text?.split(separator: ")").last?.first { $0 != " " }
    }

    /// Waits until the process has ended. An orphan's entry may stay as a zombie where the machine's first process does not
    /// collect it.
    static func isGone(_ process: pid_t) async throws {
        try await eventually("the end of process \(process)") { [nil, "Z", "X"].contains(state(of: process)) }
    }
}

extension World {
    /// Waits for a line of a function's log.
    func line(of function: String, _ isIt: (String) -> Bool) async throws -> String {
        var line: String?
        try await eventually("the line in the log of \(function)") {
            line = try await log(function).first(where: isIt)
            return line != nil
        }
        return try #require(line)
    }
}
