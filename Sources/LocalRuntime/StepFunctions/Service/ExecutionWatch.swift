package import EmulatorClock
import Synchronization

/// Tells whoever measures and logs of every execution that has begun, gone on or ended, once that is on disk.
package final class ExecutionWatch: Sendable {
    /// One value for one of a state machine's metrics.
    /// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
    package struct Measure: Sendable, Equatable {
        package let account: String
        package let region: String
        package let stateMachineARN: String
        /// AWS's name: `ExecutionsFailed`, `ExecutionTime` (milliseconds).
        package let metric: String
        package let value: Double
    }

    /// An execution that is over.
    package struct Ended: Sendable, Equatable {
        package let executionARN: String
        package let machine: String
        package let name: String
        /// The tracing header that it was started with.
        package let traceHeader: String
        package let startedAt: Timestamp
        package let stoppedAt: Timestamp
        /// Name and cause; nil when it succeeded.
        package let error: String?
    }

    package struct Observers: Sendable {
        package var measure: @Sendable (Measure) -> Void
        package var log: @Sendable (ExecutionLog.Line) -> Void
        package var end: @Sendable (Ended) -> Void

        package init(
            measure: @escaping @Sendable (Measure) -> Void, log: @escaping @Sendable (ExecutionLog.Line) -> Void,
            end: @escaping @Sendable (Ended) -> Void = { _ in }
        ) {
            self.measure = measure
            self.log = log
            self.end = end
        }
    }

    private let observers = Mutex<Observers?>(nil)

    /// - Parameter observers: called in the execution's way: they must not wait.
    package func observe(_ observers: Observers) {
        self.observers.withLock { $0 = observers }
    }

    /// A step of an execution has been written.
    func note(_ step: ExecutionStep, of execution: Execution) {
        guard let observers = observers.withLock({ $0 }) else { return }
        func tell(_ metric: String, _ value: Double) {
            let machine = execution.machine
            observers.measure(
                Measure(
                    account: machine.account, region: machine.region, stateMachineARN: machine.arn, metric: metric,
                    value: value))
        }
        if step.number == 0 { tell("ExecutionsStarted", 1) }
        if let outcome = step.outcome {
            tell(outcome.metric, 1)
            tell("ExecutionTime", (step.instant - execution.startedAt) / .milliseconds(1))
            observers.end(Ended(execution, outcome, at: step.instant))
        }
        guard let log = ExecutionLog(of: execution) else { return }
        step.events.compactMap(log.line).forEach(observers.log)
    }
}

extension ExecutionWatch.Ended {
    fileprivate init(_ execution: Execution, _ outcome: Interpreter.Outcome, at instant: Timestamp) {
        executionARN = execution.arn
        machine = execution.machine.name
        name = execution.name
        traceHeader = execution.traceHeader
        startedAt = execution.startedAt
        stoppedAt = instant
        error = outcome.error
    }
}

extension Interpreter.Outcome {
    fileprivate var error: String? {
        switch self {
        case .succeeded: nil
        case .failed(let error, let cause), .aborted(let error, let cause):
            [error ?? status.rawValue, cause].compactMap { $0 }.joined(separator: ": ")
        case .timedOut: status.rawValue
        }
    }

    fileprivate var metric: String {
        switch self {
        case .succeeded: "ExecutionsSucceeded"
        case .failed: "ExecutionsFailed"
        case .timedOut: "ExecutionsTimedOut"
        case .aborted: "ExecutionsAborted"
        }
    }
}
