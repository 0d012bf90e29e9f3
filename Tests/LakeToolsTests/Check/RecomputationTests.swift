import LakeTools
import TestSupport
import Testing

@testable import Lake

/// Lakes in which every row fits its own columns and every sum is right, and which the jobs would not make.
@Suite struct `Lake check makes partitions anew` {
    @Test(arguments: silver + gold)
    func `each row that does not follow from the layer below is found alone`(breakage: Breakage) throws {
        try breakage.check()
    }

    static let silver = [
        Breakage(name: "an earlier sight of a stream kept", code: .silverDiffers, column: "espectadores") {
            // Stream 1002 came again with 5000 viewers; the first sight of it had 662. Gold's sums tell, too.
            try $0.remove("gold")
            try $0.rewrite(GoodFile.streams) { table in
                let row = try table.place("id_stream", of: 1002)
                let seconds = table["segundos_intervalo"]?.integer(row) ?? 0
                table.set("espectadores", row: row, to: 662)
                try table.set("faixa_espectadores", row: row, text: "mid")
                table.set("popular", row: row, flag: false)
                table.set("horas_assistidas_total", row: row, double: Double(662 * seconds) / 3600)
            }
        },
        Breakage(name: "a title of another row", code: .silverDiffers, column: "titulo") {
            try $0.rewrite(GoodFile.streams) { try $0.set("titulo", row: 3, text: "title 0") }
        },
        Breakage(name: "tags in another order", code: .silverDiffers, column: "tags") {
            try $0.rewrite(GoodFile.streams) { table in
                guard let index = table.schema.index(of: "tags"), case .stringList(var tags) = table.columns[index]
                else { return }
                let range = tags.range(of: 0)
                tags.elements.codes.swapAt(range.lowerBound, range.upperBound - 1)
                table.columns[index] = .stringList(tags)
            }
        },
        Breakage(name: "a stream that bronze does not have", code: .silverUnexpected) {
            try $0.rewrite(GoodFile.streams) { $0.set("id_stream", row: 1, to: 4_004_004) }
        },
        Breakage(name: "a refused row under another reason", code: .silverDiffers, column: "motivo") {
            try $0.rewrite(GoodFile.refused) { try $0.set("motivo", text: "invalid_id") }
        },
        Breakage(name: "a refused row that was changed", code: .silverDiffers, column: "title") {
            try $0.rewrite(GoodFile.refused) { try $0.set("title", row: 1, text: " trimmed") }
        },
        Breakage(name: "a run at another instant of its hour", code: .silverDiffers, column: "coletado_em") {
            try $0.rewrite(GoodFile.runs) { $0.set("coletado_em", to: 1_777_600_801_000_000) }
        },
    ]

    static let gold = [
        value("fato_streams", "total_streams") { $0.set("total_streams", to: 9) },
        value("fato_streams", "media_espectadores") { $0.set("media_espectadores", double: 1.5) },
        value("fato_streams", "nome_streamer") { try $0.set("nome_streamer", text: "Name 99") },
        value("participacao_idioma", "fracao_adulto") { $0.set("fracao_adulto", double: 0.123) },
        value("tendencia_horaria", "pico_simultaneo") { $0.set("pico_simultaneo", to: 1) },
        value("faixa_popularidade", "total_streams") { $0.set("total_streams", to: 99) },
        value("top_jogos", "total_streamers") { $0.set("total_streamers", to: 99) },
        value("top_streamers", "pico_espectadores") { $0.set("pico_espectadores", row: 1, to: 99) },
        Breakage(name: "a group of facts under another key", code: .goldGroups) {
            try $0.rewrite(GoodFile.gold("fato_streams")) { try $0.set("nome_categoria", text: "Checkers") }
        },
        ranking("the second streamer in the third place") { table in
            for column in ["id_streamer"] {
                let (second, third) = (table[column]?.integer(1) ?? 0, table[column]?.integer(2) ?? 0)
                table.set(column, row: 1, to: third)
                table.set(column, row: 2, to: second)
            }
        },
        ranking("a ranking that ends too soon") { try $0.keep(Array(0..<$0.rowCount - 1)) },
    ]

    private static func value(
        _ table: String, _ column: String, _ change: @escaping @Sendable (inout ParquetTable) throws -> Void
    ) -> Breakage {
        Breakage(name: "\(column) of \(table)", code: .goldDiffers, column: column) {
            try $0.rewrite(GoodFile.gold(table), change)
        }
    }

    private static func ranking(
        _ name: String, _ change: @escaping @Sendable (inout ParquetTable) throws -> Void
    ) -> Breakage {
        Breakage(name: name, code: .goldRanking) { try $0.rewrite(GoodFile.gold("top_streamers"), change) }
    }

    @Test func `a row that went missing is named, though the counts were made to fit`() throws {
        let lake = try GoodLake()
        var run = ""
        try lake.rewrite(GoodFile.streams) { table in
            let row = try table.place("id_stream", of: 1003)
            run = table["run_id"]?.text(row) ?? ""
            try table.keep((0..<table.rowCount).filter { $0 != row })
        }
        try lake.rewrite(GoodFile.runs) { table in
            let row = try #require((0..<table.rowCount).first { table["run_id"]?.text($0) == run })
            for (column, step) in [("linhas_validas", Int64(-1)), ("linhas_duplicadas", 1)] {
                table.set(column, row: row, to: (table[column]?.integer(row) ?? 0) + step)
            }
        }
        try lake.remove("gold")
        let findings = try lake.check().findings
        #expect(findings.map(\.code) == [.silverMissing, .silverDiffers])
        #expect(findings.first?.message.hasPrefix("id_stream 1003, slot_coleta ") == true)
        #expect(findings.first?.place.table == "streams")
        #expect(findings.last?.place.column == "linhas_validas")
    }

    @Test func `silver that was made under other settings is found`() throws {
        let lake = try GoodLake()
        let settings = try LakeConfiguration(environment: ["MIN_VIEWERS": "2"])
        var check = LakeCheck(try LakeLocations(lake.path), settings)
        #expect(try check.run().findings.map(\.code).contains(.silverMissing))
    }
}

extension ParquetTable {
    /// The first row whose number in this column is `value`.
    fileprivate func place(_ column: String, of value: Int64) throws -> Int {
        try #require((0..<rowCount).first { self[column]?.integer($0) == value })
    }
}
