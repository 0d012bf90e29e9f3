import AWSProtocol
package import EmulatorClock
import EmulatorDatabase
import Synchronization

/// CloudWatch: metrics, alarms on them, dashboards.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
package final class CloudWatchService: Sendable {
    package let metrics: MetricStore
    let foundation: ControlFoundation
    private let topics: SNSService
    private let gauges: any GaugeSource
    private let monitor = Mutex<Task<Void, Never>?>(nil)
    private let alarmsChanged: AsyncStream<Void>.Continuation
    private let changes: AsyncStream<Void>

    /// - Parameter gauges: what is measured once a minute while there is an alarm.
    package init(_ foundation: ControlFoundation, topics: SNSService, gauges: any GaugeSource) {
        self.foundation = foundation
        self.topics = topics
        self.gauges = gauges
        metrics = MetricStore(foundation)
        (changes, alarmsChanged) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The service behind the gateway.
    package var service: ControlService {
        ControlService(
            "monitoring", .cloudWatch,
            CloudWatchAlarms.operations.merging(CloudWatchDashboards.operations) { $1 },
            effects: CloudWatchMetrics(store: metrics).effects.merging([
                "PutMetricAlarm": putMetricAlarm, "SetAlarmState": setAlarmState,
            ]) { $1 },
            foundation)
    }

    /// Takes the metrics that a log line bears.
    package func note(logLine line: String, account: String, region: String) {
        for found in EmbeddedMetrics.metrics(in: line, account: account, region: region) {
            found.values.forEach { metrics.add(StatisticSet($0), to: found.metric, at: found.timestamp) }
        }
    }

    /// Begins to evaluate alarms, each minute of the clock while there is one.
    package func start() {
        monitor.withLock { task in
            task = Task { [self] in
                do {
                    try await watch()
                } catch is CancellationError {
                    return
                } catch {
                    FaultLog.note(error)
                }
            }
        }
    }

    package func stop() async {
        let task = monitor.withLock { $0 }
        task?.cancel()
        alarmsChanged.yield()
        await task?.value
        do {
            try await metrics.flush()
        } catch {
            FaultLog.note(error)
        }
    }

    private func watch() async throws {
        var changed = changes.makeAsyncIterator()
        var next: Timestamp?
        while !Task.isCancelled {
            guard try await hasAlarms() else {
                next = nil
                await changed.next()
                continue
            }
            let minute = next ?? foundation.clock.now.floored(to: 60) + .seconds(60)
            try await foundation.clock.sleep(until: minute)
            next = try await catchUp(from: minute)
        }
    }

    /// Evaluates each minute that has ended since, for the clock may have been moved past many at once; at most a day's.
    ///
    /// - Returns: the end of the minute that comes next.
    private func catchUp(from first: Timestamp) async throws -> Timestamp {
        let last = foundation.clock.now.floored(to: 60)
        var minute = max(first, last - .seconds(86_400))
        while minute < last {
            try Task.checkCancellation()
            try await evaluate(at: minute)
            minute = minute + .seconds(60)
        }
        try await evaluateAlarms(at: last)
        return last + .seconds(60)
    }

    private func hasAlarms() async throws -> Bool {
        try await foundation.database.read { db in
            try CloudWatchAlarms.everyAlarm(db).isEmpty == false
        }
    }

    /// Measures, then evaluates all alarms whose period ends at `instant`, a whole minute.
    package func evaluateAlarms(at instant: Timestamp) async throws {
        for gauge in await gauges.gauges() {
            metrics.add(StatisticSet(gauge.value), to: gauge.metric, at: instant - .seconds(60))
        }
        try await evaluate(at: instant)
    }

    private func evaluate(at instant: Timestamp) async throws {
        for stored in try await foundation.database.read(CloudWatchAlarms.everyAlarm) {
            try await evaluate(stored, at: instant)
        }
    }

    private func evaluate(_ stored: StoredAlarm, at instant: Timestamp) async throws {
        let alarm = try stored.alarm
        let datapoints = try await datapoints(of: alarm, until: instant)
        let (state, reason) = AlarmRules(alarm: alarm).state(datapoints, after: stored.state)
        guard state != stored.state else { return }
        try await change(stored, to: state, reason: reason, at: instant)
    }

    /// Wakes the monitor only once the alarm is there to be found.
    private func putMetricAlarm(_ call: ControlCall) async throws -> JSONObject {
        let answer = try await foundation.database.write { db in
            try CloudWatchAlarms.put(call, ControlRecords(db: db, account: call.account, region: call.region))
        }
        alarmsChanged.yield()
        return answer
    }

    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
    private func setAlarmState(_ call: ControlCall) async throws -> JSONObject {
        try call.takesOnly("AlarmName", "StateValue", "StateReason", "StateReasonData")
        let (name, value) = (try call.required("AlarmName"), try call.required("StateValue"))
        guard let state = MetricAlarm.State(rawValue: value) else {
            throw CloudWatchError.invalid(member: "StateValue", value: value)
        }
        let stored = try await foundation.database.read(CloudWatchAlarms.everyAlarm).first {
            $0.name == name && $0.account == call.account && $0.region == call.region
        }
        guard let stored else { throw CloudWatchError.noAlarm(name) }
        if state != stored.state {
            try await change(stored, to: state, reason: try call.required("StateReason"), at: call.now)
        }
        return [:]
    }

    /// Moves an alarm to a state and tells those who want to know.
    private func change(
        _ stored: StoredAlarm, to state: MetricAlarm.State, reason: String, at instant: Timestamp
    ) async throws {
        let isChanged = try await foundation.database.write { db in
            try CloudWatchAlarms.setState(state, reason: reason, of: stored, at: instant, db)
        }
        guard isChanged, stored.areActionsEnabled else { return }
        for action in stored.actions(for: state) {
            do {
                _ = try await topics.publish(
                    topicARN: action, subject: stored.subject(for: state),
                    message: stored.notification(of: state, reason: reason, at: instant))
            } catch {
                FaultLog.note(error)
            }
        }
    }

    /// One value for each evaluated period that has ended by `instant`, newest last.
    private func datapoints(of alarm: MetricAlarm, until instant: Timestamp) async throws -> [Double?] {
        let period = alarm.period
        let end = instant.floored(to: period)
        let start = end - .seconds(period * alarm.evaluationPeriods)
        var values: [Timestamp: [String: Double]] = [:]
        for (id, stat) in alarm.stats {
            let periods = try await metrics.values(of: stat.metric, from: start, to: end, period: period)
            for (time, set) in periods { values[time, default: [:]][id] = set.value(stat.statistic) }
        }
        return (0..<alarm.evaluationPeriods).map { index in
            alarm.expression.value(values[start + .seconds(period * index)] ?? [:])
        }
    }
}

/// What stands somewhere at this moment, such as the depth of a queue.
package struct Gauge: Sendable {
    package let metric: MetricKey
    package let value: Double

    package init(_ metric: MetricKey, _ value: Double) {
        self.metric = metric
        self.value = value
    }
}

/// Who knows all gauges of the emulator.
package protocol GaugeSource: Sendable {
    func gauges() async -> [Gauge]
}
