import Lake

/// What `silverJob` did; the event of `goldJob`.
package enum SilverAnswer: Sendable, Encodable {
    case partitions(SilverPartitions)
    case backfill(SilverBackfill)

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .partitions(let made): try made.encode(to: encoder)
        case .backfill(let made): try made.encode(to: encoder)
        }
    }
}

/// What became of the partitions that were asked for, run by run.
package struct SilverPartitions: Sendable, Encodable {
    private(set) var counts = SilverCounts()
    private var partitions: [Partition] = []
    private var runs: [Run] = []
    private var localDates: [String] = []

    /// What became of one run's rows (LAKE_SPEC 2.3, `execucoes`).
    private struct Run: Encodable {
        let runID: String
        let read: Int64
        let kept: Int64
        let duplicates: Int64
        let quarantined: Int64

        enum CodingKeys: String, CodingKey {
            case runID = "run_id"
            case read = "linhas_lidas"
            case kept = "linhas_validas"
            case duplicates = "linhas_duplicadas"
            case quarantined = "linhas_quarentena"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case partitions, runs, motivos
        case localDates = "local_dates"
    }

    mutating func add(_ report: SilverReport, localDates dates: [CivilDate]) {
        counts.add(report)
        partitions.append(Partition(report.hour))
        runs += report.runs.map {
            Run(
                runID: $0.runID, read: $0.read, kept: $0.kept, duplicates: $0.duplicates,
                quarantined: $0.quarantinedTotal)
        }
        localDates = Set(localDates + dates.map(\.description)).sorted()
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(partitions, forKey: .partitions)
        try fields.encode(runs, forKey: .runs)
        try fields.encode(counts.motivos, forKey: .motivos)
        try fields.encode(localDates, forKey: .localDates)
    }
}

/// What one invocation did of a backfill. Sums only: a state holds 256 KiB, and a year has 17,520 runs.
///
/// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
package struct SilverBackfill: Sendable, Encodable {
    private let done: Backfill<UTCHour>
    private let counts: SilverCounts
    /// The local dates that the hours touch: the `backfill` of `goldJob`.
    private let localDates: Backfill<CivilDate>
    private let resume: Backfill<UTCHour>?

    private enum CodingKeys: String, CodingKey {
        case done, resume
        case localDates = "gold_backfill"
    }

    init(done: Backfill<UTCHour>, counts: SilverCounts, resume: Backfill<UTCHour>?, _ lake: LakeConfiguration) {
        self.done = done
        self.counts = counts
        self.resume = resume
        let dates = [done.from, done.to].flatMap(lake.localDates(touchedBy:)).sorted()
        // An hour touches a date at least.
        localDates = Backfill(from: dates[0], to: dates[dates.count - 1])
    }

    /// Without `resume` when nothing is left, which a Choice state asks by `IsPresent`.
    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(done, forKey: .done)
        try fields.encode(localDates, forKey: .localDates)
        try fields.encodeIfPresent(resume, forKey: .resume)
        try counts.encode(to: encoder)
    }
}

/// What became of the rows of many partitions.
package struct SilverCounts: Sendable, Encodable {
    private var partitions = 0
    private var runs = 0
    private var read: Int64 = 0
    private(set) var kept: Int64 = 0
    private(set) var duplicates: Int64 = 0
    private(set) var quarantined: Int64 = 0
    /// Refused rows by reason.
    private(set) var motivos: [String: Int64] = [:]

    private enum CodingKeys: String, CodingKey {
        case motivos
        case partitions = "partition_count"
        case runs = "run_count"
        case read = "linhas_lidas"
        case kept = "linhas_validas"
        case duplicates = "linhas_duplicadas"
        case quarantined = "linhas_quarentena"
    }

    mutating func add(_ report: SilverReport) {
        partitions += 1
        runs += report.runs.count
        for run in report.runs {
            read += run.read
            kept += run.kept
            duplicates += run.duplicates
            quarantined += run.quarantinedTotal
        }
        for (motivo, count) in report.quarantined { motivos[motivo.rawValue, default: 0] += count }
    }
}
