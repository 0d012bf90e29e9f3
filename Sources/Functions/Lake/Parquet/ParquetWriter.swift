/// The sizes that a written file keeps to (LAKE_SPEC 4).
package struct ParquetLimits: Sendable {
    /// A dictionary that grows past this is given up from there on.
    package var dictionaryByteCount = 1 << 20
    /// About how many bytes a page holds before compression.
    package var pageByteCount = 1 << 20
    /// Pages of codes are small; this keeps even a page of nulls within reach.
    package var pageEntryCount = 1 << 20
    package var rowGroupRowCount = 1_000_000
    /// Off only where tests damage pages and want the decoders to see it.
    var hasChecksums = true

    package init() {}
}

/// Writes one Parquet file column by column (LAKE_SPEC 4). Its bytes can be taken while it grows.
package struct ParquetWriter {
    private let schema: TableSchema
    private let codec: Codec
    private var bytes: [UInt8]
    /// Bytes of the file that have been taken already.
    private var takenByteCount = 0
    private var metadata = FileMetadata()
    private var group = RowGroupMetadata()

    private let limits: ParquetLimits

    package init(schema: TableSchema, codec: Codec = .snappy, limits: ParquetLimits = ParquetLimits()) {
        self.schema = schema
        self.codec = codec
        self.limits = limits
        bytes = Array("PAR1".utf8)
        metadata.schema = schema.elements
        metadata.createdBy = "rivulet version 0.1.0 (build \(schema.fingerprint))"
    }

    /// A whole file in one call, cut into row groups.
    ///
    /// - Throws: `ParquetError` when a column does not fit the schema.
    package static func file(
        _ table: ParquetTable, codec: Codec = .snappy, limits: ParquetLimits = ParquetLimits()
    ) throws(ParquetError) -> [UInt8] {
        var writer = ParquetWriter(schema: table.schema, codec: codec, limits: limits)
        for first in stride(from: 0, to: table.rowCount, by: limits.rowGroupRowCount) {
            let rows = first..<min(table.rowCount, first + limits.rowGroupRowCount)
            for column in table.columns { try writer.write(column.rows(rows)) }
        }
        return try writer.finish()
    }

    /// Writes the row group's next column, in the schema's order; the last one ends the row group.
    ///
    /// - Throws: `ParquetError` when the column does not fit the schema or is not as long as those before it.
    package mutating func write(_ column: ParquetColumn) throws(ParquetError) {
        let target = schema.columns[group.columns.count]
        do throws(ParquetProblem) {
            if group.columns.isEmpty { group.rowCount = Int64(column.rowCount) }
            guard column.rowCount == group.rowCount else {
                throw .contract("\(column.rowCount) rows in a row group of \(group.rowCount)")
            }
            guard target.isNullable || !column.hasNulls else { throw .contract("a null where none may be") }
            let converted = try column.converted(to: target.type)
            var chunk = ChunkWriter(
                codec: codec, path: target.path, fileOffset: takenByteCount + bytes.count,
                limits: limits)
            group.columns.append(try chunk.write(converted, target))
            bytes.append(contentsOf: chunk.bytes)
        } catch {
            throw ParquetError(
                file: schema.name, column: target.name, rowGroup: metadata.rowGroups.count, problem: error)
        }
        if group.columns.count == schema.columns.count { endRowGroup() }
    }

    /// The bytes made since the last call, which the caller writes on.
    package mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        takenByteCount += taken.count
        return taken
    }

    /// The rest of the bytes with the footer.
    ///
    /// - Throws: `ParquetError` when a row group lacks columns.
    package mutating func finish() throws(ParquetError) -> [UInt8] {
        guard group.columns.isEmpty else {
            throw ParquetError(file: schema.name, problem: .contract("a row group that lacks columns"))
        }
        metadata.rowCount = metadata.rowGroups.reduce(0) { $0 + $1.rowCount }
        var footer = ThriftWriter()
        footer.fileMetadata(metadata)
        bytes.append(contentsOf: footer.bytes)
        withUnsafeBytes(of: UInt32(footer.bytes.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: "PAR1".utf8)
        return takeBytes()
    }

    private mutating func endRowGroup() {
        group.byteCount = group.columns.reduce(0) { $0 + $1.uncompressedByteCount }
        if group.rowCount > 0 { metadata.rowGroups.append(group) }
        group = RowGroupMetadata()
    }
}

extension ChunkWriter {
    fileprivate mutating func write(
        _ column: ParquetColumn, _ target: ColumnSchema
    ) throws(ParquetProblem) -> ColumnChunkMetadata {
        switch column {
        case .boolean(let column):
            return try write(BooleanPageValues(values: column.presentValues), column.levels(target))
        case .int32(let column):
            return try write(NumberPageValues(values: column.presentValues), column.levels(target))
        case .int64(let column):
            return try write(NumberPageValues(values: column.presentValues), column.levels(target))
        case .double(let column):
            return try write(NumberPageValues(values: column.presentValues), column.levels(target))
        case .string(let column):
            let codes = column.presentCodes
            let definitions =
                codes.count < column.codes.count ? column.codes.map { $0 == StringColumn.null ? 0 : 1 as UInt8 } : nil
            let levels = ChunkLevels(
                definitions: definitions, maximumDefinition: target.isNullable ? 1 : 0, entryCount: column.codes.count)
            return try write(StringPageValues(pool: column.pool, codes: codes), levels)
        case .stringList(let column):
            let codes = column.elements.presentCodes
            return try write(StringPageValues(pool: column.elements.pool, codes: codes), column.levels)
        }
    }
}

extension FixedColumn {
    fileprivate var presentValues: [Value] {
        guard let validity else { return values }
        return zip(values, validity).compactMap { $1 ? $0 : nil }
    }

    fileprivate func levels(_ target: ColumnSchema) -> ChunkLevels {
        ChunkLevels(
            definitions: target.isNullable ? validity.map { $0.map { $0 ? 1 : 0 } } : nil,
            maximumDefinition: target.isNullable ? 1 : 0, entryCount: values.count)
    }
}

extension StringColumn {
    fileprivate var presentCodes: [UInt32] {
        codes.contains(Self.null) ? codes.filter { $0 != Self.null } : codes
    }
}

extension StringListColumn {
    /// Optional list of optional elements: 0 null list, 1 empty list, 2 null element, 3 value.
    fileprivate var levels: ChunkLevels {
        var (definitions, repetitions): ([UInt8], [UInt8]) = ([], [])
        definitions.reserveCapacity(ends.count + elements.codes.count)
        repetitions.reserveCapacity(ends.count + elements.codes.count)
        for row in ends.indices {
            let range = range(of: row)
            if range.isEmpty {
                definitions.append(validity?[row] == false ? 0 : 1)
                repetitions.append(0)
            }
            for element in range {
                definitions.append(elements.codes[element] == StringColumn.null ? 2 : 3)
                repetitions.append(element == range.lowerBound ? 0 : 1)
            }
        }
        return ChunkLevels(
            definitions: definitions, repetitions: repetitions, maximumDefinition: 3, entryCount: definitions.count)
    }
}
