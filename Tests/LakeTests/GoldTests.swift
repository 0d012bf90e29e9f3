import Testing

@testable import Lake

@Suite struct `Gold tables` {
    /// Two slots of a local day, with a stream that changes its category between them.
    private func world() throws -> SilverWorld {
        var world = SilverWorld()
        let start = "2026-05-01T10:00:00Z"
        func stream(_ id: String, _ user: String, _ game: String, _ viewers: Int64, _ language: String = "pt")
            -> HelixStream
        {
            .good(id) {
                $0.userID = user
                $0.userName = "N\(user)"
                $0.gameName = game
                $0.gameID = game == "Chess" ? "5" : "6"
                $0.viewerCount = viewers
                $0.language = language
                $0.startedAt = start
                $0.isMature = id == "1"
            }
        }
        try world.add(
            "a", at: "2026-05-01T12:00:00Z",
            [
                stream("1", "10", "Chess", 100), stream("2", "20", "Music", 500, "en"), stream("3", "30", "Chess", 60),
            ])
        var renamed = stream("1", "10", "Slots", 200)
        renamed.userName = "New"
        try world.add("b", at: "2026-05-01T12:30:00Z", [renamed, stream("3", "30", "Chess", 300)])
        return world
    }

    @Test func `facts are keyed by streamer, category, kind, period and language`() throws {
        let rows = try world().gold(.fatoStreams, "2026-05-01")
        #expect(rows.count == 4)
        let chess = try #require(rows.first { $0["id_streamer"] == .integer(30) })
        #expect(chess["total_streams"] == .integer(1))
        #expect(chess["total_coletas"] == .integer(2))
        #expect(chess["total_minutos_transmitidos"] == .double(60))
        #expect(chess["total_horas_assistidas"] == .double(180))
        #expect(chess["media_espectadores"] == .double(180))
        #expect(chess["pico_espectadores"] == .integer(300))
        #expect(chess["periodo_dia"] == .text("Morning"))
        // The name belongs to the row of its own key, even where the streamer has a newer one elsewhere.
        let old = rows.filter { $0["id_streamer"] == .integer(10) }
        #expect(Set(old.column("nome_streamer").map(\.description)) == ["N10", "New"])
    }

    @Test func `games are ranked by viewer seconds, and other categories are left out`() throws {
        let rows = try world().gold(.topJogos, "2026-05-01")
        #expect(rows.column("nome_categoria") == [.text("Chess"), .text("Slots")])
        #expect(rows.column("posicao") == [.integer(1), .integer(2)])
        #expect(rows.column("total_streams") == [.integer(2), .integer(1)])
        #expect(rows.column("total_streamers") == [.integer(2), .integer(1)])
        #expect(rows.column("total_coletas") == [.integer(3), .integer(1)])
        // 12:00 has 160 in Chess, 12:30 has 300.
        #expect(rows.column("pico_simultaneo") == [.integer(300), .integer(200)])
    }

    @Test func `streamers bear the name of their latest snapshot`() throws {
        let rows = try world().gold(.topStreamers, "2026-05-01")
        #expect(rows.column("nome_streamer") == [.text("N20"), .text("N30"), .text("New")])
        #expect(rows.column("total_horas_assistidas") == [.double(250), .double(180), .double(150)])
    }

    @Test func `shares are of the date`() throws {
        let rows = try world().gold(.participacaoIdioma, "2026-05-01")
        let pt = try #require(rows.first { $0["idioma"] == .text("pt") })
        #expect(pt["fracao_horas"] == .double(330.0 / 580.0))
        #expect(pt["fracao_coletas"] == .double(0.8))
        #expect(pt["fracao_adulto"] == .double(0.5))
        #expect(pt["total_streams"] == .integer(2))
    }

    @Test func `hours and bands count what they hold`() throws {
        let hour = try #require(world().gold(.tendenciaHoraria, "2026-05-01").first)
        #expect(hour["hora_local"] == .integer(9))
        #expect(hour["total_slots"] == .integer(2))
        #expect(hour["total_streams"] == .integer(3))
        #expect(hour["media_simultanea"] == .double(580))
        #expect(hour["pico_simultaneo"] == .integer(660))
        let bands = try world().gold(.faixaPopularidade, "2026-05-01")
        #expect(Set(bands.column("faixa_espectadores").map(\.description)) == ["low", "mid"])
    }

    @Test func `ties go by name in bytes, then by id`() throws {
        var world = try SilverWorld(["TOP_N": "3"])
        let games = [("2", "b"), ("1", "b"), ("9", "Z"), ("3", "é"), ("4", "e\u{301}")]
        try world.add(
            "r", at: "2026-05-01T12:00:00Z",
            games.enumerated().map { index, game in
                .good("\(index + 1)") {
                    $0.userID = "\(10 - index)"
                    ($0.gameID, $0.gameName) = (game.0, game.1)
                }
            })
        let rows = try world.gold(.topJogos, "2026-05-01")
        #expect(rows.column("nome_categoria") == [.text("Z"), .text("b"), .text("b")])
        #expect(rows.column("id_categoria") == [.integer(9), .integer(1), .integer(2)])
        #expect(
            try world.gold(.topStreamers, "2026-05-01").column("id_streamer") == [
                .integer(6), .integer(7), .integer(8),
            ])
    }

    @Test func `ranks follow the whole number, not the double`() throws {
        var world = SilverWorld()
        // Products that differ by 1800 and are equal once divided and rounded.
        let most: Int64 = 4_611_686_018_427_387
        try world.add(
            "r", at: "2026-05-01T12:00:00Z",
            [
                .good("1") { ($0.userID, $0.viewerCount) = ("1", most - 1) },
                .good("2") { ($0.userID, $0.viewerCount) = ("2", most) },
            ])
        let rows = try world.gold(.topStreamers, "2026-05-01")
        #expect(rows.column("id_streamer") == [.integer(2), .integer(1)])
    }

    @Test func `a local date takes the night of the next UTC day and leaves its own`() throws {
        var world = SilverWorld()
        for (id, instant) in [
            ("1", "2026-05-01T02:59:59Z"), ("2", "2026-05-01T03:00:00Z"), ("3", "2026-05-02T02:30:00Z"),
            ("4", "2026-05-02T03:00:00Z"),
        ] {
            try world.add("r\(id)", at: instant, [.good(id) { $0.startedAt = "2026-04-30T00:00:00Z" }])
        }
        let rows = try world.gold(.tendenciaHoraria, "2026-05-01")
        #expect(rows.column("hora_local") == [.integer(0), .integer(23)])
        #expect(rows.column("total_coletas") == [.integer(1), .integer(1)])
    }

    @Test func `an offset within the hour splits a partition between two dates`() throws {
        var world = try SilverWorld(["UTC_OFFSET_MINUTES": "330"])
        try world.add("a", at: "2026-05-01T18:29:00Z", [.good("1")])
        try world.add("b", at: "2026-05-01T18:30:00Z", [.good("1")])
        #expect(try world.gold(.fatoStreams, "2026-05-01").column("total_coletas") == [.integer(1)])
        #expect(try world.gold(.fatoStreams, "2026-05-02").column("total_coletas") == [.integer(1)])
        #expect(try world.gold(.fatoStreams, "2026-05-03").isEmpty)
    }

    @Test func `a date without viewer hours has shares of 0`() throws {
        var world = SilverWorld()
        try world.add("r", at: "2026-05-01T12:00:00Z", [.good { $0.startedAt = "2026-05-01T12:00:00Z" }])
        let row = try #require(world.gold(.participacaoIdioma, "2026-05-01").first)
        #expect(row["fracao_horas"] == .double(0))
        #expect(row["fracao_coletas"] == .double(1))
    }

    @Test(arguments: 0..<6)
    func `the invariants hold`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var world = SilverWorld()
        for run in 0..<12 {
            let streams = (0..<40).map { _ in
                HelixStream.good("\(Int.random(in: 0..<50, using: &random))") {
                    $0.userID = "\(Int.random(in: 0..<20, using: &random))"
                    $0.gameName = ["Chess", "Music", "Slots", nil].randomElement(using: &random) ?? nil
                    $0.language = ["pt", "en", "ES", ""].randomElement(using: &random)
                    $0.viewerCount = Int64.random(in: 0..<20_000, using: &random)
                }
            }
            try world.add("r\(run)", at: "2026-05-01T\(12 + run / 3):\(10 + run % 3 * 20):00Z", streams)
        }
        var silverRows = 0
        for (hour, partition) in try world.silver() {
            func table(_ table: SilverTable) throws -> ParquetTable? {
                try partition.files[table].map { try ParquetFile(ParquetSource(name: "s", bytes: $0)).table() }
            }
            let streams = try table(.streams)
            silverRows += streams?.rowCount ?? 0
            let found = LakeInvariants.violations(
                in: hour, bronzeRowCount: 40 * (world.files[hour]?.count ?? 0), streams: streams,
                quarentena: try table(.quarentena), execucoes: try table(.execucoes))
            #expect(found.isEmpty)
        }
        var gold: [GoldTable: ParquetTable] = [:]
        let sources = try world.silver().values.compactMap {
            $0.files[.streams].map { ParquetSource(name: "s", bytes: $0) }
        }
        for (table, bytes) in try GoldJob().run(.on("2026-05-01"), streams: sources).files {
            gold[table] = try ParquetFile(ParquetSource(name: "g", bytes: bytes)).table()
        }
        #expect(LakeInvariants.violations(on: .on("2026-05-01"), silverRowCount: silverRows, gold: gold).isEmpty)
        #expect(LakeInvariants.violations(on: .on("2026-05-01"), silverRowCount: silverRows + 1, gold: gold).count == 4)
    }
}
