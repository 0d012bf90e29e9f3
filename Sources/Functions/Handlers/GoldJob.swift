import Lake
package import LambdaRuntime

/// Makes gold of silver for whole local dates: reads the partitions that they touch, replaces all six tables
/// (LAKE_SPEC 3).
package struct GoldJob: LambdaHandler {
    private let bucket: LakeBucket
    private let lake: LakeConfiguration

    init(_ settings: Settings, _ services: Services) throws {
        bucket = try settings.lakeBucket(services)
        lake = try settings.lake
    }

    package func handle(_ event: LocalDatesEvent, context: LambdaContext) async throws -> GoldAnswer {
        let bucket = bucket.until(context.callDeadline)
        var answer = GoldAnswer()
        for date in event.localDates {
            let gold = try await bucket.settle {
                try await silver(of: date, bucket)
            } _: { streams in
                let gold = try Lake.GoldJob(lake).run(date, streams: streams)
                for table in GoldTable.allCases {
                    try await bucket.replace(
                        folder: "gold/\(table.rawValue)/data_local=\(date)", with: gold.files[table])
                }
                return gold
            }
            try answer.add(gold)
            context.logger.info(
                "Made gold of one local date.", ["local_date": "\(date)", "silver_rows": Int(gold.rowCount)])
        }
        return answer
    }

    /// Lists the UTC days that the date touches, rather than their 24 hours one by one.
    private func silver(of date: CivilDate, _ bucket: LakeBucket) async throws -> [LakeBucket.Listed] {
        let hours = Set(lake.partitions(of: date))
        var objects: [LakeBucket.Listed] = []
        for day in Set(hours.map(\.date)).sorted() {
            objects += try await bucket.parquet(in: "silver/streams/dt=\(day)")
        }
        return objects.filter { UTCHour(path: $0.key).map(hours.contains) ?? false }
    }
}

/// What `goldJob` did.
package struct GoldAnswer: Sendable, Encodable {
    private(set) var localDates: [String] = []
    /// Rows by table, over all dates.
    private(set) var tables = Dictionary(uniqueKeysWithValues: GoldTable.allCases.map { ($0.rawValue, 0) })

    private enum CodingKeys: String, CodingKey {
        case localDates = "local_dates"
        case tables
    }

    mutating func add(_ gold: GoldDate) throws {
        localDates.append("\(gold.date)")
        for (table, file) in gold.files {
            let source = ParquetSource(name: table.rawValue, bytes: file)
            tables[table.rawValue, default: 0] += try ParquetFile(source).rowCount
        }
    }
}
