/// One value, for display and for tests.
package enum ColumnValue: Sendable, Equatable, CustomStringConvertible {
    case null
    case boolean(Bool)
    case integer(Int64)
    case double(Double)
    case text(String)
    case list([String?])
    case date(CivilDate)
    case instant(Instant)

    package var description: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .text(let value): value
        case .list(let values): "[\(values.map { $0 ?? "null" }.joined(separator: ", "))]"
        case .date(let value): value.description
        case .instant(let value): value.description
        }
    }
}

extension ParquetTable {
    /// One value; the contract's type decides between number, date and instant.
    package func value(row: Int, column: Int) -> ColumnValue {
        let stored = columns[column]
        return switch schema.columns[column].type {
        case .boolean: stored.boolean(row).map(ColumnValue.boolean) ?? .null
        case .int32, .int64: stored.integer(row).map(ColumnValue.integer) ?? .null
        case .double: stored.double(row).map(ColumnValue.double) ?? .null
        case .string: stored.text(row).map(ColumnValue.text) ?? .null
        case .stringList: stored.texts(row).map(ColumnValue.list) ?? .null
        case .date:
            stored.integer(row).map { .date(CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: $0))) } ?? .null
        case .timestamp: stored.integer(row).map { .instant(Instant(microseconds: $0)) } ?? .null
        }
    }

    /// One row by column names.
    package func row(_ row: Int) -> [String: ColumnValue] {
        Dictionary(
            uniqueKeysWithValues: schema.columns.indices.map { (schema.columns[$0].name, value(row: row, column: $0)) })
    }
}

extension ParquetColumn {
    /// The row's boolean; nil for null and in columns of another type.
    package func boolean(_ row: Int) -> Bool? {
        if case .boolean(let column) = self { column[row] } else { nil }
    }

    /// The row's whole number, date or timestamp; nil for null and in columns of another type.
    package func integer(_ row: Int) -> Int64? {
        switch self {
        case .int32(let column): column[row].map(Int64.init)
        case .int64(let column): column[row]
        default: nil
        }
    }

    /// The row's double; nil for null and in columns of another type.
    package func double(_ row: Int) -> Double? {
        if case .double(let column) = self { column[row] } else { nil }
    }

    /// The row's text, invalid UTF-8 repaired; nil for null and in columns of another type.
    package func text(_ row: Int) -> String? {
        guard case .string(let column) = self else { return nil }
        return column[row].map { String(decoding: $0, as: UTF8.self) }
    }

    /// The row's list; nil for null and in columns of another type.
    package func texts(_ row: Int) -> [String?]? {
        guard case .stringList(let column) = self else { return nil }
        return column[row]?.map { $0.map { String(decoding: $0, as: UTF8.self) } }
    }
}
