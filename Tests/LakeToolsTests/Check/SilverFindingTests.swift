import LakeTools
import Testing

@testable import Lake

@Suite struct `Lake check of silver` {
    @Test(arguments: silver)
    func `each breach of silver is found alone`(breakage: Breakage) throws {
        try breakage.check()
    }

    static let silver =
        [
            Breakage(name: "lines that are not accounted for", code: .linesAccounted) {
                try $0.rewrite(GoodFile.runs) { $0.set("linhas_duplicadas", to: 9) }
            },
            Breakage(name: "a run listed twice", code: .duplicateKey, column: "run_id") {
                try $0.rewrite(GoodFile.runs) { try $0.keep([0, 1, 1]) }
            },
            Breakage(name: "a refused row that was lost", code: .linesQuarantined) {
                try $0.rewrite(GoodFile.refused) { try $0.keep(Array(1..<$0.rowCount)) }
            },
            Breakage(name: "a reason that no rule has", code: .motivo, column: "motivo") {
                try $0.rewrite(GoodFile.refused) { try $0.set("motivo", text: "bad_mood") }
            },
            Breakage(name: "a language in upper case", code: .silverValue, column: "idioma") { lake in
                try lake.rewrite(GoodFile.streams) { try $0.set("idioma", text: "PT") }
                // Gold is about languages, and does not come to this one.
                try lake.remove("gold")
            },
            Breakage(name: "a silver row in the folder of another hour", code: .partitionMismatch) { lake in
                try lake.rewrite(GoodFile.refused) { $0.set("collected_at", to: 1_777_604_400_000_000) }
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
        value("login_streamer") { try $0.set("login_streamer", text: "Login0") },
        value("nome_categoria") { try $0.set("nome_categoria", text: "") },
        value("tags") { try $0.setFirstTag("\tb") },
        value("tags") { try $0.setFirstTag("") },
        value("id_streamer") { $0.set("id_streamer", to: 0) },
        value("id_categoria") { $0.set("id_categoria", to: -1) },
    ]

    private static func value(
        _ column: String, _ change: @escaping @Sendable (inout ParquetTable) throws -> Void
    ) -> Breakage {
        Breakage(name: "\(column) that does not follow", code: .silverValue, column: column) {
            try $0.rewrite(GoodFile.streams, change)
        }
    }

    @Test func `a stream twice in a slot is found in silver and its counts`() throws {
        let lake = try GoodLake()
        try lake.rewrite(GoodFile.streams) { try $0.keep(Array(0..<$0.rowCount) + [3]) }
        try lake.remove("gold")
        let report = try lake.check()
        #expect(report.findings.map(\.code) == [.duplicateKey, .linesValid])
    }

    @Test func `an interval that is too long breaks the sum of watch time`() throws {
        let lake = try GoodLake()
        try lake.rewrite(GoodFile.streams) { $0.set("segundos_intervalo", to: 1799) }
        let codes = try lake.check().findings.map(\.code)
        // The row's hours follow from its interval; gold's hours from the rows'.
        #expect(codes.prefix(2) == [.silverValue, .silverValue])
        #expect(Set(codes.dropFirst(2)) == [.goldHours])
    }
}
