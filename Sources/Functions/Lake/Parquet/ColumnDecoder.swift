/// Turns the pages of one column chunk into the rows that are asked for.
struct ColumnDecoder {
    /// The file's name, for error messages.
    let file: String
    let chunk: ColumnChunkMetadata
    let column: FileColumn
    let rowGroup: Int
    /// The rows asked for, and those of the whole row group.
    let rows: Range<Int>
    let groupRowCount: Int
    let memoryLimit: Int

    func decode(_ bytes: ChunkBytes) throws -> ParquetColumn {
        // Without a type there are no values, only levels.
        switch column.isUntyped ? .byteArray : column.physicalType {
        case .boolean:
            let read = try read(BooleanDecoder(), bytes)
            return try rows(.boolean(read.levels.spread(read.values.values, placeholder: false)), read)
        case .int32:
            let read = try read(FixedDecoder<Int32>(), bytes)
            return try rows(.int32(read.levels.spread(read.values.values, placeholder: 0)), read)
        case .int64:
            let read = try read(FixedDecoder<Int64>(), bytes)
            return try rows(try inMicroseconds(read.levels.spread(read.values.values, placeholder: 0)), read)
        case .int96:
            let read = try read(FixedDecoder<INT96Timestamp>(), bytes)
            return try rows(.int64(read.levels.spread(read.values.values.map(\.microseconds), placeholder: 0)), read)
        case .float:
            let read = try read(FixedDecoder<WidenedFloat>(), bytes)
            return try rows(.double(read.levels.spread(read.values.values.map(\.value), placeholder: 0)), read)
        case .double:
            let read = try read(FixedDecoder<Double>(), bytes)
            return try rows(.double(read.levels.spread(read.values.values, placeholder: 0)), read)
        case .byteArray:
            let read = try read(StringDecoder(), bytes)
            guard column.isList else { return try rows(.string(read.levels.strings(read.values)), read) }
            return try rows(.stringList(read.levels.lists(read.values, column.shape)), read)
        case .fixedLengthByteArray, nil: throw error(.unsupported("values of fixed length"))
        }
    }

    private func read<Values: ValueDecoder>(_ values: Values, _ bytes: ChunkBytes) throws -> ChunkReader<Values> {
        var bytes = bytes
        var page: Int?
        do {
            var reader = try ChunkReader(chunk, of: column, memoryLimit: memoryLimit, values: values)
            defer { page = reader.page }
            try reader.read(&bytes, rows: rows)
            return reader
        } catch let problem as ParquetProblem {
            throw error(problem, page: page)
        }
    }

    /// What was asked for, out of the rows of whole pages.
    private func rows<Values>(_ read: ParquetColumn, _ reader: ChunkReader<Values>) throws(ParquetError)
        -> ParquetColumn
    {
        let first = rows.lowerBound - reader.firstRow
        let isFitting = first >= 0 && first + rows.count <= read.rowCount
        guard isFitting, rows.upperBound < groupRowCount || first + rows.count == read.rowCount else {
            throw error(.corrupt("pages with \(reader.firstRow + read.rowCount) rows where \(rows.upperBound) are due"))
        }
        return read.rows(first..<first + rows.count)
    }

    private func inMicroseconds(_ stored: FixedColumn<Int64>) throws(ParquetError) -> ParquetColumn {
        switch column.timeUnit {
        case .micros, nil: return .int64(stored)
        case .nanos:
            return .int64(
                FixedColumn(values: stored.values.map { floorDivision($0, 1000).quotient }, validity: stored.validity))
        case .millis:
            let (values, overflows) = stored.values.reduce(into: ([Int64](), false)) { result, value in
                let (product, overflow) = value.multipliedReportingOverflow(by: 1000)
                result.0.append(product)
                result.1 = result.1 || overflow
            }
            if overflows { throw error(.corrupt("a timestamp out of range")) }
            return .int64(FixedColumn(values: values, validity: stored.validity))
        }
    }

    private func error(_ problem: ParquetProblem, page: Int? = nil) -> ParquetError {
        ParquetError(file: file, column: column.name, rowGroup: rowGroup, page: page, problem: problem)
    }
}
