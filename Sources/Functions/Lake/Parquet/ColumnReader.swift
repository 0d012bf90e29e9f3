extension ParquetFile {
    /// Reads one column of one row group as the contract's `column`, whatever its place and, within reason, its type
    /// in the file: a missing column is null in every row, 32- and 64-bit numbers stand for each other where they
    /// fit, and timestamps of any unit become microseconds.
    ///
    /// - Throws: `ParquetError`, also when a column that is never null has a null; or what the source throws.
    package func read(_ column: ColumnSchema, rowGroup: Int) throws -> ParquetColumn {
        let rows = rowCount(ofRowGroup: rowGroup)
        guard let stored = columns.first(where: { $0.name == column.name }) else {
            guard column.isNullable || rows == 0 else {
                throw error(.contract("the column is missing"), column.name, rowGroup)
            }
            // A footer may claim any number of rows for columns that are not there.
            guard rows <= memoryLimit / Self.nullByteCount else {
                throw error(.tooLarge("\(rows) rows in a file of \(source.byteCount) bytes"), column.name, rowGroup)
            }
            return ParquetColumn(nulls: rows, type: column.type)
        }
        let read = try read(stored, rowGroup: rowGroup)
        do throws(ParquetProblem) {
            let converted = try read.converted(to: column.type)
            guard column.isNullable || !converted.hasNulls else { throw .contract("a null where none may be") }
            return converted
        } catch {
            throw self.error(error, column.name, rowGroup)
        }
    }

    /// Reads the whole file under `schema`, or under its own when none is given.
    package func table(_ schema: TableSchema? = nil) throws -> ParquetTable {
        let schema = schema ?? self.schema
        var table = ParquetTable(schema: schema, columns: schema.columns.map { ParquetColumn(empty: $0.type) })
        for (index, column) in schema.columns.enumerated() {
            for group in 0..<rowGroupCount {
                let read = try read(column, rowGroup: group)
                do throws(ParquetProblem) {
                    try table.columns[index].append(read)
                } catch {
                    throw self.error(error, column.name, group)
                }
            }
        }
        return table
    }

    private func read(_ column: FileColumn, rowGroup: Int) throws -> ParquetColumn {
        let (chunk, range): (ColumnChunkMetadata, Range<Int>)
        do throws(ParquetProblem) {
            (chunk, range) = try locate(column, rowGroup)
        } catch {
            throw self.error(error, column.name, rowGroup)
        }
        return try decode(try source.bytes(range), chunk, column, rowGroup)
    }

    private func locate(
        _ column: FileColumn, _ rowGroup: Int
    ) throws(ParquetProblem) -> (ColumnChunkMetadata, Range<Int>) {
        _ = try column.valueType()
        let group = metadata.rowGroups[rowGroup]
        let chunk = group.columns[column.leafIndex]
        guard chunk.physicalType == column.leaf.physicalType else {
            throw .corrupt("a column chunk of another type than its schema's")
        }
        guard column.isList ? chunk.valueCount >= group.rowCount : chunk.valueCount == group.rowCount else {
            throw .corrupt("\(chunk.valueCount) values in a row group of \(group.rowCount) rows")
        }
        // Writers leave the offsets of an empty chunk at 0.
        guard chunk.valueCount > 0 else { return (chunk, 0..<0) }
        let (start, length, end) = (chunk.startOffset, chunk.compressedByteCount, Int64(source.byteCount) - 8)
        guard start >= 4, start <= end, length >= 0, length <= end - start else {
            throw .corrupt("a column chunk outside the file")
        }
        return (chunk, Int(start)..<Int(start + length))
    }

    private func decode(
        _ bytes: ArraySlice<UInt8>, _ chunk: ColumnChunkMetadata, _ column: FileColumn, _ rowGroup: Int
    ) throws -> ParquetColumn {
        switch column.physicalType {
        case .boolean:
            let (values, levels) = try run(BooleanDecoder(), bytes, chunk, column, rowGroup)
            return .boolean(levels.spread(values.values, placeholder: false))
        case .int32:
            let (values, levels) = try run(FixedDecoder<Int32>(), bytes, chunk, column, rowGroup)
            return .int32(levels.spread(values.values, placeholder: 0))
        case .int64:
            let (values, levels) = try run(FixedDecoder<Int64>(), bytes, chunk, column, rowGroup)
            return try inMicroseconds(levels.spread(values.values, placeholder: 0), column, rowGroup)
        case .int96:
            let (values, levels) = try run(FixedDecoder<INT96Timestamp>(), bytes, chunk, column, rowGroup)
            return .int64(levels.spread(values.values.map(\.microseconds), placeholder: 0))
        case .float:
            let (values, levels) = try run(FixedDecoder<WidenedFloat>(), bytes, chunk, column, rowGroup)
            return .double(levels.spread(values.values.map(\.value), placeholder: 0))
        case .double:
            let (values, levels) = try run(FixedDecoder<Double>(), bytes, chunk, column, rowGroup)
            return .double(levels.spread(values.values, placeholder: 0))
        case .byteArray:
            let (values, levels) = try run(StringDecoder(), bytes, chunk, column, rowGroup)
            guard column.isList else { return .string(levels.strings(values)) }
            let lists = levels.lists(values, column.shape)
            guard lists.ends.count == rowCount(ofRowGroup: rowGroup) else {
                throw error(.corrupt("\(lists.ends.count) lists for the row group's rows"), column.name, rowGroup)
            }
            return .stringList(lists)
        case .fixedLengthByteArray, nil:
            throw error(.unsupported("values of fixed length"), column.name, rowGroup)
        }
    }

    private func run<Values: ValueDecoder>(
        _ decoder: Values, _ bytes: ArraySlice<UInt8>, _ chunk: ColumnChunkMetadata, _ column: FileColumn,
        _ rowGroup: Int
    ) throws(ParquetError) -> (Values, LevelBuffer) {
        var page: Int?
        do throws(ParquetProblem) {
            var reader = try ChunkReader(chunk, of: column, memoryLimit: memoryLimit, values: decoder)
            defer { page = reader.page }
            try reader.read(bytes)
            return (reader.values, reader.levels)
        } catch {
            throw self.error(error, column.name, rowGroup, page: page)
        }
    }

    private func inMicroseconds(
        _ stored: FixedColumn<Int64>, _ column: FileColumn, _ rowGroup: Int
    ) throws(ParquetError) -> ParquetColumn {
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
            if overflows { throw error(.corrupt("a timestamp out of range"), column.name, rowGroup) }
            return .int64(FixedColumn(values: values, validity: stored.validity))
        }
    }

    private func error(_ problem: ParquetProblem, _ column: String, _ rowGroup: Int, page: Int? = nil) -> ParquetError {
        ParquetError(file: source.name, column: column, rowGroup: rowGroup, page: page, problem: problem)
    }
}
