import ArgumentParser
import Lake
import LakeTools

/// The jobs on local folders, several partitions at a time.
struct LakeRun {
    let configuration: LakeConfiguration
    let codec: Codec
    let workers: LakeWorkers

    /// Replaces the silver partition of each bronze partition.
    func silver(bronze: String, silver: String) throws -> [SilverReport] {
        let partitions = try Self.hours(bronze)
        guard !partitions.isEmpty else {
            throw ValidationError(
                "No dt=YYYY-MM-DD/hour=HH/*.parquet in \(bronze); --bronze is the folder that holds dt=….")
        }
        let job = SilverJob(configuration, codec: codec)
        return try workers.run("silver", partitions, byteCount: Self.byteCount) { hour, files in
            try Self.replace(hour, files, job, silver)
        }
    }

    /// Replaces the gold partitions of the dates that silver has rows of and that `isWanted` lets through.
    func gold(
        silver: String, gold: String, _ isWanted: (CivilDate) -> Bool = { _ in true }
    ) throws -> [GoldDateReport] {
        let files = Dictionary(uniqueKeysWithValues: try Self.hours("\(silver)/streams"))
        let dates = Set(files.keys.flatMap(configuration.localDates(touchedBy:))).filter(isWanted).sorted()
        guard !dates.isEmpty else {
            throw ValidationError(
                "No silver rows to work on in \(silver)/streams; run lake silver first, or widen --from and --to.")
        }
        let items = dates.map { date in (date, configuration.partitions(of: date).flatMap { files[$0] ?? [] }) }
        let job = GoldJob(configuration, codec: codec)
        return try workers.run("gold", items, byteCount: Self.byteCount) { date, files in
            try Self.replace(date, files, job, gold)
        }
    }

    /// The hours below a folder that have files. What only looks like an hour's folder may hold rows that would be missed.
    private static func hours(_ path: String) throws -> [(UTCHour, [String])] {
        let (partitions, strays) = try TableFolder(path, .hours).partitions()
        let names = ["dt=", "hour="]
        if let stray = strays.first(where: { path in
            names.contains { path.split(separator: "/").last?.hasPrefix($0) == true }
        }) {
            throw LakeToolsError.notAPartition(stray)
        }
        return partitions.compactMap { part in part.hour.map { ($0, part.files) } }.filter { !$0.1.isEmpty }
    }

    private static func byteCount(_ files: [String]) throws -> Int {
        try files.reduce(0) { $0 + (try LocalFolder.byteCount($1)) }
    }

    private static func replace(
        _ hour: UTCHour, _ files: [String], _ job: SilverJob, _ output: String
    ) throws -> SilverReport {
        var parts: [SilverTable: LakePartFile] = [:]
        for table in SilverTable.allCases {
            parts[table] = LakePartFile(folder: "\(output)/\(table.rawValue)/\(hour)")
        }
        let report = try job.run(hour, bronze: try files.map { try LocalParquet.source($0, isWhollyWanted: true) }) {
            table, bytes in
            try parts[table]?.append(bytes)
        }
        for table in SilverTable.allCases { try parts[table]?.commit() }
        return report
    }

    private static func replace(
        _ date: CivilDate, _ files: [String], _ job: GoldJob, _ output: String
    ) throws -> GoldDateReport {
        var parts: [GoldTable: LakePartFile] = [:]
        for table in GoldTable.allCases {
            parts[table] = LakePartFile(folder: "\(output)/\(table.rawValue)/data_local=\(date)")
        }
        let sources = try files.map { try LocalParquet.source($0) }
        let rowCount = try job.run(date, streams: sources) { table, bytes in try parts[table]?.append(bytes) }
        for table in GoldTable.allCases { try parts[table]?.commit() }
        return GoldDateReport(date: date, rowCount: rowCount)
    }
}

/// What the commands tell of one date.
struct GoldDateReport: Sendable {
    let date: CivilDate
    let rowCount: Int64
}

/// What all of the jobs' commands can be told.
struct LakeOptions: ParsableArguments {
    enum CodecName: String, ExpressibleByArgument, CaseIterable {
        case snappy, zstd, uncompressed

        var value: Codec {
            switch self {
            case .snappy: .snappy
            case .zstd: .zstd
            case .uncompressed: .uncompressed
            }
        }
    }

    @Option(help: "Compression of the pages.")
    var codec = CodecName.snappy

    @Option(help: ArgumentHelp("Partitions at work at the same time; every core by default.", valueName: "N"))
    var jobs: Int?

    @Flag(help: "Print the counts as one line of JSON.")
    var json = false

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is at least 1.") }
    }

    func run() throws -> LakeRun {
        LakeRun(
            configuration: try LakeSettings.configuration(), codec: codec.value, workers: LakeWorkers(jobs))
    }
}
