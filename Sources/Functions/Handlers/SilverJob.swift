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

    package func handle(_ event: SilverEvent, context: LambdaContext) async throws -> SilverAnswer {
        let bucket = bucket.until(context.callDeadline)
        switch event {
        case .partitions(let hours):
            var made = SilverPartitions()
            for hour in hours {
                made.add(try await replace(hour, bucket, context.logger), localDates: lake.localDates(touchedBy: hour))
            }
            report(made.counts, context)
            return .partitions(made)
        case .backfill(let range):
            var counts = SilverCounts()
            let rest = try await range.walk(context) { hour in
                counts.add(try await replace(hour, bucket, context.logger))
            }
            report(counts, context)
            return .backfill(SilverBackfill(done: range.before(rest), counts: counts, resume: rest, lake))
        }
    }

    private func replace(_ hour: UTCHour, _ bucket: LakeBucket, _ logger: LambdaLogger) async throws -> SilverReport {
        let report = try await bucket.settle {
            try await bucket.parquet(in: "raw/\(hour)")
        } _: { bronze in
            let silver = try Lake.SilverJob(lake).run(hour, bronze: bronze)
            for table in SilverTable.allCases {
                try await bucket.replace(folder: "silver/\(table.rawValue)/\(hour)", with: silver.files[table])
            }
            return silver.report
        }
        log(report, logger)
        return report
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

    private func report(_ counts: SilverCounts, _ context: LambdaContext) {
        var metrics = context.metrics(namespace: "Rivulet")
        metrics.put("RowsKept", Double(counts.kept), .count)
        metrics.put("RowsDuplicate", Double(counts.duplicates), .count)
        metrics.put("RowsQuarantined", Double(counts.quarantined), .count)
        metrics.emit()
    }
}
