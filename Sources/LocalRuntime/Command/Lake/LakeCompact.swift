import ArgumentParser
import Lake
import LakeTools

/// `rivulet-local lake compact`
struct LakeCompact: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Merge a day's small files: one sorted file in each partition.",
        discussion: """
            Silver keeps its hours and gold its dates: each partition dt=…/hour=… or data_local=… becomes one file, with \
            the same rows. The bytes depend on the rows alone, not on how many files held them or in which order; a \
            second run changes nothing. Bronze is merged only when it is named with --bronze: until then each run keeps \
            the file that a repeated extract would put again.

            A partition is replaced in one step. A process killed in the middle loses and doubles nothing; the next \
            run ends what it began. Exit code 1 when a partition could not be merged; it is then left as it was.
            """)

    @OptionGroup var places: LakePlaces

    @OptionGroup var dates: LakeDates

    @Option(help: "Compression of the pages.")
    var codec = LakeOptions.CodecName.snappy

    @Flag(help: "Say what would be done; write nothing.")
    var dryRun = false

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() throws {
        var lake = try places.locations()
        if places.bronze == nil { lake.raw = nil }
        let compaction = LakeCompaction(lake, codec: codec.value, dates: dates.range, isDryRun: dryRun)
        var progress: LakeProgress?
        let report: CompactionReport
        do {
            report = try compaction.run { _, total in
                progress = progress ?? LakeProgress("compact", total: total)
                progress?.advance()
            }
            progress?.end()
        } catch {
            throw LakeFailure.exit("\(error)")
        }
        print(try json ? LakeFailure.json(report) : CompactText(report, Paint()).text)
        if report.count(.failed) > 0 { throw ExitCode.failure }
    }
}

/// `lake compact` for people.
struct CompactText {
    private let report: CompactionReport
    private let paint: Paint

    init(_ report: CompactionReport, _ paint: Paint) {
        self.report = report
        self.paint = paint
    }

    var text: String {
        let title = report.isDryRun ? [paint.bold("Dry run: nothing was written")] : []
        let recovered = report.recovered > 0 ? ["  ended what \(report.recovered) killed runs had begun"] : []
        return (title + problems + recovered + table + ["", verdict]).joined(separator: "\n")
    }

    private var problems: [String] {
        report.partitions.compactMap { partition in
            guard let reason = partition.reason else { return nil }
            let mark = partition.outcome == .failed ? paint.red("✗ failed") : "! left"
            return "\(mark)  \(partition.layer.rawValue)/\(partition.table)/\(partition.partition)\n    \(reason)"
        }
    }

    private var table: [String] {
        let heads = ["partitions", "rows", "files", "→", "bytes", "→"]
        let widths = [12, 14, 8, 8, 14, 14]
        func line(_ name: String, _ cells: [String]) -> String {
            "  " + Paint.fit(name, 28) + zip(cells, widths).map { Paint.right($0, $1) }.joined()
        }
        let groups = Dictionary(grouping: report.partitions) { "\($0.layer.rawValue)/\($0.table)" }
        return [paint.dim(line("table", heads))]
            + groups.sorted { $0.key < $1.key }.map { name, partitions in
                func sum(_ value: (CompactionReport.Partition) -> Int) -> String {
                    partitions.reduce(0) { $0 + value($1) }.grouped
                }
                let cells = [
                    partitions.count.grouped, sum(\.rows), sum(\.filesBefore), sum(\.filesAfter), sum(\.bytesBefore),
                    sum(\.bytesAfter),
                ]
                return line(name == "raw/raw" ? "raw" : name, cells)
            }
    }

    private var verdict: String {
        let outcomes: [(CompactionReport.Outcome, String)] = [
            (.merged, "merged"), (.sorted, "sorted"), (.unchanged, "unchanged"), (.skipped, "left"),
            (.failed, "failed"),
        ]
        let counts = outcomes.map { "\(report.count($0.0).grouped) \($0.1)" }.joined(separator: " · ")
        return report.count(.failed) == 0 ? paint.green("✓ ") + counts : paint.red("✗ ") + counts
    }
}
