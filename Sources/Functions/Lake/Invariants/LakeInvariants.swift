/// One broken promise of a lake (LAKE_SPEC 5).
package struct LakeViolation: Sendable, Equatable, CustomStringConvertible {
    /// The promise, by its number and matter.
    package enum Invariant: String, Sendable, CaseIterable {
        /// Lines read = silver rows + duplicates + quarantine.
        case linesAccounted = "1 lines accounted"
        /// The gold tables agree with each other and with silver on snapshots.
        case snapshotsAgree = "2 snapshots agree"
        /// The gold tables agree on viewer hours.
        case hoursAgree = "2 hours agree"
        /// The languages' shares add up to 1.
        case sharesAddUp = "2 shares add up"
        /// No stream stands twice in a slot.
        case oneRowPerSlot = "4 one row per stream and slot"
    }

    package let invariant: Invariant
    /// The run, partition or date.
    package let place: String
    /// What was found against what was due.
    package let finding: String

    package var description: String { "\(invariant.rawValue): \(place): \(finding)" }
}

/// Checks of LAKE_SPEC 5 over tables already read.
package enum LakeInvariants {
    /// Invariant 1, and that silver is keyed by stream and slot, for one partition.
    ///
    /// - Parameters:
    ///   - bronzeRowCount: rows of all bronze files of the partition.
    package static func violations(
        in hour: UTCHour, bronzeRowCount: Int, streams: ParquetTable?, quarentena: ParquetTable?,
        execucoes: ParquetTable?
    ) -> [LakeViolation] {
        let (kept, refused) = (streams?.rowCount ?? 0, quarentena?.rowCount ?? 0)
        let sums = ["linhas_lidas", "linhas_validas", "linhas_duplicadas", "linhas_quarentena"].map {
            execucoes?.sum($0) ?? 0
        }
        var found: [LakeViolation] = []
        func expect(_ name: String, _ number: Int64, _ due: Int) {
            guard number != Int64(due) else { return }
            found.append(
                LakeViolation(invariant: .linesAccounted, place: "\(hour)", finding: "\(name) \(number), not \(due)"))
        }
        expect("linhas_lidas", sums[0], bronzeRowCount)
        expect("linhas_validas", sums[1], kept)
        expect("linhas_quarentena", sums[3], refused)
        for row in 0..<(execucoes?.rowCount ?? 0) {
            found += runViolation(execucoes, row)
        }
        return found + repeatedKeys(hour, streams)
    }

    private static func runViolation(_ execucoes: ParquetTable?, _ row: Int) -> [LakeViolation] {
        func number(_ name: String) -> Int64 { execucoes?[name]?.integer(row) ?? 0 }
        let parts = number("linhas_validas") + number("linhas_duplicadas") + number("linhas_quarentena")
        guard parts != number("linhas_lidas") else { return [] }
        return [
            LakeViolation(
                invariant: .linesAccounted, place: "run \(execucoes?["run_id"]?.text(row) ?? "")",
                finding: "\(number("linhas_lidas")) lines read, \(parts) accounted for")
        ]
    }

    private static func repeatedKeys(_ hour: UTCHour, _ streams: ParquetTable?) -> [LakeViolation] {
        guard let streams, case .int64(let ids)? = streams["id_stream"],
            case .int64(let slots)? = streams["slot_coleta"]
        else { return [] }
        var seen = Set<[Int64]>()
        let repeated = zip(ids.values, slots.values).count { !seen.insert([$0, $1]).inserted }
        guard repeated > 0 else { return [] }
        return [LakeViolation(invariant: .oneRowPerSlot, place: "\(hour)", finding: "\(repeated) rows too many")]
    }

    /// Invariant 2 for one local date.
    ///
    /// - Parameters:
    ///   - silverRowCount: silver rows of that local date.
    package static func violations(
        on date: CivilDate, silverRowCount: Int, gold: [GoldTable: ParquetTable]
    ) -> [LakeViolation] {
        let tables: [GoldTable] = [.fatoStreams, .participacaoIdioma, .tendenciaHoraria, .faixaPopularidade]
        let hoursDue = gold[.fatoStreams]?.doubles("total_horas_assistidas").reduce(0, +) ?? 0
        var found: [LakeViolation] = []
        for table in tables {
            let snapshots = gold[table]?.sum("total_coletas") ?? 0
            if snapshots != Int64(silverRowCount) {
                found.append(
                    LakeViolation(
                        invariant: .snapshotsAgree, place: "\(table.rawValue) of \(date)",
                        finding: "total_coletas \(snapshots), not \(silverRowCount)"))
            }
            let hours = gold[table]?.doubles("total_horas_assistidas").reduce(0, +) ?? 0
            if !isClose(hours, hoursDue) {
                found.append(
                    LakeViolation(
                        invariant: .hoursAgree, place: "\(table.rawValue) of \(date)",
                        finding: "total_horas_assistidas \(hours), not \(hoursDue)"))
            }
        }
        return found + shareViolations(date, gold[.participacaoIdioma], hoursDue)
    }

    private static func shareViolations(_ date: CivilDate, _ languages: ParquetTable?, _ hours: Double)
        -> [LakeViolation]
    {
        guard let languages, languages.rowCount > 0 else { return [] }
        // Without viewer hours every share of them is 0 by definition.
        let due = [("fracao_horas", hours == 0 ? 0.0 : 1.0), ("fracao_coletas", 1.0)]
        return due.compactMap { name, expected in
            let sum = languages.doubles(name).reduce(0, +)
            guard !isClose(sum, expected) else { return nil }
            return LakeViolation(invariant: .sharesAddUp, place: "\(date)", finding: "\(name) add up to \(sum)")
        }
    }

    /// Equal to 1e-9 relative, the specification's tolerance.
    private static func isClose(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-9 * max(1, abs(left), abs(right))
    }
}

extension ParquetTable {
    /// The sum of a column of whole numbers; 0 when the table has no such column.
    fileprivate func sum(_ name: String) -> Int64 {
        guard case .int64(let column)? = self[name] else { return 0 }
        return column.values.reduce(0, &+)
    }

    fileprivate func doubles(_ name: String) -> [Double] {
        guard case .double(let column)? = self[name] else { return [] }
        return column.values
    }
}
