import Foundation

/// The demo's last page, for a person.
struct DemoSummary {
    let report: DemoReport
    let paint: Paint
    /// How the reader calls this program.
    let program: String

    var text: String {
        [
            layers, reasons, queue,
            ranking("Top games", report.topGames), ranking("Top streamers", report.topStreamers), verdict, next,
        ].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var layers: String {
        let rows: [(name: String, rows: Int, note: String)] = [
            (
                "bronze", report.layers.bronze,
                "as Twitch sent it, \(report.slots.count) run\(plural(report.slots.count))"
            ),
            (
                "silver", report.layers.silver,
                "one row a stream and slot, \(report.layers.duplicates.grouped) repeated in a pull"
            ),
            ("quarantine", report.layers.quarantine, "each with its reason"),
            ("gold", report.layers.gold.values.reduce(0, +), "in \(report.layers.gold.count) tables"),
        ]
        let largest = Double(rows.map(\.rows).max() ?? 1)
        return heading("The lake")
            + rows.map { row in
                let bar = Paint.bar(Double(row.rows) / max(1, largest), cells: 24)
                return "  \(Paint.fit(row.name, 11))\(Paint.right(row.rows.grouped, 7))  "
                    + "\(paint.purple(Paint.fit(bar, 24)))  \(paint.dim(row.note))"
            }.joined(separator: "\n")
    }

    private var reasons: String {
        guard !report.quarantineReasons.isEmpty else { return "" }
        let sorted = report.quarantineReasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return heading("Quarantine, by reason")
            + sorted.map { "  \(Paint.fit($0.key, 24))\(Paint.right($0.value.grouped, 5))" }.joined(separator: "\n")
    }

    private var queue: String {
        let queue = report.queue
        let passedOver = queue.sent - queue.stored - queue.waiting - queue.deadLetters
        return heading("The queue") + """
              \(queue.sent.grouped) messages sent → \(queue.stored.grouped) rows in the table, \(queue.waiting) waiting, \
            \(queue.deadLetters) dead letters
              \(passedOver.grouped) passed over: below the viewer floor, or stored before
              \(paint.dim("planted: \(queue.plantedPoison) poison message (5 receives, then dead letter) and "
                + "\(queue.plantedRepeats) repeated delivery (changed nothing)"))
            """
    }

    private func ranking(_ title: String, _ rows: [DemoReport.Ranked]) -> String {
        guard let date = rows.map(\.date).max() else { return "" }
        let rows = rows.filter { $0.date == date }.prefix(10)
        let largest = rows.map(\.hoursWatched).max() ?? 1
        return heading("\(title), \(date)") + "  " + paint.dim(Paint.fit("", 57) + "hours watched     peak") + "\n"
            + rows.map { row in
                let bar = Paint.bar(row.hoursWatched / max(largest, 1e-9), cells: 26)
                return "  \(Paint.right(String(row.position), 2))  \(Paint.fit(row.name, 26)) "
                    + "\(paint.cyan(Paint.fit(bar, 26))) \(Paint.right(Int(row.hoursWatched.rounded()).grouped, 12)) "
                    + "\(Paint.right(row.peakViewers.grouped, 8))"
            }.joined(separator: "\n")
    }

    private var verdict: String {
        let figures =
            "\(Self.decimal(report.seconds, 1)) s, peak memory \(report.emulatorPeakBytes / 1_048_576) MiB emulator, "
            + "\(report.functionPeakBytes / 1_048_576) MiB largest function"
        guard !report.violations.isEmpty else {
            return paint.green("✓ every invariant of the lake holds") + paint.dim("   \(figures)")
        }
        return paint.red("✗ \(report.violations.count) invariant\(plural(report.violations.count)) broken")
            + paint.dim("   \(figures)") + report.violations.map { "\n  \($0)" }.joined()
    }

    private var next: String {
        let date = report.topGames.map(\.date).max() ?? "2026-03-01"
        return """
            The lake lies in \(paint.bold(report.lake)), readable by anything. Try next:
              \(program) up --state \(report.state)
              \(program) invoke goldJob --payload '{"local_dates": ["\(date)"]}'   (while it is up)
              python3 -c "import pyarrow.parquet as p; print(p.read_table('\(report.lake)/gold/top_jogos').to_pylist())"
            """
    }

    private func heading(_ text: String) -> String {
        paint.bold(text) + "\n"
    }

    private func plural(_ count: Int) -> String {
        count == 1 ? "" : "s"
    }

    static func decimal(_ value: Double, _ places: Int) -> String {
        String(format: "%.\(places)f", value)
    }
}
