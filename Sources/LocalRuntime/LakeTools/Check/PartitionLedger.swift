import Lake

/// What one UTC hour says of its runs, in bronze and in silver (LAKE_SPEC 5.1).
struct PartitionLedger {
    struct Run {
        var bronzeRows: Int64 = 0
        /// Nil when `execucoes` has no row of the run.
        var listed: Lines?
        var streams: Int64 = 0
        var quarantined: Int64 = 0
    }

    struct Lines {
        let read: Int64
        let valid: Int64
        let duplicates: Int64
        let quarantined: Int64
    }

    /// By `run_id`, in order of first sight for stable findings.
    private(set) var runs: [[UInt8]: Run] = [:]
    private(set) var order: [[UInt8]] = []
    /// Instants of the hour's runs.
    private(set) var arrivals: Set<Int64> = []
    /// Bronze files without rows: their runs came, at an instant that nothing tells.
    var emptyRuns = 0
    /// A file could not be read, so that nothing can add up.
    var isIncomplete = false

    mutating func add(_ id: [UInt8], _ change: (inout Run) -> Void) {
        if runs[id] == nil {
            runs[id] = Run()
            order.append(id)
        }
        change(&runs[id, default: Run()])
    }

    mutating func arrived(at instant: Int64) {
        arrivals.insert(instant)
    }

    /// What does not add up.
    ///
    /// - Parameters:
    ///   - hasBronze: bronze was looked at; likewise `hasSilver`.
    func findings(_ partition: String, hasBronze: Bool, hasSilver: Bool) -> [Finding] {
        guard hasSilver, !isIncomplete else { return [] }
        let place = Place(.silver, table: "execucoes", partition: partition)
        return order.flatMap { id -> [Finding] in
            guard let run = runs[id] else { return [] }
            var found: [Finding] = []
            func expect(_ code: FindingCode, _ holds: Bool, _ message: @autoclosure () -> String) {
                if !holds { found.append(Finding(code, place, "run \(id.text): \(message())")) }
            }
            guard let lines = run.listed else {
                let rows = "\(run.bronzeRows) rows in bronze, \(run.streams) in streams"
                return [Finding(.runMissing, place, "run \(id.text): no row in execucoes (\(rows))")]
            }
            if hasBronze {
                expect(.runUnknown, run.bronzeRows > 0, "listed in execucoes, but bronze has no row of it")
                expect(
                    .linesRead, run.bronzeRows == 0 || lines.read == run.bronzeRows,
                    "linhas_lidas is \(lines.read), bronze has \(run.bronzeRows)")
            }
            let sum = lines.valid &+ lines.duplicates &+ lines.quarantined
            expect(
                .linesAccounted, lines.read == sum,
                "linhas_lidas is \(lines.read), valid, duplicate and refused make \(sum)")
            expect(
                .linesValid, lines.valid == run.streams,
                "linhas_validas is \(lines.valid), streams has \(run.streams)")
            expect(
                .linesQuarantined, lines.quarantined == run.quarantined,
                "linhas_quarentena is \(lines.quarantined), quarentena has \(run.quarantined)")
            return found
        }
    }
}
