/// The rows of some bronze row groups that stay, and those that are refused.
struct RowSelection {
    let chunks: [BronzeChunk]
    let numbers: [BronzeNumbers]
    /// Rows within each chunk, in order.
    let kept: [[UInt32]]
    let quarantined: [[UInt32]]
    let keptCount: Int
    let quarantinedCount: Int

    init(_ partition: BronzePartition, _ chunks: [BronzeChunk]) throws {
        self.chunks = chunks
        numbers = try chunks.map(partition.numbers)
        kept = chunks.map { chunk in
            Self.rows(partition.fate[chunk.rows]) { $0 == BronzePartition.Fate.kept }
        }
        quarantined = chunks.map { chunk in
            Self.rows(partition.fate[chunk.rows]) {
                $0 != BronzePartition.Fate.kept && $0 != BronzePartition.Fate.duplicate
            }
        }
        keptCount = kept.reduce(0) { $0 + $1.count }
        quarantinedCount = quarantined.reduce(0) { $0 + $1.count }
    }

    private static func rows(_ fates: ArraySlice<UInt8>, _ isWanted: (UInt8) -> Bool) -> [UInt32] {
        var rows: [UInt32] = []
        for (row, fate) in fates.enumerated() where isWanted(fate) { rows.append(UInt32(row)) }
        return rows
    }

    /// The reason of each refused row.
    func motivos(_ partition: BronzePartition) throws -> ParquetColumn {
        var column = StringColumn()
        for motivo in Motivo.allCases { _ = try column.pool.append(motivo.rawValue) }
        for (chunk, rows) in zip(chunks, quarantined) {
            // Rules count from 1, codes from 0.
            column.codes += rows.map { UInt32(partition.fate[chunk.rows.lowerBound + Int($0)] - 1) }
        }
        return .string(column)
    }

    /// The kept rows' values of one of the numbers.
    func keptValues<Value>(_ values: (BronzeNumbers) -> [Value]) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(keptCount)
        for (numbers, rows) in zip(numbers, kept) {
            let all = values(numbers)
            result.append(contentsOf: rows.lazy.map { all[Int($0)] })
        }
        return result
    }
}

extension ParquetColumn {
    /// These rows, in this order. Strings that none of them uses are left behind.
    package func gathered(_ rows: [UInt32]) throws(ParquetProblem) -> ParquetColumn {
        switch self {
        case .boolean(let column): .boolean(column.gathered(rows))
        case .int32(let column): .int32(column.gathered(rows))
        case .int64(let column): .int64(column.gathered(rows))
        case .double(let column): .double(column.gathered(rows))
        case .string(let column): .string(try column.gathered(rows))
        case .stringList(let column): .stringList(try column.gathered(rows))
        }
    }
}

extension FixedColumn {
    func gathered(_ rows: [UInt32]) -> FixedColumn {
        FixedColumn(values: rows.map { values[Int($0)] }, validity: validity.map { all in rows.map { all[Int($0)] } })
    }
}

extension StringColumn {
    func gathered(_ rows: [UInt32]) throws(ParquetProblem) -> StringColumn {
        var mapper = PoolMapper(pool)
        var result = StringColumn()
        result.codes.reserveCapacity(rows.count)
        for row in rows {
            let code = codes[Int(row)]
            result.codes.append(code == Self.null ? code : try mapper.copy(code, into: &result.pool))
        }
        return result
    }
}

extension StringListColumn {
    func gathered(_ rows: [UInt32]) throws(ParquetProblem) -> StringListColumn {
        var mapper = PoolMapper(elements.pool)
        var result = StringListColumn()
        for row in rows {
            for index in range(of: Int(row)) {
                let code = elements.codes[index]
                let copied = code == StringColumn.null ? code : try mapper.copy(code, into: &result.elements.pool)
                result.elements.codes.append(copied)
            }
            result.ends.append(UInt32(truncatingIfNeeded: result.elements.codes.count))
        }
        result.validity = validity.map { all in rows.map { all[Int($0)] } }
        return result
    }
}

/// Carries strings from one pool to another, each at most once.
struct PoolMapper {
    private let source: StringPool
    private var known: [UInt32]

    init(_ source: StringPool) {
        self.source = source
        known = Array(repeating: .max, count: source.count)
    }

    @inline(__always)
    mutating func copy(_ code: UInt32, into target: inout StringPool) throws(ParquetProblem) -> UInt32 {
        if known[Int(code)] == .max {
            known[Int(code)] = try source.withViews { (views) throws(ParquetProblem) in
                try target.append(code, of: views)
            }
        }
        return known[Int(code)]
    }
}
