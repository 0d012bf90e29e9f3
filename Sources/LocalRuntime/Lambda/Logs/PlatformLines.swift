import EmulatorClock

/// What the platform writes into a function's log, as AWS words it.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
enum PlatformLines {
    static func start(_ requestID: String, _ version: Version) -> String {
        "START RequestId: \(requestID) Version: \(version.text)"
    }

    static func end(_ requestID: String) -> String {
        "END RequestId: \(requestID)"
    }

    static func report(_ report: InvocationReport, requestID: String, traceID: String) -> String {
        var line =
            "REPORT RequestId: \(requestID)\tDuration: \(milliseconds(report.duration)) ms\t"
            + "Billed Duration: \(report.billedDuration.milliseconds) ms\tMemory Size: \(report.memorySize) MB\t"
            + "Max Memory Used: \(report.maxMemoryUsed) MB\t"
        if let initialization = report.initDuration { line += "Init Duration: \(milliseconds(initialization)) ms\t" }
        switch report.status {
        case .success: break
        case .timeout: line += "Status: timeout\t"
        case .error(let type): line += "Status: error\tError Type: \(type)\t"
        }
        if let root = traceRoot(traceID) { line += "\nXRAY TraceId: \(root)\tSampled: true\t" }
        return line
    }

    /// Of an init that failed. AWS calls the second one's phase `invoke`.
    static func initReport(
        _ attempt: ExecutionEnvironment.InitAttempt, _ duration: Duration, status: InvocationReport.Status
    ) -> String {
        let phase = attempt == .first ? "init" : "invoke"
        let head = "INIT_REPORT Init Duration: \(milliseconds(duration)) ms\tPhase: \(phase)\tStatus: "
        switch status {
        case .success: return head + "success"
        case .timeout: return head + "timeout"
        case .error(let type): return head + "error\tError Type: \(type)"
        }
    }

    static func timedOut(_ requestID: String, after limit: Duration, at instant: Timestamp) -> String {
        "\(instant.rfc3339) \(requestID) \(InvocationFailure.timedOut(limit).reason)"
    }

    static func failed(_ failure: InvocationFailure, requestID: String) -> String {
        "RequestId: \(requestID) Error: \(failure.reason)\n\(failure.errorType)"
    }

    static func milliseconds(_ duration: Duration) -> String {
        Hundredths.text(duration.microseconds, per: 1000)
    }

    private static func traceRoot(_ traceID: String) -> String? {
        // It stands first in every header that AWS makes; a search through the pieces is for the others.
        if traceID.hasPrefix("Root=") {
            return String(Substring(traceID.utf8.dropFirst(5).prefix { $0 != UInt8(ascii: ";") }))
        }
        return traceID.split(separator: ";").first { $0.hasPrefix("Root=") }.map { String($0.dropFirst(5)) }
    }
}

/// Figures for the REPORT line and for the caller.
package struct InvocationReport: Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case success
        case timeout
        case error(String)
    }

    package var status: Status
    /// From the event's delivery to the answer.
    package var duration: Duration
    /// Of a cold start only: from the process's start to its first `next`.
    package var initDuration: Duration?
    /// In MB.
    package var memorySize: Int
    /// The most that the bootstrap's process has held so far, in MB.
    package var maxMemoryUsed: Int

    /// Duration and init, rounded up to the millisecond.
    /// https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/
    package var billedDuration: Duration {
        .milliseconds((duration.microseconds + (initDuration?.microseconds ?? 0) + 999) / 1000)
    }
}

/// Decimal fractions with two digits, without the cost of a formatter.
enum Hundredths {
    /// `text(1234, per: 1000)` is `1.23`.
    static func text(_ value: Int64, per unit: Int64) -> String {
        let hundredths = (value * 100 + unit / 2) / unit
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

extension Duration {
    var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
