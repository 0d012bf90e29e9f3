/// Writes `streams` and `quarentena` side by side. Both follow the order of the bronze columns, so each chunk of a
/// bronze column is read once, serves both, and is let go before the next; what is written is handed on at once.
struct SilverWriter {
    private let partition: BronzePartition
    private let configuration: LakeConfiguration
    private var streams: TableWriter
    private var quarantine: TableWriter
    /// Rows of a silver row group: what gold holds in memory at a time.
    private let rowGroupLimit: Int
    /// What became of the rows written so far and of those left out beside them.
    private(set) var tally = RunTally()

    init(_ partition: BronzePartition, _ configuration: LakeConfiguration, _ codec: Codec, rowGroupLimit: Int) {
        self.partition = partition
        self.configuration = configuration
        self.rowGroupLimit = rowGroupLimit
        streams = TableWriter(.streams, codec)
        quarantine = TableWriter(.quarentena, codec)
    }

    mutating func write(_ emit: (SilverTable, [UInt8]) throws -> Void) throws {
        for group in rowGroups() {
            let selection = try RowSelection(partition, group)
            for (chunk, numbers) in zip(group, selection.numbers) {
                tally.add(run: numbers.keys.run, fates: partition.fate[chunk.rows])
            }
            try write(selection, emit)
        }
        try streams.finish(emit)
        try quarantine.finish(emit)
    }

    /// Chunks that become one silver row group: as many as stay within the limit, one at least.
    private func rowGroups() -> [[BronzeChunk]] {
        var groups: [[BronzeChunk]] = []
        var rows = 0
        for chunk in partition.chunks {
            rows += chunk.rows.count
            if groups.isEmpty || rows > rowGroupLimit {
                groups.append([])
                rows = chunk.rows.count
            }
            groups[groups.count - 1].append(chunk)
        }
        return groups
    }

    private mutating func write(
        _ selection: RowSelection, _ emit: (SilverTable, [UInt8]) throws -> Void
    ) throws {
        let columns = SilverColumns(runs: partition.runs, selection: selection, configuration: configuration)
        var login = StringColumn()
        for bronze in TableSchema.bronze.columns {
            var builder = try Self.builder(for: bronze.name, login)
            let refused = try read(bronze, selection, &builder)
            if selection.quarantinedCount > 0 { try quarantine.write(refused, emit) }
            guard selection.keptCount > 0 else { continue }
            if bronze.name == "id" { try streams.write(columns.idStream(), emit) }
            if bronze.name == "user_id" { try streams.write(columns.idStreamer(), emit) }
            let made = try builder?.finish() ?? []
            if bronze.name == "user_login", case .string(let column)? = made.first { login = column }
            for column in made { try streams.write(column, emit) }
        }
        if selection.quarantinedCount > 0 { try quarantine.write(try selection.motivos(partition), emit) }
        guard selection.keptCount > 0 else { return }
        for column in try columns.audience() { try streams.write(column, emit) }
        for column in columns.times() { try streams.write(column, emit) }
        for column in try columns.localTimes() { try streams.write(column, emit) }
    }

    /// Who makes the silver columns of a bronze column; nil where there are none, or none that need it again.
    private static func builder(
        for name: String, _ login: StringColumn
    ) throws(ParquetProblem) -> (any SilverColumnBuilder)? {
        switch name {
        case "user_login": try TextBuilder(.login)
        case "user_name": try NameBuilder(login: login)
        case "game_id": CategoryIDBuilder()
        case "game_name": try CategoryBuilder()
        case "title": try TextBuilder(.titulo)
        case "language": try TextBuilder(.idioma)
        case "tags": TagsBuilder()
        case "is_mature": MatureBuilder()
        default: nil
        }
    }

    /// Reads a bronze column where somebody asks for it, feeds the kept rows to `builder` and gives the refused ones.
    private func read(
        _ bronze: ColumnSchema, _ selection: RowSelection, _ builder: inout (any SilverColumnBuilder)?
    ) throws -> ParquetColumn {
        var refused = ParquetColumn(empty: bronze.type)
        for (index, chunk) in selection.chunks.enumerated() {
            let (kept, quarantined) = (selection.kept[index], selection.quarantined[index])
            guard !quarantined.isEmpty || (builder != nil && !kept.isEmpty) else { continue }
            let stored = try chunk.read(bronze)
            if !quarantined.isEmpty { try refused.append(try stored.gathered(quarantined)) }
            if !kept.isEmpty { try builder?.add(stored, rows: kept) }
        }
        return refused
    }
}

/// One silver table's file, handed on column by column; without rows there is nothing to hand on.
private struct TableWriter {
    private let table: SilverTable
    private var writer: ParquetWriter
    private var hasRows = false

    init(_ table: SilverTable, _ codec: Codec) {
        self.table = table
        writer = ParquetWriter(schema: table.schema, codec: codec)
    }

    mutating func write(_ column: ParquetColumn, _ emit: (SilverTable, [UInt8]) throws -> Void) throws {
        hasRows = true
        try writer.write(column)
        try emit(table, writer.takeBytes())
    }

    mutating func finish(_ emit: (SilverTable, [UInt8]) throws -> Void) throws {
        if hasRows { try emit(table, try writer.finish()) }
    }
}
