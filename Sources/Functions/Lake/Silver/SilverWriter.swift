/// Writes `streams` and `quarentena` side by side. Both follow the order of the bronze columns, so each bronze column
/// is read once, serves both, and is let go before the next: memory holds one column at a time.
struct SilverWriter {
    private let partition: BronzePartition
    private let configuration: LakeConfiguration
    private var streams: ParquetWriter
    private var quarantine: ParquetWriter
    /// True once the table has had a row.
    private var hasStreams = false
    private var hasQuarantine = false

    init(_ partition: BronzePartition, _ configuration: LakeConfiguration, _ codec: Codec) {
        self.partition = partition
        self.configuration = configuration
        streams = ParquetWriter(schema: .silverStreams, codec: codec)
        quarantine = ParquetWriter(schema: .quarentena, codec: codec)
    }

    mutating func write(_ emit: (SilverTable, [UInt8]) throws -> Void) throws {
        for group in rowGroups() {
            let selection = RowSelection(partition, group)
            try write(selection)
            if hasStreams { try emit(.streams, streams.takeBytes()) }
            if hasQuarantine { try emit(.quarentena, quarantine.takeBytes()) }
        }
        if hasStreams { try emit(.streams, try streams.finish()) }
        if hasQuarantine { try emit(.quarentena, try quarantine.finish()) }
    }

    /// Bronze row groups that become one silver row group: as many as stay within the limit, one at least.
    private func rowGroups() -> [[BronzePartition.Chunk]] {
        var groups: [[BronzePartition.Chunk]] = []
        var rows = 0
        for chunk in partition.chunks {
            rows += chunk.rows.count
            if groups.isEmpty || rows > ParquetLimits().rowGroupRowCount {
                groups.append([])
                rows = chunk.rows.count
            }
            groups[groups.count - 1].append(chunk)
        }
        return groups
    }

    private mutating func write(_ selection: RowSelection) throws {
        hasStreams = hasStreams || selection.keptCount > 0
        hasQuarantine = hasQuarantine || selection.quarantinedCount > 0
        var columns = SilverColumns(partition, selection, configuration)
        for bronze in TableSchema.bronze.columns {
            let isForStreams = selection.keptCount > 0 && SilverColumns.sources.contains(bronze.name)
            let stored = try selection.read(bronze, all: isForStreams)
            if selection.quarantinedCount > 0 {
                try quarantine.write(try selection.quarantinedRows(of: stored, as: bronze))
            }
            guard selection.keptCount > 0 else { continue }
            for column in try columns.made(from: bronze.name, stored) { try streams.write(column) }
        }
        if selection.keptCount > 0 {
            for column in try columns.madeFromNumbers() { try streams.write(column) }
        }
        if selection.quarantinedCount > 0 { try quarantine.write(try selection.motivos(partition)) }
    }
}
