import Lake

/// A column chunk's statistics against its values (LAKE_SPEC 4): readers skip row groups, and decode nulls, by them.
enum StatisticsRules {
    static func findings(
        _ column: ParquetColumn, _ chunk: ParquetFooter.Chunk, _ place: Place
    ) -> [Finding] {
        guard let statistics = chunk.statistics else { return [] }
        let facts = Facts(column)
        var findings: [Finding] = []
        if let nulls = statistics.nullCount {
            // In lists some writers count only null elements, others every entry without a value.
            let due = Int64(facts.nullElements)...(chunk.valueCount - Int64(facts.valueCount))
            if due.isEmpty || !due.contains(nulls) {
                findings.append(
                    Finding(.statisticsNullCount, place, "null_count is \(nulls); the nulls are \(due.upperBound)"))
            }
        }
        if let problem = bounds(statistics, facts) {
            findings.append(Finding(.statisticsBounds, place, problem))
        }
        return findings
    }

    private static func bounds(_ statistics: ParquetFooter.Statistics, _ facts: Facts) -> String? {
        let (low, high) = (statistics.minimum, statistics.maximum)
        guard low != nil || high != nil else { return nil }
        if facts.hasNaN { return "min and max beside a NaN" }
        guard let least = facts.least, let greatest = facts.greatest else { return "min and max of no values" }
        if let low, let found = facts.key(low), !found.isAtMost(least, exactly: statistics.isMinimumExact) {
            return "min is \(found), but the least value is \(least)"
        }
        if let high, let found = facts.key(high), !greatest.isAtMost(found, exactly: statistics.isMaximumExact) {
            return "max is \(found), but the greatest value is \(greatest)"
        }
        return nil
    }

    /// A value in the order that statistics follow.
    private enum Key: CustomStringConvertible {
        case number(Int64)
        case double(Double)
        case bytes([UInt8])

        /// For numbers a bound is the value itself; texts may be cut short, unless the file says that they are not.
        func isAtMost(_ other: Key, exactly: Bool?) -> Bool {
            switch (self, other) {
            case (.number(let left), .number(let right)): left == right
            // -0.0 stands below and +0.0 above for either zero, and they compare equal.
            case (.double(let left), .double(let right)): left == right
            case (.bytes(let left), .bytes(let right)):
                left == right || (exactly != true && left.lexicographicallyPrecedes(right))
            default: false
            }
        }

        var description: String {
            switch self {
            case .number(let value): "\(value)"
            case .double(let value): "\(value)"
            case .bytes(let value): "\"\(value.prefix(40).map { $0 }.text)\""
            }
        }
    }

    private struct Facts {
        private(set) var valueCount = 0
        private(set) var nullElements = 0
        private(set) var hasNaN = false
        private(set) var least: Key?
        private(set) var greatest: Key?
        /// Reads a bound as the file stores it; nil when its size is wrong.
        let key: ([UInt8]) -> Key?

        init(_ column: ParquetColumn) {
            switch column {
            case .boolean(let column):
                key = { $0.count == 1 ? .number($0[0] == 0 ? 0 : 1) : nil }
                take(column.present.map { $0 ? 1 : 0 }, nulls: column.nullCount)
            case .int32(let column):
                key = { bytes in Self.bits(bytes, 4).map { .number(Int64(Int32(truncatingIfNeeded: $0))) } }
                take(column.present.map(Int64.init), nulls: column.nullCount)
            case .int64(let column):
                key = { bytes in Self.bits(bytes, 8).map { .number(Int64(bitPattern: $0)) } }
                take(column.present, nulls: column.nullCount)
            case .double(let column):
                key = { bytes in Self.bits(bytes, 8).map { .double(Double(bitPattern: $0)) } }
                let values = column.present
                (valueCount, nullElements) = (values.count, column.nullCount)
                hasNaN = values.contains(where: \.isNaN)
                least = values.min().map(Key.double)
                greatest = values.max().map(Key.double)
            case .string(let column):
                key = { .bytes($0) }
                take(column)
            case .stringList(let column):
                key = { .bytes($0) }
                take(column.elements)
            }
        }

        private mutating func take(_ values: [Int64], nulls: Int) {
            (valueCount, nullElements) = (values.count, nulls)
            least = values.min().map(Key.number)
            greatest = values.max().map(Key.number)
        }

        private mutating func take(_ column: StringColumn) {
            let codes = Set(column.codes.lazy.filter { $0 != StringColumn.null })
            nullElements = column.codes.count { $0 == StringColumn.null }
            valueCount = column.codes.count - nullElements
            let order: (UInt32, UInt32) -> Bool = { column.pool[$0].lexicographicallyPrecedes(column.pool[$1]) }
            least = codes.min(by: order).map { .bytes(Array(column.pool[$0])) }
            greatest = codes.max(by: order).map { .bytes(Array(column.pool[$0])) }
        }

        private static func bits(_ bytes: [UInt8], _ size: Int) -> UInt64? {
            bytes.count == size ? bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : nil
        }
    }
}

extension FixedColumn {
    fileprivate var present: [Value] {
        guard let validity else { return values }
        return zip(values, validity).compactMap { $1 ? $0 : nil }
    }

    fileprivate var nullCount: Int { validity?.count { !$0 } ?? 0 }
}
