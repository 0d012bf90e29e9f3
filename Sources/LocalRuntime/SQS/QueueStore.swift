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
                SELECT id, account, region, name, attributes, tags, created_at_ms, modified_at_ms, purged_at_ms
                FROM sqs_queue
                """
        ).map(Self.queue)
    }

    func insert(_ address: QueueAddress, _ settings: QueueSettings, tags: [String: String], now: Timestamp) throws
        -> Queue
    {
        try db.execute(
            sql: """
                INSERT INTO sqs_queue (account, region, name, attributes, tags, created_at_ms, modified_at_ms)
                VALUES (?, ?, ?, ?, ?, ?6, ?6)
                """,
            arguments: [
                address.account, address.region, address.name, JSONValue.object(settings.stored).text,
                Self.text(of: tags), now.milliseconds,
            ])
        return Queue(
            id: db.lastInsertedRowID, address: address, settings: settings, tags: tags, created: now, lastModified: now)
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
        try db.execute(sql: "DELETE FROM sqs_queue WHERE id = ?", arguments: [queue.id])
        try db.execute(
            sql: "INSERT OR REPLACE INTO sqs_deleted_queue (account, region, name, deleted_at_ms) VALUES (?, ?, ?, ?)",
            arguments: [address.account, address.region, address.name, now.milliseconds])
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
            id: row[0], address: address,
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
