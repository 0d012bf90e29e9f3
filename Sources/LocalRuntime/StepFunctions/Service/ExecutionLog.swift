import AWSProtocol
package import EmulatorClock

/// Which events of an execution go to CloudWatch Logs, and as what.
/// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
package struct ExecutionLog: Sendable {
    /// One line for the log of a machine.
    package struct Line: Sendable, Equatable {
        package let account: String
        package let region: String
        package let group: String
        package let stream: String
        package let text: String
        package let instant: Timestamp
    }

    enum Level: String, CaseIterable {
        case all = "ALL"
        case error = "ERROR"
        case fatal = "FATAL"
        case off = "OFF"

        func takes(_ type: String) -> Bool {
            switch self {
            case .all: true
            case .error:
                type == "FailStateEntered" || ["Failed", "TimedOut", "Aborted"].contains(where: type.hasSuffix)
            case .fatal: ["ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"].contains(type)
            case .off: false
            }
        }
    }

    private let level: Level
    private let includesData: Bool
    private let account: String
    private let region: String
    private let group: String
    private let stream: String
    private let executionARN: String

    /// nil when the machine logs nothing.
    init?(of execution: Execution) {
        let configuration = execution.machine.settings["loggingConfiguration"]
        let destination = configuration?["destinations"]?.array?.first?["cloudWatchLogsLogGroup"]?["logGroupArn"]
        // arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*
        let parts = (destination?.string ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let level = configuration?["level"]?.string.flatMap(Level.init), level != .off, parts.count >= 7 else {
            return nil
        }
        self.level = level
        includesData = configuration?["includeExecutionData"]?.bool ?? false
        (region, account, group) = (parts[3], parts[4], parts[6])
        executionARN = execution.arn
        let minute = execution.startedAt.rfc3339.prefix(16).map { "T:".contains($0) ? "-" : String($0) }.joined()
        let own = Hex.encode(Digest.of(execution.arn, .sha256)).prefix(8)
        stream = "states/\(execution.machine.name)/\(minute)/\(own)"
    }

    /// The event as a line; nil when the level leaves it out.
    func line(_ event: HistoryEvent) -> Line? {
        guard level.takes(event.type) else { return nil }
        let json: JSONObject = [
            "id": .string("\(event.id)"), "type": .string(event.type),
            "details": .object(event.details(includesData: includesData) ?? [:]),
            "previous_event_id": .string("\(event.previousID)"),
            "event_timestamp": .string("\(event.instant.milliseconds)"), "execution_arn": .string(executionARN),
        ]
        return Line(
            account: account, region: region, group: group, stream: stream, text: JSONValue.object(json).text,
            instant: event.instant)
    }
}
