import Foundation
import LakeTools
import Testing

@testable import Lake

private let rawA = "raw/dt=2026-05-01/hour=02/streams_run-a.parquet"
private let streams2 = "silver/streams/dt=2026-05-01/hour=02/part-0.parquet"
private let refused2 = "silver/quarentena/dt=2026-05-01/hour=02/part-0.parquet"
private let runs2 = "silver/execucoes/dt=2026-05-01/hour=02/part-0.parquet"
/// 02:00 and 02:30 UTC are 30 April in Brasilia.
private func gold(_ table: String) -> String { "gold/\(table)/data_local=2026-04-30/part-0.parquet" }

/// One way to break a good lake, and the one finding that it must give.
struct Breakage: Sendable, CustomTestStringConvertible {
    let name: String
    let code: FindingCode
    var column: String?
    /// A finding of each table, where one fault shows in several.
    var count = 1
    let apply: @Sendable (GoodLake) throws -> Void

    var testDescription: String { name }
}

@Suite struct `Lake check` {
    @Test func `a good lake has no finding, and the summary counts it`() throws {
        let report = try GoodLake().check()
        #expect(report.findings == [])
        #expect(report.isGood)
        #expect(report.runs == 4)
        #expect(report.slots?.expected == 4)
        #expect(report.slots?.missing == 0)
        #expect(report.tables.map(\.table).count == 10)
        let bronze = try #require(report.tables.first)
        #expect((bronze.partitions, bronze.files, bronze.rows) == (2, 4, 52))
        #expect(report.skipped == [])
    }

    @Test(arguments: folders + files + contracts)
    func `each breach of folders, files and contracts is found alone`(breakage: Breakage) throws {
        try expect(breakage)
    }

    @Test(arguments: bronze + silver + goldBreakages)
    func `each breach of rows and sums is found alone`(breakage: Breakage) throws {
        try expect(breakage)
    }

    private func expect(_ breakage: Breakage) throws {
        let lake = try GoodLake()
        try breakage.apply(lake)
        let report = try lake.check()
        #expect(report.findings.map(\.code) == Array(repeating: breakage.code, count: breakage.count))
        if let column = breakage.column { #expect(report.findings.first?.place.column == column) }
        #expect(report.isGood == (breakage.code.severity == .warning))
    }

    static let folders = [
        Breakage(name: "a folder that is no partition", code: .strayPath) {
            try $0.write("silver/streams/old/part-0.parquet", [])
        },
        Breakage(name: "a file that is no Parquet file", code: .strayPath) {
            try $0.write("raw/dt=2026-05-01/hour=02/notes.txt", [])
        },
        Breakage(name: "a folder that is no table", code: .strayPath) { try $0.write("gold/top_dogs/x", []) },
        Breakage(name: "half a file of a job that ended", code: .leftover) {
            try $0.write("silver/streams/dt=2026-05-01/hour=02/.part-0.parquet.new", [])
        },
        Breakage(name: "a bronze file under another name", code: .fileName) {
            try $0.write("raw/dt=2026-05-01/hour=02/streams_1.parquet", try $0.bytes(rawA))
            try $0.remove(rawA)
        },
    ]

    static let files = [
        Breakage(name: "no Parquet file", code: .unreadable) { try $0.write(streams2, Array("PAR1?".utf8)) },
        Breakage(name: "a page that fails its checksum", code: .unreadable, column: "id") { lake in
            var bytes = try lake.bytes(rawA)
            bytes[60] ^= 0xFF
            try lake.write(rawA, bytes)
        },
        Breakage(name: "a damaged beginning", code: .magic) { lake in
            try lake.write(streams2, [0] + (try lake.bytes(streams2)).dropFirst())
        },
        Breakage(name: "format version 3", code: .formatVersion) { try $0.rewriteFooter(runs2) { $0.version = 3 } },
        Breakage(name: "a writer's name without a build", code: .createdBy) {
            try $0.rewriteFooter(runs2) { $0.createdBy = "parquet-cpp-arrow version 26.0.1" }
        },
        Breakage(name: "no compression", code: .codec, column: "run_id") {
            try $0.write(runs2, try ParquetWriter.file(try $0.table(runs2), codec: .uncompressed))
        },
        Breakage(name: "pages without checksums", code: .pageChecksum) { try $0.writeWithoutChecksums(streams2) },
        Breakage(name: "a dictionary that the footer hides", code: .dictionaryOffset, column: "id_stream") {
            try $0.rewriteFooter(streams2) { metadata in
                let start = metadata.rowGroups[0].columns[0].startOffset
                metadata.rowGroups[0].columns[0].dictionaryPageOffset = nil
                metadata.rowGroups[0].columns[0].dataPageOffset = start
            }
        },
        Breakage(name: "an empty row group", code: .rowGroupEmpty) {
            try $0.rewriteFooter(runs2) { metadata in
                var group = metadata.rowGroups[0]
                group.rowCount = 0
                for index in group.columns.indices { group.columns[index].valueCount = 0 }
                for index in group.columns.indices { group.columns[index].statistics = ColumnStatistics(nullCount: 0) }
                metadata.rowGroups.append(group)
            }
        },
        Breakage(name: "a small run in pieces", code: .rowGroupSplit) {
            var limits = ParquetLimits()
            limits.rowGroupRowCount = 5
            try $0.write(rawA, try ParquetWriter.file(try $0.table(rawA), limits: limits))
        },
        Breakage(name: "a silver file without rows", code: .emptyFile) {
            let empty = try ParquetWriter(schema: .quarentena).finished()
            try $0.write("silver/quarentena/dt=2026-05-01/hour=02/part-1.parquet", empty)
        },
        Breakage(name: "no null count", code: .statisticsMissing, column: "run_id") {
            try $0.rewriteFooter(runs2) { $0.rowGroups[0].columns[0].statistics?.nullCount = nil }
        },
        Breakage(name: "a null count that is not true", code: .statisticsNullCount, column: "user_id") {
            try $0.rewriteFooter(rawA) { $0.rowGroups[0].columns[1].statistics?.nullCount = 3 }
        },
        Breakage(name: "a maximum below a value", code: .statisticsBounds, column: "linhas_lidas") {
            try $0.rewriteFooter(runs2) { $0.rowGroups[0].columns[2].statistics?.maximum = [1, 0, 0, 0, 0, 0, 0, 0] }
        },
        Breakage(name: "a minimum above a text", code: .statisticsBounds, column: "run_id") {
            try $0.rewriteFooter(runs2) { $0.rowGroups[0].columns[0].statistics?.minimum = Array("run-aa".utf8) }
        },
    ]

    static let contracts = [
        Breakage(name: "a missing column", code: .columnMissing, column: "popular") {
            try $0.rewrite(streams2) { $0.filter { $0.name != "popular" } }
        },
        Breakage(name: "an extra column", code: .columnExtra, column: "more") {
            try $0.rewrite(streams2) { $0 + [ColumnSchema("more", .int64, nullable: true, "")] }
        },
        Breakage(name: "a partition column in the file", code: .partitionColumn, column: "hour") {
            try $0.rewrite(streams2) { $0 + [ColumnSchema("hour", .int32, nullable: true, "")] }
        },
        Breakage(name: "columns in another order", code: .columnOrder, column: "coletado_em") {
            try $0.rewrite(runs2) { [$0[1], $0[0]] + $0[2...] }
        },
        Breakage(name: "a number of another width", code: .columnType, column: "linhas_lidas") { lake in
            let table = try lake.table(runs2)
            guard case .int64(let read)? = table["linhas_lidas"] else { return }
            var columns = table.columns
            columns[2] = .int32(FixedColumn(values: read.values.map(Int32.init)))
            var schema = table.schema.columns
            schema[2] = ColumnSchema("linhas_lidas", .int32, "")
            let changed = ParquetTable(schema: TableSchema(name: "x", columns: schema), columns: columns)
            try lake.write(runs2, try ParquetWriter.file(changed))
        },
        Breakage(name: "a timestamp that is only a number", code: .columnType, column: "coletado_em") {
            try $0.rewriteFooter(runs2) { metadata in
                metadata.schema[2].logicalType = nil
                metadata.schema[2].convertedType = nil
            }
        },
        Breakage(name: "text without the old annotation", code: .columnAnnotation, column: "run_id") {
            try $0.rewriteFooter(runs2) { $0.schema[1].convertedType = nil }
        },
        Breakage(name: "a list without the old annotation", code: .columnAnnotation, column: "tags") {
            try $0.rewriteFooter(streams2) { metadata in
                for index in metadata.schema.indices where metadata.schema[index].name == "tags" {
                    metadata.schema[index].convertedType = nil
                }
            }
        },
        Breakage(name: "an optional column that has no null", code: .columnNullability, column: "run_id") {
            try $0.rewrite(runs2) { [ColumnSchema("run_id", .string, nullable: true, "")] + $0.dropFirst() }
        },
    ]
}

extension ParquetWriter {
    fileprivate func finished() throws -> [UInt8] {
        var writer = self
        return try writer.finish()
    }
}

extension `Lake check` {
    static let bronze = [
        Breakage(name: "a run in the folder of another hour", code: .partitionMismatch, column: "collected_at") {
            // Silver still follows from the rows, wherever they lie; only the folder is wrong.
            try $0.rewrite(rawA) { table in
                for row in 0..<table.rowCount { table.set("collected_at", row: row, to: 1_777_608_000_000_000) }
                for row in 0..<table.rowCount { table.set("stream_minutes", row: row, to: row % 2 == 0 ? 224 : 164) }
                table.set("stream_minutes", row: table.rowCount - 1, to: 224)
            }
        },
        Breakage(name: "microseconds in bronze", code: .collectedAt, column: "collected_at") {
            try $0.rewrite(rawA) { table in
                for row in 0..<table.rowCount { table.set("collected_at", row: row, to: 1_777_600_800_123_456) }
            }
        },
        Breakage(name: "a run of two instants", code: .collectedAt, column: "collected_at") {
            try $0.rewrite(rawA) { $0.set("collected_at", row: 3, to: 1_777_600_801_123_000) }
        },
        Breakage(name: "the same row twice", code: .rowRepeated, column: "row_no") {
            try $0.rewrite(rawA) { $0.set("row_no", row: 12, to: 11) }
        },
        Breakage(name: "a hole in the rows' numbers", code: .rowNumbers, column: "row_no") {
            try $0.rewrite(rawA) { $0.set("row_no", row: 12, to: 13) }
        },
        Breakage(name: "minutes that do not follow from the start", code: .streamMinutes, column: "stream_minutes") {
            try $0.rewrite(rawA) { $0.set("stream_minutes", row: 2, to: 7) }
        },
        Breakage(name: "a run that silver never saw", code: .runMissing) { lake in
            try lake.rewrite(rawA) { table in
                for row in 0..<table.rowCount { try table.set("run_id", row: row, text: "run-z") }
            }
            try lake.write("raw/dt=2026-05-01/hour=02/streams_run-z.parquet", try lake.bytes(rawA))
            try lake.rewrite(rawA) { table in
                for row in 0..<table.rowCount { try table.set("run_id", row: row, text: "run-a") }
            }
        },
        Breakage(name: "a run that bronze lost", code: .runUnknown) { try $0.remove(rawA) },
        Breakage(name: "bronze rows that silver did not read", code: .linesRead) {
            try $0.rewrite(rawA) { try $0.keep(Array(0..<12)) }
        },
    ]

    static let silver =
        [
            Breakage(name: "lines that are not accounted for", code: .linesAccounted) {
                try $0.rewrite(runs2) { $0.set("linhas_duplicadas", to: 9) }
            },
            Breakage(name: "a run listed twice", code: .duplicateKey, column: "run_id") {
                try $0.rewrite(runs2) { try $0.keep([0, 1, 1]) }
            },
            Breakage(name: "a refused row that was lost", code: .linesQuarantined) {
                try $0.rewrite(refused2) { try $0.keep(Array(1..<$0.rowCount)) }
            },
            Breakage(name: "a reason that no rule has", code: .motivo, column: "motivo") {
                try $0.rewrite(refused2) { try $0.set("motivo", text: "bad_mood") }
            },
            Breakage(name: "a silver row in the folder of another hour", code: .partitionMismatch) { lake in
                try lake.rewrite(refused2) { $0.set("collected_at", to: 1_777_604_400_000_000) }
            },
        ] + values

    private static let values: [Breakage] = [
        value("slot_coleta") { $0.set("slot_coleta", to: 1_777_600_800_000_001) },
        value("minutos_transmissao") { $0.set("minutos_transmissao", to: 1) },
        value("horas_assistidas_total") { $0.set("horas_assistidas_total", double: 0.5) },
        value("periodo_dia") { try $0.set("periodo_dia", text: "Noon") },
        value("popular") { $0.set("popular", flag: true) },
        value("qtd_tags") { $0.set("qtd_tags", to: 9) },
        value("tipo_conteudo") { try $0.set("tipo_conteudo", text: "Non-Game") },
        value("titulo") { try $0.set("titulo", text: " untrimmed") },
    ]

    private static func value(
        _ column: String, _ change: @escaping @Sendable (inout ParquetTable) throws -> Void
    ) -> Breakage {
        Breakage(name: "\(column) that does not follow", code: .silverValue, column: column) {
            try $0.rewrite(streams2, change)
        }
    }

    static let goldBreakages = [
        Breakage(name: "a table without the date", code: .goldMissing) { try $0.remove(gold("fato_streams")) },
        Breakage(name: "snapshots that do not add up", code: .goldSnapshots, column: "total_coletas") {
            try $0.rewrite(gold("fato_streams")) { $0.set("total_coletas", to: 99) }
        },
        Breakage(name: "hours that do not add up", code: .goldHours, column: "total_horas_assistidas") {
            try $0.rewrite(gold("faixa_popularidade")) { $0.set("total_horas_assistidas", double: 0.25) }
        },
        Breakage(name: "shares that do not add up", code: .goldShares, column: "fracao_horas") {
            try $0.rewrite(gold("participacao_idioma")) { $0.set("fracao_horas", double: 0.9) }
        },
        Breakage(name: "two languages that changed places", code: .goldGroups, column: "idioma") {
            try $0.rewrite(gold("participacao_idioma")) { table in
                let names = [table.value(row: 1, column: 0).description, table.value(row: 0, column: 0).description]
                for (row, name) in names.enumerated() { try table.set("idioma", row: row, text: name) }
            }
        },
        Breakage(name: "a ranking that begins at 2", code: .goldRanking, column: "posicao") {
            try $0.rewrite(gold("top_streamers")) { try $0.keep(Array(1..<$0.rowCount)) }
        },
        Breakage(name: "a ranking out of order", code: .goldRanking, column: "total_horas_assistidas") {
            try $0.rewrite(gold("top_jogos")) { $0.set("total_horas_assistidas", row: 1, double: 1e9) }
        },
        Breakage(name: "gold of a date that silver does not have", code: .goldUnexpected) { lake in
            for table in GoldTable.allCases {
                let name = "data_local=2026-06-01/part-0.parquet"
                try lake.write("gold/\(table.rawValue)/\(name)", try lake.bytes(gold(table.rawValue)))
            }
        },
    ]

    @Test func `a slot without a run is a gap at its hour`() throws {
        let lake = try GoodLake()
        for table in ["streams", "quarentena", "execucoes"] {
            try lake.rewrite("silver/\(table)/dt=2026-05-01/hour=02/part-0.parquet") { table in
                let runs = (0..<table.rowCount).filter { table["run_id"]?.text($0) != "run-b" }
                try table.keep(runs)
            }
        }
        try lake.remove("raw/dt=2026-05-01/hour=02/streams_run-b.parquet")
        try lake.remove("gold")
        let report = try lake.check()
        #expect(report.findings.map(\.code) == [.arrivalGap])
        #expect(report.findings.first?.place.partition == "dt=2026-05-01/hour=02")
        #expect(report.findings.first?.message == "no run in slot 2026-05-01T02:30:00Z")
        #expect(report.slots?.missing == 1)
        #expect(!report.isGood)
        #expect(try lake.check(gapsAreWarnings: true).isGood)
    }

    @Test func `a null where none may be is found, and its row asked nothing more`() throws {
        let lake = try GoodLake()
        try lake.rewrite(streams2, as: { $0.map { ColumnSchema($0.name, $0.type, nullable: true, "") } })
        let optional = try lake.check()
        #expect(Set(optional.findings.map(\.code)) == [.columnNullability])
        let file = try ParquetFile(ParquetSource(name: "x", bytes: try lake.bytes(streams2)))
        var table = try file.table()
        guard let index = table.schema.index(of: "espectadores"), case .int64(var viewers) = table.columns[index] else {
            Issue.record("no viewers")
            return
        }
        viewers.validity = viewers.values.indices.map { $0 != 4 }
        table.columns[index] = .int64(viewers)
        try lake.write(streams2, try ParquetWriter.file(table))
        try lake.remove("gold")
        let nulls = try lake.check().findings.filter { $0.code != .columnNullability }
        #expect(nulls.map(\.code) == [.nullValue])
        #expect(nulls.first?.place.row == 4)
        #expect(nulls.first?.place.column == "espectadores")
    }

    @Test func `a stream twice in a slot is found in silver and its counts`() throws {
        let lake = try GoodLake()
        try lake.rewrite(streams2) { try $0.keep(Array(0..<$0.rowCount) + [3]) }
        try lake.remove("gold")
        let report = try lake.check()
        #expect(report.findings.map(\.code) == [.duplicateKey, .linesValid])
    }

    @Test func `an interval that is too long breaks the sum of watch time`() throws {
        let lake = try GoodLake()
        try lake.rewrite(streams2) { $0.set("segundos_intervalo", to: 1799) }
        let codes = try lake.check().findings.map(\.code)
        // The row's hours follow from its interval; gold's hours from the rows'.
        #expect(codes.prefix(2) == [.silverValue, .silverValue])
        #expect(Set(codes.dropFirst(2)) == [.goldHours])
    }

    @Test func `layers that are not there are skipped by name`() throws {
        let lake = try GoodLake()
        try lake.remove("silver")
        let report = try lake.check()
        #expect(report.findings == [])
        #expect(report.skipped == ["no silver: bronze and gold were not held against it"])
        try lake.remove("raw")
        try lake.remove("gold")
        #expect(throws: LakeToolsError.noLake(lake.path)) { try LakeLocations(lake.path) }
    }

    @Test func `dates cut the partitions, and gold still gets all of its hours`() throws {
        let lake = try GoodLake()
        let first = try #require(CivilDate("2026-04-30"))
        let report = try lake.check(dates: first...first)
        #expect(report.findings == [])
        #expect(report.tables.filter { $0.rows > 0 }.map(\.layer).allSatisfy { $0 == .gold })
        try lake.rewrite(gold("fato_streams")) { $0.set("total_coletas", to: 99) }
        #expect(try lake.check(dates: first...first).findings.map(\.code) == [.goldSnapshots])
        let second = first.adding(days: 1)
        #expect(try lake.check(dates: second...second).findings == [])
    }
}
