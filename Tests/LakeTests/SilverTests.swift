import Testing

@testable import Lake

@Suite struct `Validation` {
    private func motivos(_ streams: [HelixStream], at collectedAt: String = "2026-05-01T12:00:00Z") throws
        -> [ColumnValue]
    {
        var world = SilverWorld()
        try world.add("r", at: collectedAt, streams)
        return try world.rows(.quarentena).column("motivo")
    }

    @Test func `up to the tolerance a start in the future is good, with durations of 0`() throws {
        var world = SilverWorld()
        try world.add(
            "r", at: "2026-05-01T12:00:00Z",
            [
                .good("1") { $0.startedAt = "2026-05-01T12:05:00Z" },
                .good("2") { $0.startedAt = "2026-05-01T12:05:00.000001Z" },
            ])
        let rows = try world.rows(.streams)
        #expect(rows.column("id_stream") == [.integer(1)])
        #expect(rows.column("minutos_transmissao") == [.integer(0)])
        #expect(rows.column("segundos_intervalo") == [.integer(0)])
        #expect(rows.column("horas_assistidas_total") == [.double(0)])
        #expect(try world.rows(.quarentena).column("motivo") == [.text("started_in_future")])
    }

    @Test func `the least number of viewers is enough`() throws {
        #expect(
            try motivos([.good { $0.viewerCount = 10 }, .good { $0.viewerCount = 9 }]) == [.text("below_min_viewers")])
    }

    @Test func `live is trimmed and lowered before it is compared`() throws {
        let types: [String?] = ["LIVE", " live\n", "live", "ｌｉｖｅ", "live!", nil, ""]
        let found = try motivos(types.map { type in .good { $0.type = type } })
        #expect(found == Array(repeating: .text("not_live"), count: 4))
    }

    @Test func `one of login and name is enough`() throws {
        let found = try motivos([
            .good { $0.userLogin = nil }, .good { $0.userName = " " },
            .good {
                $0.userLogin = ""
                $0.userName = "\u{A0}"
            },
        ])
        #expect(found.isEmpty)
    }

    @Test func `quarantine keeps the bronze row as it was`() throws {
        var world = SilverWorld()
        try world.add(
            "r", at: "2026-05-01T12:00:00.987Z",
            [
                .good(),
                .good(" x ") {
                    $0.tags = [" a", nil, ""]
                    $0.tagIDs = []
                    $0.title = " t\r\n"
                    $0.isMature = false
                    $0.language = nil
                },
                .good("") { $0.startedAt = "yesterday" },
            ])
        let rows = try world.rows(.quarentena)
        #expect(rows.column("id") == [.text(" x "), .text("")])
        #expect(rows.column("tags") == [.list([" a", nil, ""]), .null])
        #expect(rows.column("tag_ids") == [.list([]), .null])
        #expect(rows.column("title") == [.text(" t\r\n"), .text("title")])
        #expect(rows.column("is_mature") == [.boolean(false), .null])
        #expect(rows.column("language") == [.null, .text("pt")])
        #expect(rows.column("stream_minutes") == [.integer(120), .null])
        #expect(rows.column("row_no") == [.integer(1), .integer(2)])
        #expect(rows.column("collected_at") == Array(repeating: .instant(.at("2026-05-01T12:00:00.987Z")), count: 2))
        #expect(rows.column("motivo") == [.text("invalid_id"), .text("invalid_id")])
        #expect(rows.first?.count == 20)
    }
}

@Suite struct `Deduplication` {
    @Test func `within a slot the last sight wins, whatever way the id is written`() throws {
        var world = SilverWorld()
        try world.add("a", at: "2026-05-01T12:00:00Z", [.good(" 315") { $0.title = "first" }])
        try world.add("b", at: "2026-05-01T12:29:59.999Z", [.good("00315") { $0.title = "second" }])
        try world.add("c", at: "2026-05-01T12:30:00Z", [.good("315") { $0.title = "next slot" }])
        let rows = try world.rows(.streams)
        #expect(Set(rows.column("titulo").map(\.description)) == ["second", "next slot"])
        let runs = try world.rows(.execucoes)
        let duplicates = Dictionary(
            uniqueKeysWithValues: zip(runs.column("run_id").map(\.description), runs.column("linhas_duplicadas")))
        #expect(duplicates == ["a": .integer(1), "b": .integer(0), "c": .integer(0)])
    }

    @Test func `at the same instant the greater run id wins by bytes, then the later row`() throws {
        var world = SilverWorld()
        // By bytes "Z" < "a" < "é"; by length or locale it would be otherwise.
        for run in ["é", "Z", "a", "ab"] {
            try world.add(
                run, at: "2026-05-01T12:00:00Z",
                [.good { $0.title = "\(run) first" }, .good { $0.title = "\(run) last" }])
        }
        #expect(try world.rows(.streams).column("titulo") == [.text("é last")])
    }

    @Test func `a bad later row does not take a good earlier one away`() throws {
        var world = SilverWorld()
        try world.add("a", at: "2026-05-01T12:00:00Z", [.good { $0.viewerCount = 50 }])
        try world.add("b", at: "2026-05-01T12:10:00Z", [.good { $0.viewerCount = 5 }])
        #expect(try world.rows(.streams).column("espectadores") == [.integer(50)])
    }

    @Test(arguments: 0..<8)
    func `the order of files and of rows changes nothing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var world = SilverWorld()
        for run in 0..<5 {
            let streams = (0..<30).map { _ in
                HelixStream.good("\(Int.random(in: 0..<15, using: &random))") {
                    $0.viewerCount = Int64.random(in: 5..<40, using: &random)
                }
            }
            try world.add("run\(run)", at: "2026-05-01T12:\(10 + 5 * run):00Z", streams)
        }
        let hour = UTCHour(date: .on("2026-05-01"), hour: 12)
        let files = try #require(world.files[hour])
        let expected = try SilverJob().run(hour, bronze: files)
        let shuffled = try SilverJob().run(hour, bronze: files.shuffled(using: &random))
        for table in SilverTable.allCases {
            let (left, right) = (try #require(expected.files[table]), try #require(shuffled.files[table]))
            #expect(try rows(left).asSet == rows(right).asSet)
        }
        #expect(try SilverJob().run(hour, bronze: files).files == expected.files)
    }
}

@Suite struct `Silver columns` {
    private func row(_ change: (inout HelixStream) -> Void, at instant: String = "2026-05-01T12:00:00Z") throws
        -> [String: ColumnValue]
    {
        var world = SilverWorld()
        try world.add("r", at: instant, [.good("1", change)])
        return try #require(world.rows(.streams).first)
    }

    @Test(
        arguments: [
            (100, "low"), (101, "mid"), (1000, "mid"), (1001, "high"), (10_000, "high"), (10_001, "very_high"),
            (100_000, "very_high"), (100_001, "mega"),
        ] as [(Int64, String)])
    func `bands have fixed bounds`(viewers: Int64, band: String) throws {
        #expect(try row { $0.viewerCount = viewers }["faixa_espectadores"] == .text(band))
    }

    @Test func `popular is strictly above the threshold`() throws {
        #expect(try row { $0.viewerCount = 1000 }["popular"] == .boolean(false))
        #expect(try row { $0.viewerCount = 1001 }["popular"] == .boolean(true))
    }

    @Test(arguments: [
        ("02:59:59.999", "2026-04-30", 23, "Night"), ("03:00:00", "2026-05-01", 0, "Dawn"),
        ("08:59:59", "2026-05-01", 5, "Dawn"), ("09:00:00", "2026-05-01", 6, "Morning"),
        ("14:59:59", "2026-05-01", 11, "Morning"), ("15:00:00", "2026-05-01", 12, "Afternoon"),
        ("20:59:59", "2026-05-01", 17, "Afternoon"), ("21:00:00", "2026-05-01", 18, "Night"),
    ])
    func `local date, hour and period turn at their edges`(time: String, date: String, hour: Int64, period: String)
        throws
    {
        let row = try row({ $0.startedAt = "2026-04-30T20:00:00Z" }, at: "2026-05-01T\(time)Z")
        #expect(row["data_local"] == .date(.on(date)))
        #expect(row["hora_local"] == .integer(hour))
        #expect(row["periodo_dia"] == .text(period))
    }

    @Test(
        arguments: [
            ("11:30:00", 1800, 30), ("11:30:00.001", 1799, 29), ("11:59:00.000001", 59, 0), ("11:59:00", 60, 1),
            ("12:00:00", 0, 0), ("09:00:00", 1800, 180),
        ] as [(String, Int64, Int64)])
    func `a snapshot stands for at most one slot`(start: String, seconds: Int64, minutes: Int64) throws {
        let row = try row { $0.startedAt = "2026-05-01T\(start)Z" }
        #expect(row["segundos_intervalo"] == .integer(seconds))
        #expect(row["minutos_transmissao"] == .integer(minutes))
        #expect(row["horas_assistidas_total"] == .double(Double(100 * seconds) / 3600))
    }

    @Test(
        arguments: [
            (nil, "Unknown", "Non-Game"), ("", "Unknown", "Non-Game"), (" \t", "Unknown", "Non-Game"),
            ("JUST chatting ", "JUST chatting", "Non-Game"), ("Pools, Hot Tubs, and Beaches", nil, "Non-Game"),
            ("I'm Only Sleeping", nil, "Non-Game"), ("Slots", nil, "Game"), ("Retro", nil, "Game"),
            ("Music\u{A0}", nil, "Game"), ("Ｍusic", nil, "Game"), ("unknown", nil, "Non-Game"),
        ] as [(String?, String?, String)])
    func `kind goes by the category's name alone`(name: String?, category: String?, kind: String) throws {
        let row = try row { $0.gameName = name }
        #expect(row["nome_categoria"] == .text(category ?? name ?? ""))
        #expect(row["tipo_conteudo"] == .text(kind))
    }

    @Test func `blanks get their words, and the name falls back to the login`() throws {
        let row = try row {
            $0.userLogin = " ANA_É "
            $0.userName = "\t"
            $0.gameID = "x"
            $0.title = nil
            $0.language = " "
            $0.isMature = nil
            $0.tags = [nil, " ", " b ", "b", "\u{A0}"]
        }
        #expect(row["login_streamer"] == .text("ana_É"))
        #expect(row["nome_streamer"] == .text("ana_É"))
        #expect(row["id_categoria"] == .integer(0))
        #expect(row["titulo"] == .text(""))
        #expect(row["idioma"] == .text("other"))
        #expect(row["conteudo_adulto"] == .boolean(false))
        #expect(row["tags"] == .list(["b", "b", "\u{A0}"]))
        #expect(row["qtd_tags"] == .integer(3))
    }

    @Test func `an absurd number of viewers wraps and does not stop the job`() throws {
        #expect(try row { $0.viewerCount = .max }["espectadores"] == .integer(.max))
    }

    @Test(arguments: 0..<20)
    func `columns and single rows agree`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let words: [String?] = [nil, "", " ", "A", "é", " x ", "live", "12", "pt", "\u{301}", "Music"]
        func word() -> String? { words.randomElement(using: &random) ?? nil }
        let streams = (0..<60).map { number in
            HelixStream.good("\(number + 1)") { stream in
                if Bool.random(using: &random) { stream.userName = word() }
                if Bool.random(using: &random) { stream.userLogin = word() }
                if Bool.random(using: &random) { stream.gameName = word() }
                if Bool.random(using: &random) { stream.gameID = word() }
                if Bool.random(using: &random) { stream.language = word() }
                if Int.random(in: 0..<8, using: &random) == 0 { stream.type = word() }
                stream.tags = Bool.random(using: &random) ? nil : [word(), word(), word()]
                stream.viewerCount = Int64.random(in: 0..<3000, using: &random)
            }
        }
        var world = SilverWorld()
        try world.add("r", at: "2026-05-01T12:00:00Z", streams)
        let collected = Instant.at("2026-05-01T12:00:00Z")
        var (good, bad): ([SilverStream], [Motivo]) = ([], [])
        for stream in streams {
            switch LakeConfiguration().outcome(of: stream, collectedAt: collected, runID: "r") {
            case .stream(let silver): good.append(silver)
            case .quarantined(let motivo): bad.append(motivo)
            }
        }
        let rows = try world.rows(.streams)
        #expect(rows.column("nome_streamer") == good.map { .text($0.nomeStreamer) })
        #expect(rows.column("login_streamer") == good.map { .text($0.loginStreamer) })
        #expect(rows.column("nome_categoria") == good.map { .text($0.nomeCategoria) })
        #expect(rows.column("tipo_conteudo") == good.map { .text($0.tipoConteudo.word) })
        #expect(rows.column("idioma") == good.map { .text($0.idioma) })
        #expect(rows.column("tags") == good.map { .list($0.tags) })
        #expect(rows.column("horas_assistidas_total") == good.map { .double($0.horasAssistidasTotal) })
        #expect(try world.rows(.quarentena).column("motivo") == bad.map { .text($0.rawValue) })
    }
}

@Suite struct `Partitions of silver` {
    @Test func `a row of another hour is named, not moved`() throws {
        var world = SilverWorld()
        try world.add("r", at: "2026-05-01T12:00:00Z", [.good()])
        let hour = UTCHour(date: .on("2026-05-01"), hour: 13)
        let files = try #require(world.files[UTCHour(date: .on("2026-05-01"), hour: 12)])
        let error = #expect(throws: ParquetError.self) { try SilverJob().run(hour, bronze: files) }
        #expect(error?.column == "collected_at")
        #expect(error?.description.contains("move the file to dt=2026-05-01/hour=12") == true)
    }

    @Test func `a table without rows has no file`() throws {
        var world = SilverWorld()
        try world.add("r", at: "2026-05-01T12:00:00Z", [.good("0")])
        try world.add("empty", at: "2026-05-01T13:00:00Z", [])
        let silver = try world.silver()
        #expect(
            silver[UTCHour(date: .on("2026-05-01"), hour: 12)]?.files.keys.sorted { $0.rawValue < $1.rawValue } == [
                .execucoes, .quarentena,
            ])
        #expect(silver[UTCHour(date: .on("2026-05-01"), hour: 13)]?.files.isEmpty == true)
    }

    @Test func `watch time of an unbroken stream is its age`() throws {
        var world = SilverWorld()
        for slot in 0..<6 {
            let hour = 12 + slot / 2
            let minute = slot % 2 * 30 + 5
            try world.add(
                "r\(slot)", at: "2026-05-01T\(hour):\(minute < 10 ? "0" : "")\(minute):00Z",
                [.good { $0.startedAt = "2026-05-01T11:50:10Z" }])
        }
        let seconds = try world.rows(.streams).column("segundos_intervalo").map { value -> Int64 in
            if case .integer(let number) = value { number } else { 0 }
        }
        // 11:50:10 to 14:35:00 are 2 h 44 min 50 s: LAKE_SPEC 5 invariant 3.
        let age: Int64 = 9890
        #expect(seconds.reduce(0, +) == age)
    }
}
