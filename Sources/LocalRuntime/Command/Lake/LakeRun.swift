import ArgumentParser
import Lake

/// The jobs on local folders, several partitions at a time.
struct LakeRun {
    let configuration: LakeConfiguration
    let codec: Codec
    let workers: LakeWorkers

    /// Replaces the silver partition of each bronze partition.
    func silver(bronze: LakeFolder, silver: LakeFolder) throws -> [SilverReport] {
        let partitions = try bronze.hours()
        guard !partitions.isEmpty else {
            throw ValidationError(
                "No dt=YYYY-MM-DD/hour=HH/*.parquet in \(bronze.path); --bronze is the folder that holds dt=….")
        }
        let job = SilverJob(configuration, codec: codec)
        return try workers.run("silver", partitions, byteCount: Self.byteCount) { hour, files in
            try Self.replace(hour, files, job, silver)
        }
    }

    /// Replaces the gold partitions of the dates that silver has rows of and that `isWanted` lets through.
    func gold(
        silver: LakeFolder, gold: LakeFolder, _ isWanted: (CivilDate) -> Bool = { _ in true }
    ) throws -> [GoldDateReport] {
        let files = Dictionary(uniqueKeysWithValues: try silver.appending("streams").hours())
        let dates = Set(files.keys.flatMap(configuration.localDates(touchedBy:))).filter(isWanted).sorted()
        guard !dates.isEmpty else {
            throw ValidationError(
                "No silver rows to work on in \(silver.path)/streams; run lake silver first, or widen --from and --to.")
        }
        let items = dates.map { date in (date, configuration.partitions(of: date).flatMap { files[$0] ?? [] }) }
        let job = GoldJob(configuration, codec: codec)
        return try workers.run("gold", items, byteCount: Self.byteCount) { date, files in
            try Self.replace(date, files, job, gold)
        }
    }

    private static func byteCount(_ files: [LakeFile]) throws -> Int {
        try files.reduce(0) { $0 + (try $1.byteCount()) }
    }

    private static func replace(
        _ hour: UTCHour, _ files: [LakeFile], _ job: SilverJob, _ output: LakeFolder
    ) throws -> SilverReport {
        var parts: [SilverTable: LakePartFile] = [:]
        for table in SilverTable.allCases {
            parts[table] = LakePartFile(folder: output.appending("\(table.rawValue)/\(hour)"))
        }
        let report = try job.run(hour, bronze: try files.map { try $0.source(isWhollyWanted: true) }) { table, bytes in
            try parts[table]?.append(bytes)
        }
        for table in SilverTable.allCases { try parts[table]?.commit() }
        return report
    }

    private static func replace(
        _ date: CivilDate, _ files: [LakeFile], _ job: GoldJob, _ output: LakeFolder
    ) throws -> GoldDateReport {
        var parts: [GoldTable: LakePartFile] = [:]
        for table in GoldTable.allCases {
            parts[table] = LakePartFile(folder: output.appending("\(table.rawValue)/data_local=\(date)"))
        }
        let sources = try files.map { try $0.source(isWhollyWanted: false) }
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
        do throws(LakeConfigurationError) {
            let configuration = try LakeConfiguration(environment: LakeFolder.environment())
            return LakeRun(configuration: configuration, codec: codec.value, workers: LakeWorkers(jobs))
        } catch {
            throw ValidationError(error.description)
        }
    }
}
