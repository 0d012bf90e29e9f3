/// A bronze file's rows, one value at a time: for messages and display. The jobs work on columns.
///
/// Bytes that are no valid UTF-8 come out repaired here; the columns keep them as they are.
package struct BronzeRows: Sendable, RandomAccessCollection {
    private let table: ParquetTable

    /// Reads the whole file.
    ///
    /// - Throws: `ParquetError`, or what the source throws.
    package init(_ source: ParquetSource) throws {
        table = try ParquetFile(source).table(.bronze)
    }

    package init(_ table: ParquetTable) {
        self.table = table
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { table.rowCount }

    package subscript(row: Int) -> BronzeRow {
        var stream = HelixStream()
        stream.id = text(0, row)
        stream.userID = text(1, row)
        stream.userLogin = text(2, row)
        stream.userName = text(3, row)
        stream.gameID = text(4, row)
        stream.gameName = text(5, row)
        stream.type = text(6, row)
        stream.title = text(7, row)
        stream.viewerCount = number(8, row)
        stream.startedAt = text(9, row)
        stream.language = text(10, row)
        stream.thumbnailURL = text(11, row)
        stream.tagIDs = list(12, row)
        stream.tags = list(13, row)
        stream.isMature = table.columns[14].boolean(row)
        return BronzeRow(
            stream: stream, collectedAt: Instant(microseconds: number(15, row) ?? 0), streamMinutes: number(16, row),
            runID: text(17, row) ?? "", rowNumber: Int32(truncatingIfNeeded: number(18, row) ?? 0))
    }

    private func text(_ column: Int, _ row: Int) -> String? {
        table.columns[column].text(row)
    }

    private func number(_ column: Int, _ row: Int) -> Int64? {
        table.columns[column].integer(row)
    }

    private func list(_ column: Int, _ row: Int) -> [String?]? {
        table.columns[column].texts(row)
    }
}
