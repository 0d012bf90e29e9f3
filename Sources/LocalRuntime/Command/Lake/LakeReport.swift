import Glibc
import Lake

/// What the commands print at their end.
enum LakeReport {
    static func text(_ reports: [SilverReport], _ started: ContinuousClock.Instant) -> String {
        var lines = [
            "rows read      \(sum(reports, \.rowsRead))", "streams        \(sum(reports, \.rowsKept))",
            "duplicates     \(sum(reports, \.duplicates))", "quarantine     \(sum(reports, \.quarantinedTotal))",
        ]
        for (motivo, count) in reasons(reports) { lines.append("  \(pad(motivo.rawValue, 22)) \(count)") }
        return (lines + ["partitions     \(reports.count)"] + cost(started)).joined(separator: "\n")
    }

    static func text(_ dates: [GoldDateReport], _ started: ContinuousClock.Instant) -> String {
        let lines = [
            "silver rows    \(dates.reduce(0) { $0 + $1.rowCount })", "dates          \(dates.count)",
        ]
        return (lines + cost(started)).joined(separator: "\n")
    }

    static func json(_ reports: [SilverReport], _ started: ContinuousClock.Instant) -> String {
        let motivos = reasons(reports).map { "\"\($0.rawValue)\":\($1)" }.joined(separator: ",")
        return """
            {"rows_read":\(sum(reports, \.rowsRead)),"streams":\(sum(reports, \.rowsKept)),\
            "duplicates":\(sum(reports, \.duplicates)),"quarantine":\(sum(reports, \.quarantinedTotal)),\
            "motivos":{\(motivos)},"partitions":\(reports.count),\(costFields(started))}
            """
    }

    static func json(_ dates: [GoldDateReport], _ started: ContinuousClock.Instant) -> String {
        let days = dates.map { "\"\($0.date)\":\($0.rowCount)" }.joined(separator: ",")
        return """
            {"silver_rows":\(dates.reduce(0) { $0 + $1.rowCount }),"dates":{\(days)},\(costFields(started))}
            """
    }

    private static func sum(_ reports: [SilverReport], _ value: (SilverReport) -> Int64) -> Int64 {
        reports.reduce(0) { $0 + value($1) }
    }

    private static func reasons(_ reports: [SilverReport]) -> [(Motivo, Int64)] {
        let counts = reports.reduce(into: [Motivo: Int64]()) { $0.merge($1.quarantined, uniquingKeysWith: +) }
        return Motivo.allCases.compactMap { motivo in counts[motivo].map { (motivo, $0) } }
    }

    private static func cost(_ started: ContinuousClock.Instant) -> [String] {
        ["time           \(milliseconds(started)) ms", "peak memory    \(peakMemoryKiB() / 1024) MiB"]
    }

    private static func costFields(_ started: ContinuousClock.Instant) -> String {
        "\"time_ms\":\(milliseconds(started)),\"peak_memory_bytes\":\(peakMemoryKiB() * 1024)"
    }

    private static func milliseconds(_ started: ContinuousClock.Instant) -> Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - started).components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// Linux counts in KiB.
    private static func peakMemoryKiB() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Int(usage.ru_maxrss)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
}
