extension ThriftReader {
    /// Reads a `PageHeader`.
    package mutating func pageHeader() throws(ParquetProblem) -> PageHeader {
        var kind: PageHeader.Kind?
        var (type, uncompressed, compressed, crc): (Int32?, Int32?, Int32?, Int32?)
        try fields { (reader, id, fieldType) throws(ParquetProblem) in
            switch (id, fieldType) {
            case (1, .int32): type = try reader.int32()
            case (2, .int32): uncompressed = try reader.int32()
            case (3, .int32): compressed = try reader.int32()
            case (4, .int32): crc = try reader.int32()
            case (5, .structure): kind = try reader.dataPage()
            case (7, .structure): kind = try reader.dictionaryPage()
            case (8, .structure): kind = .dataV2(try reader.dataPageV2())
            default: try reader.skip(fieldType)
            }
        }
        guard let type, let uncompressed, let compressed, uncompressed >= 0, compressed >= 0 else {
            throw .corrupt("a page header without type or sizes")
        }
        return PageHeader(
            kind: try Self.kind(of: type, found: kind), uncompressedByteCount: uncompressed,
            compressedByteCount: compressed, crc: crc)
    }

    /// The page type decides; the structure that goes with it must be there.
    private static func kind(of type: Int32, found: PageHeader.Kind?) throws(ParquetProblem) -> PageHeader.Kind {
        switch (type, found) {
        case (0, .dataV1), (2, .dictionary), (3, .dataV2): found ?? .other(type)
        case (0, _), (2, _), (3, _): throw .corrupt("a page header whose parts contradict each other")
        default: .other(type)
        }
    }

    private mutating func dataPage() throws(ParquetProblem) -> PageHeader.Kind {
        var (count, encoding, definition, repetition) = (Int32(-1), Int32(-1), Int32(3), Int32(3))
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): count = try reader.int32()
            case (2, .int32): encoding = try reader.int32()
            case (3, .int32): definition = try reader.int32()
            case (4, .int32): repetition = try reader.int32()
            default: try reader.skip(type)
            }
        }
        guard count >= 0, encoding >= 0 else { throw .corrupt("a data page header without a count or an encoding") }
        return .dataV1(
            valueCount: count, encoding: encoding, definitionEncoding: definition, repetitionEncoding: repetition)
    }

    private mutating func dictionaryPage() throws(ParquetProblem) -> PageHeader.Kind {
        var (count, encoding) = (Int32(-1), Int32(-1))
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): count = try reader.int32()
            case (2, .int32): encoding = try reader.int32()
            default: try reader.skip(type)
            }
        }
        guard count >= 0 else { throw .corrupt("a dictionary page header without a count") }
        return .dictionary(valueCount: count, encoding: encoding)
    }

    private mutating func dataPageV2() throws(ParquetProblem) -> PageHeader.DataPageV2 {
        var page = PageHeader.DataPageV2()
        try fields { (reader, id, type) throws(ParquetProblem) in
            switch (id, type) {
            case (1, .int32): page.valueCount = try reader.int32()
            case (2, .int32): page.nullCount = try reader.int32()
            case (3, .int32): page.rowCount = try reader.int32()
            case (4, .int32): page.encoding = try reader.int32()
            case (5, .int32): page.definitionByteCount = try reader.int32()
            case (6, .int32): page.repetitionByteCount = try reader.int32()
            case (7, .booleanTrue): page.isCompressed = true
            case (7, .booleanFalse): page.isCompressed = false
            default: try reader.skip(type)
            }
        }
        guard page.valueCount >= 0, page.definitionByteCount >= 0, page.repetitionByteCount >= 0 else {
            throw .corrupt("a version 2 page header without counts")
        }
        return page
    }
}
