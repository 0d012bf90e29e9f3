import EmulatorClock
import GRDB

/// The SQL of a FIFO queue's order: its groups, and whose turn it is.
///
/// Within a group a message may be received only while no earlier one is hidden. So a group stands or falls with its
/// head, the earliest message it has, and a row a group tells where the head is and from when on it shows. Groups take
/// turns by that instant.
struct GroupStore {
    let db: Database

    /// Groups whose head showed at `horizon`, the one longest waiting first.
    func ready(in queue: Queue, at horizon: Timestamp, limit: Int) throws -> [String] {
        try String.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT group_id FROM sqs_group WHERE shelf = ? AND head_visible_at_ms <= ?
                    ORDER BY head_visible_at_ms, head LIMIT ?
                    """),
            arguments: [queue.shelf, horizon.milliseconds, limit])
    }

    /// The messages at the front of a group up to the first that is hidden.
    func front(of group: String, in queue: Queue, visibleAt horizon: Timestamp, limit: Int) throws -> [Int64] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, visible_at_ms FROM sqs_message WHERE shelf = ? AND group_id = ?
                        AND deduplication_id IS NOT NULL ORDER BY id LIMIT ?
                    """),
            arguments: [queue.shelf, group, limit])
        return rows.prefix { ($0[1] as Int64) <= horizon.milliseconds }.map { $0[0] }
    }

    /// Notes a new message: it is the head if its group had none.
    func append(_ message: Int64, visibleAt: Timestamp, to group: String, in queue: Queue) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO sqs_group (shelf, group_id, head, head_visible_at_ms) VALUES (?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        ).execute(arguments: [queue.shelf, group, message, visibleAt.milliseconds])
    }

    /// Finds the group's head anew, after one of its messages changed or went.
    func refresh(_ group: String, in queue: Queue) throws {
        let head = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id, visible_at_ms FROM sqs_message WHERE shelf = ? AND group_id = ?
                        AND deduplication_id IS NOT NULL ORDER BY id LIMIT 1
                    """),
            arguments: [queue.shelf, group])
        if let head {
            try db.cachedStatement(
                sql: """
                    INSERT INTO sqs_group (shelf, group_id, head, head_visible_at_ms) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET head = excluded.head, head_visible_at_ms = excluded.head_visible_at_ms
                    """
            ).execute(arguments: [queue.shelf, group, head[0] as Int64, head[1] as Int64])
        } else {
            try db.cachedStatement(sql: "DELETE FROM sqs_group WHERE shelf = ? AND group_id = ?")
                .execute(arguments: [queue.shelf, group])
        }
    }

    func refreshAll(of queue: Queue) throws {
        let groups = try String.fetchAll(
            db, sql: "SELECT group_id FROM sqs_group WHERE shelf = ?", arguments: [queue.shelf])
        for group in groups { try refresh(group, in: queue) }
    }
}

/// The SQL of deduplication: what was sent in the last five minutes under which id.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
struct DeduplicationStore {
    let db: Database

    /// The message that holds the id already; nil when it is free.
    func holder(
        of id: String, scope: String, in queue: Queue, now: Timestamp
    ) throws -> (messageID: String, message: Int64)? {
        try db.cachedStatement(sql: "DELETE FROM sqs_deduplication WHERE shelf = ? AND expires_at_ms <= ?")
            .execute(arguments: [queue.shelf, now.milliseconds])
        return try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT message_id, message FROM sqs_deduplication
                    WHERE shelf = ? AND scope = ? AND deduplication_id = ?
                    """),
            arguments: [queue.shelf, scope, id]
        ).map { ($0[0], $0[1]) }
    }

    func hold(
        _ id: String, scope: String, in queue: Queue, for message: (messageID: String, message: Int64),
        until expiry: Timestamp
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO sqs_deduplication (shelf, scope, deduplication_id, message_id, message, expires_at_ms)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [queue.shelf, scope, id, message.messageID, message.message, expiry.milliseconds])
    }
}
