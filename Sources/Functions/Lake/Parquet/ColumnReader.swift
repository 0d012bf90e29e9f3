extension ParquetFile {
    /// Reads one column of one row group as the contract's `column`, whatever its place and, within reason, its type
    /// in the file: a missing column is null in every row, 32- and 64-bit numbers stand for each other where they
    /// fit, and timestamps of any unit become microseconds.
    ///
    /// - Parameters:
    ///   - rows: rows within the row group; all of them when nil. Pages that hold none of these are not decoded.
    /// - Throws: `ParquetError`, also when a column that is never null has a null; or what the source throws.
    package func read(_ column: ColumnSchema, rowGroup: Int, rows wanted: Range<Int>? = nil) throws -> ParquetColumn {
        let wanted = wanted ?? 0..<rowCount(ofRowGroup: rowGroup)
        let rows = wanted.count
        guard let stored = columns.first(where: { $0.name == column.name && ($0.isList || !$0.isUntyped) }) else {
            guard column.isNullable || rows == 0 else {
                throw error(.contract("the column is missing"), column.name, rowGroup)
            }
            // A footer may claim any number of rows for columns that are not there.
            guard rows <= memoryLimit / Self.nullByteCount else {
                throw error(.tooLarge("\(rows) rows in a file of \(source.byteCount) bytes"), column.name, rowGroup)
            }
            return ParquetColumn(nulls: rows, type: column.type)
        }
        let read = try read(stored, rowGroup, wanted)
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

    private func read(_ column: FileColumn, _ rowGroup: Int, _ rows: Range<Int>) throws -> ParquetColumn {
        let (chunk, range): (ColumnChunkMetadata, Range<Int>)
        do throws(ParquetProblem) {
            (chunk, range) = try locate(column, rowGroup)
        } catch {
            throw self.error(error, column.name, rowGroup)
        }
        let decoder = ColumnDecoder(
            file: source.name, chunk: chunk, column: column, rowGroup: rowGroup, rows: rows,
            groupRowCount: rowCount(ofRowGroup: rowGroup), memoryLimit: memoryLimit)
        return try decoder.decode(try ChunkBytes(source, range))
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

    private func error(_ problem: ParquetProblem, _ column: String, _ rowGroup: Int) -> ParquetError {
        ParquetError(file: source.name, column: column, rowGroup: rowGroup, problem: problem)
    }
}
