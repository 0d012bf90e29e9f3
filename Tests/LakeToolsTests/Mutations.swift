@testable import Lake

/// Ways to break one thing in a Parquet file and leave the rest.
extension GoodLake {
    /// Parses the footer, changes it, and writes the file with the pages as they lie.
    func rewriteFooter(_ name: String, _ change: (inout FileMetadata) -> Void) throws {
        let bytes = try bytes(name)
        let footer = try ParquetFile.footer(of: ParquetSource(name: name, bytes: bytes))
        var reader = ThriftReader(footer)
        var metadata = try reader.fileMetadata()
        change(&metadata)
        var writer = ThriftWriter()
        writer.fileMetadata(metadata)
        let length = withUnsafeBytes(of: UInt32(writer.bytes.count).littleEndian) { Array($0) }
        try write(name, Array(bytes.dropLast(8 + footer.count)) + writer.bytes + length + Array("PAR1".utf8))
    }

    /// Writes the table under a contract of another shape.
    func rewrite(_ name: String, as change: ([ColumnSchema]) -> [ColumnSchema]) throws {
        let table = try table(name)
        let schema = TableSchema(name: table.schema.name, columns: change(table.schema.columns))
        let columns = schema.columns.map { column in
            table[column.name] ?? ParquetColumn(nulls: table.rowCount, type: column.type)
        }
        try write(name, try ParquetWriter.file(ParquetTable(schema: schema, columns: columns)))
    }

    func writeWithoutChecksums(_ name: String) throws {
        var limits = ParquetLimits()
        limits.hasChecksums = false
        try write(name, try ParquetWriter.file(try table(name), limits: limits))
    }
}

extension ParquetTable {
    /// Changes one number.
    mutating func set(_ column: String, row: Int = 0, to value: Int64) {
        guard let index = schema.index(of: column) else { return }
        switch columns[index] {
        case .int64(var numbers):
            numbers.values[row] = value
            columns[index] = .int64(numbers)
        case .int32(var numbers):
            numbers.values[row] = Int32(truncatingIfNeeded: value)
            columns[index] = .int32(numbers)
        default: break
        }
    }

    mutating func set(_ column: String, row: Int = 0, double value: Double) {
        guard let index = schema.index(of: column), case .double(var numbers) = columns[index] else { return }
        numbers.values[row] = value
        columns[index] = .double(numbers)
    }

    mutating func set(_ column: String, row: Int = 0, text: String) throws {
        guard let index = schema.index(of: column), case .string(var texts) = columns[index] else { return }
        texts.codes[row] = try texts.pool.append(text)
        columns[index] = .string(texts)
    }

    /// Changes the first element of the first row's tags.
    mutating func setFirstTag(_ text: String) throws {
        guard let index = schema.index(of: "tags"), case .stringList(var lists) = columns[index] else { return }
        lists.elements.codes[lists.range(of: 0).lowerBound] = try lists.elements.pool.append(text)
        columns[index] = .stringList(lists)
    }

    mutating func set(_ column: String, row: Int = 0, flag value: Bool) {
        guard let index = schema.index(of: column), case .boolean(var values) = columns[index] else { return }
        values.values[row] = value
        columns[index] = .boolean(values)
    }

    /// Keeps these rows, in this order; a row may come twice.
    mutating func keep(_ rows: [Int]) throws {
        columns = try columns.map { try $0.gathered(rows.map(UInt32.init)) }
    }
}
