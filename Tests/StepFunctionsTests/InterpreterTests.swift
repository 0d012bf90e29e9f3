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
        #expect(run.previous == [0, 0, 0])
        let isTakenAfterTheEnd = run.apply(.stopped(error: nil, cause: nil))
        #expect(!isTakenAfterTheEnd)
    }
}
