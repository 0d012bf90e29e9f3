import Testing

@testable import Lake

/// One way of declaring a list of strings that some writer has.
/// https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists
struct ListShape: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The nodes between the root and the leaf: names, the list's own first; the leaf's name last.
    let path: [String]
    var list: Repetition = .optional
    /// The repetition of the leaf; `.repeated` in two levels.
    var leaf: Repetition = .optional
    var converted: ConvertedType? = .list
    var logical: LogicalType? = .list

    var elements: [SchemaElement] {
        var text = SchemaElement(name: path.last ?? "", repetition: leaf)
        text.physicalType = PhysicalType.byteArray.rawValue
        text.convertedType = ConvertedType.utf8.rawValue
        guard path.count > 1 else { return [text] }
        var top = SchemaElement(name: path[0], repetition: list, childCount: 1)
        top.convertedType = converted?.rawValue
        top.logicalType = logical
        let middle = path.dropFirst().dropLast().map { SchemaElement(name: $0, repetition: .repeated, childCount: 1) }
        return [top] + middle + [text]
    }

    private var listLevel: UInt8 { path.count > 1 && list == .optional ? 1 : 0 }
    private var maximum: UInt8 { listLevel + 1 + (leaf == .optional ? 1 : 0) }

    /// Rows that the shape can hold.
    func fitting(_ rows: [[String?]?]) -> [[String?]?] {
        rows.filter { row in
            guard let row else { return listLevel == 1 }
            return leaf == .optional || !row.contains(nil)
        }
    }

    func file(_ rows: [[String?]?]) throws -> [UInt8] {
        var (definitions, repetitions, texts) = ([UInt8](), [UInt8](), StringColumn())
        for row in rows {
            if row?.isEmpty ?? true {
                definitions.append(row == nil ? 0 : listLevel)
                repetitions.append(0)
            }
            for (place, element) in (row ?? []).enumerated() {
                definitions.append(element == nil ? listLevel + 1 : maximum)
                repetitions.append(place == 0 ? 0 : 1)
                if let element { try texts.append(element) }
            }
        }
        var chunk = ChunkWriter(codec: .snappy, path: path, fileOffset: 4, limits: ParquetLimits())
        let column = try chunk.write(
            StringPageValues(pool: texts.pool, codes: texts.codes),
            ChunkLevels(
                definitions: definitions, repetitions: repetitions, maximumDefinition: maximum,
                entryCount: definitions.count))
        var metadata = FileMetadata()
        metadata.schema = [SchemaElement(name: "schema", childCount: 1)] + elements
        metadata.rowCount = Int64(rows.count)
        metadata.rowGroups = [RowGroupMetadata(columns: [column], byteCount: 1, rowCount: Int64(rows.count))]
        var footer = ThriftWriter()
        footer.fileMetadata(metadata)
        let length = withUnsafeBytes(of: UInt32(footer.bytes.count).littleEndian) { Array($0) }
        return Array("PAR1".utf8) + chunk.bytes + footer.bytes + length + Array("PAR1".utf8)
    }
}

@Suite struct `List shapes` {
    private static let rows: [[String?]?] = [
        ["a", "b"], nil, [], ["a", nil, "", "a"], [nil], ["é"], [], ["b"], nil, [""],
    ]

    static let read = [
        ListShape(testDescription: "list and element", path: ["tags", "list", "element"]),
        ListShape(testDescription: "Arrow's item", path: ["tags", "list", "item"]),
        ListShape(testDescription: "Hive's bag of array_element", path: ["tags", "bag", "array_element"]),
        ListShape(testDescription: "only the old annotation", path: ["tags", "list", "element"], logical: nil),
        ListShape(testDescription: "only the new annotation", path: ["tags", "list", "element"], converted: nil),
        ListShape(testDescription: "required elements", path: ["tags", "list", "element"], leaf: .required),
        ListShape(testDescription: "a required list", path: ["tags", "list", "element"], list: .required),
        ListShape(
            testDescription: "nothing optional", path: ["tags", "list", "element"], list: .required, leaf: .required),
        ListShape(testDescription: "two levels, Avro's array", path: ["tags", "array"], leaf: .repeated),
        ListShape(testDescription: "two levels, Thrift's tuple", path: ["tags", "tags_tuple"], leaf: .repeated),
        ListShape(
            testDescription: "two levels in a required list", path: ["tags", "array"], list: .required,
            leaf: .repeated),
        ListShape(testDescription: "one level, a repeated text", path: ["tags"], leaf: .repeated),
    ]

    @Test(arguments: read)
    func `every way of declaring a list gives the same rows`(shape: ListShape) throws {
        let rows = shape.fitting(Self.rows)
        let file = try ParquetFile(ParquetSource(name: "lists", bytes: try shape.file(rows)))
        let column = try file.read(ColumnSchema("tags", .stringList, nullable: true, ""), rowGroup: 0)
        #expect((0..<column.rowCount).map(column.texts) == rows)
    }

    @Test(arguments: [
        ListShape(
            testDescription: "a group without annotation", path: ["tags", "list", "element"], converted: nil,
            logical: nil),
        ListShape(testDescription: "an array of structures", path: ["tags", "array", "element"]),
        ListShape(testDescription: "a tuple of structures", path: ["tags", "tags_tuple", "element"]),
        ListShape(testDescription: "a list in a list", path: ["tags", "list", "element", "list", "element"]),
    ])
    func `what is no list of texts is refused by name`(shape: ListShape) throws {
        let file = try ParquetFile(ParquetSource(name: "lists", bytes: try shape.file([["a"]])))
        let error = #expect(throws: ParquetError.self) {
            try file.read(ColumnSchema("tags", .stringList, nullable: true, ""), rowGroup: 0)
        }
        #expect(error?.column == "tags")
        guard case .unsupported? = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
