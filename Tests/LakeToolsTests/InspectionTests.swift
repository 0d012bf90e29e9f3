import LakeTools
import TestSupport
import Testing

@testable import Lake

@Suite struct `Lake inspect` {
    private func inspection(_ name: String) throws -> FileInspection {
        let lake = try GoodLake()
        return try FileInspection(ParquetSource(name: name, bytes: try lake.bytes(name)))
    }

    @Test func `a silver file tells its schema, sizes and statistics`() throws {
        let name = "silver/streams/dt=2026-05-01/hour=02/part-0.parquet"
        let inspection = try inspection(name)
        #expect(inspection.file == name)
        #expect(inspection.createdBy?.hasPrefix("rivulet version ") == true)
        #expect(inspection.schema.filter { $0.depth == 1 }.map(\.name) == TableSchema.silverStreams.columns.map(\.name))
        let tags = try #require(inspection.schema.last { $0.path.hasPrefix("tags") })
        #expect((tags.path, tags.physical, tags.logical) == ("tags.list.element", "BYTE_ARRAY", "STRING"))
        #expect((tags.converted, tags.repetition, tags.depth) == ("UTF8", "optional", 3))
        let group = try #require(inspection.rowGroups.first)
        #expect(group.rows == inspection.rows)
        #expect(group.compressedBytes == group.columns.reduce(0) { $0 + $1.compressedBytes })
        let instant = try #require(group.columns.first { $0.path == "coletado_em" })
        #expect(instant.statistics?.min == "2026-05-01T02:00:00.123000Z")
        #expect(instant.statistics?.max == "2026-05-01T02:30:00.000000Z")
        #expect(instant.checksums == "all")
        #expect(instant.dictionary?.entries == 2)
        #expect(instant.pages.map(\.encoding) == ["PLAIN", "RLE_DICTIONARY"])
        #expect(group.columns.first { $0.path == "data_local" }?.statistics?.min == "2026-04-30")
        #expect(group.columns.first { $0.path == "popular" }?.statistics?.max == "true")
        #expect(inspection.unsupported == [])
    }

    @Test func `pages are counted by kind and encoding`() throws {
        var limits = ParquetLimits()
        limits.dictionaryByteCount = 64
        limits.pageByteCount = 80
        let values = (0..<100).map { Int64($0 < 20 ? $0 % 4 : $0) }
        let schema = TableSchema(name: "t", columns: [ColumnSchema("n", .int64, "")])
        let table = ParquetTable(schema: schema, columns: [.int64(FixedColumn(values: values))])
        let bytes = try ParquetWriter.file(table, codec: .zstd, limits: limits)
        let column = try #require(
            try FileInspection(ParquetSource(name: "t", bytes: bytes)).rowGroups.first?.columns.first)
        #expect(column.codec == "ZSTD")
        #expect(column.pages.map(\.kind) == [.dictionary, .dataV1, .dataV1])
        #expect(column.pages.map(\.encoding) == ["PLAIN", "RLE_DICTIONARY", "PLAIN"])
        #expect(column.dataPages == column.pages.dropFirst().reduce(0) { $0 + $1.count })
        #expect((column.statistics?.min, column.statistics?.max) == ("0", "99"))
    }

    @Test(arguments: 0..<400)
    func `a file cut or changed anywhere gives an error or an answer, never a crash`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var bytes = try Self.small.get()
        if seed.isMultiple(of: 3) {
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        } else {
            // The footer, most of the time.
            let range = seed.isMultiple(of: 2) ? 0..<bytes.count : bytes.count - 700..<bytes.count - 8
            for _ in 0..<3 { bytes[Int.random(in: range, using: &random)] = .random(in: 0...255, using: &random) }
        }
        do {
            _ = try FileInspection(ParquetSource(name: "t", bytes: bytes))
        } catch let error as ParquetError {
            #expect(error.file == "t")
        }
    }

    private static let small = Result {
        let lake = try GoodLake()
        return try lake.bytes("silver/execucoes/dt=2026-05-01/hour=02/part-0.parquet")
    }
}
