import AWSProtocol
import EmulatorClock
import GRDB

/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
enum CloudWatchAlarms {
    static let kind = RecordKind("cloudwatch.alarm")

    static let operations: [String: ControlService.Operation] = [
        "DescribeAlarms": describe, "DescribeAlarmsForMetric": describeForMetric, "DeleteAlarms": delete,
        "EnableAlarmActions": { @Sendable call, records in try setActions(true, call, records) },
        "DisableAlarmActions": { @Sendable call, records in try setActions(false, call, records) },
    ].merging(tagging.operations) { $1 }

    private static let tagging = Tagging(
        kind: kind, arnMember: "ResourceARN", tooMany: CloudWatchError.tooManyTags
    ) { arn in
        (arn.split(separator: ":", maxSplits: 6).last.map(String.init) ?? "", CloudWatchError.noResource(arn: arn))
    }

    @Sendable static func put(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly(
            "AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions",
            "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit",
            "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData", "Metrics",
            "Tags", "ThresholdMetricId")
        let alarm = try MetricAlarm(call.parameters, account: call.account, region: call.region)
        let before = try records.value(kind, alarm.name)
        var record = AlarmForm.typed(call.parameters).without("Tags")
        if record["ActionsEnabled"] == nil { record["ActionsEnabled"] = true }
        let started: JSONObject = [
            "StateValue": "INSUFFICIENT_DATA", "StateReason": "Unchecked: Initial alarm creation",
            "StateUpdatedTimestamp": .string(call.now.rfc3339),
        ]
        for member in started.members { record[member.name] = before?[member.name] ?? member.value }
        record["AlarmConfigurationUpdatedTimestamp"] = .string(call.now.rfc3339)
        record[Tags.member] = before?[Tags.member]
        record = try Tags(list: call.parameters["Tags"]).added(to: record, tooMany: CloudWatchError.tooManyTags)
        try records.save(record, kind, alarm.name)
        return [:]
    }

    @Sendable private static func describe(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        try call.takesOnly(
            "AlarmNames", "AlarmNamePrefix", "AlarmTypes", "StateValue", "ActionPrefix", "MaxRecords", "NextToken")
        let names = Set(call.texts("AlarmNames"))
        let types = call.texts("AlarmTypes")
        let prefix = call.text("AlarmNamePrefix") ?? ""
        let listed = try records.all(kind).filter { record in
            (names.isEmpty || names.contains(record.name)) && record.name.hasPrefix(prefix)
                && (types.isEmpty || types.contains("MetricAlarm"))
                && (call.text("StateValue").map { $0 == record.value["StateValue"]?.string } ?? true)
        }
        let page = ListPage(listed, after: call.text("NextToken"), limit: try call.integer("MaxRecords") ?? 50)
        var answer: JSONObject = [
            "MetricAlarms": .array(page.records.map { AlarmForm.answer($0.value, call) }), "CompositeAlarms": [],
        ]
        if let next = page.next { answer.append("NextToken", .string(next)) }
        return answer
    }

    @Sendable private static func describeForMetric(
        _ call: ControlCall, _ records: ControlRecords
    ) throws -> JSONObject {
        try call.takesOnly("MetricName", "Namespace", "Dimensions", "Statistic", "Period")
        let metric = try MetricForm(call.parameters).key(account: call.account, region: call.region)
        let watching = try records.all(kind).filter { record in
            try MetricAlarm(record.value, account: call.account, region: call.region).stats[""]?.metric == metric
        }
        return ["MetricAlarms": .array(watching.map { AlarmForm.answer($0.value, call) })]
    }

    /// Names that are not there are passed over, as in AWS.
    @Sendable private static func delete(_ call: ControlCall, _ records: ControlRecords) throws -> JSONObject {
        for name in call.texts("AlarmNames") { try records.delete(kind, name) }
        return [:]
    }

    @Sendable private static func setActions(
        _ areEnabled: Bool, _ call: ControlCall, _ records: ControlRecords
    ) throws -> JSONObject {
        for name in call.texts("AlarmNames") {
            try records.update(kind, name, orThrow: CloudWatchError.noAlarm(name)) {
                $0["ActionsEnabled"] = .bool(areEnabled)
            }
        }
        return [:]
    }
}

extension CloudWatchAlarms {
    /// An alarm as its row has it: two that are equal need not be read.
    struct Stored: Sendable, Equatable {
        let account: String
        let region: String
        let name: String
        fileprivate let text: String

        var alarm: StoredAlarm {
            get throws {
                StoredAlarm(
                    account: account, region: region, name: name, record: try JSONValue(parsing: text).object ?? [:])
            }
        }
    }

    /// The alarms of all accounts and regions.
    static func every(_ db: Database) throws -> [Stored] {
        let statement = try db.cachedStatement(
            sql: "SELECT account, region, name, value FROM control_record WHERE kind = ? ORDER BY 1, 2, 3")
        return try Row.fetchAll(statement, arguments: [kind.name]).map { row in
            Stored(account: row[0], region: row[1], name: row[2], text: row[3])
        }
    }

    /// - Returns: false when the alarm is gone or stands elsewhere by now: another has spoken first.
    static func setState(
        _ state: MetricAlarm.State, reason: String, of stored: StoredAlarm, at instant: Timestamp, _ db: Database
    ) throws -> Bool {
        let records = ControlRecords(db: db, account: stored.account, region: stored.region)
        guard var record = try records.value(kind, stored.name),
            record["StateValue"]?.string == stored.state.rawValue
        else { return false }
        record["StateValue"] = .string(state.rawValue)
        record["StateReason"] = .string(reason)
        record["StateUpdatedTimestamp"] = .string(instant.rfc3339)
        try records.save(record, kind, stored.name)
        return true
    }
}

/// An alarm's members between requests, the database and answers.
enum AlarmForm {
    private static let numbers: Set = ["Period", "EvaluationPeriods", "DatapointsToAlarm", "Threshold"]
    private static let flags: Set = ["ActionsEnabled", "ReturnData"]

    /// Forms write numbers and flags as text; the database holds them as what they are.
    static func typed(_ members: JSONObject) -> JSONObject {
        JSONObject(members.members.map { ($0.name, typed($0.value, named: $0.name)) })
    }

    private static func typed(_ value: JSONValue, named name: String) -> JSONValue {
        switch value {
        case .string(let text) where numbers.contains(name): .number(text)
        case .string(let text) where flags.contains(name): .bool(text == "true")
        case .array(let items): .array(items.map { typed($0, named: name) })
        case .object(let object): .object(typed(object))
        default: value
        }
    }

    static func answer(_ record: JSONObject, _ call: ControlCall) -> JSONValue {
        let name = record["AlarmName"]?.string ?? ""
        let stored = StoredAlarm(account: call.account, region: call.region, name: name, record: record)
        var answer = record.without(Tags.member)
        answer["AlarmArn"] = .string(stored.arn)
        for list in ["OKActions", "AlarmActions", "InsufficientDataActions", "Dimensions"] where answer[list] == nil {
            answer[list] = []
        }
        return .object(answer)
    }
}
