import AWSProtocol
import EmulatorClock

/// An alarm as it lies in the database: the request that made it, and where it stands.
struct StoredAlarm: Sendable {
    let account: String
    let region: String
    let name: String
    let record: JSONObject

    var arn: String { "arn:aws:cloudwatch:\(region):\(account):alarm:\(name)" }

    var state: MetricAlarm.State {
        record["StateValue"]?.string.flatMap(MetricAlarm.State.init) ?? .insufficientData
    }

    var alarm: MetricAlarm {
        get throws { try MetricAlarm(record, account: account, region: region) }
    }

    var areActionsEnabled: Bool { record["ActionsEnabled"]?.bool ?? true }

    func actions(for state: MetricAlarm.State) -> [String] {
        let member =
            switch state {
            case .ok: "OKActions"
            case .alarm: "AlarmActions"
            case .insufficientData: "InsufficientDataActions"
            }
        return (record[member]?.array ?? []).compactMap(\.string)
    }

    /// At most 100 characters, SNS's bound.
    func subject(for state: MetricAlarm.State) -> String {
        String("\(state.rawValue): \"\(name)\" in \(region)".prefix(100))
    }

    /// What CloudWatch tells a topic.
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions.html
    func notification(of state: MetricAlarm.State, reason: String, at instant: Timestamp) -> String {
        let message: JSONValue = [
            "AlarmName": .string(name), "AlarmDescription": record["AlarmDescription"] ?? .null,
            "AWSAccountId": .string(account), "NewStateValue": .string(state.rawValue),
            "NewStateReason": .string(reason), "StateChangeTime": .string(instant.rfc3339),
            "Region": .string(region), "AlarmArn": .string(arn), "OldStateValue": .string(self.state.rawValue),
            "OKActions": record["OKActions"] ?? [], "AlarmActions": record["AlarmActions"] ?? [],
            "InsufficientDataActions": record["InsufficientDataActions"] ?? [], "Trigger": trigger,
        ]
        return message.text
    }

    private var trigger: JSONValue {
        let names = [
            "MetricName", "Namespace", "Statistic", "Dimensions", "Period", "EvaluationPeriods", "DatapointsToAlarm",
            "ComparisonOperator", "Threshold", "TreatMissingData", "Metrics",
        ]
        return .object(JSONObject(names.compactMap { name in record[name].map { (name, $0) } }))
    }
}
