import Lake

/// The columns of silver `streams` that follow from others of the same row (LAKE_SPEC 2.1), computed anew.
///
/// `segundos_intervalo` by its formula in every row is invariant 5.3: the intervals of a stream that was seen in every
/// slot since it began add up to its age.
struct SilverValues {
    private let group: RowGroupValues
    private let configuration: LakeConfiguration
    private(set) var findings: [Finding] = []

    init(_ group: RowGroupValues, _ configuration: LakeConfiguration) {
        self.group = group
        self.configuration = configuration
        checkTimes()
        checkAudience()
        checkKinds()
        checkTexts()
        checkTags()
        checkNumbers()
    }

    private mutating func expect<Value: Equatable>(
        _ column: String, _ found: [Value], _ due: (Int) -> Value
    ) {
        add(
            group.finding(.silverValue, column: column, { found[$0] != due($0) }) {
                "\(column) is \(found[$0]), not \(due($0))"
            })
    }

    private mutating func expectText(_ column: String, _ due: (Int) -> String) {
        let found = group.texts(column)
        add(
            group.finding(.silverValue, column: column, { found[$0] != Array(due($0).utf8) }) {
                "\(column) is \"\(found[$0].text)\", not \"\(due($0))\""
            })
    }

    private mutating func checkTimes() {
        let (started, collected) = (group.integers("inicio_em"), group.integers("coletado_em"))
        let (snapshot, offset) = (configuration.snapshotSeconds, configuration.utcOffsetMinutes * 60_000_000)
        let intervals = group.integers("segundos_intervalo")
        let viewers = group.integers("espectadores")
        expect("slot_coleta", group.integers("slot_coleta")) { row in
            flooredQuotient(collected[row], snapshot * 1_000_000) &* snapshot &* 1_000_000
        }
        expect("minutos_transmissao", group.integers("minutos_transmissao")) { row in
            max(0, flooredQuotient(collected[row] &- started[row], 60_000_000))
        }
        expect("segundos_intervalo", intervals) { row in
            min(max(0, flooredQuotient(collected[row] &- started[row], 1_000_000)), snapshot)
        }
        let hours = group.doubles("horas_assistidas_total")
        func watched(_ row: Int) -> Double { Double(viewers[row] &* intervals[row]) / 3600.0 }
        add(
            group.finding(
                .silverValue, column: "horas_assistidas_total", { !isClose(hours[$0], watched($0)) }
            ) { "horas_assistidas_total is \(hours[$0]), not \(watched($0))" })
        expect("data_local", group.integers("data_local")) { row in
            flooredQuotient(collected[row] &+ offset, 86_400_000_000)
        }
        func hour(_ row: Int) -> Int64 {
            let local = collected[row] &+ offset
            return (local &- flooredQuotient(local, 86_400_000_000) &* 86_400_000_000) / 3_600_000_000
        }
        expect("hora_local", group.integers("hora_local"), hour)
        expectText("periodo_dia") { ["Dawn", "Morning", "Afternoon", "Night"][Int(hour($0)) / 6] }
    }

    private mutating func checkAudience() {
        let viewers = group.integers("espectadores")
        expectText("faixa_espectadores") { row in
            let bounds: [(Int64, String)] = [(100, "low"), (1000, "mid"), (10_000, "high"), (100_000, "very_high")]
            return bounds.first { viewers[row] <= $0.0 }?.1 ?? "mega"
        }
        let threshold = configuration.popularThreshold
        expect("popular", group.booleans("popular")) { viewers[$0] > threshold }
        let least = configuration.minViewers
        add(
            group.finding(.silverValue, column: "espectadores", { viewers[$0] < least }) {
                "\(viewers[$0]) viewers, fewer than MIN_VIEWERS \(least)"
            })
    }

    private mutating func checkKinds() {
        let names = group.texts("nome_categoria")
        expectText("tipo_conteudo") { row in
            NonGameCategories.names.contains(names[row].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
                ? "Non-Game" : "Game"
        }
    }

    /// What every text keeps to, whatever bronze had.
    private mutating func checkTexts() {
        let rules: [(column: String, isLowered: Bool, mayBeEmpty: Bool)] = [
            ("login_streamer", true, true), ("nome_streamer", false, false), ("nome_categoria", false, false),
            ("titulo", false, true), ("idioma", true, false),
        ]
        for rule in rules {
            let texts = group.texts(rule.column)
            func problem(_ row: Int) -> String? {
                let text = texts[row]
                if text.hasOuterSpace { return "is not trimmed" }
                if rule.isLowered, text.contains(where: { (0x41...0x5A).contains($0) }) {
                    return "is not in lower case"
                }
                return text.isEmpty && !rule.mayBeEmpty ? "is empty" : nil
            }
            add(
                group.finding(.silverValue, column: rule.column, { problem($0) != nil }) {
                    "\"\(texts[$0].text)\" \(problem($0) ?? "")"
                })
        }
    }

    private mutating func checkTags() {
        let lists = group.lists("tags")
        expect("qtd_tags", group.integers("qtd_tags")) { Int64(lists[$0].count) }
        func isWrong(_ tag: [UInt8]?) -> Bool { tag.map { $0.isEmpty || $0.hasOuterSpace } ?? true }
        add(
            group.finding(.silverValue, column: "tags", { lists[$0].contains(where: isWrong) }) { row in
                let tag = lists[row].first(where: isWrong) ?? nil
                return tag.map { "the tag \"\($0.text)\" is blank or not trimmed" } ?? "a tag is null"
            })
    }

    /// What no row that LAKE_SPEC 2.3 lets through can have.
    private mutating func checkNumbers() {
        for (column, least) in [("id_stream", Int64(1)), ("id_streamer", 1), ("id_categoria", 0)] {
            let ids = group.integers(column)
            add(
                group.finding(.silverValue, column: column, { !(least..<1_000_000_000_000_000_000).contains(ids[$0]) })
                {
                    "\(column) is \(ids[$0]), which no numeric id of 18 digits is"
                })
        }
        let (started, collected) = (group.integers("inicio_em"), group.integers("coletado_em"))
        let tolerance = configuration.futureToleranceSeconds * 1_000_000
        add(
            group.finding(
                .silverValue, column: "inicio_em",
                { started[$0] < Self.earliest || started[$0] > collected[$0] &+ tolerance }
            ) { row in
                "began at \(Instant(microseconds: started[row])), collected at \(Instant(microseconds: collected[row]))"
            })
    }

    /// 2011-06-06T00:00:00Z (LAKE_SPEC 2.2).
    private static let earliest: Int64 = 1_307_318_400_000_000

    private mutating func add(_ finding: Finding?) {
        if let finding { findings.append(finding) }
    }
}

extension [UInt8] {
    fileprivate var hasOuterSpace: Bool {
        let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        return first.map(spaces.contains) ?? false || last.map(spaces.contains) ?? false
    }
}
