import AWSProtocol
package import EmulatorClock
import EmulatorDatabase

/// CloudWatch: metrics, alarms on them, dashboards.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
package final class CloudWatchService: Sendable {
    package let metrics: MetricStore
    let foundation: ControlFoundation
    private let actions: AlarmActions
    private let monitor: AlarmMonitor

    /// - Parameter gauges: what is measured once a minute while there is an alarm.
    package init(_ foundation: ControlFoundation, topics: SNSService, gauges: any GaugeSource) {
        self.foundation = foundation
        actions = AlarmActions(foundation: foundation, topics: topics)
        metrics = MetricStore(foundation)
        monitor = AlarmMonitor(foundation, metrics: metrics, gauges: gauges, actions: actions)
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
    package func start() async throws {
        try await monitor.start()
    }

    package func stop() async {
        await monitor.stop()
        do {
            try await metrics.flush()
        } catch {
            FaultLog.note(error)
        }
    }

    /// Measures, then evaluates all alarms whose period ends at `instant`, a whole minute.
    package func evaluateAlarms(at instant: Timestamp) async throws {
        try await monitor.look(at: instant)
    }

    /// Has the next evaluation look at everything, whether or not anything may be different.
    func forgetWhatWasSeen() {
        monitor.forgetWhatWasSeen()
    }

    /// Wakes the monitor only once the alarm is there to be found.
    private func putMetricAlarm(_ call: ControlCall) async throws -> JSONObject {
        let answer = try await foundation.database.write { db in
            try CloudWatchAlarms.put(call, ControlRecords(db: db, account: call.account, region: call.region))
        }
        try await monitor.alarmsChanged()
        return answer
    }

    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
    private func setAlarmState(_ call: ControlCall) async throws -> JSONObject {
        try call.takesOnly("AlarmName", "StateValue", "StateReason", "StateReasonData")
        let (name, value) = (try call.required("AlarmName"), try call.required("StateValue"))
        guard let state = MetricAlarm.State(rawValue: value) else {
            throw CloudWatchError.invalid(member: "StateValue", value: value)
        }
        let found = try await foundation.database.read(CloudWatchAlarms.every).first {
            $0.name == name && $0.account == call.account && $0.region == call.region
        }
        guard let stored = try found?.alarm else { throw CloudWatchError.noAlarm(name) }
        if state != stored.state {
            let reason = try call.required("StateReason")
            try await actions.change(stored, to: state, reason: reason, at: call.now)
            try await monitor.alarmsChanged()
        }
        return [:]
    }
}
