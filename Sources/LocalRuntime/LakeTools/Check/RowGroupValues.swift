import Lake

/// One row group read under its table's contract, with what the rules ask of it.
struct RowGroupValues {
    let table: ParquetTable
    let place: Place
    /// The row group's first row in its file.
    let firstRow: Int
    /// Every column of the contract is there; without, no rule over values can tell right from wrong.
    let isWhole: Bool
    /// Rows with a null where none may be, which is a finding of its own.
    let brokenRows: Set<Int>

    var rowCount: Int { table.rowCount }

    /// Whole numbers, dates and instants; null counts as 0, and is a finding of its own.
    func integers(_ name: String) -> [Int64] {
        switch table[name] {
        case .int64(let column): column.values
        case .int32(let column): column.values.map(Int64.init)
        default: Array(repeating: 0, count: rowCount)
        }
    }

    func booleans(_ name: String) -> [Bool] {
        guard case .boolean(let column)? = table[name] else { return Array(repeating: false, count: rowCount) }
        return column.values
    }

    func doubles(_ name: String) -> [Double] {
        guard case .double(let column)? = table[name] else { return Array(repeating: 0, count: rowCount) }
        return column.values
    }

    /// The rows' texts as bytes, which is what equality means here; null is empty.
    func texts(_ name: String) -> [[UInt8]] {
        guard case .string(let column)? = table[name] else { return Array(repeating: [], count: rowCount) }
        let words = (0..<UInt32(column.pool.count)).map { Array(column.pool[$0]) }
        return column.codes.map { $0 == StringColumn.null ? [] : words[Int($0)] }
    }

    /// The rows' lists; a null list is empty.
    func lists(_ name: String) -> [[[UInt8]?]] {
        guard case .stringList(let column)? = table[name] else { return Array(repeating: [], count: rowCount) }
        let words = (0..<UInt32(column.elements.pool.count)).map { Array(column.elements.pool[$0]) }
        return (0..<rowCount).map { row in
            column.range(of: row).map { place in
                let code = column.elements.codes[place]
                return code == StringColumn.null ? nil : words[Int(code)]
            }
        }
    }

    func isNull(_ name: String, _ row: Int) -> Bool {
        table[name]?.isNull(row) ?? true
    }

    /// One finding for all rows that `isWrong`, at the first of them; nil when there is none.
    func finding(
        _ code: FindingCode, column: String? = nil, _ isWrong: (Int) -> Bool, _ message: (Int) -> String
    ) -> Finding? {
        var (first, count): (Int?, Int) = (nil, 0)
        guard isWhole else { return nil }
        for row in 0..<rowCount where isWrong(row) && !brokenRows.contains(row) {
            first = first ?? row
            count += 1
        }
        guard let first else { return nil }
        let others = count > 1 ? " (and \(count - 1) more rows)" : ""
        return Finding(code, place.with(column: column, row: firstRow + first), message(first) + others)
    }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }
}

/// Equal to 1e-9 relative, the specification's tolerance for doubles.
func isClose(_ left: Double, _ right: Double) -> Bool {
    left == right || abs(left - right) <= 1e-9 * max(abs(left), abs(right))
}

/// Quotient rounded down; `divisor` is positive.
func flooredQuotient(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
}
