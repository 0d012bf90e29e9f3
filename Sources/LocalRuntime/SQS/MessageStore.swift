import AWSProtocol
import EmulatorClock
import GRDB

/// The SQL of messages, within one transaction. Statements are cached: preparing one costs more than running it.
struct MessageStore {
    let db: Database

    static let columns = """
        id, message_id, body, attributes, sender, sent_at_ms, first_received_at_ms, receive_count, earlier_receives,
        group_id, deduplication_id, trace_header, source_arn
        """

    /// Notes a receive at `?2`: the first in a column of its own, those after it in a list that keeps the latest.
    private static let noteReceive = """
        first_received_at_ms = ifnull(first_received_at_ms, ?2),
        later_receives = CASE WHEN receive_count + earlier_receives = 0 THEN NULL
            ELSE substr(ifnull(later_receives || ' ', '') || ?2, -1400) END
        """

    /// A message as it is put into its row.
    struct NewRow: Sendable {
        var messageID: String
        var body: String
        var attributes: String?
        var sender: String
        var sent: Timestamp
        var visibleAt: Timestamp
        var groupID: String?
        var deduplicationID: String?
        var traceHeader: String?
    }

    func insert(_ row: NewRow, into queue: Queue) throws -> Int64 {
        try db.cachedStatement(
            sql: """
                INSERT INTO sqs_message (queue, message_id, body, attributes, sender, sent_at_ms, visible_at_ms,
                    group_id, deduplication_id, trace_header)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            queue.id, row.messageID, row.body, row.attributes, row.sender, row.sent.milliseconds,
            row.visibleAt.milliseconds, row.groupID, row.deduplicationID, row.traceHeader,
        ])
        return db.lastInsertedRowID
    }

    /// Hides up to `limit` messages that were visible at `horizon` until `hiddenUntil`, and gives them out.
    func claim(
        from queue: Queue, limit: Int, visibleAt horizon: Timestamp, hiddenUntil: Timestamp, now: Timestamp
    ) throws -> [ClaimedMessage] {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE sqs_message SET visible_at_ms = ?1, receive_count = receive_count + 1, \(Self.noteReceive)
                WHERE id IN (
                    SELECT id FROM sqs_message WHERE queue = ?3 AND visible_at_ms <= ?4
                    ORDER BY visible_at_ms LIMIT ?5)
                RETURNING \(Self.columns)
                """)
        return try fetchClaimed(
            statement,
            [hiddenUntil.milliseconds, now.milliseconds, queue.id, horizon.milliseconds, limit], queue, now
        ).sorted { $0.id < $1.id }
    }

    /// Hides and gives out one message.
    func claim(_ id: Int64, from queue: Queue, hiddenUntil: Timestamp, now: Timestamp) throws -> ClaimedMessage? {
        let statement = try db.cachedStatement(
            sql: """
                UPDATE sqs_message SET visible_at_ms = ?1, receive_count = receive_count + 1, \(Self.noteReceive)
                WHERE id = ?3 RETURNING \(Self.columns)
                """)
        return try fetchClaimed(
            statement, [hiddenUntil.milliseconds, now.milliseconds, id], queue, now
        ).first
    }

    private func fetchClaimed(
        _ statement: Statement, _ arguments: StatementArguments, _ queue: Queue, _ now: Timestamp
    ) throws -> [ClaimedMessage] {
        var claimed: [ClaimedMessage] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { claimed.append(try ClaimedMessage(row, of: queue, now: now)) }
        return claimed
    }

    /// Sends a message on to the dead-letter queue. The receive that found it used up does not count.
    ///
    /// A standard queue keeps its messages' age over the move; a FIFO queue does not.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    func move(_ id: Int64, from source: Queue, toDeadLetterQueue target: Queue, now: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                UPDATE sqs_message SET queue = ?1, visible_at_ms = ?2, receive_count = 0,
                    earlier_receives = earlier_receives + receive_count - 1, source_arn = ?3,
                    sent_at_ms = CASE WHEN ?4 THEN ?2 ELSE sent_at_ms END
                WHERE id = ?5
                """
        ).execute(arguments: [target.id, now.milliseconds, source.arn, target.address.isFIFO, id])
    }

    /// Removes what has outlived the queue's retention; the groups that lost a message.
    func expire(_ queue: Queue, now: Timestamp) throws -> Set<String> {
        let statement = try db.cachedStatement(
            sql: "DELETE FROM sqs_message WHERE queue = ? AND sent_at_ms <= ? RETURNING group_id")
        let cutoff = now - queue.settings.retention
        return Set(try String?.fetchAll(statement, arguments: [queue.id, cutoff.milliseconds]).compactMap { $0 })
    }

    /// Where a message stands that a handle names; nil when it has been deleted, or has left this queue.
    func state(of handle: ReceiptHandle) throws -> (receive: Int64, visibleAt: Timestamp, groupID: String?)? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT earlier_receives + receive_count, visible_at_ms, group_id FROM sqs_message
                WHERE id = ? AND queue = ?
                """)
        return try Row.fetchOne(statement, arguments: [handle.message, handle.queue]).map {
            ($0[0], Timestamp(milliseconds: $0[1]), $0[2])
        }
    }

    /// Deletes what the handle's own receive gave out; nothing when the message has been received again since.
    func delete(_ handle: ReceiptHandle) throws {
        try db.cachedStatement(
            sql: "DELETE FROM sqs_message WHERE id = ? AND queue = ? AND earlier_receives + receive_count = ?"
        ).execute(arguments: [handle.message, handle.queue, handle.receive])
    }

    func changeVisibility(of handle: ReceiptHandle, until instant: Timestamp) throws {
        try db.cachedStatement(
            sql: "UPDATE sqs_message SET visible_at_ms = ? WHERE id = ? AND queue = ?"
        ).execute(arguments: [instant.milliseconds, handle.message, handle.queue])
    }

    /// Notes why handling a message failed, for whoever looks at it later.
    func noteError(_ error: String, of handle: ReceiptHandle) throws {
        try db.cachedStatement(sql: "UPDATE sqs_message SET last_error = ? WHERE id = ? AND queue = ?")
            .execute(arguments: [error, handle.message, handle.queue])
    }

    /// A FIFO queue's new delay holds for what waits in it already, too; a standard queue's does not.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
    func redelay(_ queue: Queue, by delay: Duration) throws {
        try db.execute(
            sql: "UPDATE sqs_message SET visible_at_ms = sent_at_ms + ? WHERE queue = ? AND receive_count = 0",
            arguments: [delay.milliseconds, queue.id])
    }

    func deleteAll(of queue: Queue) throws {
        for table in ["sqs_message", "sqs_group", "sqs_deduplication"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE queue = ?", arguments: [queue.id])
        }
    }
}

/// A message just received, with what decides whether it is handed out or given up.
struct ClaimedMessage {
    let id: Int64
    /// How often this queue has handed it out, this receive included.
    let receiveCount: Int
    let groupID: String?
    let message: ReceivedMessage

    /// Reads a row of `MessageStore.columns`.
    init(_ row: Row, of queue: Queue, now: Timestamp) throws {
        id = row[0]
        receiveCount = row[7]
        groupID = row[9]
        let receive = (row[7] as Int64) + (row[8] as Int64)
        let handle = ReceiptHandle(queue: queue.id, message: id, receive: receive, received: now)
        message = ReceivedMessage(
            messageID: row[1], receiptHandle: handle.wire, body: row[2],
            attributes: try [String: MessageAttribute](stored: row[3]), senderID: row[4],
            sent: Timestamp(milliseconds: row[5]), firstReceived: Timestamp(milliseconds: row[6]),
            receiveCount: Int(receive), groupID: row[9], deduplicationID: row[10],
            sequenceNumber: queue.settings.fifo.map { _ in SequenceNumber.text(of: row[0]) }, traceHeader: row[11],
            deadLetterSourceARN: row[12])
    }
}

/// A FIFO queue's sequence numbers: twenty digits that grow, though not by one.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
enum SequenceNumber {
    static func text(of message: Int64) -> String {
        let digits = String(message * 256)
        return "18" + String(repeating: "0", count: max(0, 18 - digits.count)) + digits
    }
}
