extension ThriftWriter {
    /// Writes a `FileMetaData`.
    mutating func fileMetadata(_ metadata: FileMetadata) {
        let leafCount = metadata.schema.count { $0.physicalType != nil }
        structure { writer in
            writer.field(1, int32: metadata.version)
            writer.field(2, list: metadata.schema, of: .structure) { $0.schemaElement($1) }
            writer.field(3, int64: metadata.rowCount)
            writer.field(4, list: metadata.rowGroups, of: .structure) { $0.rowGroup($1) }
            if let createdBy = metadata.createdBy { writer.field(6, string: createdBy) }
            // TYPE_ORDER for each leaf: without it pyarrow and Polars ignore min and max (LAKE_SPEC 4).
            writer.field(7, list: 0..<leafCount, of: .structure) { writer, _ in
                writer.structure { $0.field(1, structure: { _ in }) }
            }
        }
    }

    private mutating func schemaElement(_ element: SchemaElement) {
        structure { writer in
            if let type = element.physicalType { writer.field(1, int32: type) }
            if let repetition = element.repetition { writer.field(3, int32: repetition.rawValue) }
            writer.field(4, string: element.name)
            if let children = element.childCount { writer.field(5, int32: children) }
            if let converted = element.convertedType { writer.field(6, int32: converted) }
            if let logical = element.logicalType { writer.field(10) { $0.logicalType(logical) } }
        }
    }

    private mutating func logicalType(_ type: LogicalType) {
        switch type {
        case .string: field(1, structure: { _ in })
        case .list: field(3, structure: { _ in })
        case .date: field(6, structure: { _ in })
        case .timestamp(let unit): field(8) { $0.timestamp(unit) }
        case .integer, .unknown, .other: preconditionFailure("Lake's contracts have no such column")
        }
    }

    private mutating func timestamp(_ unit: TimeUnit) {
        field(1, boolean: true)
        field(2) { writer in
            let id: UInt8 = unit == .millis ? 1 : unit == .micros ? 2 : 3
            writer.field(id, structure: { _ in })
        }
    }

    private mutating func rowGroup(_ group: RowGroupMetadata) {
        structure { writer in
            writer.field(1, list: group.columns, of: .structure) { $0.columnChunk($1) }
            writer.field(2, int64: group.byteCount)
            writer.field(3, int64: group.rowCount)
            writer.field(5, int64: group.columns.first?.startOffset ?? 0)
            writer.field(6, int64: group.columns.reduce(0) { $0 + $1.compressedByteCount })
        }
    }

    private mutating func columnChunk(_ chunk: ColumnChunkMetadata) {
        structure { writer in
            writer.field(2, int64: 0)
            writer.field(3) { $0.columnMetadata(chunk) }
        }
    }

    private mutating func columnMetadata(_ chunk: ColumnChunkMetadata) {
        field(1, int32: chunk.physicalType)
        field(2, list: chunk.encodings, of: .int32) { $0.integer(Int64($1)) }
        field(3, list: chunk.path, of: .binary) { $0.binary($1.utf8) }
        field(4, int32: chunk.codec)
        field(5, int64: chunk.valueCount)
        field(6, int64: chunk.uncompressedByteCount)
        field(7, int64: chunk.compressedByteCount)
        field(9, int64: chunk.dataPageOffset)
        if let dictionary = chunk.dictionaryPageOffset { field(11, int64: dictionary) }
        if let statistics = chunk.statistics { field(12) { $0.statistics(statistics) } }
    }

    private mutating func statistics(_ statistics: ColumnStatistics) {
        if let nulls = statistics.nullCount { field(3, int64: nulls) }
        if let maximum = statistics.maximum { field(5, binary: maximum) }
        if let minimum = statistics.minimum { field(6, binary: minimum) }
    }

    /// Writes the `PageHeader` of a dictionary page or of a version 1 data page.
    mutating func pageHeader(_ header: PageHeader) {
        structure { writer in
            writer.field(1, int32: header.pageType)
            writer.field(2, int32: header.uncompressedByteCount)
            writer.field(3, int32: header.compressedByteCount)
            if let crc = header.crc { writer.field(4, int32: crc) }
            switch header.kind {
            case .dataV1(let count, let encoding, let definition, let repetition):
                writer.field(5) {
                    $0.field(1, int32: count)
                    $0.field(2, int32: encoding)
                    $0.field(3, int32: definition)
                    $0.field(4, int32: repetition)
                }
            case .dictionary(let count, let encoding):
                writer.field(7) {
                    $0.field(1, int32: count)
                    $0.field(2, int32: encoding)
                }
            case .dataV2, .other: preconditionFailure("Lake writes version 1 pages")
            }
        }
    }
}

extension PageHeader {
    fileprivate var pageType: Int32 {
        switch kind {
        case .dataV1: 0
        case .dictionary: 2
        case .dataV2: 3
        case .other(let type): type
        }
    }
}
