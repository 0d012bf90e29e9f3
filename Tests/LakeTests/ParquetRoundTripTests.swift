import Testing

@testable import Lake

/// A random table of every type with random nulls.
private struct RandomTable {
    private var random: SeededGenerator
    private let rowCount: Int
    /// How many of a hundred rows are null, from none to all.
    private let nullShare: Int
    /// From all equal to all different.
    private let variety: Int

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        rowCount = [0, 1, 2, 7, 8, 9, 64, 1000].randomElement(using: &random) ?? 0
        nullShare = [0, 0, 5, 50, 95, 100].randomElement(using: &random) ?? 0
        variety = [1, 2, 17, 300, 100_000].randomElement(using: &random) ?? 1
    }

    mutating func table(nullable: Bool) throws -> ParquetTable {
        let columns = ColumnType.allCases.map { ColumnSchema("\($0)".lowercased(), $0, nullable: nullable, "") }
        return ParquetTable(
            schema: TableSchema(name: "random", columns: columns),
            columns: try columns.map { try column($0.type, nullable) })
    }

    private mutating func column(_ type: ColumnType, _ nullable: Bool) throws -> ParquetColumn {
        let validity = nullable ? (0..<rowCount).map { _ in Int.random(in: 0..<100, using: &random) >= nullShare } : nil
        let present = validity ?? Array(repeating: true, count: rowCount)
        func fixed<Value>(_ placeholder: Value, _ make: () -> Value) -> FixedColumn<Value> {
            FixedColumn(
                values: present.map { $0 ? make() : placeholder }, validity: present.contains(false) ? validity : nil)
        }
        switch type {
        case .boolean: return .boolean(fixed(false) { number().isMultiple(of: 2) })
        case .int32, .date: return .int32(fixed(0) { Int32(truncatingIfNeeded: number()) })
        case .int64, .timestamp: return .int64(fixed(0) { number() })
        case .double:
            return .double(fixed(0) { Double(bitPattern: UInt64(bitPattern: number()) & 0xFFEF_FFFF_FFFF_FFFF) })
        case .string:
            var column = StringColumn()
            for isPresent in present { try column.append(isPresent ? text() : nil) }
            return .string(column)
        case .stringList:
            var column = StringListColumn()
            for isPresent in present {
                let list = (0..<Int.random(in: 0..<4, using: &random)).map { _ in
                    Int.random(in: 0..<100, using: &random) >= nullShare ? text() : nil
                }
                try column.append(isPresent ? list : nil)
            }
            return .stringList(column)
        }
    }

    private mutating func number() -> Int64 {
        let drawn = Int64.random(in: 0..<Int64(variety), using: &random)
        return drawn % 3 == 0 ? drawn &* -0x1234_5678_9ABC_DEF1 : drawn
    }

    private mutating func text() -> String {
        let drawn = Int.random(in: 0..<variety, using: &random)
        return drawn == 0 ? "" : "é\(drawn)" + String(repeating: "x", count: drawn % 40)
    }
}

@Suite struct `Round trips` {
    private func check(_ table: ParquetTable, codec: Codec, limits: ParquetLimits) throws {
        let bytes = try ParquetWriter.file(table, codec: codec, limits: limits)
        let read = try ParquetFile(ParquetSource(name: "t", bytes: bytes)).table(table.schema)
        #expect(read.rowCount == table.rowCount)
        for row in 0..<table.rowCount {
            for column in table.columns.indices {
                #expect(read.value(row: row, column: column) == table.value(row: row, column: column))
            }
        }
    }

    @Test(arguments: 0..<60)
    func `every type, null pattern and codec comes back`(seed: UInt64) throws {
        var random = RandomTable(seed: seed)
        let codec: Codec = [.snappy, .zstd, .uncompressed][Int(seed % 3)]
        try check(try random.table(nullable: seed % 5 != 0), codec: codec, limits: ParquetLimits())
    }

    @Test(arguments: 0..<40)
    func `small pages, dictionaries and row groups come back too`(seed: UInt64) throws {
        var random = RandomTable(seed: seed)
        var limits = ParquetLimits()
        limits.pageByteCount = [1, 40, 300][Int(seed % 3)]
        limits.dictionaryByteCount = [8, 100, 1000, 4, 0][Int(seed / 3 % 5)]
        limits.pageEntryCount = [3, 1000][Int(seed % 2)]
        limits.rowGroupRowCount = [5, 300][Int(seed / 2 % 2)]
        try check(try random.table(nullable: seed % 5 != 0), codec: .snappy, limits: limits)
    }

    @Test(arguments: 0...9)
    func `a dictionary without room for a value is given up, however often the value repeats`(byteCount: Int) throws {
        let schema = ColumnType.allCases.map { ColumnSchema("\($0)".lowercased(), $0, nullable: true, "") }
        let rows = Array(repeating: Int64(7), count: 500) + Array(repeating: Int64(8), count: 500)
        let columns = try schema.map { column -> ParquetColumn in
            switch column.type {
            case .boolean: return .boolean(FixedColumn(values: rows.map { $0 == 7 }))
            case .int32, .date: return .int32(FixedColumn(values: rows.map(Int32.init)))
            case .int64, .timestamp: return .int64(FixedColumn(values: rows))
            case .double: return .double(FixedColumn(values: rows.map(Double.init)))
            case .string:
                var texts = StringColumn()
                for row in rows { try texts.append("\(row)") }
                return .string(texts)
            case .stringList:
                var lists = StringListColumn()
                for row in rows { try lists.append(["\(row)", nil, ""]) }
                return .stringList(lists)
            }
        }
        var limits = ParquetLimits()
        limits.dictionaryByteCount = byteCount
        let table = ParquetTable(schema: TableSchema(name: "repeats", columns: schema), columns: columns)
        try check(table, codec: .snappy, limits: limits)
    }

    @Test func `the schema comes back with its types`() throws {
        for schema in SilverTable.allCases.map(\.schema) + GoldTable.allCases.map(\.schema) + [
            .bronze, .gameStreamsEnriched,
        ] {
            let empty = ParquetTable(schema: schema, columns: schema.columns.map { ParquetColumn(empty: $0.type) })
            let read = try ParquetFile(ParquetSource(name: "t", bytes: try ParquetWriter.file(empty)))
            #expect(read.rowGroupCount == 0)
            #expect(read.schema.columns.map(\.name) == schema.columns.map(\.name))
            #expect(read.schema.columns.map(\.type) == schema.columns.map(\.type))
        }
    }

    @Test func `a writer's bytes can be taken while it grows`() throws {
        var random = RandomTable(seed: 3)
        let table = try random.table(nullable: true)
        var writer = ParquetWriter(schema: table.schema)
        var bytes: [UInt8] = []
        for _ in 0..<3 {
            for column in table.columns { try writer.write(column) }
            bytes += writer.takeBytes()
        }
        bytes += try writer.finish()
        let file = try ParquetFile(ParquetSource(name: "t", bytes: bytes))
        #expect(file.rowCount == 3 * table.rowCount)
        #expect(try file.table().rowCount == file.rowCount)
    }

    @Test func `a null in a column that has none is refused`() throws {
        let schema = TableSchema(name: "t", columns: [ColumnSchema("a", .int64, "")])
        let nulls = ParquetTable(schema: schema, columns: [ParquetColumn(nulls: 1, type: .int64)])
        let error = #expect(throws: ParquetError.self) { try ParquetWriter.file(nulls) }
        #expect(error?.description == "t, column a, row group 0: outside the contract: a null where none may be")
    }
}

@Suite struct `Written form` {
    private func chunk(_ column: ParquetColumn, _ type: ColumnType, _ limits: ParquetLimits = ParquetLimits()) throws
        -> ColumnChunkMetadata
    {
        let schema = TableSchema(name: "t", columns: [ColumnSchema("a", type, nullable: true, "")])
        let bytes = try ParquetWriter.file(ParquetTable(schema: schema, columns: [column]), limits: limits)
        let file = try ParquetFile(ParquetSource(name: "t", bytes: bytes))
        return try #require(file.metadata.rowGroups.first?.columns.first)
    }

    private func strings(_ texts: [String?]) throws -> ParquetColumn {
        var column = StringColumn()
        for text in texts { try column.append(text) }
        return .string(column)
    }

    @Test func `bounds of strings go by unsigned bytes`() throws {
        // Swift's own order puts the composed accent among the e's.
        let statistics = try chunk(strings(["z", "\u{E9}", nil, "Z", "e\u{301}"]), .string).statistics
        #expect(statistics?.minimum == Array("Z".utf8))
        #expect(statistics?.maximum == Array("\u{E9}".utf8))
        #expect(statistics?.nullCount == 1)
    }

    @Test func `long strings and chunks of nulls have no bounds`() throws {
        let long = try chunk(strings(["a", String(repeating: "é", count: 40)]), .string).statistics
        #expect(long?.minimum == Array("a".utf8))
        #expect(long?.maximum == nil)
        let nulls = try chunk(ParquetColumn(nulls: 9, type: .int64), .int64).statistics
        #expect(nulls == ColumnStatistics(nullCount: 9))
    }

    @Test func `a NaN takes the bounds away, and zeros stand for both zeros`() throws {
        let zeros = try chunk(.double(FixedColumn(values: [0.0, -0.0])), .double).statistics
        #expect(zeros?.minimum == [0, 0, 0, 0, 0, 0, 0, 0x80])
        #expect(zeros?.maximum == [0, 0, 0, 0, 0, 0, 0, 0])
        let unordered = try chunk(.double(FixedColumn(values: [1, .nan])), .double).statistics
        #expect(unordered == ColumnStatistics(nullCount: 0))
    }

    @Test func `a dictionary is used where it saves, and its offset is set`() throws {
        let repeated = try chunk(strings((0..<200).map { "word \($0 % 5)" }), .string)
        #expect(repeated.dictionaryPageOffset == 4)
        #expect(repeated.dataPageOffset > 4)
        #expect(repeated.encodings == [0, 3, 8])
        let distinct = try chunk(strings((0..<200).map { "word \($0)" }), .string)
        #expect(distinct.dictionaryPageOffset == nil)
        #expect(distinct.dataPageOffset == 4)
    }

    @Test func `a dictionary past its limit goes on as plain pages`() throws {
        var limits = ParquetLimits()
        limits.dictionaryByteCount = 100
        let texts = (0..<300).map { $0 < 200 ? "word \($0 % 5)" : "other \($0)" }
        let mixed = try chunk(strings(texts), .string, limits)
        #expect(mixed.dictionaryPageOffset == 4)
        #expect(mixed.encodings == [0, 3, 8])
    }

    @Test func `the file names its writer and its contract`() throws {
        let bytes = try ParquetWriter.file(
            ParquetTable(
                schema: .execucoes, columns: TableSchema.execucoes.columns.map { ParquetColumn(empty: $0.type) }))
        let file = try ParquetFile(ParquetSource(name: "t", bytes: bytes))
        let created = try #require(file.metadata.createdBy)
        #expect(created.wholeMatch(of: /rivulet version \d+\.\d+\.\d+ \(build [0-9a-f]{8}\)/) != nil)
        #expect(file.metadata.hasColumnOrders)
    }
}
