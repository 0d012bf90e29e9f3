import AWSProtocol
import EmulatorClock

/// What the platform says of an environment, in the function's log format: lines of text, or one JSON event each.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
struct PlatformLog {
    let logging: FunctionLogging
    let now: Timestamp

    func start(_ requestID: String, _ version: Version) -> [String] {
        guard logging.format == .json else { return [PlatformLines.start(requestID, version)] }
        return event("start", isWarning: false, ["requestId": .string(requestID), "version": .string(version.text)])
    }

    /// The last lines of an invocation.
    func end(_ report: InvocationReport, requestID: String, traceID: String, failure: InvocationFailure?) -> [String] {
        guard logging.format == .json else {
            let failed = failure.map { [PlatformLines.failed($0, requestID: requestID)] } ?? []
            return failed + [
                PlatformLines.end(requestID),
                PlatformLines.report(report, requestID: requestID, traceID: traceID),
            ]
        }
        var metrics: JSONObject = [
            "durationMs": milliseconds(report.duration),
            "billedDurationMs": .integer(report.billedDuration.milliseconds),
            "memorySizeMB": .integer(report.memorySize), "maxMemoryUsedMB": .integer(report.maxMemoryUsed),
        ]
        if let initialization = report.initDuration { metrics.append("initDurationMs", milliseconds(initialization)) }
        var record: JSONObject = ["requestId": .string(requestID), "metrics": .object(metrics)]
        add(report.status, to: &record)
        return event("report", isWarning: report.status != .success, record)
    }

    /// Of an init that failed. AWS calls the second one's phase `invoke`.
    func initReport(
        _ attempt: ExecutionEnvironment.InitAttempt, _ duration: Duration, status: InvocationReport.Status
    ) -> [String] {
        guard logging.format == .json else { return [PlatformLines.initReport(attempt, duration, status: status)] }
        var record: JSONObject = [
            "initializationType": "on-demand", "phase": attempt == .first ? "init" : "invoke",
            "metrics": ["durationMs": milliseconds(duration)],
        ]
        add(status, to: &record)
        return event("initReport", isWarning: status != .success, record)
    }

    /// JSON's report tells of the time-out by itself.
    func timedOut(_ requestID: String, after limit: Duration) -> [String] {
        guard logging.format == .text else { return [] }
        return [PlatformLines.timedOut(requestID, after: limit, at: now)]
    }

    private func event(_ name: String, isWarning: Bool, _ record: JSONObject) -> [String] {
        guard isWarning || logging.systemLevel != "WARN" else { return [] }
        let event: JSONValue = [
            "time": .string(now.rfc3339), "type": .string("platform.\(name)"), "record": .object(record),
        ]
        return [event.text]
    }

    private func add(_ status: InvocationReport.Status, to record: inout JSONObject) {
        switch status {
        case .success: record.append("status", "success")
        case .timeout: record.append("status", "timeout")
        case .error(let type):
            record.append("status", "error")
            record.append("errorType", .string(type))
        }
    }

    private func milliseconds(_ duration: Duration) -> JSONValue {
        .number(PlatformLines.milliseconds(duration))
    }
}
