/// The columns of silver `streams` that need no bronze column again: those of numbers that the rules have read.
struct SilverColumns {
    let runs: RunTable
    let selection: RowSelection
    let configuration: LakeConfiguration

    func idStream() -> ParquetColumn { number(selection.keptValues(\.keys.idStream)) }

    func idStreamer() -> ParquetColumn { number(selection.keptValues(\.idStreamer)) }

    /// `espectadores`, `faixa_espectadores`, `popular`.
    func audience() throws(ParquetProblem) -> [ParquetColumn] {
        let viewers = selection.keptValues(\.viewers)
        return [
            number(viewers), .string(try AudienceBand.column(viewers.map(AudienceBand.init(viewers:)))),
            .boolean(FixedColumn(values: viewers.map { $0 > configuration.popularThreshold })),
        ]
    }

    /// `inicio_em` to `horas_assistidas_total`.
    func times() -> [ParquetColumn] {
        let viewers = selection.keptValues(\.viewers)
        let started = selection.keptValues(\.startedAt)
        let collected = selection.keptValues(\.keys.collectedAt)
        let intervals = zip(started, collected).map { StreamNumbers.interval($0, $1, configuration) }
        return [
            number(started), number(collected), number(collected.mapRuns { StreamNumbers.slot($0, configuration) }),
            number(zip(started, collected).map(StreamNumbers.minutes)), number(intervals),
            .double(FixedColumn(values: zip(viewers, intervals).map(StreamNumbers.hours))),
        ]
    }

    /// `data_local` to `run_id`.
    func localTimes() throws(ParquetProblem) -> [ParquetColumn] {
        let local = selection.keptValues(\.keys.collectedAt).mapRuns { StreamNumbers.local($0, configuration) }
        return [
            .int32(FixedColumn(values: local.map(\.day))), .int32(FixedColumn(values: local.map(\.hour))),
            .string(try DayPeriod.column(local.map { DayPeriod(hour: $0.hour) })),
            .string(StringColumn(pool: runs.ids.pool, codes: selection.keptValues(\.keys.run))),
        ]
    }

    private func number(_ values: [Int64]) -> ParquetColumn {
        .int64(FixedColumn(values: values))
    }
}

extension [Int64] {
    /// Like `map`, for columns in which the same value stands many times in a row.
    fileprivate func mapRuns<Output>(_ body: (Int64) -> Output) -> [Output] {
        guard let first else { return [] }
        var (last, output) = (first, body(first))
        return map { value in
            if value != last { (last, output) = (value, body(value)) }
            return output
        }
    }
}
