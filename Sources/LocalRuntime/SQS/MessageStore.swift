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

    private static let insert = """
        INSERT INTO sqs_message (shelf, message_id, body, attributes, sender, sent_at_ms, visible_at_ms,
            group_id, deduplication_id, trace_header)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// - Returns: the row's id, which grows with every message.
    func insert(
        _ message: PreparedMessage, into queue: Queue, sent: Timestamp, visibleAt: Timestamp
    ) throws -> Int64 {
        try db.cachedStatement(sql: Self.insert).execute(arguments: [
            queue.shelf, message.messageID, message.body, message.attributes, message.sender, sent.milliseconds,
            visibleAt.milliseconds, message.groupID, message.deduplicationID, message.traceHeader,
        ])
        return db.lastInsertedRowID
    }

    private static let claim = """
        UPDATE sqs_message SET visible_at_ms = ?1, receive_count = receive_count + 1, \(noteReceive)
        WHERE id IN (
            SELECT id FROM sqs_message WHERE shelf = ?3 AND visible_at_ms <= ?4
            ORDER BY visible_at_ms LIMIT ?5)
        RETURNING \(columns)
        """

    /// Hides up to `limit` messages that were visible at `horizon` until `hiddenUntil`, and gives them out.
    func claim(
        from queue: Queue, limit: Int, visibleAt horizon: Timestamp, hiddenUntil: Timestamp, now: Timestamp
    ) throws -> [ClaimedMessage] {
        try fetchClaimed(
            db.cachedStatement(sql: Self.claim),
            [hiddenUntil.milliseconds, now.milliseconds, queue.shelf, horizon.milliseconds, limit]
        ).sorted { $0.id < $1.id }
    }

    private static let claimOne = """
        UPDATE sqs_message SET visible_at_ms = ?1, receive_count = receive_count + 1, \(noteReceive)
        WHERE id = ?3 RETURNING \(columns)
        """

    /// Hides and gives out one message.
    func claim(_ id: Int64, hiddenUntil: Timestamp, now: Timestamp) throws -> ClaimedMessage? {
        try fetchClaimed(
            db.cachedStatement(sql: Self.claimOne), [hiddenUntil.milliseconds, now.milliseconds, id]
        ).first
    }

    private func fetchClaimed(_ statement: Statement, _ arguments: StatementArguments) throws -> [ClaimedMessage] {
        var claimed: [ClaimedMessage] = []
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() { claimed.append(ClaimedMessage(row)) }
        return claimed
    }

    /// Sends a message on to the dead-letter queue. The receive that found it used up does not count.
    ///
    /// A standard queue keeps its messages' age over the move; a FIFO queue does not.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    func move(_ id: Int64, from source: Queue, toDeadLetterQueue target: Queue, now: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                UPDATE sqs_message SET shelf = ?1, visible_at_ms = ?2, receive_count = 0,
                    earlier_receives = earlier_receives + receive_count - 1, source_arn = ?3,
                    later_receives = nullif(rtrim(substr(later_receives, 1, length(later_receives) - 13)), ''),
                    sent_at_ms = CASE WHEN ?4 THEN ?2 ELSE sent_at_ms END
                WHERE id = ?5
                """
        ).execute(arguments: [target.shelf, now.milliseconds, source.arn, target.address.isFIFO, id])
    }

    /// Removes what has outlived the queue's retention; the groups that lost a message.
    func expired(_ queue: Queue, now: Timestamp) throws -> Set<String> {
        let statement = try db.cachedStatement(
            sql: "DELETE FROM sqs_message WHERE shelf = ? AND sent_at_ms <= ? RETURNING group_id")
        let cutoff = now - queue.settings.retention
        return Set(try String?.fetchAll(statement, arguments: [queue.shelf, cutoff.milliseconds]).compactMap { $0 })
    }

    /// A message's latest receive, when it shows, and its group.
    typealias HandleState = (receive: Int64, visibleAt: Timestamp, groupID: String?)

    /// Where a message stands that a handle names; nil when it has been deleted, or has left this queue.
    func state(of handle: ReceiptHandle, in queue: Queue) throws -> HandleState? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT earlier_receives + receive_count, visible_at_ms, group_id FROM sqs_message
                WHERE id = ? AND shelf = ?
                """)
        return try Row.fetchOne(statement, arguments: [handle.message, queue.shelf]).map {
            ($0[0], Timestamp(milliseconds: $0[1]), $0[2])
        }
    }

    /// Deletes what the handle's own receive gave out; nothing when the message has been received again since.
    ///
    /// - Returns: the group that lost a message, if it named one.
    func delete(_ handle: ReceiptHandle, from queue: Queue) throws -> String? {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM sqs_message WHERE id = ? AND shelf = ? AND earlier_receives + receive_count = ?
                RETURNING group_id
                """)
        return try String?.fetchOne(statement, arguments: [handle.message, queue.shelf, handle.receive]) ?? nil
    }

    /// The message in a row as it is, without receiving it.
    func message(_ id: Int64) throws -> ClaimedMessage? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(Self.columns) FROM sqs_message WHERE id = ?"), arguments: [id]
        ).map(ClaimedMessage.init)
    }

    func changeVisibility(of handle: ReceiptHandle, in queue: Queue, until instant: Timestamp) throws {
        try db.cachedStatement(
            sql: "UPDATE sqs_message SET visible_at_ms = ? WHERE id = ? AND shelf = ?"
        ).execute(arguments: [instant.milliseconds, handle.message, queue.shelf])
    }

    /// Notes why handling a message failed, for whoever looks at it later.
    func noteError(_ error: String, of handle: ReceiptHandle, in queue: Queue) throws {
        try db.cachedStatement(sql: "UPDATE sqs_message SET last_error = ? WHERE id = ? AND shelf = ?")
            .execute(arguments: [error, handle.message, queue.shelf])
    }

    /// A FIFO queue's new delay holds for what waits in it already, too; a standard queue's does not.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html
    func redelay(_ queue: Queue, by delay: Duration) throws {
        try db.execute(
            sql: "UPDATE sqs_message SET visible_at_ms = sent_at_ms + ? WHERE shelf = ? AND receive_count = 0",
            arguments: [delay.milliseconds, queue.shelf])
    }
}

/// A message just received, as its row has it.
struct ClaimedMessage: Sendable {
    let id: Int64
    let messageID: String
    let body: String
    let attributes: String?
    let sender: String
    let sent: Timestamp
    let firstReceived: Timestamp
    /// How often this queue has handed it out, this receive included.
    let receiveCount: Int
    let earlierReceives: Int
    let groupID: String?
    let deduplicationID: String?
    let traceHeader: String?
    let sourceARN: String?

    /// Reads a row of `MessageStore.columns`.
    init(_ row: Row) {
        id = row[0]
        messageID = row[1]
        body = row[2]
        attributes = row[3]
        sender = row[4]
        sent = Timestamp(milliseconds: row[5])
        firstReceived = Timestamp(milliseconds: row[6])
        receiveCount = row[7]
        earlierReceives = row[8]
        groupID = row[9]
        deduplicationID = row[10]
        traceHeader = row[11]
        sourceARN = row[12]
    }

    func handle(in queue: Queue, receivedAt now: Timestamp) -> ReceiptHandle {
        ReceiptHandle(queue: queue.id, message: id, receive: Int64(earlierReceives + receiveCount), received: now)
    }

    /// The message as it is handed out. Not the writer's work.
    func received(from queue: Queue, handle: ReceiptHandle) throws -> ReceivedMessage {
        ReceivedMessage(
            messageID: messageID, receiptHandle: handle.wire, body: body,
            attributes: try [String: MessageAttribute](stored: attributes), senderID: sender, sent: sent,
            firstReceived: firstReceived, received: handle.received, receiveCount: earlierReceives + receiveCount,
            groupID: groupID,
            deduplicationID: deduplicationID,
            sequenceNumber: queue.settings.fifo.map { _ in SequenceNumber.text(of: id) }, traceHeader: traceHeader,
            deadLetterSourceARN: sourceARN)
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
