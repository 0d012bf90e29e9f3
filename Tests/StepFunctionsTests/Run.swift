import AWSProtocol
import EmulatorClock

@testable import StepFunctions

/// An execution on a clock of its own, whose tasks are answered by a closure: everything to its end, without I/O.
struct Run {
    private(set) var interpreter: Interpreter
    private(set) var events: [HistoryEvent] = []
    private(set) var calls: [TaskCall] = []
    private(set) var now = Timestamp(milliseconds: 1_772_366_400_000)
    /// What happened, and when: enough to bring another interpreter to the same place.
    private(set) var journal: [(occurrence: Interpreter.Occurrence, instant: Timestamp)] = []
    private var tasks: [(id: Int, call: TaskCall)] = []
    private var timers: [(id: Int, deadline: Timestamp)] = []

    init(
        _ definition: String, input: String = "{}", seed: UInt64 = 1, limits: ExecutionLimits = .aws
    ) throws {
        let outcome = DefinitionReader.read(definition)
        guard let machine = outcome.definition else {
            throw StepFunctionsError.invalidDefinition(outcome.diagnostics.map(\.text))
        }
        interpreter = Interpreter(machine, Self.identity(try JSONValue(parsing: input), seed), limits: limits)
    }

    static func identity(_ input: JSONValue, _ seed: UInt64) -> ExecutionIdentity {
        ExecutionIdentity(
            arn: "arn:aws:states:us-east-1:000000000000:execution:machine:run", name: "run",
            machineARN: "arn:aws:states:us-east-1:000000000000:stateMachine:machine", machineName: "machine",
            roleARN: "arn:aws:iam::000000000000:role/rivulet", account: "000000000000", region: "us-east-1",
            startedAt: Timestamp(milliseconds: 1_772_366_400_000), input: input,
            traceHeader: "Root=1-69a4d8c0-000000000000000000000001;Sampled=1", seed: seed)
    }

    /// Runs to the end, or until nothing is left that could happen.
    mutating func toEnd(_ answer: (TaskCall) -> TaskOutcome = { .succeeded($0.input) }) {
        apply(.started)
        while interpreter.outcome == nil, step(answer) {}
    }

    /// One task's end, or else the earliest timer.
    mutating func step(_ answer: (TaskCall) -> TaskOutcome) -> Bool {
        if !tasks.isEmpty {
            let task = tasks.removeFirst()
            calls.append(task.call)
            apply(.taskEnded(task.id, answer(task.call)))
            return true
        }
        guard let timer = timers.min(by: { ($0.deadline, $0.id) < ($1.deadline, $1.id) }) else { return false }
        timers.removeAll { $0.id == timer.id }
        now = max(now, timer.deadline)
        apply(.timerFired(timer.id))
        return true
    }

    @discardableResult
    mutating func apply(_ occurrence: Interpreter.Occurrence) -> Bool {
        guard let commands = interpreter.apply(occurrence, at: now) else { return false }
        journal.append((occurrence, now))
        for command in commands {
            switch command {
            case .startTask(let id, let call): tasks.append((id, call))
            case .startTimer(let id, let deadline): timers.append((id, deadline))
            case .cancelTask(let id): tasks.removeAll { $0.id == id }
            case .cancelTimer(let id): timers.removeAll { $0.id == id }
            }
        }
        events += interpreter.takeEvents()
        return true
    }

    var types: [String] { events.map(\.type) }
    var previous: [Int] { events.map(\.previousID) }
    var elapsed: Duration { now - Timestamp(milliseconds: 1_772_366_400_000) }

    var output: String? {
        if case .succeeded(let value)? = interpreter.outcome { value.text } else { nil }
    }

    var failure: (error: String?, cause: String?)? {
        if case .failed(let error, let cause)? = interpreter.outcome { (error, cause) } else { nil }
    }

    /// A machine of one state, and of what may follow it in the text.
    static func single(_ state: String, input: String = "{}") throws -> Run {
        try Run(#"{"StartAt":"S","States":{"S":\#(state)}}"#, input: input)
    }
}

/// A function's ARN, quoted.
let echo = #""arn:aws:lambda:us-east-1:000000000000:function:echo""#
