package import Lake

/// What `lake inspect` tells of one Parquet file; as JSON it is a stable contract.
package struct FileInspection: Sendable, Encodable {
    package let file: String
    package let bytes: Int
    package let footerBytes: Int
    /// Of the format: 1 or 2.
    package let version: Int
    package let createdBy: String?
    package let rows: Int
    package let keyValues: [KeyValue]
    package let schema: [Node]
    package let rowGroups: [RowGroup]
    /// What of the file Lake's reader does not read, and why.
    package let unsupported: [String]

    package struct KeyValue: Sendable, Encodable {
        package let key: String
        package let value: String?
    }

    /// A node of the schema below the root, depth first.
    package struct Node: Sendable, Encodable {
        package let path: String
        package let name: String
        package let depth: Int
        /// Nil for groups.
        package let physical: String?
        package let logical: String?
        package let converted: String?
        package let repetition: String?
    }

    package struct RowGroup: Sendable, Encodable {
        package let rows: Int
        /// Before compression.
        package let uncompressedBytes: Int
        package let compressedBytes: Int
        package let columns: [Column]
    }

    package struct Column: Sendable, Encodable {
        package let path: String
        package let physical: String
        package let codec: String
        package let encodings: [String]
        package let values: Int
        package let dictionary: Dictionary?
        /// Pages in a row that are alike, in the file's order.
        package let pages: [Pages]
        package let dataPages: Int
        /// `all`, `some` or `none` of the pages bear a CRC.
        package let checksums: String
        package let compressedBytes: Int
        package let uncompressedBytes: Int
        /// Uncompressed over compressed; nil for an empty chunk.
        package let ratio: Double?
        package let statistics: Statistics?
    }

    package struct Dictionary: Sendable, Encodable {
        package let entries: Int
        /// Before compression.
        package let bytes: Int
    }

    package struct Pages: Sendable, Encodable {
        package let kind: PageSummary.Kind
        package let encoding: String?
        package var count: Int
    }

    /// Minimum and maximum as text, by the logical type.
    package struct Statistics: Sendable, Encodable {
        package let nullCount: Int?
        package let distinctCount: Int?
        package let min: String?
        package let max: String?
        package let isMinExact: Bool?
        package let isMaxExact: Bool?
        /// Only the old pair is there, which readers pass over.
        package let isDeprecated: Bool
    }

    /// Reads the footer and the headers of all pages; no values.
    ///
    /// - Throws: `ParquetError` for what is no Parquet file or a damaged one, or what the source throws.
    package init(_ source: ParquetSource) throws {
        let footer = try ParquetFooter(source)
        let readable = try ParquetFile(source).schema
        let leaves = footer.leaves
        var groups: [RowGroup] = []
        for group in footer.rowGroups {
            groups.append(try RowGroup(group, leaves, source))
        }
        file = source.name
        bytes = source.byteCount
        footerBytes = footer.byteCount
        version = Int(footer.version)
        createdBy = footer.createdBy
        rows = Int(footer.rowCount)
        keyValues = footer.keyValues.map { KeyValue(key: $0.key, value: $0.value) }
        schema = footer.nodes.dropFirst().map(Node.init)
        rowGroups = groups
        unsupported = Self.unsupported(footer, readable)
    }

    private static func unsupported(_ footer: ParquetFooter, _ readable: TableSchema) -> [String] {
        let columns = footer.nodes.filter { $0.depth == 1 && readable.index(of: $0.name) == nil }
        var found = columns.map { column in
            let leaf = footer.nodes.first { $0.isLeaf && $0.path.first == column.name }
            let kind = [leaf?.physicalName, leaf?.logicalType?.description ?? leaf?.convertedName].compactMap(\.self)
            let nesting = column.isLeaf ? "" : "nested, "
            return "column \(column.name): \(nesting)\(kind.joined(separator: " "))"
        }
        let chunks = footer.rowGroups.flatMap(\.chunks)
        for codec in Set(chunks.map(\.codec)).sorted() where Codec(rawValue: codec) == nil {
            found.append("codec \(ParquetNames.codec(codec))")
        }
        // DELTA_BINARY_PACKED to DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT, and whatever is newer.
        let known: Set<Int32> = [0, 2, 3, 4, 8]
        for encoding in Set(chunks.flatMap(\.encodings)).subtracting(known).sorted() {
            found.append("encoding \(ParquetNames.encoding(encoding))")
        }
        return found
    }
}

extension FileInspection.Node {
    fileprivate init(_ node: SchemaNode) {
        self.init(
            path: node.path.joined(separator: "."), name: node.name, depth: node.depth, physical: node.physicalName,
            logical: node.logicalType?.description, converted: node.convertedName, repetition: node.repetitionName)
    }
}

extension FileInspection.RowGroup {
    fileprivate init(_ group: ParquetFooter.RowGroup, _ leaves: [SchemaNode], _ source: ParquetSource) throws {
        guard group.chunks.count == leaves.count else {
            throw ParquetError(
                file: source.name,
                problem: .corrupt("\(group.chunks.count) column chunks for \(leaves.count) leaves"))
        }
        rows = Int(group.rowCount)
        uncompressedBytes = group.chunks.reduce(0) { $0 + Int($1.uncompressedByteCount) }
        compressedBytes = group.chunks.reduce(0) { $0 + Int($1.compressedByteCount) }
        columns = try zip(group.chunks, leaves).map {
            FileInspection.Column($0, $1, pages: try $0.pages(in: source))
        }
    }
}

extension FileInspection.Column {
    fileprivate init(_ chunk: ParquetFooter.Chunk, _ leaf: SchemaNode, pages all: [PageSummary]) {
        path = chunk.path.joined(separator: ".")
        physical = ParquetNames.physicalType(chunk.physicalType)
        codec = ParquetNames.codec(chunk.codec)
        encodings = chunk.encodings.map(ParquetNames.encoding)
        values = Int(chunk.valueCount)
        dictionary = all.first { $0.kind == .dictionary }.map {
            FileInspection.Dictionary(entries: $0.valueCount, bytes: $0.uncompressedByteCount)
        }
        pages = all.reduce(into: []) { runs, page in
            let encoding = page.encoding.map(ParquetNames.encoding)
            if let last = runs.last, last.kind == page.kind, last.encoding == encoding {
                runs[runs.count - 1].count += 1
            } else {
                runs.append(FileInspection.Pages(kind: page.kind, encoding: encoding, count: 1))
            }
        }
        dataPages = all.count { $0.kind == .dataV1 || $0.kind == .dataV2 }
        let checked = all.count(where: \.hasChecksum)
        checksums = checked == 0 ? "none" : checked == all.count ? "all" : "some"
        compressedBytes = Int(chunk.compressedByteCount)
        uncompressedBytes = Int(chunk.uncompressedByteCount)
        ratio = compressedBytes > 0 ? Double(uncompressedBytes) / Double(compressedBytes) : nil
        statistics = chunk.statistics.map { FileInspection.Statistics($0, leaf) }
    }
}

extension FileInspection.Statistics {
    fileprivate init(_ statistics: ParquetFooter.Statistics, _ leaf: SchemaNode) {
        let hasNew = statistics.minimum != nil || statistics.maximum != nil
        let hasOld = statistics.deprecatedMinimum != nil || statistics.deprecatedMaximum != nil
        nullCount = statistics.nullCount.map { Int($0) }
        distinctCount = statistics.distinctCount.map { Int($0) }
        min = (statistics.minimum ?? statistics.deprecatedMinimum).map { StatisticText.text($0, leaf) }
        max = (statistics.maximum ?? statistics.deprecatedMaximum).map { StatisticText.text($0, leaf) }
        isMinExact = statistics.isMinimumExact
        isMaxExact = statistics.isMaximumExact
        isDeprecated = hasOld && !hasNew
    }
}
