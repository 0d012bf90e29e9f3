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
        let dates = try options.run().gold(silver: silver, gold: gold) { date in
            date >= from ?? date && date <= to ?? date
        }
        print(options.json ? LakeReport.json(dates, started) : LakeReport.text(dates, started))
    }

    @Sendable
    private static func date(_ text: String) throws -> CivilDate {
        guard let date = CivilDate(text) else { throw ValidationError("'\(text)' is no date; write it as 2026-05-01.") }
        return date
    }
}
