import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import StepFunctions

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
        // What stands aborted names the event that was the cause.
        #expect(run.previous[8...10] == [8, 8, 8])
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

    @Test func `an iteration that waited names the last event of the one before`() throws {
        var run = try Run.single(
            #"{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","End":true}}},"End":true}"#,
            input: "[1,2]")
        run.toEnd()
        // The end of each iteration stands beside that, and the end of the last one leads on.
        #expect(run.previous == [0, 0, 2, 3, 4, 5, 6, 6, 8, 9, 10, 11, 11, 13])
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
