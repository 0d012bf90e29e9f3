/// The rows of one bronze partition over all its files. At once only the fate of each is known, a byte; what the rules
/// read beside it is kept where the partition is small, and read again where it is not.
struct BronzePartition {
    /// What becomes of a row: one of these two, or quarantine by the number of the rule that it broke.
    enum Fate {
        static let kept: UInt8 = 0
        /// A good row that a later one of the same stream and slot replaces.
        static let duplicate: UInt8 = 255
    }

    let hour: UTCHour
    private(set) var chunks: [BronzeChunk] = []
    private(set) var runs = RunTable()
    var fate: [UInt8] = []

    private let limits: SilverLimits

    var rowCount: Int { fate.count }

    /// Reads what the rules need of every file and judges every row.
    init(
        _ hour: UTCHour, _ sources: [ParquetSource], _ configuration: LakeConfiguration, _ limits: SilverLimits
    ) throws {
        self.hour = hour
        self.limits = limits
        for source in sources {
            let file = try ParquetFile(source)
            for rowGroup in 0..<file.rowGroupCount {
                let count = file.rowCount(ofRowGroup: rowGroup)
                for first in stride(from: 0, to: count, by: limits.chunkRowCount) {
                    let rows = first..<min(count, first + limits.chunkRowCount)
                    try append(BronzeColumns(file, rowGroup, rows), configuration)
                }
            }
        }
    }

    private mutating func append(_ columns: BronzeColumns, _ configuration: LakeConfiguration) throws {
        var columns = columns
        let first = rowCount
        let end = first + columns.rows.count
        columns.isKept = end <= limits.keptColumnRowCount
        let numbers = try columns.numbers(in: hour, &runs)
        let (hasName, isLive) = (try columns.hasName(), try columns.isLive())
        fate.reserveCapacity(end)
        for row in 0..<columns.rows.count {
            let facts = RowFacts(
                idStream: numbers.keys.idStream[row], idStreamer: numbers.idStreamer[row], hasName: hasName[row],
                isLive: isLive[row], viewerCount: numbers.viewers[row], startedAt: numbers.startedAt[row],
                collectedAt: numbers.keys.collectedAt[row])
            fate.append(facts.motivo(configuration)?.rule ?? Fate.kept)
        }
        let kept = end <= limits.keptNumberRowCount ? numbers : nil
        chunks.append(BronzeChunk(source: columns, rows: first..<end, numbers: kept))
    }

    /// The keys of a chunk's rows.
    func keys(_ chunk: BronzeChunk) throws -> BronzeKeys {
        if let kept = chunk.numbers { return kept.keys }
        var (columns, runs) = (chunk.source, runs)
        return try columns.keys(in: hour, &runs)
    }

    /// The numbers of a chunk's rows.
    func numbers(_ chunk: BronzeChunk) throws -> BronzeNumbers {
        if let kept = chunk.numbers { return kept }
        var (columns, runs) = (chunk.source, runs)
        return try columns.numbers(in: hour, &runs)
    }
}

/// How much of a partition silver holds at a time; the rows that it makes do not depend on these.
struct SilverLimits {
    /// Rows read at once, and of a silver row group.
    var chunkRowCount = 1 << 18
    /// Up to so many rows of a partition, the columns that the rules have read are kept for the writer.
    var keptColumnRowCount = 1 << 17
    /// The same for the numbers made of them.
    var keptNumberRowCount = 1 << 19
    /// Good rows compared with each other at once; more are cut by their ids.
    var comparedRowCount = 1 << 21
}

/// Some rows of one row group of one file.
struct BronzeChunk {
    let source: BronzeColumns
    /// The chunk's rows among the partition's.
    let rows: Range<Int>
    /// Nil where they are read again when they are needed.
    let numbers: BronzeNumbers?

    func read(_ column: ColumnSchema) throws -> ParquetColumn {
        try source.read(column)
    }
}

/// What tells a chunk's rows apart, column by column.
struct BronzeKeys {
    /// 0 when `id` is not a numeric id.
    let idStream: [Int64]
    let collectedAt: [Int64]
    let rowNumber: [Int32]
    /// The runs' numbers.
    let run: [UInt32]
}

/// All that silver computes with.
struct BronzeNumbers {
    let keys: BronzeKeys
    /// 0 when `user_id` is not a numeric id.
    let idStreamer: [Int64]
    /// -1 for null.
    let viewers: [Int64]
    /// `StartedAt.invalid` where not valid.
    let startedAt: [Int64]
}
