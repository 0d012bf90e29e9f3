import AWSProtocol
import EmulatorClock
import TestSupport
import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(1))) struct `The monitor of alarms` {
    private static let topic = "arn:aws:sns:us-east-1:000000000000:alarms"
    private static let metric = MetricKey(
        account: "000000000000", region: "us-east-1", namespace: "N", name: "M", dimensions: [])

    /// An account with one alarm on `metric`, or on what `alarm` says, and a monitor that runs.
    private func watched(_ alarm: KeyValuePairs<String, String> = [:]) async throws -> Account {
        let account = try Account()
        _ = await account.form("sns", "CreateTopic", ["Name": "alarms"])
        _ = await account.form(
            "sns", "Subscribe", ["TopicArn": Self.topic, "Protocol": "email", "Endpoint": "a@example.org"])
        try await account.cloudWatch.start()
        let made = await account.form("monitoring", "PutMetricAlarm", Self.alarm(alarm))
        #expect(made.status == 200, "\(made.text)")
        return account
    }

    private static func alarm(_ changes: KeyValuePairs<String, String>) -> [(String, String)] {
        var members = [
            "AlarmName": "a", "Namespace": "N", "MetricName": "M", "Statistic": "Sum", "Period": "60",
            "EvaluationPeriods": "1", "Threshold": "1", "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching", "AlarmActions.member.1": topic, "OKActions.member.1": topic,
        ]
        for (name, value) in changes { members[name] = value }
        return members.map { ($0.key, $0.value) }
    }

    private func state(_ account: Account) async -> String? {
        await account.form("monitoring", "DescribeAlarms").element("StateValue")
    }

    /// Moves the clock; all that rings by then has rung out afterwards.
    private func advance(_ account: Account, seconds: Int64) async {
        account.clock.advance(by: .seconds(seconds))
        await account.clock.settled()
    }

    /// Goes from minute to minute while there is work; gives the number of minutes, or nil after a day.
    private func minutesOfWork(_ account: Account) async -> Int? {
        for minute in 0..<1440 {
            guard account.clock.waits.contains(where: \.isWork) else { return minute }
            await advance(account, seconds: 60)
        }
        return nil
    }

    /// The states of which people were told.
    private func told(_ account: Account) async throws -> [String] {
        // All that goes out at one instant of the clock has the same time of sending.
        let messages = try await account.topics.outbox().map { try JSONValue(parsing: $0["Message"]?.string ?? "") }
        return messages.sorted { $0["StateChangeTime"]?.string ?? "" < $1["StateChangeTime"]?.string ?? "" }
            .compactMap { $0["NewStateValue"]?.string }
    }

    @Test func `it evaluates by the clock alone`() async throws {
        let account = try await watched([
            "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "breaching",
        ])
        await advance(account, seconds: 60)
        #expect(await state(account) == "ALARM")
        await account.cloudWatch.stop()
    }

    @Test func `an hour at once raises and ends an alarm as the hour would have`() async throws {
        let account = try await watched(["Period": "300"])
        account.cloudWatch.metrics.add(StatisticSet(1), to: Self.metric, at: Account.start + .seconds(600))
        await advance(account, seconds: 3600)
        #expect(account.clock.nextDeadline == Account.start + .seconds(3660))
        #expect(try await told(account) == ["OK", "ALARM", "OK"])
        await account.cloudWatch.stop()
    }

    @Test func `an hour at once measures gauges at each of its minutes`() async throws {
        let account = try await watched()
        account.gauges.set(7, of: "Depth", queue: "q")
        await advance(account, seconds: 3600)
        #expect(account.gauges.readings == (1...60).map { Account.start + .seconds(60 * $0) })
        await account.cloudWatch.stop()
    }

    @Test func `a new alarm is work for one minute`() async throws {
        let account = try await watched()
        #expect(account.clock.waits.map(\.isRecurring) == [true])
        #expect(await minutesOfWork(account) == 1)
        #expect(await state(account) == "OK")
        #expect(account.clock.waits.count == 1, "the clock still wakes it when it goes on")
        await account.cloudWatch.stop()
    }

    @Test func `a value is work until the alarm that it raises is over`() async throws {
        let account = try await watched(["Period": "300", "EvaluationPeriods": "2", "DatapointsToAlarm": "1"])
        #expect(await minutesOfWork(account) == 1)
        account.cloudWatch.metrics.add(StatisticSet(1), to: Self.metric, at: account.clock.now)
        #expect(await minutesOfWork(account) == 14, "its period of five minutes, and the two in which it counts")
        #expect(try await told(account) == ["OK", "ALARM", "OK"])
        await account.cloudWatch.stop()
    }

    @Test func `a value that changes nothing is work for one minute`() async throws {
        let account = try await watched()
        #expect(await minutesOfWork(account) == 1)
        account.cloudWatch.metrics.add(StatisticSet(0), to: Self.metric, at: account.clock.now)
        #expect(await minutesOfWork(account) == 1)
        let other = MetricKey(account: "000000000000", region: "us-east-1", namespace: "N", name: "O", dimensions: [])
        account.cloudWatch.metrics.add(StatisticSet(1), to: other, at: account.clock.now)
        #expect(await minutesOfWork(account) == 0, "nobody watches it")
        await account.cloudWatch.stop()
    }

    @Test func `values that stop coming are work until they are missed`() async throws {
        let account = try await watched([
            "ComparisonOperator": "LessThanThreshold", "TreatMissingData": "breaching", "Period": "3600",
        ])
        account.cloudWatch.metrics.add(StatisticSet(300), to: Self.metric, at: account.clock.now)
        await advance(account, seconds: 3600)
        #expect(await state(account) == "OK")
        #expect(await minutesOfWork(account) == 60)
        #expect(await state(account) == "ALARM")
        await account.cloudWatch.stop()
    }

    @Test func `a gauge that stays where it is is work until it has told all periods`() async throws {
        let account = try await watched([
            "Namespace": "AWS/SQS", "MetricName": "Depth", "Dimensions.member.1.Name": "QueueName",
            "Dimensions.member.1.Value": "q", "Statistic": "Maximum", "EvaluationPeriods": "5",
            "DatapointsToAlarm": "5",
        ])
        account.gauges.set(0, of: "Depth", queue: "q")
        #expect(await minutesOfWork(account) == 1)
        account.gauges.set(3, of: "Depth", queue: "q")
        await advance(account, seconds: 60)
        #expect(await minutesOfWork(account) == 4)
        #expect(await state(account) == "ALARM")
        await advance(account, seconds: 86_400)
        #expect(await state(account) == "ALARM")
        #expect(await minutesOfWork(account) == 0)
        await account.cloudWatch.stop()
    }

    @Test func `a state that was set by hand is work until it is mended`() async throws {
        let account = try await watched()
        #expect(await minutesOfWork(account) == 1)
        _ = await account.form(
            "monitoring", "SetAlarmState", ["AlarmName": "a", "StateValue": "ALARM", "StateReason": "a drill"])
        #expect(await state(account) == "ALARM")
        #expect(await minutesOfWork(account) == 1)
        #expect(await state(account) == "OK")
        await account.cloudWatch.stop()
    }

    @Test func `with the last alarm the clock is let alone`() async throws {
        let account = try await watched()
        _ = await account.form("monitoring", "DeleteAlarms", ["AlarmNames.member.1": "a"])
        await advance(account, seconds: 60)
        #expect(account.clock.waits.isEmpty)
        await account.cloudWatch.stop()
    }

    /// The monitor skips minutes; one that evaluates all of them must come to the same.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func `it skips no minute that matters`(_ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let missing = ["missing", "notBreaching", "breaching", "ignore"].randomElement(using: &generator) ?? "missing"
        let alarm: KeyValuePairs = [
            "Period": ["60", "120", "300"].randomElement(using: &generator) ?? "60", "EvaluationPeriods": "3",
            "DatapointsToAlarm": String(Int.random(in: 1...3, using: &generator)), "TreatMissingData": missing,
        ]
        let (skipping, thorough) = (try await watched(alarm), try await watched(alarm))
        await thorough.cloudWatch.stop()
        for minute in 1...40 {
            if Int.random(in: 0..<5, using: &generator) == 0 {
                let value = StatisticSet(Double(Int.random(in: 0...2, using: &generator)))
                let ahead = Int.random(in: -120...240, using: &generator)
                for account in [skipping, thorough] {
                    account.cloudWatch.metrics.add(value, to: Self.metric, at: account.clock.now + .seconds(ahead))
                }
            }
            await advance(skipping, seconds: 60)
            thorough.clock.advance(by: .seconds(60))
            thorough.cloudWatch.forgetWhatWasSeen()
            try await thorough.cloudWatch.evaluateAlarms(at: thorough.clock.now)
            #expect(await state(skipping) == state(thorough), "minute \(minute) of seed \(seed)")
        }
        await skipping.cloudWatch.stop()
    }

    @Test func `what has gathered is on disk soon, without anybody asking`() async throws {
        let account = try Account()
        let store = MetricStore(account.cloudWatch.foundation, flushInterval: .zero)
        store.add(StatisticSet(1), to: Self.metric, at: account.clock.now)
        let fresh = MetricStore(account.cloudWatch.foundation)
        try await eventually {
            try await fresh.values(of: Self.metric, from: Account.start, period: 60).values.first == StatisticSet(1)
        }
    }
}
