import EmulatorClock
import EmulatorDatabase
import Foundation
import GRDB

/// Streams and their records. A record's row number is its sequence number, and is never used twice.
extension DynamoDBStore {
    /// Begins a stream of a table. Its time of creation names it, and so is never that of an earlier one.
    func beginStream(of table: TableDefinition, _ view: TableStream.View, at now: Timestamp) throws -> TableStream {
        try dropEndedStreams(at: now)
        let latest = try Int64.fetchOne(
            db,
            sql: "SELECT MAX(created_at_ms) FROM dynamodb_stream WHERE account = ? AND region = ? AND table_name = ?",
            arguments: [table.account, table.region, table.name])
        let createdAt_ms = max(now.milliseconds, (latest ?? .min) + (latest == nil ? 0 : 1))
        let last = try lastSequenceNumber()
        try execute(
            """
            INSERT INTO dynamodb_stream
            (account, region, table_name, key_schema, view, created_at_ms, first_sequence, trimmed_sequence)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                table.account, table.region, table.name,
                String(decoding: try JSONEncoder().encode(table.keySchema), as: UTF8.self), view.rawValue, createdAt_ms,
                last.value + 1, last.value,
            ])
        return TableStream(id: db.lastInsertedRowID, view: view, createdAt_ms: createdAt_ms)
    }

    /// Ends a stream; what it holds can be read for as long as records are kept.
    func endStream(_ id: Int64, at now: Timestamp) throws {
        try execute(
            "UPDATE dynamodb_stream SET ended_at_ms = ?, last_sequence = ? WHERE id = ? AND ended_at_ms IS NULL",
            [now.milliseconds, try lastSequenceNumber().value, id])
    }

    func stream(_ arn: StreamARN, at now: Timestamp) throws -> StreamDefinition? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT * FROM dynamodb_stream
                WHERE account = ? AND region = ? AND table_name = ? AND created_at_ms = ?
                AND (ended_at_ms IS NULL OR ended_at_ms > ?)
                """,
            arguments: [arn.account, arn.region, arn.table, arn.createdAt_ms, Self.horizon(at: now)])
        return try row.map(Self.definition)
    }

    /// The streams of an owner, or of one table, in the order in which they were made.
    func streams(
        account: String, region: String, table: String?, after id: Int64, limit: Int, at now: Timestamp
    ) throws -> [StreamDefinition] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM dynamodb_stream
                WHERE account = ? AND region = ? AND (?3 IS NULL OR table_name = ?3) AND id > ?
                AND (ended_at_ms IS NULL OR ended_at_ms > ?) ORDER BY id LIMIT ?
                """,
            arguments: [account, region, table, id, Self.horizon(at: now), limit]
        ).map(Self.definition)
    }

    /// The number of the latest record of all streams; what comes is larger.
    func lastSequenceNumber() throws -> SequenceNumber {
        SequenceNumber(
            try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'dynamodb_stream_record'") ?? 0)
    }

    func append(_ record: StreamRecord, toStream id: Int64, at now: Timestamp) throws {
        try trim(id, at: now)
        let statement = try SQLStatement(
            db,
            """
            INSERT INTO dynamodb_stream_record (stream_id, written_at_ms, event, is_expiry, keys, old_image, new_image)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        func blob(_ item: Item?) -> SQLInput { item.map { .blob(ItemCodec.encode($0)) } ?? .null }
        try statement.run(
            .integer(id), .integer(now.milliseconds), .text(record.event.rawValue), .integer(record.isExpiry ? 1 : 0),
            blob(record.keys), blob(record.old), blob(record.new))
    }

    /// Drops a few of the oldest records that nobody can read any more, at least as fast as new ones come.
    private func trim(_ id: Int64, at now: Timestamp) throws {
        let oldest = try SQLStatement(
            db,
            """
            SELECT sequence FROM dynamodb_stream_record WHERE stream_id = ? AND written_at_ms <= ?
            ORDER BY sequence LIMIT 1 OFFSET 1
            """)
        guard let last = try oldest.first(.integer(id), .integer(Self.horizon(at: now)), read: { $0.integer(0) }) else {
            return
        }
        try execute("DELETE FROM dynamodb_stream_record WHERE stream_id = ? AND sequence <= ?", [id, last])
        try execute("UPDATE dynamodb_stream SET trimmed_sequence = ? WHERE id = ?", [last, id])
    }

    /// Whether records behind `position` were there that are too old to be read.
    func hasTrimmed(_ stream: StreamDefinition, behind position: SequenceNumber, at now: Timestamp) throws -> Bool {
        if stream.trimmed > position { return true }
        return try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM dynamodb_stream_record
                WHERE stream_id = ? AND sequence > ? AND written_at_ms <= ?)
                """,
            arguments: [stream.id, position.value, Self.horizon(at: now)]) ?? false
    }

    /// Hands over the records behind `position` that can be read, in order, until `visit` returns false.
    func walkRecords(
        ofStream id: Int64, behind position: SequenceNumber, at now: Timestamp,
        _ visit: (SequenceNumber, Timestamp, StreamRecord) throws -> Bool
    ) throws {
        let statement = try SQLStatement(
            db,
            """
            SELECT sequence, written_at_ms, event, is_expiry, keys, old_image, new_image FROM dynamodb_stream_record
            WHERE stream_id = ? AND sequence > ? AND written_at_ms > ? ORDER BY sequence
            """)
        try statement.walk([.integer(id), .integer(position.value), .integer(Self.horizon(at: now))]) { row in
            func item(_ column: Int32) throws -> Item? {
                row.isNull(column) ? nil : try row.withBlob(column) { try ItemCodec.decode($0) }
            }
            guard let event = StreamRecord.Event(rawValue: row.text(2)), let keys = try item(4) else {
                throw DamagedItem()
            }
            let record = StreamRecord(
                event: event, isExpiry: row.integer(3) == 1, keys: keys, old: try item(5), new: try item(6))
            return try visit(SequenceNumber(row.integer(0)), Timestamp(milliseconds: row.integer(1)), record)
        }
    }

    /// Takes out the streams that ended a day ago, with all they hold.
    private func dropEndedStreams(at now: Timestamp) throws {
        let ids = try Int64.fetchAll(
            db, sql: "SELECT id FROM dynamodb_stream WHERE ended_at_ms <= ?", arguments: [Self.horizon(at: now)])
        for id in ids {
            try execute("DELETE FROM dynamodb_stream_record WHERE stream_id = ?", [id])
            try execute("DELETE FROM dynamodb_stream WHERE id = ?", [id])
        }
    }

    /// What was written or ended up to here is gone.
    private static func horizon(at now: Timestamp) -> Int64 {
        (now - StreamDefinition.retention).milliseconds
    }

    private static func definition(_ row: Row) throws -> StreamDefinition {
        let (view, keySchema): (String, String) = (row["view"], row["key_schema"])
        guard let view = TableStream.View(rawValue: view) else { throw DamagedItem() }
        return StreamDefinition(
            id: row["id"], account: row["account"], region: row["region"], table: row["table_name"],
            keySchema: try JSONDecoder().decode(KeySchema.self, from: Data(keySchema.utf8)), view: view,
            createdAt_ms: row["created_at_ms"], first: SequenceNumber(row["first_sequence"]),
            last: (row["last_sequence"] as Int64?).map { SequenceNumber($0) },
            trimmed: SequenceNumber(row["trimmed_sequence"]))
    }
}
