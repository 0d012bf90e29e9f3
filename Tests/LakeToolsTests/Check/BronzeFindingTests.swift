import LakeTools
import Testing

@testable import Lake

@Suite struct `Lake check of bronze` {
    @Test(arguments: bronze)
    func `each breach of bronze is found alone`(breakage: Breakage) throws {
        try breakage.check()
    }

    static let bronze = [
        Breakage(name: "a run in the folder of another hour", code: .partitionMismatch, column: "collected_at") {
            // Silver still follows from the rows, wherever they lie; only the folder is wrong.
            try $0.rewrite(GoodFile.bronze) { table in
                for row in 0..<table.rowCount { table.set("collected_at", row: row, to: 1_777_608_000_000_000) }
                for row in 0..<table.rowCount { table.set("stream_minutes", row: row, to: row % 2 == 0 ? 224 : 164) }
                table.set("stream_minutes", row: table.rowCount - 1, to: 224)
            }
        },
        Breakage(name: "microseconds in bronze", code: .collectedAt, column: "collected_at") {
            try $0.rewrite(GoodFile.bronze) { table in
                for row in 0..<table.rowCount { table.set("collected_at", row: row, to: 1_777_600_800_123_456) }
            }
        },
        Breakage(name: "a run of two instants", code: .collectedAt, column: "collected_at") {
            try $0.rewrite(GoodFile.bronze) { $0.set("collected_at", row: 3, to: 1_777_600_801_123_000) }
        },
        Breakage(name: "the same row twice", code: .rowRepeated, column: "row_no") {
            try $0.rewrite(GoodFile.bronze) { $0.set("row_no", row: 12, to: 11) }
        },
        Breakage(name: "a hole in the rows' numbers", code: .rowNumbers, column: "row_no") {
            try $0.rewrite(GoodFile.bronze) { $0.set("row_no", row: 12, to: 13) }
        },
        Breakage(name: "minutes that do not follow from the start", code: .streamMinutes, column: "stream_minutes") {
            try $0.rewrite(GoodFile.bronze) { $0.set("stream_minutes", row: 2, to: 7) }
        },
        Breakage(name: "a run that silver never saw", code: .runMissing) { lake in
            try lake.rewrite(GoodFile.bronze) { table in
                for row in 0..<table.rowCount { try table.set("run_id", row: row, text: "run-z") }
            }
            try lake.write("raw/dt=2026-05-01/hour=02/streams_run-z.parquet", try lake.bytes(GoodFile.bronze))
            try lake.rewrite(GoodFile.bronze) { table in
                for row in 0..<table.rowCount { try table.set("run_id", row: row, text: "run-a") }
            }
        },
        Breakage(name: "a run that bronze lost", code: .runUnknown) { try $0.remove(GoodFile.bronze) },
        Breakage(name: "bronze rows that silver did not read", code: .linesRead) {
            try $0.rewrite(GoodFile.bronze) { try $0.keep(Array(0..<12)) }
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
}
