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
