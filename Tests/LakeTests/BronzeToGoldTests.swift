import Testing

@testable import Lake

@Suite struct `Bronze to gold` {
    @Test func `a run goes through all layers and keeps the invariants`() throws {
        let collected = try #require(Instant(startedAt: "2026-05-01T12:10:00.123Z"))
        var builder = BronzeBuilder(runID: "run-1", collectedAt: collected)
        for number in 0..<40 {
            var stream = HelixStream()
            stream.id = "\(number % 30 + 1)"
            stream.userID = "\(number % 10 + 100)"
            stream.userLogin = "login\(number % 10)"
            stream.gameName = number.isMultiple(of: 2) ? "Chess" : "Music"
            stream.type = number == 7 ? nil : "live"
            stream.viewerCount = Int64(number * 50)
            stream.startedAt = "2026-05-01T11:00:00Z"
            stream.language = ["pt", "en", nil][number % 3]
            stream.tags = number == 3 ? nil : number == 4 ? [] : ["x", nil]
            try builder.append(stream)
        }
        let bronze = try builder.file()
        let key = BronzeKey(collectedAt: collected, runID: "run-1")
        #expect(key.description == "raw/dt=2026-05-01/hour=12/streams_run-1.parquet")
        #expect(try BronzeRows(ParquetSource(name: "b", bytes: bronze)).count == 40)

        let silver = try SilverJob().run(key.partition, bronze: [ParquetSource(name: "b", bytes: bronze)])
        #expect(silver.report.rowsRead == 40)
        // Rows 30 to 39 repeat ids 1 to 10; row 0 has no viewers and row 7 is not live, so their ids have one good row.
        #expect(silver.report.duplicates == 8)
        #expect(silver.report.quarantined == [.notLive: 1, .belowMinViewers: 1])
        #expect(silver.report.rowsKept == 30)

        func silverTable(_ table: SilverTable) throws -> ParquetTable {
            try ParquetFile(ParquetSource(name: "s", bytes: #require(silver.files[table]))).table(table.schema)
        }
        let streams = try silverTable(.streams)
        let partition = LakeInvariants.violations(
            in: key.partition, bronzeRowCount: 40, streams: streams, quarentena: try silverTable(.quarentena),
            execucoes: try silverTable(.execucoes))
        #expect(partition.isEmpty)

        let date = try #require(CivilDate("2026-05-01"))
        let gold = try GoldJob().run(
            date, streams: [ParquetSource(name: "s", bytes: try #require(silver.files[.streams]))])
        #expect(gold.rowCount == 30)
        let tables = try gold.files.mapValues { try ParquetFile(ParquetSource(name: "g", bytes: $0)).table() }
        #expect(tables.count == 6)
        #expect(LakeInvariants.violations(on: date, silverRowCount: 30, gold: tables).isEmpty)
        #expect(try #require(tables[.topJogos]).row(0)["nome_categoria"] == .text("Chess"))
    }
}
