import EmulatorClock

/// What the platform writes into a function's log, as AWS words it.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
enum PlatformLines {
    static func start(_ requestID: String, _ version: Version) -> String {
        var line = LineText()
        line.add("START RequestId: ")
        line.add(requestID)
        line.add(" Version: ")
        line.add(version.text)
        return line.text
    }

    static func end(_ requestID: String) -> String {
        var line = LineText()
        line.add("END RequestId: ")
        line.add(requestID)
        return line.text
    }

    static func report(_ report: InvocationReport, requestID: String, traceID: String) -> String {
        let duration = report.duration.microseconds
        let initialization = report.initDuration?.microseconds
        var line = LineText()
        line.add("REPORT RequestId: ")
        line.add(requestID)
        line.add("\tDuration: ")
        line.add(hundredths: duration, per: 1000)
        line.add(" ms\tBilled Duration: ")
        line.add(InvocationReport.billedMilliseconds(duration + (initialization ?? 0)))
        line.add(" ms\tMemory Size: ")
        line.add(Int64(report.memorySize))
        line.add(" MB\tMax Memory Used: ")
        line.add(Int64(report.maxMemoryUsed))
        line.add(" MB\t")
        if let initialization {
            line.add("Init Duration: ")
            line.add(hundredths: initialization, per: 1000)
            line.add(" ms\t")
        }
        add(report.status, to: &line)
        if let root = traceRoot(traceID) {
            line.add("\nXRAY TraceId: ")
            line.add(root)
            line.add("\tSampled: true\t")
        }
        return line.text
    }

    private static func add(_ status: InvocationReport.Status, to line: inout LineText) {
        switch status {
        case .success: break
        case .timeout: line.add("Status: timeout\t")
        case .error(let type):
            line.add("Status: error\tError Type: ")
            line.add(type)
            line.add("\t")
        }
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
        var header = traceID
        let first = header.withUTF8 { bytes in
            let bytes = Bytes(UnsafeRawBufferPointer(bytes))
            return bytes.startsWith("Root=") ? bytes.dropFirst(5).upTo(UInt8(ascii: ";")).text : nil
        }
        if let first { return first }
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
        .milliseconds(Self.billedMilliseconds(duration.microseconds + (initDuration?.microseconds ?? 0)))
    }

    static func billedMilliseconds(_ microseconds: Int64) -> Int64 { (microseconds + 999) / 1000 }
}

/// Decimal fractions with two digits, without the cost of a formatter.
enum Hundredths {
    /// `text(1234, per: 1000)` is `1.23`.
    static func text(_ value: Int64, per unit: Int64) -> String {
        var line = LineText()
        line.add(hundredths: value, per: unit)
        return line.text
    }
}

extension Duration {
    var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
