/// The values of a fixed-width column, one place a row; the place of a null row holds zero.
package struct FixedColumn<Value: Sendable & Equatable>: Sendable, Equatable {
    package var values: [Value]
    /// True where a row has a value; nil when every row has one.
    package var validity: [Bool]?

    package init(values: [Value], validity: [Bool]? = nil) {
        self.values = values
        self.validity = validity
    }

    /// The row's value, or nil for null.
    package subscript(row: Int) -> Value? {
        validity?[row] == false ? nil : values[row]
    }
}

/// A string column: a code a row into a pool. Several rows may share a code, and a pool may hold equal strings twice.
package struct StringColumn: Sendable {
    package var pool: StringPool
    package var codes: [UInt32]

    /// The code of a row without a value.
    package static let null = UInt32.max

    package init(pool: StringPool = StringPool(), codes: [UInt32] = []) {
        self.pool = pool
        self.codes = codes
    }

    /// The row's bytes, or nil for null.
    package subscript(row: Int) -> ArraySlice<UInt8>? {
        codes[row] == Self.null ? nil : pool[codes[row]]
    }

    package mutating func append(_ text: String?) throws(ParquetProblem) {
        codes.append(try text.map { (text) throws(ParquetProblem) in try pool.append(text) } ?? Self.null)
    }
}

/// A column of lists of strings. Null lists, empty lists and null elements are three things.
package struct StringListColumn: Sendable {
    /// The elements of all rows, one after another.
    package var elements: StringColumn
    /// Where the elements of row r end; they begin where those of row r - 1 end.
    package var ends: [UInt32]
    /// False for null lists; nil when there is none.
    package var validity: [Bool]?

    package init(elements: StringColumn = StringColumn(), ends: [UInt32] = [], validity: [Bool]? = nil) {
        self.elements = elements
        self.ends = ends
        self.validity = validity
    }

    /// The positions in `elements` of the row's list.
    package func range(of row: Int) -> Range<Int> {
        (row == 0 ? 0 : Int(ends[row - 1]))..<Int(ends[row])
    }

    /// The row's elements, or nil for a null list.
    package subscript(row: Int) -> [ArraySlice<UInt8>?]? {
        validity?[row] == false ? nil : range(of: row).map { elements[$0] }
    }

    package mutating func append(_ list: [String?]?) throws(ParquetProblem) {
        for element in list ?? [] { try elements.append(element) }
        if list == nil, validity == nil { validity = Array(repeating: true, count: ends.count) }
        validity?.append(list != nil)
        ends.append(UInt32(truncatingIfNeeded: elements.codes.count))
    }
}

/// One column in memory; the cases are Parquet's physical types as far as Lake uses them.
package enum ParquetColumn: Sendable {
    case boolean(FixedColumn<Bool>)
    case int32(FixedColumn<Int32>)
    case int64(FixedColumn<Int64>)
    case double(FixedColumn<Double>)
    case string(StringColumn)
    case stringList(StringListColumn)

    package var rowCount: Int {
        switch self {
        case .boolean(let column): column.values.count
        case .int32(let column): column.values.count
        case .int64(let column): column.values.count
        case .double(let column): column.values.count
        case .string(let column): column.codes.count
        case .stringList(let column): column.ends.count
        }
    }

    /// An empty column that holds values of `type`.
    package init(empty type: ColumnType) {
        switch type {
        case .boolean: self = .boolean(FixedColumn(values: []))
        case .int32, .date: self = .int32(FixedColumn(values: []))
        case .int64, .timestamp: self = .int64(FixedColumn(values: []))
        case .double: self = .double(FixedColumn(values: []))
        case .string: self = .string(StringColumn())
        case .stringList: self = .stringList(StringListColumn())
        }
    }

    /// A column of `count` nulls.
    package init(nulls count: Int, type: ColumnType) {
        let none = Array(repeating: false, count: count)
        switch type {
        case .boolean: self = .boolean(FixedColumn(values: none, validity: none))
        case .int32, .date: self = .int32(FixedColumn(values: Array(repeating: 0, count: count), validity: none))
        case .int64, .timestamp: self = .int64(FixedColumn(values: Array(repeating: 0, count: count), validity: none))
        case .double: self = .double(FixedColumn(values: Array(repeating: 0, count: count), validity: none))
        case .string: self = .string(StringColumn(codes: Array(repeating: StringColumn.null, count: count)))
        case .stringList:
            self = .stringList(StringListColumn(ends: Array(repeating: 0, count: count), validity: none))
        }
    }
}

/// Columns of equal length under their contract.
package struct ParquetTable: Sendable {
    package let schema: TableSchema
    package var columns: [ParquetColumn]

    package init(schema: TableSchema, columns: [ParquetColumn]) {
        self.schema = schema
        self.columns = columns
    }

    package var rowCount: Int { columns.first?.rowCount ?? 0 }

    /// The column called `name`, or nil when the table has none.
    package subscript(name: String) -> ParquetColumn? {
        schema.index(of: name).map { columns[$0] }
    }
}
