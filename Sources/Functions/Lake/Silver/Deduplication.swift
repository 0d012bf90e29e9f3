extension BronzePartition {
    /// Of the good rows of one stream and slot, the one with the greatest (`collected_at`, `run_id` by bytes,
    /// `row_no`) stays; the fate of the others becomes duplicate (LAKE_SPEC 2.3).
    mutating func removeDuplicates(_ configuration: LakeConfiguration) {
        var table = CodeTable(minimumCapacity: rowCount)
        var winners: [Winner] = []
        var (collected, slot) = (Int64.min, Int64.min)
        for row in 0..<rowCount where fate[row] == Fate.kept {
            if collectedAt[row] != collected {
                collected = collectedAt[row]
                slot = StreamNumbers.slot(collected, configuration)
            }
            let candidate = Winner(id: idStream[row], slot: slot, row: row)
            let next = UInt32(truncatingIfNeeded: winners.count)
            let code = table.code(
                hash: candidate.hash, newCode: next,
                isMatch: { winners[Int($0)].id == candidate.id && winners[Int($0)].slot == slot },
                hashOf: { winners[Int($0)].hash })
            if code == next {
                winners.append(candidate)
            } else if isLater(row, than: winners[Int(code)].row) {
                fate[winners[Int(code)].row] = Fate.duplicate
                winners[Int(code)].row = row
            } else {
                fate[row] = Fate.duplicate
            }
        }
    }

    private struct Winner {
        let id: Int64
        let slot: Int64
        var row: Int

        var hash: UInt64 { KeyHash.hash(UInt64(bitPattern: id) ^ UInt64(bitPattern: slot) << 20) }
    }

    private func isLater(_ row: Int, than other: Int) -> Bool {
        if collectedAt[row] != collectedAt[other] { return collectedAt[row] > collectedAt[other] }
        if run[row] != run[other] { return runs.precedes(run[other], run[row]) }
        return rowNumber[row] > rowNumber[other]
    }
}
