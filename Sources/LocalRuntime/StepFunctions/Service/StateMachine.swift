import AWSProtocol
import EmulatorClock

/// A state machine, or what it was when a version was published.
struct StateMachine: Sendable, Equatable {
    enum Kind: String, CaseIterable, Sendable {
        case standard = "STANDARD"
        case express = "EXPRESS"
    }

    let arn: String
    let account: String
    let region: String
    let name: String
    let kind: Kind
    var definition: String
    var roleARN: String
    /// `loggingConfiguration`, `tracingConfiguration` and `encryptionConfiguration` as they were sent.
    var settings: JSONObject
    var tags: [Tag]
    let createdAt: Timestamp
    var updatedAt: Timestamp
    /// Changes with each change of definition or role; empty before the first.
    var revisionID: String
}

struct Tag: Sendable, Equatable {
    var key: String
    var value: String
}

/// A published version: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html
struct MachineVersion: Sendable, Equatable {
    let number: Int
    let machine: StateMachine
    let description: String
    let createdAt: Timestamp

    var arn: String { "\(machine.arn):\(number)" }
}

/// One run of a state machine, as it is told to clients.
struct Execution: Sendable, Equatable {
    enum Status: String, Sendable, CaseIterable {
        case running = "RUNNING"
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        case timedOut = "TIMED_OUT"
        case aborted = "ABORTED"
    }

    /// In the order of the starts; 0 before it is on disk.
    var id: Int64
    let arn: String
    let name: String
    /// The machine as it was at the start.
    let machine: StateMachine
    let versionARN: String?
    let input: String
    /// As it was sent, or a new one.
    let traceHeader: String
    let startedAt: Timestamp
    var status: Status
    var stoppedAt: Timestamp?
    var output: String?
    var error: String?
    var cause: String?
}

extension Interpreter.Outcome {
    var status: Execution.Status {
        switch self {
        case .succeeded: .succeeded
        case .failed: .failed
        case .timedOut: .timedOut
        case .aborted: .aborted
        }
    }
}
