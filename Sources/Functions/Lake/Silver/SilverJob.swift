/// Makes silver of bronze, one partition at a time, with no other state (LAKE_SPEC 2).
///
/// A value without identity: partitions may be worked on from several threads at once.
package struct SilverJob: Sendable {
    private let configuration: LakeConfiguration
    private let codec: Codec
    private let limits: SilverLimits

    package init(_ configuration: LakeConfiguration = LakeConfiguration(), codec: Codec = .snappy) {
        self.init(configuration, codec: codec, limits: SilverLimits())
    }

    init(_ configuration: LakeConfiguration, codec: Codec = .snappy, limits: SilverLimits) {
        self.configuration = configuration
        self.codec = codec
        self.limits = limits
    }

    /// Works on all bronze files of one partition and gives the files that replace the partition in silver.
    ///
    /// The rows do not depend on the order of `files`; give them sorted by name to get the same bytes again.
    ///
    /// - Throws: `ParquetError`, or what a source throws.
    package func run(_ hour: UTCHour, bronze files: [ParquetSource]) throws -> SilverPartition {
        var bytes: [SilverTable: [UInt8]] = [:]
        let report = try run(hour, bronze: files) { bytes[$0, default: []] += $1 }
        return SilverPartition(report: report, files: bytes)
    }

    /// The same, with each table's bytes handed on in pieces as they are made. A table without rows has none.
    package func run(
        _ hour: UTCHour, bronze files: [ParquetSource], emit: (SilverTable, [UInt8]) throws -> Void
    ) throws -> SilverReport {
        var partition = try BronzePartition(hour, files, configuration, limits)
        try partition.removeDuplicates(configuration, limit: limits.comparedRowCount)
        var writer = SilverWriter(partition, configuration, codec, rowGroupLimit: limits.chunkRowCount)
        try writer.write(emit)
        let runs = writer.tally.runCounts(partition.runs)
        if !runs.isEmpty {
            try emit(.execucoes, ParquetWriter.file(try Self.execucoes(runs, partition.runs), codec: codec))
        }
        return SilverReport(hour: hour, runs: runs)
    }

    private static func execucoes(_ runs: [RunCounts], _ table: RunTable) throws -> ParquetTable {
        func column(_ value: (RunCounts) -> Int64) -> ParquetColumn {
            .int64(FixedColumn(values: runs.map(value)))
        }
        // The ids as bytes: those in `runs` are for people and have bad UTF-8 repaired.
        let ids = StringColumn(pool: table.ids.pool, codes: Array(0..<UInt32(runs.count)))
        return ParquetTable(
            schema: .execucoes,
            columns: [
                .string(ids), column(\.collectedAt.microseconds), column(\.read), column(\.kept), column(\.duplicates),
                column(\.quarantinedTotal),
            ])
    }
}

/// The counts of one partition's job.
package struct SilverReport: Sendable, Equatable {
    package let hour: UTCHour
    /// One entry a run, in order of first sight.
    package let runs: [RunCounts]

    package var rowsRead: Int64 { runs.reduce(0) { $0 + $1.read } }
    package var rowsKept: Int64 { runs.reduce(0) { $0 + $1.kept } }
    package var duplicates: Int64 { runs.reduce(0) { $0 + $1.duplicates } }
    package var quarantinedTotal: Int64 { runs.reduce(0) { $0 + $1.quarantinedTotal } }

    /// Refused rows by reason, over all runs.
    package var quarantined: [Motivo: Int64] {
        runs.reduce(into: [:]) { $0.merge($1.quarantined, uniquingKeysWith: +) }
    }
}

/// The outcome of one partition's job.
package struct SilverPartition: Sendable {
    package let report: SilverReport
    /// The Parquet file of each table; a table without rows has none, and its old file is to be removed.
    package let files: [SilverTable: [UInt8]]
}
