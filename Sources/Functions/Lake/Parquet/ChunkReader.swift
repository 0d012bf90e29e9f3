/// Walks the pages of one column chunk and hands the values of those that are wanted to a decoder.
struct ChunkReader<Values: ValueDecoder> {
    private let metadata: ColumnChunkMetadata
    private let codec: Codec
    private let memoryLimit: Int
    private let isList: Bool
    private(set) var values: Values
    private(set) var levels: LevelBuffer
    /// The page at work, for error messages.
    private(set) var page = 0
    /// The row of the row group to which the first value read belongs.
    private(set) var firstRow = 0
    /// Entries of the pages passed over.
    private var passedEntryCount = 0
    /// Rows of a list that have begun so far.
    private var startedRowCount = 0
    private var allocated = 0

    init(
        _ metadata: ColumnChunkMetadata, of column: FileColumn, memoryLimit: Int, values: Values
    ) throws(ParquetProblem) {
        guard let codec = Codec(rawValue: metadata.codec) else {
            throw .unsupported("compression codec \(Codec.name(metadata.codec))")
        }
        self.metadata = metadata
        self.codec = codec
        self.memoryLimit = memoryLimit
        self.values = values
        isList = column.isList
        levels = LevelBuffer(maximumDefinition: column.maximumDefinition, hasRepetition: column.isList)
    }

    /// Reads the pages that hold `wanted`, rows of the row group. Pages before them are passed over; of a list, whose
    /// pages do not tell their rows, the levels are read.
    mutating func read(_ bytes: inout ChunkBytes, rows wanted: Range<Int>) throws {
        while isWanting(wanted) {
            guard !bytes.isAtEnd else {
                throw ParquetProblem.truncated("a column chunk with \(entryCount) of \(metadata.valueCount) values")
            }
            let header = try bytes.header()
            if let count = header.valueCount, !isList, entryCount + count <= wanted.lowerBound {
                try bytes.skipBody(of: header)
                passedEntryCount += count
                firstRow = passedEntryCount
            } else {
                try readPage(header, try bytes.body(of: header), wanted)
            }
            page += 1
        }
        guard entryCount <= metadata.valueCount else {
            throw ParquetProblem.corrupt("pages with \(entryCount) values in a chunk with \(metadata.valueCount)")
        }
    }

    /// Entries of all pages so far, passed over or read.
    private var entryCount: Int { passedEntryCount + levels.entryCount }

    /// A list's row ends where the next begins.
    private func isWanting(_ wanted: Range<Int>) -> Bool {
        entryCount < metadata.valueCount
            && (isList ? startedRowCount <= wanted.upperBound : entryCount < wanted.upperBound)
    }

    private mutating func readPage(
        _ header: PageHeader, _ body: ArraySlice<UInt8>, _ wanted: Range<Int>
    ) throws(ParquetProblem) {
        try body.withRawBytes { (bytes) throws(ParquetProblem) in
            if let crc = header.crc, Compression.crc(bytes) != crc { throw .corrupt("a page that fails its checksum") }
            switch header.kind {
            case .dictionary(let count, let encoding):
                try readDictionary(bytes, header, count: Int(count), encoding: encoding)
            case .dataV1(let count, let encoding, let definition, let repetition):
                try reserve(count: Int(count))
                let page = try uncompressed(bytes, count: Int(header.uncompressedByteCount), codec)
                let taken = try page.withRawBytes { (page) throws(ParquetProblem) in
                    try levels.readV1(
                        page, count: Int(count), repetitionEncoding: repetition, definitionEncoding: definition)
                }
                guard !passes(Int(count), before: wanted) else { return }
                try values.append(page, from: taken.byteCount, encoding: encoding, count: taken.valueCount)
            case .dataV2(let page): try readV2(bytes, header, page, wanted)
            case .other: break
            }
        }
    }

    /// Counts the rows that the list page just read begins. True when it is of no use, since `wanted` begins later.
    private mutating func passes(_ count: Int, before wanted: Range<Int>) -> Bool {
        guard isList else { return false }
        let isFirst = levels.entryCount == count
        startedRowCount += levels.startedRows(ofLast: count)
        if startedRowCount <= wanted.lowerBound {
            passedEntryCount += levels.entryCount
            levels.passOver()
            return true
        }
        if isFirst { firstRow = startedRowCount - levels.rowCount }
        return false
    }

    private mutating func readDictionary(
        _ bytes: UnsafeRawBufferPointer, _ header: PageHeader, count: Int, encoding: Int32
    ) throws(ParquetProblem) {
        guard page == 0 else { throw .corrupt("a dictionary page that is not the first") }
        guard encoding == Encoding.plain.rawValue || encoding == Encoding.plainDictionary.rawValue else {
            throw .unsupported("a dictionary in encoding \(encoding)")
        }
        let page = try uncompressed(bytes, count: Int(header.uncompressedByteCount), codec)
        try values.readDictionary(page, count: count)
    }

    private mutating func readV2(
        _ bytes: UnsafeRawBufferPointer, _ header: PageHeader, _ v2: PageHeader.DataPageV2, _ wanted: Range<Int>
    ) throws(ParquetProblem) {
        try reserve(count: Int(v2.valueCount))
        let (repetition, definition) = (Int(v2.repetitionByteCount), Int(v2.definitionByteCount))
        let levelBytes = repetition + definition
        guard levelBytes <= bytes.count, levelBytes <= Int(header.uncompressedByteCount) else {
            throw .corrupt("levels longer than their page")
        }
        let valueCount = try levels.readV2(
            repetitions: UnsafeRawBufferPointer(rebasing: bytes[..<repetition]),
            definitions: UnsafeRawBufferPointer(rebasing: bytes[repetition..<levelBytes]), count: Int(v2.valueCount))
        guard !passes(Int(v2.valueCount), before: wanted) else { return }
        let size = Int(header.uncompressedByteCount) - levelBytes
        let rest = UnsafeRawBufferPointer(rebasing: bytes[levelBytes...])
        // A page of nulls alone may come without any bytes for its codec to read.
        let isStored = !v2.isCompressed || (rest.isEmpty && size == 0)
        let page = try uncompressed(rest, count: size, isStored ? .uncompressed : codec)
        try values.append(page, from: 0, encoding: v2.encoding, count: valueCount)
    }

    /// The page's `count` bytes as they were before compression.
    private mutating func uncompressed(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ codec: Codec
    ) throws(ParquetProblem) -> [UInt8] {
        try spend(count)
        guard codec != .uncompressed else {
            guard bytes.count == count else { throw .corrupt("an uncompressed page of another size than announced") }
            return Array(bytes)
        }
        var problem: ParquetProblem?
        let page = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(ParquetProblem) {
                let target = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                try Compression.decompress(bytes, codec: codec, into: target)
                filled = count
            } catch {
                problem = error
            }
        }
        if let problem { throw problem }
        return page
    }

    /// Pays for `count` more values before anything is allocated for them.
    private mutating func reserve(count: Int) throws(ParquetProblem) {
        guard count <= Int(metadata.valueCount) - entryCount else {
            throw .corrupt("pages with more values than their chunk's \(metadata.valueCount)")
        }
        // A code while it is decoded, two levels, validity, and the value itself.
        try spend(count * (Values.bytesPerValue + 8))
    }

    private mutating func spend(_ byteCount: Int) throws(ParquetProblem) {
        allocated += byteCount
        guard allocated <= memoryLimit else {
            throw .tooLarge("a column chunk of over \(memoryLimit) bytes, too much for the file's size")
        }
    }
}
