/// Makes gold of silver, one local date at a time (LAKE_SPEC 3).
///
/// A value without identity: dates may be worked on from several threads at once.
package struct GoldJob: Sendable {
    private let configuration: LakeConfiguration
    private let codec: Codec
    private let limits: GoldLimits

    package init(_ configuration: LakeConfiguration = LakeConfiguration(), codec: Codec = .snappy) {
        self.init(configuration, codec: codec, limits: GoldLimits())
    }

    init(_ configuration: LakeConfiguration, codec: Codec = .snappy, limits: GoldLimits) {
        self.configuration = configuration
        self.codec = codec
        self.limits = limits
    }

    /// Works on the silver `streams` files of the partitions that hold rows of `date`
    /// (`LakeConfiguration.partitions(of:)`); rows of other dates in them are passed over.
    ///
    /// - Throws: `ParquetError`, or what a source throws.
    package func run(_ date: CivilDate, streams files: [ParquetSource]) throws -> GoldDate {
        var tables: [GoldTable: [UInt8]] = [:]
        let rowCount = try run(date, streams: files) { tables[$0, default: []] += $1 }
        return GoldDate(date: date, rowCount: rowCount, files: tables)
    }

    /// The same, with each table's bytes handed on in pieces as they are made; a date without rows has none.
    ///
    /// - Returns: the silver rows of the date.
    package func run(
        _ date: CivilDate, streams sources: [ParquetSource], emit: (GoldTable, [UInt8]) throws -> Void
    ) throws -> Int64 {
        let rows = try DateRows(date, sources, rowLimit: limits.rowCount)
        var totals = DateTotals()
        var facts = FactWriter(codec, rowGroupLimit: limits.rowCount)
        var next = HashRange.whole
        while true {
            switch try pass(next, rows, totals) {
            case .narrow(let width):
                guard let narrower = HashRange(from: next.lowerBound, width: width) else { break }
                next = narrower
                continue
            case .done(let pass, let sums):
                totals = sums
                guard totals.rowCount > 0 || !next.isWhole else { return 0 }
                try facts.write(pass.facts, totals, emit)
                pass.finish(&totals, topN: Int(configuration.topN))
                let growth = Double(limits.byteCount) / Double(max(1, pass.byteCount))
                guard let following = HashRange(from: next.upperBound, width: next.width * growth * 0.9) else {
                    try facts.finish(emit)
                    for table in GoldTable.allCases where table != .fatoStreams {
                        try emit(table, try totals.file(table, configuration, codec))
                    }
                    return totals.rowCount
                }
                next = following
            }
        }
    }

    private enum Outcome {
        /// The pass and the date's totals with it.
        case done(GoldPass, DateTotals)
        /// It would not fit: try a range of this width.
        case narrow(width: Double)
    }

    /// Goes over all rows for one range of ids, or gives up at the limit while the range can be narrowed.
    private func pass(_ range: HashRange, _ rows: DateRows, _ totals: DateTotals) throws -> Outcome {
        var (pass, totals) = (GoldPass(range), totals)
        for (index, part) in rows.parts.enumerated() {
            guard let read = try rows.read(part) else { continue }
            try pass.add(read, &totals)
            guard pass.byteCount > limits.byteCount + limits.byteCount / 4, !range.isNarrowest else { continue }
            // What the rows so far say of all of them, which is too much: later rows bring fewer new streams.
            return .narrow(width: range.width * Double(index + 1) / Double(rows.parts.count) * 0.9)
        }
        return .done(pass, totals)
    }
}

/// How much gold holds at a time; the rows that it makes do not depend on these.
struct GoldLimits {
    /// Silver rows read at once, and of a row group of `fato_streams`.
    var rowCount = 1 << 18
    /// About the memory for the facts and streams of one pass.
    var byteCount = 104 << 20
}

/// The silver rows of a date, in parts that fit in memory.
private struct DateRows {
    struct Part {
        let file: ParquetFile
        let rowGroup: Int
        let rows: Range<Int>
    }

    let date: CivilDate
    private(set) var parts: [Part] = []

    init(_ date: CivilDate, _ sources: [ParquetSource], rowLimit: Int) throws {
        self.date = date
        // The latest first: then a streamer's latest name is met at once and not replaced hour by hour.
        for source in sources.reversed() {
            let file = try ParquetFile(source)
            for rowGroup in 0..<file.rowGroupCount where file.mayHold(date, rowGroup: rowGroup) {
                let count = file.rowCount(ofRowGroup: rowGroup)
                for first in stride(from: 0, to: count, by: rowLimit) {
                    parts.append(Part(file: file, rowGroup: rowGroup, rows: first..<min(count, first + rowLimit)))
                }
            }
        }
    }

    /// The date's rows of one part; nil when it has none.
    func read(_ part: Part) throws -> SilverRows? {
        let rows = try SilverRows(part.file, rowGroup: part.rowGroup, rows: part.rows, date: date)
        return rows.count > 0 ? rows : nil
    }
}

/// The outcome of one local date's job.
package struct GoldDate: Sendable {
    package let date: CivilDate
    /// Silver rows of the date.
    package let rowCount: Int64
    /// The Parquet file of each table; empty when the date has no rows, and old files are then to be removed.
    package let files: [GoldTable: [UInt8]]
}

extension ParquetFile {
    /// False when the statistics of `data_local` exclude the date from a row group.
    fileprivate func mayHold(_ date: CivilDate, rowGroup: Int) -> Bool {
        guard let bounds = dayBounds(ofColumn: "data_local", rowGroup: rowGroup) else { return true }
        return bounds.contains(date.daysSinceEpoch)
    }
}
