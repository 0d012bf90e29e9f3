import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import ControlPlane

@Suite struct `Alarms` {
    private let topic = "arn:aws:sns:us-east-1:000000000000:alarms"

    private func account(_ alarm: KeyValuePairs<String, String>) async throws -> Account {
        let account = try Account()
        _ = await account.form("sns", "CreateTopic", ["Name": "alarms"])
        _ = await account.form(
            "sns", "Subscribe", ["TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.org"])
        let made = await account.form("monitoring", "PutMetricAlarm", alarm)
        #expect(made.status == 200, "\(made.text)")
        return account
    }

    /// Lets a minute pass and evaluates at its end.
    private func minute(_ account: Account) async throws {
        let next = account.clock.now.floored(to: 60) + .seconds(60)
        account.clock.advance(to: next)
        try await account.cloudWatch.evaluateAlarms(at: next)
    }

    private func state(_ account: Account) async -> String? {
        await account.form("monitoring", "DescribeAlarms").element("StateValue")
    }

    @Test func `a dead letter raises its alarm, one letter goes out, and a redrive ends it`() async throws {
        let account = try await account([
            "AlarmName": "dead-letters", "Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible",
            "Dimensions.member.1.Name": "QueueName", "Dimensions.member.1.Value": "dlq", "Statistic": "Maximum",
            "Period": "60", "EvaluationPeriods": "1", "Threshold": "1", "TreatMissingData": "notBreaching",
            "ComparisonOperator": "GreaterThanOrEqualToThreshold", "AlarmActions.member.1": topic,
            "OKActions.member.1": topic,
        ])
        #expect(await state(account) == "INSUFFICIENT_DATA")
        account.gauges.set(0, of: "ApproximateNumberOfMessagesVisible", queue: "dlq")
        try await minute(account)
        #expect(await state(account) == "OK")
        account.gauges.set(1, of: "ApproximateNumberOfMessagesVisible", queue: "dlq")
        try await minute(account)
        try await minute(account)
        #expect(await state(account) == "ALARM")
        account.gauges.set(0, of: "ApproximateNumberOfMessagesVisible", queue: "dlq")
        try await minute(account)
        #expect(await state(account) == "OK")
        let letters = try await account.topics.outbox()
        let states = try letters.map { try JSONValue(parsing: $0["Message"]?.string ?? "")["NewStateValue"] }
        #expect(states == ["OK", "ALARM", "OK"])
    }

    @Test(arguments: [(6, "ALARM"), (5, "OK")])
    func `of a hundred invocations more than five must fail`(_ failures: Int, _ expected: String) async throws {
        let account = try await account([
            "AlarmName": "errors", "EvaluationPeriods": "1", "Threshold": "5",
            "ComparisonOperator": "GreaterThanThreshold",
            "Metrics.member.1.Id": "rate", "Metrics.member.1.Expression": "100 * errors / invocations",
            "Metrics.member.1.ReturnData": "true", "Metrics.member.2.Id": "errors",
            "Metrics.member.2.ReturnData": "false", "Metrics.member.2.MetricStat.Metric.Namespace": "AWS/Lambda",
            "Metrics.member.2.MetricStat.Metric.MetricName": "Errors", "Metrics.member.2.MetricStat.Period": "60",
            "Metrics.member.2.MetricStat.Stat": "Sum", "Metrics.member.3.Id": "invocations",
            "Metrics.member.3.ReturnData": "false", "Metrics.member.3.MetricStat.Metric.Namespace": "AWS/Lambda",
            "Metrics.member.3.MetricStat.Metric.MetricName": "Invocations", "Metrics.member.3.MetricStat.Period": "60",
            "Metrics.member.3.MetricStat.Stat": "Sum",
        ])
        for (name, value) in [("Errors", Double(failures)), ("Invocations", 100)] {
            account.cloudWatch.metrics.add(
                StatisticSet(value),
                to: MetricKey(
                    account: "000000000000", region: "us-east-1", namespace: "AWS/Lambda", name: name, dimensions: []),
                at: account.clock.now)
        }
        try await minute(account)
        #expect(await state(account) == expected)
    }

    @Test func `missing arrivals are noticed though nothing fails`() async throws {
        let account = try await account([
            "AlarmName": "arrivals", "Namespace": "Rivulet", "MetricName": "RowsExtracted", "Statistic": "Sum",
            "Dimensions.member.1.Name": "FunctionName", "Dimensions.member.1.Value": "extract", "Period": "60",
            "EvaluationPeriods": "1", "Threshold": "1", "ComparisonOperator": "LessThanThreshold",
            "TreatMissingData": "breaching",
        ])
        let line = """
            {"_aws":{"Timestamp":\(account.clock.now.milliseconds),"CloudWatchMetrics":[{"Namespace":"Rivulet",\
            "Dimensions":[["FunctionName"]],"Metrics":[{"Name":"RowsExtracted","Unit":"Count"}]}]},\
            "FunctionName":"extract","RowsExtracted":300}
            """
        account.cloudWatch.note(logLine: line, account: "000000000000", region: "us-east-1")
        try await minute(account)
        #expect(await state(account) == "OK")
        try await minute(account)
        #expect(await state(account) == "ALARM")
    }

    @Test(
        arguments: [
            ([1.0, 1, 1], 3, 3, MetricAlarm.MissingData.missing, MetricAlarm.State.alarm),
            ([1, 0, 1], 3, 2, .missing, .alarm), ([1, 0, 0], 3, 2, .missing, .ok),
            ([nil, nil, 1], 3, 3, .missing, .ok),
            ([nil, nil, nil], 3, 3, .missing, .insufficientData), ([nil, nil, nil], 3, 3, .notBreaching, .ok),
            ([nil, nil, nil], 3, 3, .breaching, .alarm), ([nil, nil, nil], 3, 3, .ignore, .alarm),
            ([nil, 1, 1], 3, 3, .breaching, .alarm), ([nil, 1, 0], 3, 3, .breaching, .ok),
        ] as [([Double?], Int, Int, MetricAlarm.MissingData, MetricAlarm.State)]
    )
    func `datapoints make the state`(
        _ points: [Double?], _ periods: Int, _ needed: Int, _ missing: MetricAlarm.MissingData,
        _ expected: MetricAlarm.State
    ) throws {
        let alarm = try MetricAlarm(
            [
                "AlarmName": "a", "Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60,
                "EvaluationPeriods": .integer(periods), "DatapointsToAlarm": .integer(needed), "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold", "TreatMissingData": .string(missing.rawValue),
            ], account: "", region: "")
        #expect(AlarmRules(alarm: alarm).state(points, after: .alarm).state == expected)
    }

    @Test(arguments: [
        ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("-a / 4 - -1", -1.5), ("100 * a / b", 50), ("2.5 * a", 25),
    ])
    func `an expression has the value of its arithmetic`(_ text: String, _ expected: Double) throws {
        #expect(try MetricMath(parsing: text).value(["a": 10, "b": 20]) == expected)
    }

    @Test func `an expression has no value where a metric has none, nor where nothing is divided`() throws {
        #expect(try MetricMath(parsing: "a + c").value(["a": 1]) == nil)
        #expect(try MetricMath(parsing: "a / b").value(["a": 0, "b": 0]) == nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `any text is an expression or is refused`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["a", "b1", "1", "2.5", "+", "-", "*", "/", "(", ")", " ", "SUM(", ".", "é", ",", "e"]
        let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            pieces.randomElement(using: &generator) ?? ""
        }
        .joined()
        do {
            _ = try MetricMath(parsing: text).value(["a": 1, "b1": 2])
        } catch {
            #expect(error is CloudWatchError || error is NotImplemented)
        }
    }

    @Test func `deep parentheses are refused, not followed`() {
        #expect(throws: CloudWatchError.self) {
            try MetricMath(parsing: String(repeating: "(", count: 100_000) + "1")
        }
        #expect(throws: CloudWatchError.self) { try MetricMath(parsing: String(repeating: "-", count: 100_000) + "1") }
    }
}
