/// Gathers the streams of one run, in order of arrival, into columns and a bronze file (LAKE_SPEC 1).
package struct BronzeBuilder: Sendable {
    package let runID: String
    /// Truncated to milliseconds, one value for the whole run.
    package let collectedAt: Instant
    /// The number of streams so far.
    package private(set) var rowCount = 0
    /// `id` to `title`, then `started_at`, `language` and `thumbnail_url`.
    private var texts = Array(repeating: StringColumn(), count: 11)
    private var viewerCount = NullableValues<Int64>()
    private var tagIDs = StringListColumn()
    private var tags = StringListColumn()
    private var isMature = NullableValues<Bool>()
    private var streamMinutes = NullableValues<Int64>()

    package init(runID: String, collectedAt: Instant) {
        self.runID = runID
        self.collectedAt = collectedAt.truncatedToMilliseconds
    }

    /// Adds the next stream as it came: nothing is trimmed, dropped or compared.
    ///
    /// - Throws: `ParquetProblem.tooLarge` past 4 GiB of text in one column.
    package mutating func append(_ stream: HelixStream) throws(ParquetProblem) {
        let values = [
            stream.id, stream.userID, stream.userLogin, stream.userName, stream.gameID, stream.gameName, stream.type,
            stream.title, stream.startedAt, stream.language, stream.thumbnailURL,
        ]
        for (index, value) in values.enumerated() { try texts[index].append(value) }
        viewerCount.append(stream.viewerCount, placeholder: 0)
        try tagIDs.append(stream.tagIDs)
        try tags.append(stream.tags)
        isMature.append(stream.isMature, placeholder: false)
        let start = stream.startedAt.flatMap(Instant.init(startedAt:))
        streamMinutes.append(start.map { Self.minutes(from: $0, to: collectedAt) }, placeholder: 0)
        rowCount += 1
    }

    /// The rows so far under the bronze contract.
    package func table() throws(ParquetProblem) -> ParquetTable {
        var runIDs = StringColumn()
        let code = try runIDs.pool.append(runID)
        runIDs.codes = Array(repeating: code, count: rowCount)
        let columns: [ParquetColumn] =
            texts[0...7].map { .string($0) } + [.int64(viewerCount.column)] + texts[8...10].map { .string($0) }
            + [
                .stringList(tagIDs), .stringList(tags), .boolean(isMature.column),
                .int64(FixedColumn(values: Array(repeating: collectedAt.microseconds, count: rowCount))),
                .int64(streamMinutes.column), .string(runIDs),
                .int32(FixedColumn(values: Array(0..<Int32(rowCount)))),
            ]
        return ParquetTable(schema: .bronze, columns: columns)
    }

    /// The file of the run; with no stream it is a file without row groups.
    package func file(codec: Codec = .snappy) throws -> [UInt8] {
        try ParquetWriter.file(try table(), codec: codec)
    }

    private static func minutes(from start: Instant, to end: Instant) -> Int64 {
        max(0, floorDivision(end.microseconds &- start.microseconds, Instant.microsecondsPerMinute).quotient)
    }
}

/// A fixed-width column under construction.
private struct NullableValues<Value: Sendable & Equatable>: Sendable {
    private(set) var column = FixedColumn<Value>(values: [])

    mutating func append(_ value: Value?, placeholder: Value) {
        if value == nil, column.validity == nil {
            column.validity = Array(repeating: true, count: column.values.count)
        }
        column.validity?.append(value != nil)
        column.values.append(value ?? placeholder)
    }
}
