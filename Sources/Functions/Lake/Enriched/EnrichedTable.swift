/// What `/users` and `/channels` add to a stream.
package struct UserProfile: Sendable {
    package let broadcasterType: String?
    package let description: String?
    package let createdAt: Instant?
    /// Whether the channel has a content label; nil when that is unknown, and the stream's own `is_mature`, which Twitch
    /// no longer sets, has to do.
    package let isMature: Bool?

    package init(broadcasterType: String?, description: String?, createdAt: Instant?, isMature: Bool?) {
        self.broadcasterType = broadcasterType
        self.description = description
        self.createdAt = createdAt
        self.isMature = isMature
    }
}

/// `game_streams_enriched` of one run: its bronze rows joined with their broadcasters and categories.
package struct EnrichedTable: Sendable {
    package let table: ParquetTable
    /// Rows that cannot be in the table: no stream id, no user id, or no valid start.
    package let skippedCount: Int
    /// Earlier sights of streams that came again in the run; the last one stays.
    package let duplicateCount: Int

    /// - Parameters:
    ///   - users: profiles by user id; the fields of an unknown user are null.
    ///   - games: category names by id, for streams that came without a name.
    package init(
        bronze: BronzeRows, users: [String: UserProfile], games: [String: String]
    ) throws(ParquetProblem) {
        var last: [[UInt8]: Int] = [:]
        var skipped = 0
        for (index, row) in bronze.enumerated() {
            guard let key = row.enrichedKey else {
                skipped += 1
                continue
            }
            last[key] = index
        }
        var columns = TableSchema.gameStreamsEnriched.columns.map { EnrichedColumn($0.type) }
        for index in last.values.sorted() {
            let cells = bronze[index].cells(users: users, games: games)
            for (position, cell) in cells.enumerated() { try columns[position].append(cell) }
        }
        table = ParquetTable(schema: .gameStreamsEnriched, columns: columns.map(\.column))
        skippedCount = skipped
        duplicateCount = bronze.count - skipped - last.count
    }

    /// The table as a Parquet file.
    package func file(codec: Codec = .snappy) throws(ParquetError) -> [UInt8] {
        try ParquetWriter.file(table, codec: codec)
    }
}

extension BronzeRow {
    /// The stream id as bytes, or nil when the row cannot be in the table.
    fileprivate var enrichedKey: [UInt8]? {
        guard let id = stream.id, stream.userID != nil, stream.startedAt.flatMap(Instant.init(startedAt:)) != nil else {
            return nil
        }
        return Array(id.utf8)
    }

    /// The 17 cells, in the contract's order.
    fileprivate func cells(users: [String: UserProfile], games: [String: String]) -> [EnrichedCell] {
        let user = stream.userID.flatMap { users[$0] }
        let name = stream.gameName.flatMap { $0.isEmpty ? nil : $0 } ?? stream.gameID.flatMap { games[$0] }
        let tags = stream.tags?.compactMap(\.self).joined(separator: ",")
        return [
            .text(stream.id), .text(stream.userID), .text(stream.userLogin), .text(stream.userName),
            .text(stream.gameID ?? ""), .text(name), .text(stream.type), .text(stream.title),
            .integer(stream.viewerCount), .integer(stream.startedAt.flatMap(Instant.init(startedAt:))?.microseconds),
            .text(stream.language), .boolean(user?.isMature ?? stream.isMature), .text(tags),
            .text(user?.broadcasterType),
            .text(user?.description), .integer(user?.createdAt?.microseconds), .integer(collectedAt.microseconds),
        ]
    }
}

private enum EnrichedCell {
    case text(String?)
    case integer(Int64?)
    case boolean(Bool?)
}

/// A column under construction.
private struct EnrichedColumn {
    private var texts = StringColumn()
    private var integers = FixedColumn<Int64>(values: [], validity: [])
    private var booleans = FixedColumn<Bool>(values: [], validity: [])
    private let type: ColumnType

    init(_ type: ColumnType) {
        self.type = type
    }

    mutating func append(_ cell: EnrichedCell) throws(ParquetProblem) {
        switch cell {
        case .text(let text): try texts.append(text)
        case .integer(let number):
            integers.values.append(number ?? 0)
            integers.validity?.append(number != nil)
        case .boolean(let flag):
            booleans.values.append(flag ?? false)
            booleans.validity?.append(flag != nil)
        }
    }

    var column: ParquetColumn {
        switch type {
        case .boolean: .boolean(booleans)
        case .string: .string(texts)
        default: .int64(integers)
        }
    }
}
