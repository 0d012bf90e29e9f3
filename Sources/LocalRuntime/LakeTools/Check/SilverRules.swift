import Lake

/// The rows of one silver partition (LAKE_SPEC 2).
struct SilverRules {
    private let hour: UTCHour
    private let configuration: LakeConfiguration
    private var keys: Set<Key> = []
    private var refused: Set<RunRow> = []
    private(set) var findings: [Finding] = []

    private struct Key: Hashable {
        let stream: Int64
        let slot: Int64
    }

    private struct RunRow: Hashable {
        let run: [UInt8]
        let row: Int64
    }

    init(_ hour: UTCHour, _ configuration: LakeConfiguration) {
        self.hour = hour
        self.configuration = configuration
    }

    mutating func check(_ table: SilverTable, _ group: RowGroupValues, _ ledger: inout PartitionLedger) {
        switch table {
        case .streams: checkStreams(group, &ledger)
        case .quarentena: checkQuarantine(group, &ledger)
        case .execucoes: checkRuns(group, &ledger)
        }
    }

    private mutating func checkStreams(_ group: RowGroupValues, _ ledger: inout PartitionLedger) {
        add(PartitionRules.mismatch(group, "coletado_em", hour))
        let (streams, slots) = (group.integers("id_stream"), group.integers("slot_coleta"))
        let repeated = (0..<group.rowCount).filter {
            !keys.insert(Key(stream: streams[$0], slot: slots[$0])).inserted
        }
        add(
            group.finding(.duplicateKey, column: "id_stream", Set(repeated).contains) {
                "stream \(streams[$0]) stands twice in slot \(Instant(microseconds: slots[$0]))"
            })
        for id in group.texts("run_id") { ledger.add(id) { $0.streams += 1 } }
        findings += SilverValues(group, configuration).findings
    }

    private mutating func checkQuarantine(_ group: RowGroupValues, _ ledger: inout PartitionLedger) {
        add(PartitionRules.mismatch(group, "collected_at", hour))
        let (runs, rows, reasons) = (group.texts("run_id"), group.integers("row_no"), group.texts("motivo"))
        let repeated = (0..<group.rowCount).filter {
            !refused.insert(RunRow(run: runs[$0], row: rows[$0])).inserted
        }
        add(
            group.finding(.duplicateKey, column: "row_no", Set(repeated).contains) {
                "row \(rows[$0]) of run \(runs[$0].text) stands there twice"
            })
        let known = Set(Motivo.allCases.map { Array($0.rawValue.utf8) })
        add(
            group.finding(.motivo, column: "motivo", { !known.contains(reasons[$0]) }) {
                "\"\(reasons[$0].text)\" is no reason of LAKE_SPEC 2.3"
            })
        for id in runs { ledger.add(id) { $0.quarantined += 1 } }
    }

    private mutating func checkRuns(_ group: RowGroupValues, _ ledger: inout PartitionLedger) {
        add(PartitionRules.mismatch(group, "coletado_em", hour))
        let (runs, instants) = (group.texts("run_id"), group.integers("coletado_em"))
        let (read, valid) = (group.integers("linhas_lidas"), group.integers("linhas_validas"))
        let (duplicates, quarantined) = (group.integers("linhas_duplicadas"), group.integers("linhas_quarentena"))
        var repeated: Set<Int> = []
        for row in 0..<group.rowCount {
            ledger.arrived(at: instants[row])
            ledger.add(runs[row]) { run in
                if run.listed != nil { repeated.insert(row) }
                run.listed = PartitionLedger.Lines(
                    read: read[row], valid: valid[row], duplicates: duplicates[row], quarantined: quarantined[row])
            }
        }
        add(
            group.finding(.duplicateKey, column: "run_id", repeated.contains) {
                "run \(runs[$0].text) stands there twice"
            })
    }

    private mutating func add(_ finding: Finding?) {
        if let finding { findings.append(finding) }
    }
}

/// The columns of silver `streams` that follow from others of the same row (LAKE_SPEC 2.1), computed anew.
///
/// `segundos_intervalo` by its formula in every row is invariant 5.3: the intervals of a stream that was seen in every
/// slot since it began add up to its age.
private struct SilverValues {
    let group: RowGroupValues
    let configuration: LakeConfiguration
    private(set) var findings: [Finding] = []

    init(_ group: RowGroupValues, _ configuration: LakeConfiguration) {
        self.group = group
        self.configuration = configuration
        checkTimes()
        checkAudience()
        checkTexts()
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

    private mutating func checkTexts() {
        let lengths = group.listLengths("tags")
        expect("qtd_tags", group.integers("qtd_tags")) { Int64(lengths[$0]) }
        let names = group.texts("nome_categoria")
        expectText("tipo_conteudo") { row in
            NonGameCategories.names.contains(names[row].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
                ? "Non-Game" : "Game"
        }
        for column in ["login_streamer", "nome_streamer", "nome_categoria", "titulo", "idioma"] {
            let texts = group.texts(column)
            add(
                group.finding(.silverValue, column: column, { texts[$0].hasOuterSpace }) {
                    "\"\(texts[$0].text)\" is not trimmed"
                })
        }
    }

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
