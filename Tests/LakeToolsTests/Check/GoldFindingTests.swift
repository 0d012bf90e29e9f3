import LakeTools
import Testing

@testable import Lake

@Suite struct `Lake check of gold` {
    @Test(arguments: gold)
    func `each breach of gold is found alone`(breakage: Breakage) throws {
        try breakage.check()
    }

    static let gold = [
        Breakage(name: "a table without the date", code: .goldMissing) { try $0.remove(GoodFile.gold("fato_streams")) },
        Breakage(name: "snapshots that do not add up", code: .goldSnapshots, column: "total_coletas") {
            try $0.rewrite(GoodFile.gold("fato_streams")) { $0.set("total_coletas", to: 99) }
        },
        Breakage(name: "hours that do not add up", code: .goldHours, column: "total_horas_assistidas") {
            try $0.rewrite(GoodFile.gold("faixa_popularidade")) { $0.set("total_horas_assistidas", double: 0.25) }
        },
        Breakage(name: "shares that do not add up", code: .goldShares, column: "fracao_horas") {
            try $0.rewrite(GoodFile.gold("participacao_idioma")) { $0.set("fracao_horas", double: 0.9) }
        },
        Breakage(name: "two languages that changed places", code: .goldGroups, column: "idioma") {
            try $0.rewrite(GoodFile.gold("participacao_idioma")) { table in
                let names = [table.value(row: 1, column: 0).description, table.value(row: 0, column: 0).description]
                for (row, name) in names.enumerated() { try table.set("idioma", row: row, text: name) }
            }
        },
        Breakage(name: "a ranking that begins at 2", code: .goldRanking, column: "posicao") {
            try $0.rewrite(GoodFile.gold("top_streamers")) { try $0.keep(Array(1..<$0.rowCount)) }
        },
        Breakage(name: "a ranking out of order", code: .goldRanking, column: "total_horas_assistidas") {
            try $0.rewrite(GoodFile.gold("top_jogos")) { $0.set("total_horas_assistidas", row: 1, double: 1e9) }
        },
        Breakage(name: "gold of a date that silver does not have", code: .goldUnexpected) { lake in
            for table in GoldTable.allCases {
                let name = "data_local=2026-06-01/part-0.parquet"
                try lake.write("gold/\(table.rawValue)/\(name)", try lake.bytes(GoodFile.gold(table.rawValue)))
            }
        },
    ]
}
