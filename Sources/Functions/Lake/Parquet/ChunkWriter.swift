/// The levels of a column chunk as the writer needs them.
struct ChunkLevels {
    /// One an entry; nil when every entry has the highest.
    var definitions: [UInt8]?
    /// One an entry for lists; nil for flat columns, where an entry is a row.
    var repetitions: [UInt8]?
    var maximumDefinition: UInt8
    var entryCount: Int
}

/// Writes one column chunk: a dictionary page where it saves, then version 1 data pages.
struct ChunkWriter {
    let codec: Codec
    let path: [String]
    /// Where `bytes` will begin in the file.
    let fileOffset: Int
    private(set) var bytes: [UInt8] = []
    private var uncompressedByteCount = 0

    private let limits: ParquetLimits

    init(codec: Codec, path: [String], fileOffset: Int, limits: ParquetLimits) {
        self.codec = codec
        self.path = path
        self.fileOffset = fileOffset
        self.limits = limits
    }

    /// Writes all pages and gives the footer's entry.
    mutating func write<Values: PageValues>(
        _ values: Values, _ levels: ChunkLevels
    ) throws(ParquetProblem) -> ColumnChunkMetadata {
        let coded = try values.coded(dictionaryLimit: limits.dictionaryByteCount)
        var metadata = ColumnChunkMetadata()
        if let coded {
            metadata.dictionaryPageOffset = Int64(fileOffset)
            let kind = PageHeader.Kind.dictionary(
                valueCount: Int32(coded.entryCount), encoding: Encoding.plain.rawValue)
            try writePage(coded.page, kind)
        }
        metadata.dataPageOffset = Int64(fileOffset + bytes.count)
        let usesPlain = try writeDataPages(values, coded, levels)
        metadata.physicalType = Values.physicalType.rawValue
        let used: [Encoding] =
            (usesPlain || coded != nil ? [.plain] : []) + [.rle] + (coded != nil ? [.rleDictionary] : [])
        metadata.encodings = used.map(\.rawValue)
        metadata.path = path
        metadata.codec = codec.rawValue
        metadata.valueCount = Int64(levels.entryCount)
        metadata.uncompressedByteCount = Int64(uncompressedByteCount)
        metadata.compressedByteCount = Int64(bytes.count)
        let bounds = values.bounds(coded)
        metadata.statistics = ColumnStatistics(
            nullCount: Int64(levels.entryCount - values.count), minimum: bounds.minimum, maximum: bounds.maximum)
        return metadata
    }

    /// - Returns: whether a page is PLAIN.
    private mutating func writeDataPages<Values: PageValues>(
        _ values: Values, _ coded: CodedValues?, _ levels: ChunkLevels
    ) throws(ParquetProblem) -> Bool {
        var (entry, value, usesPlain) = (0, 0, false)
        while entry < levels.entryCount {
            var isCoded = value < coded?.codes.count ?? 0
            var limit = values.pageEnd(from: value, byteLimit: limits.pageByteCount)
            if let coded, isCoded {
                let fitting = limits.pageByteCount * 8 / max(1, coded.bitWidth)
                limit = min(coded.codes.count, value + fitting)
            }
            var end = levels.pageEnd(
                fromEntry: entry, value: value, valueLimit: limit, entryLimit: limits.pageEntryCount)
            if end.entry == entry {
                // Not one whole row fits: it goes alone, as PLAIN if the dictionary ends inside it.
                end = levels.rowEnd(fromEntry: entry, value: value)
                isCoded = end.value <= coded?.codes.count ?? 0 && coded != nil
            }
            try writeDataPage(values, isCoded ? coded : nil, levels, entry..<end.entry, value..<end.value)
            usesPlain = usesPlain || !isCoded
            (entry, value) = end
        }
        return usesPlain
    }

    private mutating func writeDataPage<Values: PageValues>(
        _ values: Values, _ coded: CodedValues?, _ levels: ChunkLevels, _ entries: Range<Int>, _ range: Range<Int>
    ) throws(ParquetProblem) {
        var page: [UInt8] = []
        levels.append(entries, to: &page)
        if let coded {
            var encoder = RunLengthEncoder(bitWidth: coded.bitWidth)
            coded.codes[range].withUnsafeBufferPointer { encoder.append($0) }
            page.append(UInt8(coded.bitWidth))
            page.append(contentsOf: encoder.bytes)
        } else {
            values.appendPlain(range, to: &page)
        }
        let encoding: Encoding = coded == nil ? .plain : .rleDictionary
        try writePage(
            page,
            .dataV1(
                valueCount: Int32(entries.count), encoding: encoding.rawValue,
                definitionEncoding: Encoding.rle.rawValue, repetitionEncoding: Encoding.rle.rawValue))
    }

    private mutating func writePage(_ page: [UInt8], _ kind: PageHeader.Kind) throws(ParquetProblem) {
        guard let size = Int32(exactly: page.count) else { throw .tooLarge("a value of more than 2 GiB") }
        var compressed: [UInt8] = []
        try page.withRawBytes { (raw) throws(ParquetProblem) in
            try Compression.compress(raw, codec: codec, into: &compressed)
        }
        guard let compressedSize = Int32(exactly: compressed.count) else {
            throw .tooLarge("a page of more than 2 GiB")
        }
        var header = ThriftWriter()
        header.pageHeader(
            PageHeader(
                kind: kind, uncompressedByteCount: size, compressedByteCount: compressedSize,
                crc: limits.hasChecksums ? compressed.withRawBytes(Compression.crc) : nil))
        bytes.append(contentsOf: header.bytes)
        bytes.append(contentsOf: compressed)
        uncompressedByteCount += header.bytes.count + page.count
    }
}

extension ChunkLevels {
    /// The end of a page: whole rows only, no value at or past `valueLimit`. Equal to the start when no row fits.
    fileprivate func pageEnd(
        fromEntry start: Int, value: Int, valueLimit: Int, entryLimit: Int
    ) -> (entry: Int, value: Int) {
        let lastEntry = min(entryCount, start + entryLimit)
        if definitions == nil, repetitions == nil {
            let entry = min(lastEntry, start + valueLimit - value)
            return (entry, value + entry - start)
        }
        var (end, position) = ((entry: start, value: value), value)
        for entry in start..<lastEntry {
            position += definitions?[entry] ?? maximumDefinition == maximumDefinition ? 1 : 0
            if position > valueLimit { break }
            if isRowEnd(entry) { end = (entry + 1, position) }
        }
        return end
    }

    /// The end of the row that begins at `start`.
    fileprivate func rowEnd(fromEntry start: Int, value: Int) -> (entry: Int, value: Int) {
        var (entry, position) = (start, value)
        repeat {
            position += definitions?[entry] ?? maximumDefinition == maximumDefinition ? 1 : 0
            entry += 1
        } while !isRowEnd(entry - 1)
        return (entry, position)
    }

    private func isRowEnd(_ entry: Int) -> Bool {
        guard let repetitions, entry + 1 < entryCount else { return true }
        return repetitions[entry + 1] == 0
    }

    /// Writes the levels of a version 1 page, each kind after its length.
    fileprivate func append(_ entries: Range<Int>, to page: inout [UInt8]) {
        if let repetitions { Self.append(repetitions[entries], maximum: 1, to: &page) }
        guard maximumDefinition > 0 else { return }
        if let definitions {
            Self.append(definitions[entries], maximum: maximumDefinition, to: &page)
        } else {
            var encoder = RunLengthEncoder(bitWidth: RunLength.bitWidth(for: Int(maximumDefinition)))
            encoder.appendRun(of: UInt32(maximumDefinition), count: entries.count)
            Self.append(encoder, to: &page)
        }
    }

    private static func append(_ levels: ArraySlice<UInt8>, maximum: UInt8, to page: inout [UInt8]) {
        var encoder = RunLengthEncoder(bitWidth: RunLength.bitWidth(for: Int(maximum)))
        levels.withUnsafeBufferPointer { encoder.append($0) }
        append(encoder, to: &page)
    }

    private static func append(_ encoder: RunLengthEncoder, to page: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(encoder.bytes.count).littleEndian) { page.append(contentsOf: $0) }
        page.append(contentsOf: encoder.bytes)
    }
}
