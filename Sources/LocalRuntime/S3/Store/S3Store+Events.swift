import EmulatorClock
import GRDB

/// An event that waits for its delivery.
struct StoredEvent: Sendable {
    let id: Int64
    let arn: String
    let body: String
    let attempts: Int
    let createdAt: Timestamp
}

extension S3Store {
    /// The number of the next event: it grows and is never given out twice.
    static func nextEventID(_ db: Database) throws -> Int64 {
        let last = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 's3_event'"))
        return (last ?? 0) + 1
    }

    static func insertEvent(_ event: StoredEvent, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO s3_event (id, arn, body, attempts, created_at_ms, due_at_ms) VALUES (?, ?, ?, 0, ?, ?)"
        ).execute(arguments: [
            event.id, event.arn, event.body, event.createdAt.milliseconds, event.createdAt.milliseconds,
        ])
    }

    static func dueEvents(at now: Timestamp, limit: Int, _ db: Database) throws -> [StoredEvent] {
        try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM s3_event WHERE due_at_ms <= ? ORDER BY id LIMIT ?"),
            arguments: [now.milliseconds, limit]
        ).map { row in
            StoredEvent(
                id: row["id"], arn: row["arn"], body: row["body"], attempts: row["attempts"],
                createdAt: Timestamp(column: row["created_at_ms"]))
        }
    }

    static func nextEventDue(_ db: Database) throws -> Timestamp? {
        try Int64.fetchOne(db, sql: "SELECT min(due_at_ms) FROM s3_event").map(Timestamp.init(column:))
    }

    static func deleteEvent(_ event: StoredEvent, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM s3_event WHERE id = ?").execute(arguments: [event.id])
    }

    static func postponeEvent(_ event: StoredEvent, until due: Timestamp, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE s3_event SET due_at_ms = ?, attempts = attempts + 1 WHERE id = ?")
            .execute(arguments: [due.milliseconds, event.id])
    }
}
