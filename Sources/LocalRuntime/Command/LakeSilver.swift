import ArgumentParser
import Lake

/// `rivulet-local lake silver`
struct LakeSilver: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silver",
        abstract: "Clean, quarantine and deduplicate bronze: streams, quarentena, execucoes.",
        discussion: """
            Each partition dt=…/hour=… of bronze replaces its partition of silver; other partitions stay.
            Exit code 1 when a file cannot be used: the partitions that failed are left as they were.
            """)

    @Option(help: ArgumentHelp("Folder that holds dt=…/hour=…", valueName: "DIR"))
    var bronze: String

    @Option(help: ArgumentHelp("Folder that receives streams/, quarentena/, execucoes/.", valueName: "DIR"))
    var silver: String

    @OptionGroup var options: LakeOptions

    func run() throws {
        let started = ContinuousClock.now
        let job = SilverJob(try options.configuration(), codec: options.codec.value)
        let partitions = try LakeFolder(bronze).hours()
        guard !partitions.isEmpty else {
            throw ValidationError(
                "No dt=YYYY-MM-DD/hour=HH/*.parquet in \(bronze); --bronze is the folder that holds dt=….")
        }
        let output = LakeFolder(silver)
        let reports = try LakeWorkers(options.jobs).run("silver", partitions) { hour, files in
            try Self.replace(hour, files, job, output)
        }
        print(options.json ? LakeReport.json(reports, started) : LakeReport.text(reports, started))
    }

    private static func replace(
        _ hour: UTCHour, _ files: [LakeFile], _ job: SilverJob, _ output: LakeFolder
    ) throws -> SilverReport {
        var pieces: [SilverTable: LakePartFile] = [:]
        for table in SilverTable.allCases {
            pieces[table] = LakePartFile(folder: output.appending("\(table.rawValue)/\(hour)"))
        }
        let report = try job.run(hour, bronze: try files.map { try $0.source(isWhollyWanted: true) }) { table, bytes in
            try pieces[table]?.append(bytes)
        }
        for table in SilverTable.allCases { try pieces[table]?.commit() }
        return report
    }
}

/// What both commands can be told.
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

    func configuration() throws -> LakeConfiguration {
        do throws(LakeConfigurationError) {
            return try LakeConfiguration(environment: LakeFolder.environment())
        } catch {
            throw ValidationError(error.description)
        }
    }
}
