extension ParquetColumn {
    /// True when a row is null.
    package var hasNulls: Bool {
        switch self {
        case .boolean(let column): column.validity?.contains(false) ?? false
        case .int32(let column): column.validity?.contains(false) ?? false
        case .int64(let column): column.validity?.contains(false) ?? false
        case .double(let column): column.validity?.contains(false) ?? false
        case .string(let column): column.codes.contains(StringColumn.null)
        case .stringList(let column): column.validity?.contains(false) ?? false
        }
    }

    /// What the column would be under a contract that says `type`: 32- and 64-bit numbers change into each other.
    func converted(to type: ColumnType) throws(ParquetProblem) -> ParquetColumn {
        switch (self, type) {
        case (.boolean, .boolean), (.int32, .int32), (.int32, .date), (.int64, .int64), (.int64, .timestamp),
            (.double, .double), (.string, .string), (.stringList, .stringList):
            return self
        case (.int32(let column), .int64):
            return .int64(FixedColumn(values: column.values.map(Int64.init), validity: column.validity))
        case (.int64(let column), .int32):
            let narrowed = column.values.compactMap { Int32(exactly: $0) }
            guard narrowed.count == column.values.count else { throw .contract("a number beyond 32 bits") }
            return .int32(FixedColumn(values: narrowed, validity: column.validity))
        default: throw .contract("\(kind) values where \(type.rawValue) is due")
        }
    }

    /// Some rows in a row.
    func rows(_ rows: Range<Int>) -> ParquetColumn {
        guard rows != 0..<rowCount else { return self }
        return switch self {
        case .boolean(let column): .boolean(column.rows(rows))
        case .int32(let column): .int32(column.rows(rows))
        case .int64(let column): .int64(column.rows(rows))
        case .double(let column): .double(column.rows(rows))
        case .string(let column): .string(StringColumn(pool: column.pool, codes: Array(column.codes[rows])))
        case .stringList(let column): .stringList(column.rows(rows))
        }
    }

    /// Adds the rows of `other`, a column of the same type.
    package mutating func append(_ other: ParquetColumn) throws(ParquetProblem) {
        switch (self, other) {
        case (.boolean(let left), .boolean(let right)): self = .boolean(left.appending(right))
        case (.int32(let left), .int32(let right)): self = .int32(left.appending(right))
        case (.int64(let left), .int64(let right)): self = .int64(left.appending(right))
        case (.double(let left), .double(let right)): self = .double(left.appending(right))
        case (.string(var left), .string(let right)):
            try left.append(right)
            self = .string(left)
        case (.stringList(var left), .stringList(let right)):
            try left.append(right)
            self = .stringList(left)
        default: throw .contract("\(other.kind) values after \(kind) values")
        }
    }

    private var kind: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .double: "DOUBLE"
        case .string: "STRING"
        case .stringList: "LIST<STRING>"
        }
    }
}

extension FixedColumn {
    fileprivate func rows(_ rows: Range<Int>) -> FixedColumn {
        FixedColumn(values: Array(values[rows]), validity: validity.map { Array($0[rows]) })
    }

    func appending(_ other: FixedColumn) -> FixedColumn {
        FixedColumn(
            values: values + other.values,
            validity: mergedValidity(validity, values.count, other.validity, other.values.count))
    }
}

extension StringColumn {
    mutating func append(_ other: StringColumn) throws(ParquetProblem) {
        let first = UInt32(pool.count)
        try pool.append(other.pool)
        codes.append(contentsOf: other.codes.lazy.map { $0 == Self.null ? $0 : $0 + first })
    }
}

extension StringListColumn {
    fileprivate func rows(_ rows: Range<Int>) -> StringListColumn {
        let first = rows.isEmpty ? 0 : range(of: rows.lowerBound).lowerBound
        let last = rows.isEmpty ? 0 : range(of: rows.upperBound - 1).upperBound
        let codes = Array(elements.codes[first..<last])
        return StringListColumn(
            elements: StringColumn(pool: elements.pool, codes: codes),
            ends: ends[rows].map { $0 - UInt32(truncatingIfNeeded: first) }, validity: validity.map { Array($0[rows]) })
    }

    mutating func append(_ other: StringListColumn) throws(ParquetProblem) {
        let first = UInt32(elements.codes.count)
        validity = mergedValidity(validity, ends.count, other.validity, other.ends.count)
        try elements.append(other.elements)
        ends.append(contentsOf: other.ends.lazy.map { $0 + first })
    }
}

private func mergedValidity(_ left: [Bool]?, _ leftCount: Int, _ right: [Bool]?, _ rightCount: Int) -> [Bool]? {
    guard left != nil || right != nil else { return nil }
    return (left ?? Array(repeating: true, count: leftCount)) + (right ?? Array(repeating: true, count: rightCount))
}
