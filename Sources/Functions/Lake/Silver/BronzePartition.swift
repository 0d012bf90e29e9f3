/// The rows of one bronze partition as far as the rules need them, column by column, over all its files.
struct BronzePartition {
    /// One row group of one file.
    struct Chunk {
        let file: ParquetFile
        let rowGroup: Int
        /// The chunk's rows among the partition's.
        let rows: Range<Int>
        /// Columns that the rules have read and that are worth keeping for the writer.
        let columns: [String: ParquetColumn]

        func read(_ column: ColumnSchema) throws -> ParquetColumn {
            try columns[column.name] ?? file.read(column, rowGroup: rowGroup)
        }
    }

    /// Partitions of up to so many rows keep the rules' columns in memory; larger ones read them twice.
    private static let keptRowLimit = 1 << 17

    /// What becomes of a row: one of these two, or quarantine by the number of the rule that it broke.
    enum Fate {
        static let kept: UInt8 = 0
        /// A good row that a later one of the same stream and slot replaces.
        static let duplicate: UInt8 = 255
    }

    let hour: UTCHour
    private(set) var chunks: [Chunk] = []
    private(set) var runs = RunTable()
    private(set) var idStream: [Int64] = []
    private(set) var idStreamer: [Int64] = []
    private(set) var viewers: [Int64] = []
    private(set) var startedAt: [Int64] = []
    private(set) var collectedAt: [Int64] = []
    private(set) var rowNumber: [Int32] = []
    private(set) var run: [UInt32] = []
    var fate: [UInt8] = []

    var rowCount: Int { fate.count }

    /// Reads what the rules need of every file.
    init(_ hour: UTCHour, _ sources: [ParquetSource], _ configuration: LakeConfiguration) throws {
        self.hour = hour
        let files = try sources.map(ParquetFile.init)
        reserve(files.reduce(0) { $0 + $1.rowCount })
        for file in files {
            for rowGroup in 0..<file.rowGroupCount { try append(file, rowGroup, configuration) }
        }
    }

    /// Saves growing, and the room that growing takes; a footer that claims more than this is not believed.
    private mutating func reserve(_ count: Int) {
        let count = min(count, 1 << 22)
        idStream.reserveCapacity(count)
        idStreamer.reserveCapacity(count)
        viewers.reserveCapacity(count)
        startedAt.reserveCapacity(count)
        collectedAt.reserveCapacity(count)
        rowNumber.reserveCapacity(count)
        run.reserveCapacity(count)
        fate.reserveCapacity(count)
    }

    private mutating func append(_ file: ParquetFile, _ rowGroup: Int, _ configuration: LakeConfiguration) throws {
        let first = rowCount
        let isKept = first + file.rowCount(ofRowGroup: rowGroup) <= Self.keptRowLimit
        var columns = RuleColumns(file, rowGroup, isKept: isKept)
        let collected = try columns.collectedAt()
        try check(collected, file, rowGroup)
        let identifiers = try columns.runIDs()
        run.append(contentsOf: try runs.indices(of: identifiers, collectedAt: collected, in: file))
        collectedAt.append(contentsOf: collected)
        rowNumber.append(contentsOf: try columns.rowNumbers())
        idStream.append(contentsOf: try columns.ids(of: "id"))
        idStreamer.append(contentsOf: try columns.ids(of: "user_id"))
        viewers.append(contentsOf: try columns.viewers())
        startedAt.append(contentsOf: try columns.startedAt())
        let (hasName, isLive) = (try columns.hasName(), try columns.isLive())
        for row in 0..<collected.count {
            let index = first + row
            let facts = RowFacts(
                idStream: idStream[index], idStreamer: idStreamer[index], hasName: hasName[row], isLive: isLive[row],
                viewerCount: viewers[index], startedAt: startedAt[index], collectedAt: collected[row])
            fate.append(facts.motivo(configuration)?.rule ?? Fate.kept)
        }
        chunks.append(Chunk(file: file, rowGroup: rowGroup, rows: first..<rowCount, columns: columns.kept))
    }

    /// Silver replaces the partition of `collected_at`: a row from elsewhere would be lost there and doubled here.
    private func check(_ collected: [Int64], _ file: ParquetFile, _ rowGroup: Int) throws {
        let start = hour.start.microseconds
        let end = start &+ Instant.microsecondsPerHour
        guard let stray = collected.first(where: { $0 < start || $0 >= end }) else { return }
        let instant = Instant(microseconds: stray)
        throw ParquetError(
            file: file.source.name, column: "collected_at", rowGroup: rowGroup,
            problem: .contract("\(instant) in partition \(hour); move the file to \(UTCHour(containing: instant))"))
    }
}

/// The columns of one bronze row group, reduced to what the rules ask about them.
private struct RuleColumns {
    let file: ParquetFile
    let rowGroup: Int
    private let isKept: Bool
    /// What has been read so far, if it is to be kept.
    private(set) var kept: [String: ParquetColumn] = [:]

    init(_ file: ParquetFile, _ rowGroup: Int, isKept: Bool) {
        self.file = file
        self.rowGroup = rowGroup
        self.isKept = isKept
    }

    mutating func collectedAt() throws -> [Int64] {
        try numbers("collected_at").values
    }

    mutating func runIDs() throws -> StringColumn {
        try strings("run_id")
    }

    mutating func rowNumbers() throws -> [Int32] {
        guard case .int32(let column) = try load("row_no") else { return [] }
        return column.values
    }

    mutating func ids(of name: String) throws -> [Int64] {
        try strings(name).mapped(null: 0, \.numericID)
    }

    mutating func viewers() throws -> [Int64] {
        let column = try numbers("viewer_count")
        guard let validity = column.validity else { return column.values }
        return zip(column.values, validity).map { $1 ? $0 : -1 }
    }

    mutating func startedAt() throws -> [Int64] {
        try strings("started_at").mapped(null: StartedAt.invalid, StartedAt.microseconds)
    }

    mutating func hasName() throws -> [Bool] {
        let logins = try strings("user_login").mapped(null: false) { !$0.isBlank }
        guard logins.contains(false) else { return logins }
        let names = try strings("user_name").mapped(null: false) { !$0.isBlank }
        return zip(logins, names).map { $0 || $1 }
    }

    mutating func isLive() throws -> [Bool] {
        try strings("type").mapped(null: false) { $0.trimmed.equalsIgnoringASCIICase("live") }
    }

    private mutating func strings(_ name: String) throws -> StringColumn {
        guard case .string(let column) = try load(name) else { return StringColumn() }
        return column
    }

    private mutating func numbers(_ name: String) throws -> FixedColumn<Int64> {
        guard case .int64(let column) = try load(name) else { return FixedColumn(values: []) }
        return column
    }

    /// `ParquetFile.read` gives the type that the contract names, or throws.
    private mutating func load(_ name: String) throws -> ParquetColumn {
        guard let index = TableSchema.bronze.index(of: name) else {
            preconditionFailure("the bronze contract has no \(name)")
        }
        let column = try file.read(TableSchema.bronze.columns[index], rowGroup: rowGroup)
        if isKept { kept[name] = column }
        return column
    }
}

extension StringColumn {
    /// What `body` makes of each row's bytes. It is asked once a string of the pool, not once a row.
    func mapped<Output>(null: Output, _ body: (ByteView) -> Output) -> [Output] {
        pool.withViews { views in
            let outputs = (0..<UInt32(pool.count)).map { body(views[$0]) }
            return codes.map { $0 == Self.null ? null : outputs[Int($0)] }
        }
    }
}
