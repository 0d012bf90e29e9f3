import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import StepFunctions

@Suite struct `States` {
    @Test(arguments: [
        (#"{"Type":"Pass","End":true}"#, #"{"a":1.0}"#, #"{"a":1.0}"#),
        (#"{"Type":"Pass","Result":{"r":1e3},"ResultPath":"$.x","End":true}"#, #"{"a":1}"#, #"{"a":1,"x":{"r":1e3}}"#),
        (#"{"Type":"Pass","Parameters":{"b.$":"$.a","c":"$.a"},"End":true}"#, #"{"a":1}"#, #"{"b":1,"c":"$.a"}"#),
        (#"{"Type":"Pass","InputPath":"$.a","OutputPath":"$.b","End":true}"#, #"{"a":{"b":7}}"#, "7"),
        (#"{"Type":"Pass","InputPath":null,"End":true}"#, #"{"a":1}"#, "{}"),
        (#"{"Type":"Pass","OutputPath":null,"End":true}"#, #"{"a":1}"#, "{}"),
        (#"{"Type":"Pass","Result":1,"ResultPath":null,"End":true}"#, #"{"a":1}"#, #"{"a":1}"#),
        (
            #"{"Type":"Pass","InputPath":"$.a","Result":2,"ResultPath":"$.r","End":true}"#, #"{"a":{"b":7}}"#,
            #"{"a":{"b":7},"r":2}"#
        ),
        (
            #"{"Type":"Pass","Parameters":{"n.$":"$$.State.Name","e.$":"$$.Execution.Name"},"End":true}"#, "{}",
            #"{"n":"S","e":"run"}"#
        ),
        (#"{"Type":"Pass","Parameters":{"v.$":"$.items[5]"},"End":true}"#, #"{"items":[1]}"#, #"{"v":null}"#),
        (
            #"{"Type":"Pass","Parameters":{"l":[{"x.$":"$.a"},"$.a"]},"End":true}"#, #"{"a":1}"#,
            #"{"l":[{"x":1},"$.a"]}"#
        ),
        (#"{"Type":"Succeed","OutputPath":"$.a"}"#, #"{"a":1}"#, "1"),
        (
            #"{"Type":"Task","Resource":\#(echo),"Parameters":{"p.$":"$.a"},"ResultSelector":{"s.$":"$.p"},"ResultPath":"$.r","OutputPath":"$.r","End":true}"#,
            #"{"a":1}"#, #"{"s":1}"#
        ),
        (
            #"{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","Result":1,"End":true}}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"End":true}"#,
            "2", "[1,2]"
        ),
        (
            #"{"Type":"Map","ItemsPath":"$.l","ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","k.$":"$.k"},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}"#,
            #"{"l":["a","b"],"k":9}"#, #"[{"i":0,"v":"a","k":9},{"i":1,"v":"b","k":9}]"#
        ),
    ]) func `a state makes its output`(state: String, input: String, expected: String) throws {
        var run = try Run.single(state, input: input)
        run.toEnd()
        #expect(run.output == expected, "\(String(describing: run.interpreter.outcome))")
    }

    @Test(arguments: [
        (#"{"Type":"Wait","Seconds":90,"End":true}"#, "{}", 90),
        (#"{"Type":"Wait","SecondsPath":"$.s","End":true}"#, #"{"s":5}"#, 5),
        (#"{"Type":"Wait","Timestamp":"2026-03-01T12:00:30Z","End":true}"#, "{}", 30),
        (#"{"Type":"Wait","TimestampPath":"$.t","End":true}"#, #"{"t":"2026-03-01T13:01:00+01:00"}"#, 60),
        (#"{"Type":"Wait","Timestamp":"2020-03-01T12:00:30Z","End":true}"#, "{}", 0),
    ]) func `a Wait lasts as long as it says`(state: String, input: String, seconds: Int) throws {
        var run = try Run.single(state, input: input)
        run.toEnd()
        #expect(run.output != nil)
        #expect(run.elapsed == .seconds(seconds))
        #expect(run.types == ["ExecutionStarted", "WaitStateEntered", "WaitStateExited", "ExecutionSucceeded"])
    }

    @Test(arguments: [
        (#"{"Type":"Fail","Error":"E","Cause":"c"}"#, "E", "c"),
        (#"{"Type":"Fail","ErrorPath":"$.e","CausePath":"States.Format('{}!', $.e)"}"#, "x", "x!"),
    ]) func `a Fail state fails with its words`(state: String, error: String, cause: String) throws {
        var run = try Run.single(state, input: #"{"e":"x"}"#)
        run.toEnd()
        #expect(run.failure?.error == error)
        #expect(run.failure?.cause == cause)
    }

    @Test func `a path that finds nothing names state, event, field and input`() throws {
        var run = try Run.single(#"{"Type":"Pass","Parameters":{"m.$":"$.nope"},"End":true}"#, input: #"{"x":"a"}"#)
        run.toEnd()
        #expect(run.failure?.error == "States.Runtime")
        #expect(
            run.failure?.cause
                == "An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.nope' "
                + "specified for the field 'm.$' could not be found in the input '{\"x\":\"a\"}'")
    }

    @Test func `a function's call is told in its own events`() throws {
        var run = try Run.single(
            #"{"Type":"Task","Resource":\#(echo),"TimeoutSeconds":7,"End":true}"#, input: #"{"a":1}"#)
        run.toEnd()
        #expect(
            run.types == [
                "ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted",
                "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded",
            ])
        #expect(run.previous == [0, 0, 2, 3, 4, 5, 6])
        #expect(run.events[2].details?.value["timeoutInSeconds"] == 7)
        #expect(run.events[4].details?.value["output"] == .string(#"{"a":1}"#))
    }

    @Test func `an integration's call is told with its service`() throws {
        var run = try Run.single(
            #"{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"b"},"End":true}"#
        )
        run.toEnd()
        #expect(run.types[2...4] == ["TaskScheduled", "TaskStarted", "TaskSucceeded"])
        #expect(run.events[2].details?.value["resourceType"] == "sqs")
        #expect(run.events[2].details?.value["resource"] == "sendMessage")
        #expect(run.events[2].details?.value["region"] == "us-east-1")
    }

    @Test func `a result past the limit is a data limit failure`() throws {
        var run = try Run.single(#"{"Type":"Task","Resource":\#(echo),"End":true}"#)
        run.toEnd { _ in .succeeded(.string(String(repeating: "a", count: 262_144))) }
        #expect(run.failure?.error == "States.DataLimitExceeded")
        #expect(run.failure?.cause?.contains("exceeding the maximum number of bytes service limit") == true)
    }

    @Test func `a loop ends when the history is full`() throws {
        var limits = ExecutionLimits.aws
        limits.historyEvents = 50
        var run = try Run(
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}"#, limits: limits
        )
        run.toEnd()
        #expect(run.events.count == 50)
        #expect(run.failure?.cause == "The execution reached the maximum number of history events (50).")
    }

    @Test func `an execution past its time is timed out`() throws {
        var run = try Run(#"{"StartAt":"W","TimeoutSeconds":5,"States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}"#)
        run.toEnd()
        #expect(run.interpreter.outcome == .timedOut)
        #expect(run.elapsed == .seconds(5))
        #expect(run.types.last == "ExecutionTimedOut")
    }

    @Test func `a stopped execution does nothing more`() throws {
        var run = try Run.single(#"{"Type":"Wait","Seconds":60,"End":true}"#)
        run.apply(.started)
        run.apply(.stopped(error: "E", cause: "c"))
        #expect(run.interpreter.outcome == .aborted(error: "E", cause: "c"))
        #expect(run.types == ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"])
        let isTaken1 = run.apply(.stopped(error: nil, cause: nil))
        #expect(!isTaken1)
    }
}

@Suite struct `Tokens` {
    private static let state =
        #"{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":{"t.$":"$$.Task.Token"}},"HeartbeatSeconds":10,"TimeoutSeconds":60,"End":true}"#

    @Test func `a task with a token ends when somebody answers`() throws {
        var run = try Run.single(Self.state)
        run.apply(.started)
        let isTaken2 = run.step { _ in .succeeded(["MessageId": "m"]) }
        #expect(isTaken2)
        #expect(run.types.last == "TaskSubmitted")
        let token = try #require(run.calls[0].token)
        #expect(run.calls[0].input["MessageBody"]?["t"]?.string == token)
        let task = try #require(run.interpreter.task(withToken: token))
        let isTaken3 = run.apply(.heartbeat(task))
        #expect(isTaken3)
        let isTaken4 = run.apply(.taskReported(task, .succeeded(["done": true])))
        #expect(isTaken4)
        #expect(run.output == #"{"done":true}"#)
        let isTaken5 = run.apply(.taskReported(task, .succeeded(1)))
        #expect(!isTaken5)
    }

    @Test func `without a heartbeat it fails`() throws {
        var run = try Run.single(Self.state)
        run.toEnd { _ in .succeeded([:]) }
        #expect(run.failure?.error == "States.HeartbeatTimeout")
        #expect(run.elapsed == .seconds(10))
    }
}

@Suite struct `Branches` {
    @Test func `each branch is a chain of its own`() throws {
        var run = try Run.single(
            #"{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}}],"End":true}"#
        )
        run.toEnd()
        #expect(
            run.types == [
                "ExecutionStarted", "ParallelStateEntered", "ParallelStateStarted", "PassStateEntered",
                "PassStateExited",
                "PassStateEntered", "PassStateExited", "ParallelStateSucceeded", "ParallelStateExited",
                "ExecutionSucceeded",
            ])
        #expect(run.previous == [0, 0, 2, 3, 4, 3, 6, 7, 7, 9])
    }

    @Test func `a failed branch ends its neighbours and the state`() throws {
        var run = try Run.single(
            #"{"Type":"Parallel","Branches":[{"StartAt":"T","States":{"T":{"Type":"Task","Resource":\#(echo),"End":true}}},{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}}],"Catch":[{"ErrorEquals":["E"],"Next":"D"}],"End":true},"D":{"Type":"Pass","End":true}"#
        )
        run.toEnd { _ in .failed(error: "E", cause: "c") }
        #expect(run.output == #"{"Error":"E","Cause":"c"}"#)
        #expect(
            run.types == [
                "ExecutionStarted", "ParallelStateEntered", "ParallelStateStarted", "TaskStateEntered",
                "LambdaFunctionScheduled", "LambdaFunctionStarted", "WaitStateEntered", "LambdaFunctionFailed",
                "TaskStateAborted", "WaitStateAborted", "ParallelStateFailed", "ParallelStateExited",
                "PassStateEntered",
                "PassStateExited", "ExecutionSucceeded",
            ])
        #expect(run.events[10].previousID == 8)
        #expect(run.elapsed == .zero)
    }

    @Test func `a retried Parallel starts again`() throws {
        var run = try Run.single(
            #"{"Type":"Parallel","Branches":[{"StartAt":"B","States":{"B":{"Type":"Fail","Error":"E"}}}],"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"End":true}"#
        )
        run.toEnd()
        #expect(
            run.types == [
                "ExecutionStarted", "ParallelStateEntered", "ParallelStateStarted", "FailStateEntered",
                "ParallelStateStarted", "FailStateEntered", "ParallelStateFailed", "ExecutionFailed",
            ])
        #expect(run.previous == [0, 0, 2, 3, 4, 5, 6, 7])
    }

    @Test func `a runtime error in a branch ends the execution, Catch or no`() throws {
        var run = try Run.single(
            #"{"Type":"Map","ItemsPath":"$.l","MaxConcurrency":1,"ItemProcessor":{"StartAt":"F","States":{"F":{"Type":"Pass","Parameters":{"m.$":"$.nope"},"End":true}}},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S2"}],"End":true},"S2":{"Type":"Succeed"}"#,
            input: #"{"l":[1,2]}"#)
        run.toEnd()
        #expect(
            run.types == [
                "ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapIterationStarted", "PassStateEntered",
                "ExecutionFailed",
            ])
        #expect(run.previous == [0, 0, 2, 3, 4, 5])
    }

    @Test func `a Map over nothing leaves from its start`() throws {
        var run = try Run.single(
            #"{"Type":"Map","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}"#,
            input: "[]")
        run.toEnd()
        #expect(run.previous == [0, 0, 2, 3, 3, 5])
        #expect(run.output == "[]")
    }

    @Test(arguments: [1, 2, 5, 100])
    func `a Map runs no more iterations at once than it may`(bound: Int) throws {
        var run = try Run.single(
            #"{"Type":"Map","MaxConcurrency":\#(bound),"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Task","Resource":\#(echo),"End":true}}},"End":true}"#,
            input: "[1,2,3,4,5,6]")
        run.toEnd()
        #expect(run.output == "[1,2,3,4,5,6]")
        var open = 0
        var most = 0
        for type in run.types {
            if type == "MapIterationStarted" { open += 1 }
            if type == "MapIterationSucceeded" { open -= 1 }
            most = max(most, open)
        }
        #expect(most == min(bound, 6))
    }

    @Test func `a failed iteration is told beside the chain`() throws {
        var run = try Run.single(
            #"{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Fail","Error":"E"}}},"End":true}"#,
            input: "[1,2]")
        run.toEnd()
        #expect(
            run.types == [
                "ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapIterationStarted", "FailStateEntered",
                "MapIterationFailed", "MapStateFailed", "ExecutionFailed",
            ])
        #expect(run.previous == [0, 0, 2, 3, 4, 5, 5, 7])
    }
}

@Suite struct `Retry and Catch` {
    private func task(_ handling: String) throws -> Run {
        try Run.single(
            #"{"Type":"Task","Resource":\#(echo),\#(handling),"Next":"D"},"D":{"Type":"Pass","End":true}"#,
            input: #"{"in":1}"#)
    }

    @Test(arguments: [
        (#"{"ErrorEquals":["E"],"IntervalSeconds":2,"MaxAttempts":3,"BackoffRate":2}"#, 4, 14),
        (#"{"ErrorEquals":["E"],"IntervalSeconds":2,"MaxAttempts":4,"BackoffRate":3,"MaxDelaySeconds":5}"#, 5, 17),
        (#"{"ErrorEquals":["E"]}"#, 4, 7), (#"{"ErrorEquals":["E"],"MaxAttempts":0}"#, 1, 0),
        (#"{"ErrorEquals":["Other"]}"#, 1, 0), (#"{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":1}"#, 2, 1),
        (#"{"ErrorEquals":["States.ALL"],"MaxAttempts":1}"#, 2, 1), (#"{"ErrorEquals":["States.Timeout"]}"#, 1, 0),
    ]) func `a retrier waits longer each time, and so often`(retrier: String, calls: Int, seconds: Int) throws {
        var run = try task(#""Retry":[\#(retrier)]"#)
        run.toEnd { _ in .failed(error: "E", cause: nil) }
        #expect(run.calls.count == calls)
        #expect(run.elapsed == .seconds(seconds))
        #expect(run.failure?.error == "E")
    }

    @Test(arguments: 0..<50)
    func `full jitter waits between nothing and the whole`(seed: UInt64) throws {
        let retrier = Retrier(errors: ["E"], intervalSeconds: 10, hasFullJitter: true)
        var random = StepRandom(seed: seed)
        #expect((Duration.zero ... .seconds(20)).contains(retrier.delay(beforeAttempt: 2, random: &random)))
    }

    @Test func `each retrier counts for itself`() throws {
        var run = try task(#""Retry":[{"ErrorEquals":["A"],"MaxAttempts":1},{"ErrorEquals":["B"],"MaxAttempts":1}]"#)
        var answers = ["A", "B", "B"]
        run.toEnd { _ in .failed(error: answers.removeFirst(), cause: nil) }
        #expect(run.calls.count == 3)
        #expect(run.failure?.error == "B")
    }

    @Test func `a retried state sees its count`() throws {
        var run = try Run.single(
            #"{"Type":"Task","Resource":\#(echo),"Parameters":{"n.$":"$$.State.RetryCount"},"Retry":[{"ErrorEquals":["States.ALL"]}],"End":true}"#
        )
        run.toEnd { $0.input["n"] == 2 ? .succeeded($0.input) : .failed(error: "E", cause: nil) }
        #expect(run.output == #"{"n":2}"#)
    }

    @Test(arguments: [
        (#""Catch":[{"ErrorEquals":["States.ALL"],"Next":"D"}]"#, #"{"Error":"E","Cause":"c"}"#),
        (
            #""Catch":[{"ErrorEquals":["X"],"Next":"D"},{"ErrorEquals":["E"],"ResultPath":"$.err","Next":"D"}]"#,
            #"{"in":1,"err":{"Error":"E","Cause":"c"}}"#
        ),
        (#""Catch":[{"ErrorEquals":["States.TaskFailed"],"ResultPath":null,"Next":"D"}]"#, #"{"in":1}"#),
    ]) func `a catcher leads on with the error where it says`(handling: String, expected: String) throws {
        var run = try task(handling)
        run.toEnd { _ in .failed(error: "E", cause: "c") }
        #expect(run.output == expected)
        #expect(
            run.types.suffix(5) == [
                "LambdaFunctionFailed", "TaskStateExited", "PassStateEntered", "PassStateExited", "ExecutionSucceeded",
            ])
    }

    @Test func `a task past its time fails with States Timeout and is not waited for`() throws {
        var run = try task(#""TimeoutSeconds":3,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"D"}]"#)
        run.apply(.started)
        let timer = try #require(
            run.interpreter.pending.compactMap { if case .startTimer(let id, _) = $0 { id } else { nil } }.first)
        run.apply(.timerFired(timer))
        #expect(run.output == #"{"Error":"States.Timeout"}"#)
        #expect(run.types.contains("LambdaFunctionTimedOut"))
    }

    /// A run that is broken off anywhere and rebuilt from its journal is where it was, with the same left to do.
    @Test(arguments: 0..<60)
    func `the same occurrences lead to the same place`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let definition = #"""
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"StartAt":"T","States":{
            "T":{"Type":"Task","Resource":\#(echo),"Parameters":{"u.$":"States.UUID()"},
            "Retry":[{"ErrorEquals":["E"],"JitterStrategy":"FULL"}],"Next":"W"},"W":{"Type":"Wait","Seconds":3,"End":true}}},
            "Catch":[{"ErrorEquals":["States.ALL"],"Next":"D"}],"Next":"D"},"D":{"Type":"Succeed"}}}
            """#
        var run = try Run(definition, input: "[1,2,3,4]", seed: seed)
        run.apply(.started)
        for _ in 0..<Int.random(in: 0..<14, using: &random) where run.interpreter.outcome == nil {
            let fails = Bool.random(using: &random)
            _ = run.step { fails ? .failed(error: "E", cause: nil) : .succeeded($0.input) }
        }
        let machine = try #require(DefinitionReader.read(definition).definition)
        var again = Interpreter(machine, Run.identity([1, 2, 3, 4], seed))
        for (occurrence, instant) in run.journal {
            let stored = try Interpreter.Occurrence(json: JSONValue(parsing: occurrence.json.text))
            #expect(stored == occurrence)
            _ = again.apply(stored, at: instant)
        }
        #expect(again.takeEvents() == run.events)
        #expect(again.outcome == run.interpreter.outcome)
        #expect(again.pending == run.interpreter.pending)
    }
}
