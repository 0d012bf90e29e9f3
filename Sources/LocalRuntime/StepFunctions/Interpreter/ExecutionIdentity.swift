package import AWSProtocol
package import EmulatorClock

/// What an execution is called and was started with; part of its context object.
package struct ExecutionIdentity: Sendable, Equatable {
    package var arn: String
    package var name: String
    package var machineARN: String
    package var machineName: String
    package var roleARN: String
    package var account: String
    package var region: String
    package var startedAt: Timestamp
    package var input: JSONValue
    /// Passed on to every task.
    package var traceHeader: String
    /// Determines every random number that the execution draws.
    package var seed: UInt64
}

/// Every bound of an execution in one place.
/// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
package struct ExecutionLimits: Sendable {
    /// Bytes of an input, an output or a result.
    package var dataBytes = 262_144
    package var historyEvents = 25_000
    /// Iterations of an inline Map at once.
    package var mapConcurrency = 40
    /// How long an execution that has ended is remembered.
    package var retention = Duration.seconds(90 * 86_400)

    package static let aws = ExecutionLimits()
}
