import AWSProtocol
import EmulatorClock
import GRDB

/// The SQL of queues. Whoever calls it keeps the catalogue in step.
struct QueueStore {
    let db: Database

    func all() throws -> [Queue] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, account, region, name, attributes, tags, created_at_ms, modified_at_ms, purged_at_ms,
                    shelf
                FROM sqs_queue
                """
        ).map(Self.queue)
    }

    func insert(_ address: QueueAddress, _ settings: QueueSettings, tags: [String: String], now: Timestamp) throws
        -> Queue
    {
        let shelf = try newShelf()
        try db.execute(
            sql: """
                INSERT INTO sqs_queue (shelf, account, region, name, attributes, tags, created_at_ms, modified_at_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?7, ?7)
                """,
            arguments: [
                shelf,
                address.account, address.region, address.name, JSONValue.object(settings.stored).text,
                Self.text(of: tags), now.milliseconds,
            ])
        return Queue(
            id: db.lastInsertedRowID, shelf: shelf, address: address, settings: settings, tags: tags, created: now,
            lastModified: now)
    }

    func update(_ queue: Queue) throws {
        try db.execute(
            sql: "UPDATE sqs_queue SET attributes = ?, tags = ?, modified_at_ms = ?, purged_at_ms = ? WHERE id = ?",
            arguments: [
                JSONValue.object(queue.settings.stored).text, Self.text(of: queue.tags),
                queue.lastModified.milliseconds, queue.purged?.milliseconds, queue.id,
            ])
    }

    /// Removes the queue and remembers its name as lately deleted.
    func delete(_ queue: Queue, now: Timestamp) throws {
        let address = queue.address
        try abandon(queue.shelf)
        try db.execute(sql: "DELETE FROM sqs_queue WHERE id = ?", arguments: [queue.id])
        try db.execute(
            sql: "INSERT OR REPLACE INTO sqs_deleted_queue (account, region, name, deleted_at_ms) VALUES (?, ?, ?, ?)",
            arguments: [address.account, address.region, address.name, now.milliseconds])
    }

    /// Gives the queue an empty shelf, and leaves the full one to be cleared.
    func purge(_ queue: inout Queue) throws {
        try abandon(queue.shelf)
        queue.shelf = try newShelf()
        try db.execute(
            sql: "UPDATE sqs_queue SET shelf = ?, message_count = 0 WHERE id = ?", arguments: [queue.shelf, queue.id])
    }

    private func newShelf() throws -> Int64 {
        try db.execute(sql: "INSERT INTO sqs_shelf DEFAULT VALUES")
        return db.lastInsertedRowID
    }

    private func abandon(_ shelf: Int64) throws {
        try db.execute(sql: "UPDATE sqs_shelf SET abandoned = 1 WHERE id = ?", arguments: [shelf])
    }

    /// Clears up to `limit` messages off abandoned shelves, and takes down a shelf that is empty.
    ///
    /// - Returns: whether there may be more to clear.
    func clearAbandoned(_ limit: Int) throws -> Bool {
        let shelf = try Int64.fetchOne(db, sql: "SELECT id FROM sqs_shelf WHERE abandoned = 1 LIMIT 1")
        guard let shelf else { return false }
        try db.execute(
            sql: "DELETE FROM sqs_message WHERE id IN (SELECT id FROM sqs_message WHERE shelf = ? LIMIT ?)",
            arguments: [shelf, limit])
        guard db.changesCount < limit else { return true }
        for table in ["sqs_group", "sqs_deduplication", "sqs_fair_share", "sqs_receive_attempt"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE shelf = ?", arguments: [shelf])
        }
        try db.execute(sql: "DELETE FROM sqs_shelf WHERE id = ?", arguments: [shelf])
        return true
    }

    /// Whether a queue of that name was deleted after `instant`; forgets older deletions of it.
    func wasDeleted(_ address: QueueAddress, after instant: Timestamp) throws -> Bool {
        let name = "account = ? AND region = ? AND name = ?"
        let arguments: StatementArguments = [address.account, address.region, address.name, instant.milliseconds]
        try db.execute(sql: "DELETE FROM sqs_deleted_queue WHERE \(name) AND deleted_at_ms <= ?", arguments: arguments)
        return try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM sqs_deleted_queue WHERE \(name) AND deleted_at_ms > ?)",
            arguments: arguments) ?? false
    }

    private static func text(of tags: [String: String]) -> String {
        JSONValue.object(JSONObject(tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })).text
    }

    private static func queue(_ row: Row) throws -> Queue {
        let address = QueueAddress(account: row[1], region: row[2], name: row[3])
        let attributes = try strings(row[4])
        var queue = Queue(
            id: row[0], shelf: row[9], address: address,
            settings: try AttributeReader.settings(ofNew: address, attributes, limits: .aws),
            tags: Dictionary(try strings(row[5]), uniquingKeysWith: { $1 }),
            created: Timestamp(milliseconds: row[6]), lastModified: Timestamp(milliseconds: row[7]))
        queue.purged = (row[8] as Int64?).map { Timestamp(milliseconds: $0) }
        return queue
    }

    private static func strings(_ text: String) throws -> [(name: String, value: String)] {
        try JSONValue(parsing: text).object?.members.compactMap { member in
            member.value.string.map { (member.name, $0) }
        } ?? []
    }
}
