/// The columns of some bronze rows, read when they are asked for and reduced to what the rules want of them.
struct BronzeColumns {
    let file: ParquetFile
    let rowGroup: Int
    /// Rows within the row group.
    let rows: Range<Int>
    /// True while what is read is to be kept.
    var isKept = false
    private var kept: [String: ParquetColumn] = [:]

    init(_ file: ParquetFile, _ rowGroup: Int, _ rows: Range<Int>) {
        self.file = file
        self.rowGroup = rowGroup
        self.rows = rows
    }

    func read(_ column: ColumnSchema) throws -> ParquetColumn {
        try kept[column.name] ?? file.read(column, rowGroup: rowGroup, rows: rows)
    }

    mutating func keys(in hour: UTCHour, _ runs: inout RunTable) throws -> BronzeKeys {
        let collected = try numbers("collected_at").values
        try check(collected, hour)
        return BronzeKeys(
            idStream: try ids(of: "id"), collectedAt: collected, rowNumber: try rowNumbers(),
            run: try runs.indices(of: try strings("run_id"), collectedAt: collected, in: file))
    }

    mutating func numbers(in hour: UTCHour, _ runs: inout RunTable) throws -> BronzeNumbers {
        BronzeNumbers(
            keys: try keys(in: hour, &runs), idStreamer: try ids(of: "user_id"), viewers: try viewers(),
            startedAt: try strings("started_at").mapped(null: StartedAt.invalid, StartedAt.microseconds))
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

    private mutating func ids(of name: String) throws -> [Int64] {
        try strings(name).mapped(null: 0, \.numericID)
    }

    private mutating func viewers() throws -> [Int64] {
        let column = try numbers("viewer_count")
        guard let validity = column.validity else { return column.values }
        return zip(column.values, validity).map { $1 ? $0 : -1 }
    }

    private mutating func rowNumbers() throws -> [Int32] {
        guard case .int32(let column) = try load("row_no") else { return [] }
        return column.values
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
        let column = try read(TableSchema.bronze.columns[index])
        if isKept { kept[name] = column }
        return column
    }

    /// Silver replaces the partition of `collected_at`: a row from elsewhere would be lost there and doubled here.
    private func check(_ collected: [Int64], _ hour: UTCHour) throws {
        let start = hour.start.microseconds
        let end = start &+ Instant.microsecondsPerHour
        guard let stray = collected.first(where: { $0 < start || $0 >= end }) else { return }
        let instant = Instant(microseconds: stray)
        throw ParquetError(
            file: file.source.name, column: "collected_at", rowGroup: rowGroup,
            problem: .contract("\(instant) in partition \(hour); move the file to \(UTCHour(containing: instant))"))
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
