import ArgumentParser
import Lake

/// `rivulet-local lake gold`
struct LakeGold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gold",
        abstract: "Compute the six gold tables of each local date out of silver.",
        discussion: """
            Each date replaces its partition data_local=… of every table. Without --from and --to all dates of which
            silver has a partition are done; at -180 minutes a date is the UTC partitions hour=03 to hour=02 of the next day.
            """)

    @Option(help: ArgumentHelp("Folder that holds streams/dt=…/hour=…", valueName: "DIR"))
    var silver: String

    @Option(help: ArgumentHelp("Folder that receives the six tables.", valueName: "DIR"))
    var gold: String

    @Option(help: ArgumentHelp("First local date.", valueName: "YYYY-MM-DD"), transform: LakeGold.date)
    var from: CivilDate?

    @Option(help: ArgumentHelp("Last local date.", valueName: "YYYY-MM-DD"), transform: LakeGold.date)
    var to: CivilDate?

    @OptionGroup var options: LakeOptions

    func run() throws {
        let started = ContinuousClock.now
        let configuration = try options.configuration()
        let hours = try LakeFolder(silver).appending("streams").hours()
        let dates = dates(of: hours, configuration)
        guard !dates.isEmpty else {
            throw ValidationError(
                "No silver rows to work on in \(silver)/streams; run lake silver first, or widen --from and --to.")
        }
        let job = GoldJob(configuration, codec: options.codec.value)
        let output = LakeFolder(gold)
        let results = try LakeWorkers(options.jobs).run("gold", dates) { date, files in
            try Self.replace(date, files, job, output)
        }
        print(options.json ? LakeReport.json(results, started) : LakeReport.text(results, started))
    }

    /// The dates that the partitions touch, each with the files of its partitions.
    private func dates(
        of hours: [(UTCHour, [LakeFile])], _ configuration: LakeConfiguration
    ) -> [(CivilDate, [LakeFile])] {
        let files = Dictionary(uniqueKeysWithValues: hours)
        let dates = Set(files.keys.flatMap(configuration.localDates(touchedBy:)))
        let chosen = dates.filter { $0 >= from ?? $0 && $0 <= to ?? $0 }.sorted()
        return chosen.map { date in (date, configuration.partitions(of: date).flatMap { files[$0] ?? [] }) }
    }

    private static func replace(
        _ date: CivilDate, _ files: [LakeFile], _ job: GoldJob, _ output: LakeFolder
    ) throws -> GoldDateReport {
        let result = try job.run(date, streams: try files.map { try $0.source(isWhollyWanted: false) })
        for table in GoldTable.allCases {
            let part = LakePartFile(folder: output.appending("\(table.rawValue)/data_local=\(date)"))
            if let bytes = result.files[table] { try part.append(bytes) }
            try part.commit()
        }
        return GoldDateReport(date: date, rowCount: result.rowCount)
    }

    @Sendable
    private static func date(_ text: String) throws -> CivilDate {
        guard let date = CivilDate(text) else { throw ValidationError("'\(text)' is no date; write it as 2026-05-01.") }
        return date
    }
}

/// What the command tells of one date.
struct GoldDateReport: Sendable {
    let date: CivilDate
    let rowCount: Int64
}
