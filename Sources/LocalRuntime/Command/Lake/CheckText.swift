import LakeTools

/// `lake check` for people: the findings by file, then a summary.
struct CheckText {
    private let report: CheckReport
    private let paint: Paint

    /// Kinds of findings repeat: past so many of one code the rest is counted.
    private static let shownPerCode = 10

    init(_ report: CheckReport, _ paint: Paint) {
        self.report = report
        self.paint = paint
    }

    var text: String {
        (findings + tables + arrivals + report.skipped.map { paint.dim("  \($0)") } + ["", verdict])
            .joined(separator: "\n")
    }

    private var findings: [String] {
        var counts: [FindingCode: Int] = [:]
        var lines: [String] = []
        let errors = report.findings.filter { $0.severity == .error }
        for finding in errors + report.findings.filter({ $0.severity == .warning }) {
            counts[finding.code, default: 0] += 1
            guard counts[finding.code, default: 0] <= Self.shownPerCode else { continue }
            lines += block(finding)
        }
        for (code, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > Self.shownPerCode {
            lines.append(paint.dim("… and \(count - Self.shownPerCode) more of \(code.rawValue); --json has them all"))
        }
        return lines.isEmpty ? [] : lines + [""]
    }

    private func block(_ finding: Finding) -> [String] {
        let mark = finding.severity == .error ? paint.red("✗ \(finding.code.rawValue)") : "! \(finding.code.rawValue)"
        return ["\(mark)  \(Self.where(finding.place))", "    \(finding.message)"]
    }

    /// `silver/streams/dt=…/hour=12/part-0.parquet, row group 0, column popular, row 7`
    private static func `where`(_ place: Place) -> String {
        let folder = [place.layer.rawValue, place.table, place.partition].compactMap(\.self).joined(separator: "/")
        let name = place.file.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
        let path = name.map { "\(folder)/\($0)" } ?? folder
        let rest = [
            place.rowGroup.map { "row group \($0)" }, place.column.map { "column \($0)" },
            place.row.map { "row \($0)" },
        ]
        return ([path] + rest.compactMap(\.self)).joined(separator: ", ")
    }

    private var tables: [String] {
        let head =
            "  " + Paint.fit("table", 28)
            + ["partitions", "files", "rows", "bytes"].map { Paint.right($0, 13) }.joined()
        return [paint.dim(head)]
            + report.tables.map { table in
                let name = table.layer == .raw ? "raw" : "\(table.layer.rawValue)/\(table.table)"
                let numbers = [table.partitions, table.files, table.rows, table.bytes]
                return "  " + Paint.fit(name, 28) + numbers.map { Paint.right($0.grouped, 13) }.joined()
            }
    }

    private var arrivals: [String] {
        guard let slots = report.slots else { return ["", "  arrivals: no run"] }
        let missing = slots.missing == 0 ? "none missing" : paint.red("\(slots.missing) missing")
        return [
            "",
            "  arrivals: \(report.runs.grouped) runs, slots \(slots.first) to \(slots.last): "
                + "\(slots.expected.grouped) expected, \(missing)",
        ]
    }

    private var verdict: String {
        let warnings = "\(report.warnings.grouped) warning\(report.warnings == 1 ? "" : "s")"
        guard !report.isGood else { return paint.green("✓ the lake holds") + ", \(warnings)" }
        return paint.red("✗ \(report.errors.grouped) error\(report.errors == 1 ? "" : "s")") + ", \(warnings)"
    }
}
