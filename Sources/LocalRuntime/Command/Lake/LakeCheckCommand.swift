import ArgumentParser
import Lake
import LakeTools

/// `rivulet-local lake check`
struct LakeCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Verify a lake: contracts, files, invariants, gaps in the arrivals.",
        discussion: """
            Errors are wrong, lost or doubled rows, broken contracts and files that some reader refuses or misreads; \
            a slot of SNAPSHOT_SECONDS without a run between the first run and the last is one, too, unless \
            --allow-gaps makes it a warning. Warnings are advice that was not kept, where every reader still sees the \
            right rows. Where nothing else is wrong, each partition of silver and gold is made anew from the layer below, \
            under the present settings, and compared row by row. Exit code 1 when there is an error, 0 otherwise.
            """)

    @OptionGroup var places: LakePlaces

    @OptionGroup var dates: LakeDates

    @Flag(help: "A slot without a run is a warning, not an error.")
    var allowGaps = false

    @Flag(help: "Print the report as JSON; the codes of findings are stable.")
    var json = false

    func run() throws {
        let lake = try places.locations()
        let configuration = try LakeSettings.configuration()
        var check = LakeCheck(lake, configuration, dates: dates.range, gapsAreWarnings: allowGaps)
        var progress: LakeProgress?
        let report: CheckReport
        do {
            report = try check.run { _, total in
                progress = progress ?? LakeProgress("check", total: total)
                progress?.advance()
            }
            progress?.end()
        } catch {
            throw LakeFailure.exit("\(error)")
        }
        print(try json ? LakeFailure.json(report) : CheckText(report, Paint()).text)
        if !report.isGood { throw ExitCode.failure }
    }
}

/// Where a lake's layers lie.
struct LakePlaces: ParsableArguments {
    @Argument(help: "The folder that holds raw/, silver/ and gold/, or some of them.")
    var folder: String?

    @Option(help: ArgumentHelp("Bronze, where it lies elsewhere: holds dt=…/hour=…", valueName: "DIR"))
    var bronze: String?

    @Option(help: ArgumentHelp("Silver, where it lies elsewhere: holds streams/ …", valueName: "DIR"))
    var silver: String?

    @Option(help: ArgumentHelp("Gold, where it lies elsewhere: holds the six tables.", valueName: "DIR"))
    var gold: String?

    func validate() throws {
        if folder == nil, bronze == nil, silver == nil, gold == nil {
            throw ValidationError("Name the lake's folder, or its layers with --bronze, --silver and --gold.")
        }
    }

    func locations() throws -> LakeLocations {
        do throws(LakeToolsError) {
            return try LakeLocations(folder, raw: bronze, silver: silver, gold: gold)
        } catch {
            throw LakeFailure.exit(error)
        }
    }
}

/// The dates at work.
struct LakeDates: ParsableArguments {
    @Option(
        help: ArgumentHelp("First date: UTC in bronze and silver, local in gold.", valueName: "YYYY-MM-DD"),
        transform: LakeDates.date)
    var from: CivilDate?

    @Option(help: ArgumentHelp("Last date.", valueName: "YYYY-MM-DD"), transform: LakeDates.date)
    var to: CivilDate?

    func validate() throws {
        if let from, let to, from > to { throw ValidationError("--from is after --to.") }
    }

    /// Nil for all dates.
    var range: ClosedRange<CivilDate>? {
        guard from != nil || to != nil else { return nil }
        return (from ?? CivilDate(daysSinceEpoch: .min))...(to ?? CivilDate(daysSinceEpoch: .max))
    }

    @Sendable
    private static func date(_ text: String) throws -> CivilDate {
        guard let date = CivilDate(text) else { throw ValidationError("'\(text)' is no date; write it as 2026-05-01.") }
        return date
    }
}
