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

    /// Counts the fates of all rows, run by run.
    func counts(_ partition: BronzePartition) -> [RunCounts] {
        let width = Int(UInt8.max) + 1
        var tally = [Int64](repeating: 0, count: count * width)
        for row in 0..<partition.rowCount {
            tally[Int(partition.run[row]) * width + Int(partition.fate[row])] += 1
        }
        return (0..<count).map { run in
            let fates = tally[run * width..<(run + 1) * width]
            var counts = RunCounts(
                runID: String(decoding: ids.pool[UInt32(run)], as: UTF8.self),
                collectedAt: Instant(microseconds: collectedAt[run]))
            counts.read = fates.reduce(0, +)
            counts.kept = fates[fates.startIndex + Int(BronzePartition.Fate.kept)]
            counts.duplicates = fates[fates.startIndex + Int(BronzePartition.Fate.duplicate)]
            for motivo in Motivo.allCases {
                let number = fates[fates.startIndex + Int(motivo.rule)]
                if number > 0 { counts.quarantined[motivo] = number }
            }
            return counts
        }
    }
}
