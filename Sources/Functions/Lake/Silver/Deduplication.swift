extension BronzePartition {
    /// Of the good rows of one stream and slot, the one with the greatest (`collected_at`, `run_id` by bytes,
    /// `row_no`) stays; the fate of the others becomes duplicate (LAKE_SPEC 2.3).
    ///
    /// - Parameters:
    ///   - limit: good rows compared at once; of more, one part of the ids after another.
    mutating func removeDuplicates(_ configuration: LakeConfiguration, limit: Int) throws {
        let good = fate.count { $0 == Fate.kept }
        guard good > 0 else { return }
        for part in HashRange.parts((good + limit - 1) / limit) {
            var winners = Winners(hour, configuration, capacity: Int(Double(good) * part.width))
            for chunk in chunks {
                let keys = try keys(chunk)
                for row in keys.idStream.indices where fate[chunk.rows.lowerBound + row] == Fate.kept {
                    guard part.isWhole || part.contains(keys.idStream[row]) else { continue }
                    let candidate = Winners.Row(
                        id: keys.idStream[row], offset: winners.offset(of: keys.collectedAt[row]),
                        place: UInt32(chunk.rows.lowerBound + row), run: keys.run[row], number: keys.rowNumber[row])
                    if let loser = winners.take(candidate, runs) { fate[Int(loser)] = Fate.duplicate }
                }
            }
        }
    }
}

/// The latest row of each stream and slot so far.
private struct Winners {
    struct Row {
        let id: Int64
        /// Microseconds of `collected_at` within the partition's hour, which 32 bits hold.
        let offset: UInt32
        /// The row's place in the partition.
        let place: UInt32
        let run: UInt32
        let number: Int32
    }

    private var rows = SegmentedArray<Row>()
    private var table: CodeTable
    private let start: Int64
    private let slotLength: UInt32

    init(_ hour: UTCHour, _ configuration: LakeConfiguration, capacity: Int) {
        table = CodeTable(minimumCapacity: capacity)
        start = hour.start.microseconds
        slotLength = UInt32(configuration.snapshotSeconds &* Instant.microsecondsPerSecond)
    }

    func offset(of collectedAt: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: collectedAt &- start)
    }

    /// Takes a row in; gives the place of the row that it leaves behind, or its own when it is not the later one.
    @inline(__always)
    mutating func take(_ row: Row, _ runs: RunTable) -> UInt32? {
        let next = UInt32(truncatingIfNeeded: rows.count)
        let code = table.code(
            hash: Self.hash(row, slotLength), newCode: next,
            isMatch: { Self.isSameKey(rows[Int($0)], row, slotLength) },
            hashOf: { Self.hash(rows[Int($0)], slotLength) })
        if code == next {
            rows.append(row)
            return nil
        }
        guard Self.isLater(row, than: rows[Int(code)], runs) else { return row.place }
        let loser = rows[Int(code)].place
        rows[Int(code)] = row
        return loser
    }

    private static func isSameKey(_ left: Row, _ right: Row, _ slotLength: UInt32) -> Bool {
        left.id == right.id && (left.offset == right.offset || left.offset / slotLength == right.offset / slotLength)
    }

    private static func hash(_ row: Row, _ slotLength: UInt32) -> UInt64 {
        KeyHash.hash(UInt64(bitPattern: row.id) ^ UInt64(row.offset / slotLength) << 52)
    }

    private static func isLater(_ row: Row, than other: Row, _ runs: RunTable) -> Bool {
        if row.offset != other.offset { return row.offset > other.offset }
        if row.run != other.run { return runs.precedes(other.run, row.run) }
        return row.number > other.number
    }
}
