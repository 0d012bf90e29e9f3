import Lake

/// The rows of one bronze partition (LAKE_SPEC 1).
struct BronzeRules {
    private let hour: UTCHour
    /// Instant and rows of each run met so far.
    private var seen: [[UInt8]: Seen] = [:]
    private(set) var findings: [Finding] = []

    private struct Seen {
        let collectedAt: Int64
        var rows: Set<Int64> = []
    }

    init(_ hour: UTCHour) {
        self.hour = hour
    }

    mutating func check(_ group: RowGroupValues, _ ledger: inout PartitionLedger) {
        let (collected, runs, rows) = (group.integers("collected_at"), group.texts("run_id"), group.integers("row_no"))
        add(PartitionRules.mismatch(group, "collected_at", hour))
        add(
            group.finding(.collectedAt, column: "collected_at", { collected[$0] % 1000 != 0 }) {
                "\(Instant(microseconds: collected[$0])) and \((collected[$0] % 1000 + 1000) % 1000) µs: not whole "
                    + "milliseconds"
            })
        var (torn, repeated): ([Int], [Int]) = ([], [])
        for row in 0..<group.rowCount {
            ledger.add(runs[row]) { $0.bronzeRows += 1 }
            ledger.arrived(at: collected[row])
            var run = seen.removeValue(forKey: runs[row]) ?? Seen(collectedAt: collected[row])
            if run.collectedAt != collected[row] { torn.append(row) }
            if !run.rows.insert(rows[row]).inserted { repeated.append(row) }
            seen[runs[row]] = run
        }
        let (tornRows, repeatedRows) = (Set(torn), Set(repeated))
        add(
            group.finding(.collectedAt, column: "collected_at", tornRows.contains) {
                "\(Instant(microseconds: collected[$0])): run \(runs[$0].text) has another instant as well"
            })
        add(
            group.finding(.rowRepeated, column: "row_no", repeatedRows.contains) {
                "row \(rows[$0]) of run \(runs[$0].text) stands there twice"
            })
        checkMinutes(group, collected)
    }

    /// What only the whole partition tells.
    mutating func finish(_ place: Place) {
        for (run, seen) in seen.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let (low, high) = (seen.rows.min() ?? 0, seen.rows.max() ?? 0)
            guard low != 0 || high != Int64(seen.rows.count - 1) else { continue }
            let found = "run \(run.text): \(seen.rows.count) rows numbered \(low) to \(high), not from 0 without holes"
            findings.append(Finding(.rowNumbers, place.with(column: "row_no"), found))
        }
    }

    /// The file of one run bears its id (LAKE_SPEC 1); merged files, which hold several, have a name of their own.
    static func fileName(_ path: String, runs: Set<[UInt8]>, _ place: Place) -> Finding? {
        guard runs.count == 1, let run = runs.first, let name = path.split(separator: "/").last else { return nil }
        let due = "streams_\(run.text).parquet"
        return name == due ? nil : Finding(.fileName, place, "the file of run \(run.text) is not called \(due)")
    }

    private mutating func checkMinutes(_ group: RowGroupValues, _ collected: [Int64]) {
        let (minutes, starts) = (group.integers("stream_minutes"), group.texts("started_at"))
        var known: [[UInt8]: Int64?] = [:]
        func due(_ row: Int) -> Int64? {
            let started = known[starts[row]] ?? Instant(startedAt: starts[row].text)?.microseconds
            known[starts[row]] = started
            return started.map { max(0, flooredQuotient(collected[row] &- $0, 60_000_000)) }
        }
        func found(_ row: Int) -> Int64? { group.isNull("stream_minutes", row) ? nil : minutes[row] }
        func text(_ number: Int64?) -> String { number.map(String.init) ?? "null" }
        add(
            group.finding(.streamMinutes, column: "stream_minutes", { found($0) != due($0) }) {
                "stream_minutes is \(text(found($0))), not \(text(due($0)))"
            })
    }

    private mutating func add(_ finding: Finding?) {
        if let finding { findings.append(finding) }
    }
}

/// Rows lie in the partition that their instant names.
enum PartitionRules {
    static func mismatch(_ group: RowGroupValues, _ column: String, _ hour: UTCHour) -> Finding? {
        let instants = group.integers(column)
        let start = hour.start.microseconds
        return group.finding(
            .partitionMismatch, column: column, { !(start..<start + 3_600_000_000).contains(instants[$0]) }
        ) { "\(Instant(microseconds: instants[$0])) in \(hour)" }
    }
}
