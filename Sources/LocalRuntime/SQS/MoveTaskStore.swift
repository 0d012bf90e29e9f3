import AWSProtocol
import EmulatorClock
import GRDB

/// The SQL of move tasks, and of the moving itself.
struct MoveTaskStore {
    let db: Database

    private static let columns =
        "id, source_arn, destination_arn, messages_per_second, started_at_ms, status, moved, to_move, failure_reason"

    func insert(_ task: MoveTask) throws {
        try db.execute(
            sql: "INSERT INTO sqs_move_task (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                task.id, task.sourceARN, task.destinationARN, task.messagesPerSecond, task.started.milliseconds,
                task.status.rawValue, task.moved, task.toMove, task.failureReason,
            ])
    }

    func update(_ task: MoveTask) throws {
        try db.execute(
            sql: "UPDATE sqs_move_task SET status = ?, moved = ?, failure_reason = ? WHERE id = ?",
            arguments: [task.status.rawValue, task.moved, task.failureReason, task.id])
    }

    func task(_ id: String) throws -> MoveTask? {
        try Row.fetchOne(db, sql: "SELECT \(Self.columns) FROM sqs_move_task WHERE id = ?", arguments: [id])
            .map(Self.task)
    }

    /// The queue's tasks, the latest first.
    func tasks(from sourceARN: String, limit: Int) throws -> [MoveTask] {
        try Row.fetchAll(
            db, sql: "SELECT \(Self.columns) FROM sqs_move_task WHERE source_arn = ? ORDER BY number DESC LIMIT ?",
            arguments: [sourceARN, limit]
        ).map(Self.task)
    }

    func active() throws -> [MoveTask] {
        try Row.fetchAll(
            db, sql: "SELECT \(Self.columns) FROM sqs_move_task WHERE status IN ('RUNNING', 'CANCELLING')"
        ).map(Self.task)
    }

    /// The next messages that a task takes: those that anybody could receive, the oldest first.
    func next(from queue: Queue, limit: Int, now: Timestamp) throws -> [(id: Int64, sourceARN: String?)] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT id, source_arn FROM sqs_message WHERE shelf = ? AND visible_at_ms <= ?
                    ORDER BY visible_at_ms, receive_count, id LIMIT ?
                    """),
            arguments: [queue.shelf, now.milliseconds, limit]
        ).map { ($0[0], $0[1]) }
    }

    /// The rows of messages that bear these ids.
    func rows(of messageIDs: [String], in queue: Queue) throws -> [(id: Int64, sourceARN: String?)] {
        try messageIDs.compactMap { messageID in
            try Row.fetchOne(
                db.cachedStatement(sql: "SELECT id, source_arn FROM sqs_message WHERE shelf = ? AND message_id = ?"),
                arguments: [queue.shelf, messageID]
            ).map { ($0[0], $0[1]) }
        }
    }

    /// Puts a message into another queue as a new one: with an id, an age and a count of its own.
    func move(_ id: Int64, from source: Queue, to target: Queue, now: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO sqs_message (shelf, message_id, body, attributes, sender, sent_at_ms, visible_at_ms,
                    group_id, deduplication_id, trace_header)
                SELECT ?, ?, body, attributes, sender, ?3, ?3, group_id, deduplication_id, trace_header
                FROM sqs_message WHERE id = ?
                """
        ).execute(arguments: [target.shelf, RequestID.random(), now.milliseconds, id])
        let group = try String?.fetchOne(
            db.cachedStatement(sql: "DELETE FROM sqs_message WHERE id = ? RETURNING group_id"), arguments: [id])
        try MessageStore(db: db).count(-1, on: source.shelf)
        try MessageStore(db: db).count(1, on: target.shelf)
        try MessageGroups(db: db, queue: source).lost(group ?? nil)
        try MessageGroups(db: db, queue: target).gained(group ?? nil, now: now)
    }

    private static func task(_ row: Row) -> MoveTask {
        MoveTask(
            id: row[0], sourceARN: row[1], destinationARN: row[2], messagesPerSecond: row[3],
            started: Timestamp(milliseconds: row[4]), status: MoveTask.Status(rawValue: row[5]) ?? .failed,
            moved: row[6], toMove: row[7], failureReason: row[8])
    }
}
