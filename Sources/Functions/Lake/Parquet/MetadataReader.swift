extension ThriftReader {
    /// Reads a `FileMetaData`.
    mutating func fileMetadata() throws(ParquetProblem) -> FileMetadata {
        var metadata = FileMetadata()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): metadata.version = try reader.int32()
            case (2, .list):
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    metadata.schema.append(try reader.schemaElement())
                }
            case (3, .int64): metadata.rowCount = try reader.integer()
            case (4, .list):
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    metadata.rowGroups.append(try reader.rowGroup())
                }
            case (6, .binary): metadata.createdBy = try reader.string()
            case (7, .list):
                metadata.hasColumnOrders = true
                try reader.skip(type)
            default: try reader.skip(type)
            }
        }
        return metadata
    }

    private mutating func schemaElement() throws(ParquetProblem) -> SchemaElement {
        var element = SchemaElement()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): element.physicalType = try reader.int32()
            case (3, .int32):
                element.repetition = Repetition(rawValue: try reader.int32())
                if element.repetition == nil { throw .corrupt("an unknown repetition in the schema") }
            case (4, .binary): element.name = try reader.string()
            case (5, .int32): element.childCount = try reader.int32()
            case (6, .int32): element.convertedType = try reader.int32()
            case (10, .structure): element.logicalType = try reader.logicalType()
            default: try reader.skip(type)
            }
        }
        return element
    }

    private mutating func logicalType() throws(ParquetProblem) -> LogicalType? {
        var logical: LogicalType?
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (8, .structure): logical = .timestamp(try reader.timestampUnit())
            case (10, .structure): logical = try reader.integerType()
            default:
                logical = id == 1 ? .string : id == 3 ? .list : id == 6 ? .date : id == 11 ? .unknown : .other(id)
                try reader.skip(type)
            }
        }
        return logical
    }

    private mutating func timestampUnit() throws(ParquetProblem) -> TimeUnit {
        var unit: TimeUnit?
        try fields { (reader, id, type) throws(ParquetProblem) in
            guard id == 2, type == .structure else { return try reader.skip(type) }
            try reader.fields { (reader, id, type) throws(ParquetProblem) in
                unit = id == 1 ? .millis : id == 2 ? .micros : id == 3 ? .nanos : nil
                try reader.skip(type)
            }
        }
        guard let unit else { throw .corrupt("a timestamp of no known unit in the schema") }
        return unit
    }

    private mutating func integerType() throws(ParquetProblem) -> LogicalType {
        var (bitWidth, isSigned) = (UInt8(0), true)
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .byte): bitWidth = try reader.rawByte()
            case (2, .booleanTrue): isSigned = true
            case (2, .booleanFalse): isSigned = false
            default: try reader.skip(type)
            }
        }
        return .integer(bitWidth: bitWidth, isSigned: isSigned)
    }

    private mutating func rowGroup() throws(ParquetProblem) -> RowGroupMetadata {
        var group = RowGroupMetadata()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .list):
                try reader.list(of: .structure) { (reader) throws(ParquetProblem) in
                    group.columns.append(try reader.columnChunk())
                }
            case (2, .int64): group.byteCount = try reader.integer()
            case (3, .int64): group.rowCount = try reader.integer()
            default: try reader.skip(type)
            }
        }
        return group
    }

    private mutating func columnChunk() throws(ParquetProblem) -> ColumnChunkMetadata {
        var chunk: ColumnChunkMetadata?
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .binary): throw .unsupported("column chunks that lie in another file")
            case (3, .structure): chunk = try reader.columnMetadata()
            default: try reader.skip(type)
            }
        }
        guard let chunk else { throw .corrupt("a column chunk without metadata") }
        return chunk
    }

    private mutating func columnMetadata() throws(ParquetProblem) -> ColumnChunkMetadata {
        var chunk = ColumnChunkMetadata()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): chunk.physicalType = try reader.int32()
            case (2, .list):
                try reader.list(of: .int32) { (reader) throws(ParquetProblem) in
                    chunk.encodings.append(try reader.int32())
                }
            case (3, .list):
                try reader.list(of: .binary) { (reader) throws(ParquetProblem) in
                    chunk.path.append(try reader.string())
                }
            case (4, .int32): chunk.codec = try reader.int32()
            case (5, .int64): chunk.valueCount = try reader.integer()
            case (6, .int64): chunk.uncompressedByteCount = try reader.integer()
            case (7, .int64): chunk.compressedByteCount = try reader.integer()
            case (9, .int64): chunk.dataPageOffset = try reader.integer()
            case (11, .int64): chunk.dictionaryPageOffset = try reader.integer()
            case (12, .structure): chunk.statistics = try reader.statistics()
            default: try reader.skip(type)
            }
        }
        return chunk
    }

    private mutating func statistics() throws(ParquetProblem) -> ColumnStatistics {
        var statistics = ColumnStatistics()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (3, .int64): statistics.nullCount = try reader.integer()
            case (5, .binary): statistics.maximum = Array(try reader.binary())
            case (6, .binary): statistics.minimum = Array(try reader.binary())
            default: try reader.skip(type)
            }
        }
        return statistics
    }
}
