import Testing

@testable import Lake

/// Work cut into parts gives the rows of work in one piece.
@Suite struct `Bounded memory` {
    private static let hour = UTCHour(date: .on("2026-05-01"), hour: 12)

    /// Two slots and three runs of repeating streams; ids and streamers cross over, so that passes cut both apart.
    private func bronze(seed: UInt64) throws -> [ParquetSource] {
        var random = SeededGenerator(seed: seed)
        return try (0..<3).map { run in
            var builder = BronzeBuilder(runID: "run\(run)", collectedAt: .at("2026-05-01T12:\(10 + 15 * run):00Z"))
            for _ in 0..<200 {
                try builder.append(
                    .good("\(Int.random(in: 0..<150, using: &random))") {
                        $0.userID = "\(Int.random(in: 1..<60, using: &random))"
                        $0.userName = "N\(Int.random(in: 0..<9, using: &random))"
                        $0.gameName = ["Chess", "Music", "Slots", "Poker", nil].randomElement(using: &random) ?? nil
                        $0.language = ["pt", "en", "es"].randomElement(using: &random)
                        $0.tags = (0..<Int.random(in: 0..<4, using: &random)).map { $0 == 1 ? nil : "tag \($0)" }
                        $0.viewerCount = Int64.random(in: 0..<20_000, using: &random)
                        $0.isMature = Bool.random(using: &random)
                    })
            }
            return ParquetSource(name: "run\(run)", bytes: try builder.file())
        }
    }

    private func expectSameRows(_ left: [UInt8]?, _ right: [UInt8]?) throws {
        #expect(try rows(#require(left)).asSet == rows(#require(right)).asSet)
    }

    @Test(arguments: 0..<6)
    func `silver of small chunks, nothing kept and ids compared in parts, is silver at once`(seed: UInt64) throws {
        let files = try bronze(seed: seed)
        let whole = try SilverJob().run(Self.hour, bronze: files)
        var limits = SilverLimits()
        limits.chunkRowCount = 7 + Int(seed) * 13
        limits.keptColumnRowCount = seed % 2 == 0 ? 0 : 150
        limits.keptNumberRowCount = seed % 3 == 0 ? 0 : 100
        limits.comparedRowCount = 40
        let cut = try SilverJob(LakeConfiguration(), limits: limits).run(Self.hour, bronze: files)
        for table in SilverTable.allCases { try expectSameRows(whole.files[table], cut.files[table]) }
        #expect(whole.report == cut.report)
    }

    @Test(arguments: 0..<6)
    func `gold in many passes is gold in one`(seed: UInt64) throws {
        let silver = try SilverJob().run(Self.hour, bronze: try bronze(seed: seed))
        let streams = [ParquetSource(name: "s", bytes: try #require(silver.files[.streams]))]
        let configuration = try LakeConfiguration(environment: ["TOP_N": "\(1 + seed * 4)"])
        let whole = try GoldJob(configuration).run(.on("2026-05-01"), streams: streams)
        for byteCount in [1, 5_000, 20_000] {
            let limits = GoldLimits(rowCount: 50, byteCount: byteCount)
            let cut = try GoldJob(configuration, limits: limits).run(.on("2026-05-01"), streams: streams)
            #expect(cut.rowCount == whole.rowCount)
            for table in GoldTable.allCases { try expectSameRows(whole.files[table], cut.files[table]) }
        }
    }

    @Test func `the parts of all ids hold each once`() {
        var random = SeededGenerator(seed: 3)
        for count in [1, 2, 3, 7, 100] {
            let parts = HashRange.parts(count)
            for _ in 0..<500 {
                let id = Int64.random(in: .min ... .max, using: &random)
                #expect(parts.count { $0.contains(id) } == 1)
            }
        }
        var (next, seen) = (HashRange(from: 0, width: 0.3), 0)
        while let part = next {
            seen += 1
            next = HashRange(from: part.upperBound, width: 0.3)
        }
        #expect(seen == 4)
    }

    @Test func `distinct numbers stay distinct past the length that is searched`() {
        var numbers = DistinctNumbers()
        for number in (0..<500).map({ UInt32($0 % 100) }) { _ = numbers.insert(number) }
        #expect(numbers.numbers == Array(0..<100))
        numbers.removeAll()
        let isNew = numbers.insert(99)
        #expect(isNew)
    }
}

@Suite struct `Rows of a row group` {
    private static func column(_ type: ColumnType, _ count: Int, _ random: inout SeededGenerator) throws
        -> ParquetColumn
    {
        let validity = (0..<count).map { _ in Int.random(in: 0..<5, using: &random) > 0 }
        switch type {
        case .boolean: return .boolean(FixedColumn(values: validity))
        case .int32, .date: return .int32(FixedColumn(values: (0..<count).map { Int32($0 / 3) }, validity: validity))
        case .int64, .timestamp: return .int64(FixedColumn(values: (0..<count).map { Int64($0) << 33 }))
        case .double: return .double(FixedColumn(values: (0..<count).map { Double($0) / 3 }, validity: validity))
        case .string:
            var column = StringColumn()
            for row in 0..<count { try column.append(validity[row] ? "text \(row % 40)" : nil) }
            return .string(column)
        case .stringList:
            var column = StringListColumn()
            for row in 0..<count {
                let length = Int.random(in: 0..<6, using: &random)
                try column.append(validity[row] ? (0..<length).map { $0 == 3 ? nil : "tag \(row % 50) \($0)" } : nil)
            }
            return .stringList(column)
        }
    }

    @Test(arguments: ColumnType.allCases)
    func `any range of rows over pages is the same range of the whole`(type: ColumnType) throws {
        var random = SeededGenerator(seed: 5)
        let schema = TableSchema(name: "t", columns: [ColumnSchema("c", type, nullable: true, "")])
        var limits = ParquetLimits()
        limits.pageByteCount = 100
        limits.pageEntryCount = 37
        limits.dictionaryByteCount = 300
        let column = try Self.column(type, 400, &random)
        let bytes = try ParquetWriter.file(ParquetTable(schema: schema, columns: [column]), limits: limits)
        // Read by ranges, as from a disk.
        let source = ParquetSource(name: "t", byteCount: bytes.count) { bytes[$0] }
        let file = try ParquetFile(source)
        let whole = ParquetTable(schema: schema, columns: [try file.read(schema.columns[0], rowGroup: 0)])
        for _ in 0..<60 {
            let first = Int.random(in: 0...400, using: &random)
            let rows = first..<Int.random(in: first...400, using: &random)
            let part = try file.read(schema.columns[0], rowGroup: 0, rows: rows)
            #expect(part.rowCount == rows.count)
            let table = ParquetTable(schema: schema, columns: [part])
            for row in rows { #expect(table.row(row - first) == whole.row(row)) }
        }
    }

    @Test func `a long chunk is fetched page by page`() throws {
        let schema = TableSchema(name: "t", columns: [ColumnSchema("c", .int64, "")])
        let values = (0..<600_000).map { Int64(truncatingIfNeeded: UInt64($0) &* 0x9E37_79B9_7F4A_7C15) }
        var limits = ParquetLimits()
        limits.rowGroupRowCount = 1_000_000
        let bytes = try ParquetWriter.file(
            ParquetTable(schema: schema, columns: [.int64(FixedColumn(values: values))]), codec: .uncompressed,
            limits: limits)
        let source = ParquetSource(name: "t", byteCount: bytes.count) { range in
            #expect(range.count <= 2 << 20)
            return bytes[range]
        }
        let part = try ParquetFile(source).read(schema.columns[0], rowGroup: 0, rows: 500_000..<500_010)
        #expect((0..<10).map { part.integer($0) } == values[500_000..<500_010].map { $0 })
    }
}
