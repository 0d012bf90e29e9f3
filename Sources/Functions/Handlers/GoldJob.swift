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

    package func handle(_ event: GoldEvent, context: LambdaContext) async throws -> GoldAnswer {
        let bucket = bucket.until(context.callDeadline)
        var answer = GoldAnswer()
        switch event {
        case .localDates(let dates):
            for date in dates { try answer.add(try await replace(date, bucket, context.logger)) }
            answer.localDates = dates
        case .backfill(let range):
            answer.resume = try await range.walk(context) { date in
                try answer.add(try await replace(date, bucket, context.logger))
            }
            answer.done = range.before(answer.resume)
        }
        return answer
    }

    private func replace(_ date: CivilDate, _ bucket: LakeBucket, _ logger: LambdaLogger) async throws -> GoldDate {
        let gold = try await bucket.settle {
            try await silver(of: date, bucket)
        } _: { streams in
            let gold = try Lake.GoldJob(lake).run(date, streams: streams)
            for table in GoldTable.allCases {
                try await bucket.replace(folder: "gold/\(table.rawValue)/data_local=\(date)", with: gold.files[table])
            }
            return gold
        }
        logger.info("Made gold of one local date.", ["local_date": "\(date)", "silver_rows": Int(gold.rowCount)])
        return gold
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

/// What `goldJob` did: the dates one by one when they were asked for so, or what was done of a backfill and what is left.
package struct GoldAnswer: Sendable {
    fileprivate(set) var localDates: [CivilDate]?
    fileprivate(set) var done: Backfill<CivilDate>?
    fileprivate(set) var resume: Backfill<CivilDate>?
    private var dateCount = 0
    /// Rows by table, over all dates.
    private var tables = Dictionary(uniqueKeysWithValues: GoldTable.allCases.map { ($0.rawValue, 0) })

    fileprivate mutating func add(_ gold: GoldDate) throws {
        dateCount += 1
        for (table, file) in gold.files {
            let source = ParquetSource(name: table.rawValue, bytes: file)
            tables[table.rawValue, default: 0] += try ParquetFile(source).rowCount
        }
    }
}

extension GoldAnswer: Encodable {
    private enum CodingKeys: String, CodingKey {
        case tables, done, resume
        case localDates = "local_dates"
        case dateCount = "date_count"
    }

    /// Without `resume` when nothing is left, which a Choice state asks by `IsPresent`.
    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(tables, forKey: .tables)
        try fields.encodeIfPresent(localDates?.map(\.description), forKey: .localDates)
        if let done {
            try fields.encode(done, forKey: .done)
            try fields.encode(dateCount, forKey: .dateCount)
        }
        try fields.encodeIfPresent(resume, forKey: .resume)
    }
}
