import Lake
package import LambdaRuntime

/// Makes silver of bronze for whole partitions: reads all their runs, replaces all three tables (LAKE_SPEC 2).
package struct SilverJob: LambdaHandler {
    private let bucket: LakeBucket
    private let lake: LakeConfiguration

    init(_ settings: Settings, _ services: Services) throws {
        bucket = try settings.lakeBucket(services)
        lake = try settings.lake
    }

    package func handle(_ event: PartitionsEvent, context: LambdaContext) async throws -> SilverAnswer {
        let bucket = bucket.until(context.callDeadline)
        var answer = SilverAnswer()
        for hour in event.partitions {
            let report = try await bucket.settle {
                try await bucket.parquet(in: "raw/\(hour)")
            } _: { bronze in
                let silver = try Lake.SilverJob(lake).run(hour, bronze: bronze)
                for table in SilverTable.allCases {
                    try await bucket.replace(folder: "silver/\(table.rawValue)/\(hour)", with: silver.files[table])
                }
                return silver.report
            }
            answer.add(report, localDates: lake.localDates(touchedBy: hour))
            log(report, context.logger)
        }
        report(answer, context)
        return answer
    }

    private func log(_ report: SilverReport, _ logger: LambdaLogger) {
        for run in report.runs {
            logger.info(
                "Made silver of one run.",
                [
                    "run_id": run.runID, "partition": "\(report.hour)", "linhas_lidas": Int(run.read),
                    "linhas_validas": Int(run.kept), "linhas_duplicadas": Int(run.duplicates),
                    "linhas_quarentena": Int(run.quarantinedTotal),
                ])
        }
    }

    private func report(_ answer: SilverAnswer, _ context: LambdaContext) {
        var metrics = context.metrics(namespace: "Rivulet")
        metrics.put("RowsKept", Double(answer.runs.reduce(0) { $0 + $1.kept }), .count)
        metrics.put("RowsDuplicate", Double(answer.runs.reduce(0) { $0 + $1.duplicates }), .count)
        metrics.put("RowsQuarantined", Double(answer.runs.reduce(0) { $0 + $1.quarantined }), .count)
        metrics.emit()
    }
}

/// What `silverJob` did; the event of `goldJob`.
package struct SilverAnswer: Sendable, Encodable {
    private(set) var partitions: [Partition] = []
    private(set) var runs: [Run] = []
    /// Refused rows by reason.
    private(set) var motivos: [String: Int64] = [:]
    private(set) var localDates: [String] = []

    /// What became of one run's rows (LAKE_SPEC 2.3, `execucoes`).
    struct Run: Sendable, Encodable {
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
        partitions.append(Partition(report.hour))
        runs += report.runs.map {
            Run(
                runID: $0.runID, read: $0.read, kept: $0.kept, duplicates: $0.duplicates,
                quarantined: $0.quarantinedTotal)
        }
        for (motivo, count) in report.quarantined { motivos[motivo.rawValue, default: 0] += count }
        localDates = Set(localDates + dates.map(\.description)).sorted()
    }
}
