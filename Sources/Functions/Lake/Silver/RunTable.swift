/// What became of one run's rows (LAKE_SPEC 2.3, `execucoes`).
package struct RunCounts: Sendable, Equatable {
    package let runID: String
    package let collectedAt: Instant
    package fileprivate(set) var read: Int64 = 0
    package fileprivate(set) var kept: Int64 = 0
    package fileprivate(set) var duplicates: Int64 = 0
    package fileprivate(set) var quarantined: [Motivo: Int64] = [:]

    package var quarantinedTotal: Int64 { quarantined.values.reduce(0, +) }
}

/// The runs met in a partition, numbered in order of first sight; equal ids are equal bytes.
struct RunTable {
    private(set) var ids = StringDictionary()
    /// The latest `collected_at` of each run. The contract has one value per run; where a file breaks that, the
    /// answer must not depend on the order of files.
    private(set) var collectedAt: [Int64] = []

    var count: Int { collectedAt.count }

    /// The numbers of the rows' runs.
    mutating func indices(
        of column: StringColumn, collectedAt instants: [Int64], in file: ParquetFile
    ) throws -> [UInt32] {
        var known = [UInt32](repeating: .max, count: column.pool.count)
        var result: [UInt32] = []
        result.reserveCapacity(column.codes.count)
        do throws(ParquetProblem) {
            try column.pool.withViews { (views) throws(ParquetProblem) in
                for (row, code) in column.codes.enumerated() {
                    if known[Int(code)] == .max { known[Int(code)] = try number(of: views[code]) }
                    let index = known[Int(code)]
                    collectedAt[Int(index)] = max(collectedAt[Int(index)], instants[row])
                    result.append(index)
                }
            }
        } catch {
            throw ParquetError(file: file.source.name, column: "run_id", problem: error)
        }
        return result
    }

    private mutating func number(of id: ByteView) throws(ParquetProblem) -> UInt32 {
        let code = try ids.code(for: id)
        if Int(code) == collectedAt.count { collectedAt.append(.min) }
        return code
    }

    /// True when the first run's id comes before the second's, by bytes.
    func precedes(_ left: UInt32, _ right: UInt32) -> Bool {
        ids.pool.withViews { $0[left].precedes($0[right]) }
    }
}

/// The fates of rows, counted run by run.
struct RunTally {
    private var counts: [Int64] = []

    private static let width = Int(UInt8.max) + 1

    /// Counts the rows of one chunk.
    mutating func add(run: [UInt32], fates: ArraySlice<UInt8>) {
        let missing = (Int(run.max() ?? 0) + 1) * Self.width - counts.count
        if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
        for (run, fate) in zip(run, fates) { counts[Int(run) * Self.width + Int(fate)] += 1 }
    }

    /// What became of each run's rows.
    func runCounts(_ runs: RunTable) -> [RunCounts] {
        (0..<runs.count).map { run in
            var result = RunCounts(
                runID: String(decoding: runs.ids.pool[UInt32(run)], as: UTF8.self),
                collectedAt: Instant(microseconds: runs.collectedAt[run]))
            let fates = counts[run * Self.width..<(run + 1) * Self.width]
            result.read = fates.reduce(0, +)
            result.kept = fates[fates.startIndex + Int(BronzePartition.Fate.kept)]
            result.duplicates = fates[fates.startIndex + Int(BronzePartition.Fate.duplicate)]
            for motivo in Motivo.allCases {
                let number = fates[fates.startIndex + Int(motivo.rule)]
                if number > 0 { result.quarantined[motivo] = number }
            }
            return result
        }
    }
}
