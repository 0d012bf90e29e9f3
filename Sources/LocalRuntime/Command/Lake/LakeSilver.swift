import ArgumentParser

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
        let reports = try options.run().silver(bronze: bronze, silver: silver)
        print(options.json ? LakeReport.json(reports, started) : LakeReport.text(reports, started))
    }
}
