import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import StepFunctions

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
