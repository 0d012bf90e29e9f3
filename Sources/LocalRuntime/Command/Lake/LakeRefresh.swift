import ArgumentParser
import Lake

/// `rivulet-local lake refresh`
struct LakeRefresh: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Silver, then gold of the local dates that it touches: both jobs in one process.")

    @Option(help: ArgumentHelp("Folder that holds dt=…/hour=…", valueName: "DIR"))
    var bronze: String

    @Option(help: ArgumentHelp("Folder that receives streams/, quarentena/, execucoes/.", valueName: "DIR"))
    var silver: String

    @Option(help: ArgumentHelp("Folder that receives the six tables.", valueName: "DIR"))
    var gold: String

    @OptionGroup var options: LakeOptions

    func run() throws {
        let started = ContinuousClock.now
        let run = try options.run()
        let reports = try run.silver(bronze: bronze, silver: silver)
        let touched = Set(reports.map(\.hour).flatMap(run.configuration.localDates(touchedBy:)))
        FreedMemory.giveBack()
        // Refused rows alone make no silver, and then there is no gold to make.
        let hasRows = reports.contains { $0.rowsKept > 0 }
        let dates = hasRows ? try run.gold(silver: silver, gold: gold, touched.contains) : []
        if options.json {
            print("{\"silver\":\(LakeReport.json(reports, started)),\"gold\":\(LakeReport.json(dates, started))}")
        } else {
            print(LakeReport.text(reports, started))
            print(LakeReport.text(dates, started))
        }
    }
}
