/// Makes gold of silver, one local date at a time (LAKE_SPEC 3).
///
/// A value without identity: dates may be worked on from several threads at once.
package struct GoldJob: Sendable {
    private let configuration: LakeConfiguration
    private let codec: Codec

    package init(_ configuration: LakeConfiguration = LakeConfiguration(), codec: Codec = .snappy) {
        self.configuration = configuration
        self.codec = codec
    }

    /// Works on the silver `streams` files of the partitions that hold rows of `date`
    /// (`LakeConfiguration.partitions(of:)`); rows of other dates in them are passed over.
    ///
    /// - Throws: `ParquetError`, or what a source throws.
    package func run(_ date: CivilDate, streams files: [ParquetSource]) throws -> GoldDate {
        var day = DayTotals()
        // The latest first: then a streamer's latest name is met at once and not replaced hour by hour.
        for source in files.reversed() {
            let file = try ParquetFile(source)
            for rowGroup in 0..<file.rowGroupCount where file.mayHold(date, rowGroup: rowGroup) {
                try day.add(try SilverRows(file, rowGroup: rowGroup, date: date))
            }
        }
        var tables: [GoldTable: [UInt8]] = [:]
        if day.rowCount > 0 {
            for table in GoldTable.allCases {
                tables[table] = try day.file(table, configuration, codec)
            }
        }
        return GoldDate(date: date, rowCount: Int64(day.rowCount), files: tables)
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
