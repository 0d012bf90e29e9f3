import Lake

/// The physical rules of one file that its footer and page headers answer (LAKE_SPEC 4).
struct FileRules {
    private let source: ParquetSource
    private let footer: ParquetFooter
    private let place: Place
    /// Kinds of findings with the same words, each at its first column chunk.
    private var met: [(finding: Finding, count: Int)] = []

    private static let rowGroupRowLimit = 1_000_000
    private static let rowGroupByteLimit = 128 << 20
    /// "About 1 MiB": twice that is no longer about it.
    private static let pageByteLimit = 2 << 20
    private static let codecs: Set<Int32> = [Codec.snappy.rawValue, Codec.zstd.rawValue]

    init(_ source: ParquetSource, _ footer: ParquetFooter, _ place: Place) {
        self.source = source
        self.footer = footer
        self.place = place
    }

    /// All rules; a file whose page headers do not parse ends here.
    mutating func check() throws {
        try checkFrame()
        checkRowGroups()
        for (index, group) in footer.rowGroups.enumerated() {
            for (chunk, leaf) in zip(group.chunks, footer.leaves) {
                let place = place.with(rowGroup: index, column: leaf.path.first)
                checkChunk(chunk, place)
                checkPages(try chunk.pages(in: source), chunk, place)
                checkStatistics(chunk, place)
            }
        }
    }

    /// What was found; a writer that does one thing wrong does so in every column, which is told once.
    var findings: [Finding] {
        met.map { finding, count in
            let others = count > 1 ? " (and in \(count - 1) more column chunks)" : ""
            return Finding(finding.code, finding.place, finding.message + others)
        }
    }

    private mutating func add(_ code: FindingCode, _ place: Place, _ message: String) {
        if let index = met.firstIndex(where: { $0.finding.code == code && $0.finding.message == message }) {
            met[index].count += 1
        } else {
            met.append((Finding(code, place, message), 1))
        }
    }

    private mutating func checkFrame() throws {
        if source.byteCount >= 4, try !source.bytes(0..<4).elementsEqual("PAR1".utf8) {
            add(.magic, place, "the file does not begin with PAR1")
        }
        if footer.version != 1, footer.version != 2 {
            add(.formatVersion, place, "format version \(footer.version), not 1 or 2")
        }
        let writer = footer.createdBy ?? ""
        // `<name> version <x.y.z> (build <hash>)`, as several readers take it apart.
        if writer.wholeMatch(of: /\S.* version \d+\.\d+\.\d+\S* \(build \S+\)/) == nil {
            add(.createdBy, place, "created_by is \"\(writer)\", not \"<name> version <x.y.z> (build <hash>)\"")
        }
        let orders = footer.columnOrders ?? []
        if orders.count != footer.leaves.count || orders.contains(false) {
            add(.columnOrders, place, "column_orders is not TYPE_ORDER for every leaf, so min and max are ignored")
        }
        for node in footer.nodes.dropFirst() where node.depth == 1 && !node.name.isLowerCaseASCII {
            add(.columnName, place.with(column: node.name), "the column's name is not lower-case ASCII")
        }
    }

    private mutating func checkRowGroups() {
        for (index, group) in footer.rowGroups.enumerated() {
            let place = place.with(rowGroup: index)
            if group.rowCount == 0 { add(.rowGroupEmpty, place, "a row group without rows") }
            if group.rowCount > Int64(Self.rowGroupRowLimit) {
                add(.rowGroupSize, place, "\(group.rowCount) rows, more than \(Self.rowGroupRowLimit)")
            }
            let bytes = group.chunks.reduce(0) { $0 + $1.compressedByteCount }
            if bytes > Int64(Self.rowGroupByteLimit) {
                add(.rowGroupSize, place, "\(bytes) bytes, more than 128 MiB")
            }
        }
        let isSmall =
            footer.rowCount <= Int64(Self.rowGroupRowLimit) && source.byteCount <= Self.rowGroupByteLimit
        if place.layer == .raw, isSmall, footer.rowGroups.count > 1 {
            add(.rowGroupSplit, place, "a small run in \(footer.rowGroups.count) row groups, not one")
        }
    }

    private mutating func checkChunk(_ chunk: ParquetFooter.Chunk, _ place: Place) {
        if !Self.codecs.contains(chunk.codec) {
            add(.codec, place, "\(ParquetNames.codec(chunk.codec)), not SNAPPY or ZSTD")
        }
    }

    private mutating func checkPages(_ pages: [PageSummary], _ chunk: ParquetFooter.Chunk, _ place: Place) {
        let data = pages.filter { $0.kind == .dataV1 || $0.kind == .dataV2 }
        if data.contains(where: { $0.kind == .dataV2 }) { add(.pageVersion, place, "data pages of version 2, not 1") }
        // PLAIN and RLE_DICTIONARY, which for booleans has no meaning, and RLE levels.
        let strange = Set(data.compactMap(\.encoding)).subtracting([0, 8]).sorted().map(ParquetNames.encoding)
        if !strange.isEmpty {
            add(.encoding, place, "data pages in \(strange.joined(separator: ", ")), not PLAIN or RLE_DICTIONARY")
        }
        if data.contains(where: { !$0.levelEncodings.allSatisfy { $0 == 3 } }) {
            add(.encoding, place, "levels that are not RLE")
        }
        if pages.contains(where: { !$0.hasChecksum }) { add(.pageChecksum, place, "pages without a CRC") }
        if let largest = data.map(\.uncompressedByteCount).max(), largest > Self.pageByteLimit {
            add(.pageSize, place, "a page of \(largest) bytes; about 1 MiB is due")
        }
        checkDictionary(pages, chunk, place)
    }

    private mutating func checkDictionary(
        _ pages: [PageSummary], _ chunk: ParquetFooter.Chunk, _ place: Place
    ) {
        guard let first = pages.first else { return }
        let dictionary = first.kind == .dictionary ? Int64(first.offset) : nil
        if dictionary != chunk.dictionaryPageOffset.flatMap({ $0 > 0 ? $0 : nil }) {
            let said = chunk.dictionaryPageOffset.map(String.init) ?? "not set"
            let found = dictionary.map { "the dictionary page begins at \($0)" } ?? "there is no dictionary page"
            return add(.dictionaryOffset, place, "dictionary_page_offset is \(said); \(found)")
        }
        let firstData = pages.first { $0.kind == .dataV1 || $0.kind == .dataV2 }?.offset
        if let firstData, Int64(firstData) != chunk.dataPageOffset {
            let found = "data_page_offset is \(chunk.dataPageOffset); the first data page begins at \(firstData)"
            add(.dictionaryOffset, place, found)
        }
        if first.kind == .dictionary {
            if first.uncompressedByteCount > Self.pageByteLimit {
                add(.dictionarySize, place, "a dictionary of \(first.uncompressedByteCount) bytes; about 1 MiB is due")
            }
            if first.encoding != 0 {
                let name = first.encoding.map(ParquetNames.encoding) ?? "no encoding"
                add(.encoding, place, "a dictionary page in \(name), not PLAIN")
            }
        }
    }

    private mutating func checkStatistics(_ chunk: ParquetFooter.Chunk, _ place: Place) {
        guard let statistics = chunk.statistics, statistics.nullCount != nil else {
            return add(.statisticsMissing, place, "no null_count")
        }
        let hasOld = statistics.deprecatedMinimum != nil || statistics.deprecatedMaximum != nil
        if hasOld, statistics.minimum == nil, statistics.maximum == nil {
            add(.statisticsDeprecated, place, "only the deprecated min and max, which readers ignore")
        }
    }
}

extension String {
    fileprivate var isLowerCaseASCII: Bool {
        utf8.allSatisfy { $0 < 0x80 && !(0x41...0x5A).contains($0) }
    }
}
