import Foundation
import LakeTools

/// `lake inspect` for people: nothing is wider than 100 columns.
struct InspectionText {
    private let inspection: FileInspection
    private let paint: Paint

    init(_ inspection: FileInspection, _ paint: Paint) {
        self.inspection = inspection
        self.paint = paint
    }

    var text: String {
        let groups = inspection.rowGroups.enumerated().flatMap { rowGroup($0, $1) }
        return (head + [""] + schema + groups + unsupported).joined(separator: "\n")
    }

    private var head: [String] {
        let groups = inspection.rowGroups.count
        let size = "\(inspection.rows.grouped) rows in \(groups) row group\(groups == 1 ? "" : "s")"
        let pairs = inspection.keyValues.map { "\($0.key) (\(($0.value?.utf8.count ?? 0).grouped) bytes)" }
        return [
            paint.bold(inspection.file),
            "  \(inspection.bytes.grouped) bytes, \(size), footer \(inspection.footerBytes.grouped) bytes",
            "  written by \(inspection.createdBy ?? "nobody who says so"), format version \(inspection.version)",
        ] + pairs.map { "  key-value \($0)" }
    }

    private var schema: [String] {
        [paint.bold("Schema")]
            + inspection.schema.map { node in
                let name = String(repeating: "  ", count: node.depth - 1) + node.name
                let logical = [node.logical, node.converted].compactMap(\.self).joined(separator: " / ")
                let types = [Paint.fit(node.physical ?? "group", 22), Paint.fit(logical, 34)].joined(separator: " ")
                return "  \(Paint.fit(name, 28)) \(types) \(node.repetition ?? "")"
            }
    }

    private func rowGroup(_ index: Int, _ group: FileInspection.RowGroup) -> [String] {
        let sizes = "\(group.compressedBytes.grouped) bytes, \(group.uncompressedBytes.grouped) uncompressed"
        let storage = group.columns.map(storageLine)
        let statistics = group.columns.map(statisticsLine)
        let title = paint.bold("Row group \(index)") + "  \(group.rows.grouped) rows, \(sizes)"
        return ["", title, paint.dim(Self.storageHead)] + storage
            + ["", paint.dim(Self.statisticsHead)] + statistics
    }

    private static let storageHead =
        "  " + Paint.fit("column", 24) + " " + Paint.fit("codec", 8) + " " + Paint.fit("pages", 20)
        + ["dictionary", "bytes", "ratio", "crc"].enumerated().map { " " + Paint.right($1, [16, 11, 6, 5][$0]) }
        .joined()

    private func storageLine(_ column: FileInspection.Column) -> String {
        let dictionary = column.dictionary.map { "\($0.entries.grouped) / \(Self.size($0.bytes))" } ?? "-"
        let ratio = column.ratio.map { Self.twoDecimals($0) } ?? "-"
        let cells = [
            (dictionary, 16), (column.compressedBytes.grouped, 11), (ratio, 6), (column.checksums, 5),
        ].map { " " + Paint.right($0, $1) }.joined()
        let text = [
            Paint.fit(column.path, 24), Paint.fit(column.codec.lowercased(), 8), Paint.fit(Self.pages(column), 20),
        ]
        return "  " + text.joined(separator: " ") + cells
    }

    /// `3 RLE_DICT, 1 PLAIN`: the data pages by encoding, version 2 marked.
    private static func pages(_ column: FileInspection.Column) -> String {
        let data = column.pages.filter { $0.kind != .dictionary }
        guard !data.isEmpty else { return "none" }
        return data.map { run in
            let name = (run.encoding ?? run.kind.rawValue).replacingOccurrences(of: "DICTIONARY", with: "DICT")
            return "\(run.count) \(name)\(run.kind == .dataV2 ? " v2" : "")"
        }.joined(separator: ", ")
    }

    private static let statisticsHead =
        "  " + Paint.fit("column", 22) + " " + Paint.right("values", 9) + " " + Paint.right("nulls", 7) + "  "
        + Paint.fit("min", 27) + "  max"

    private func statisticsLine(_ column: FileInspection.Column) -> String {
        let statistics = column.statistics
        let nulls = statistics?.nullCount.map(\.grouped) ?? "-"
        let old = statistics?.isDeprecated == true ? " (deprecated)" : ""
        let cells = [Paint.right(column.values.grouped, 9), Paint.right(nulls, 7)].joined(separator: " ")
        let (low, high) = (Self.cut(statistics?.min, 27), Self.cut((statistics?.max).map { $0 + old }, 27))
        return "  \(Paint.fit(column.path, 22)) \(cells)  \(low)  \(high)".trimmingTrailingSpaces
    }

    private var unsupported: [String] {
        guard !inspection.unsupported.isEmpty else { return [] }
        return ["", paint.red("Not read by this lake's reader")] + inspection.unsupported.map { "  \($0)" }
    }

    private static func cut(_ text: String?, _ width: Int) -> String {
        guard let text = text?.withVisibleControls else { return Paint.fit("-", width) }
        return text.count <= width ? Paint.fit(text, width) : Paint.fit(text, width - 1) + "…"
    }

    private static func size(_ bytes: Int) -> String {
        bytes < 10_000 ? "\(bytes.grouped) B" : "\((bytes / 1024).grouped) KiB"
    }

    private static func twoDecimals(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}

extension String {
    /// Tabs, newlines and marks that turn the direction of writing would break the table.
    fileprivate var withVisibleControls: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: text += scalar.escaped(asASCII: true)
            // The joiner inside emoji stays.
            case .format where scalar != "\u{200D}": text += scalar.escaped(asASCII: true)
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    fileprivate var trimmingTrailingSpaces: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
