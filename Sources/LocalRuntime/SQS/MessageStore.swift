import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import GRDB

/// The SQL of messages, within one transaction. Statements are cached: preparing one costs more than running it.
struct MessageStore {
    let db: Database

    static let columns = """
        id, message_id, body, attributes, sender, sent_at_ms, first_received_at_ms, receive_count, earlier_receives,
        group_id, deduplication_id, trace_header, source_arn
        """

    /// `INSERT` statements by the number of their rows. One statement for a batch costs half of one for each message.
    private static let inserts = (1...largestInsert).map { count in
        """
        INSERT INTO sqs_message (shelf, message_id, body, attributes, sender, sent_at_ms, visible_at_ms,
            group_id, deduplication_id, trace_header)
        VALUES \(Array(repeating: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", count: count).joined(separator: ", "))
        """
    }
    private static let largestInsert = 10

    /// - Parameter visibleAt: when each of the messages shows.
    /// - Returns: the last row's id. Ids grow by one within a call, and with every message.
    @discardableResult
    func insert(
        _ messages: ArraySlice<PreparedMessage>, into queue: Queue, sent: Timestamp, visibleAt: [Timestamp]
    ) throws -> Int64 {
        var rest = messages
        while !rest.isEmpty {
            let piece = rest.prefix(Self.largestInsert)
            var values: [SQLInput] = []
            values.reserveCapacity(piece.count * 10)
            for (index, message) in zip(piece.indices, piece) {
                values.append(.integer(queue.shelf))
                values.append(.text(message.messageID))
                values.append(.text(message.body))
                values.append(SQLInput(message.attributes))
                values.append(.text(message.sender))
                values.append(.integer(sent.milliseconds))
                values.append(.integer(visibleAt[index].milliseconds))
                values.append(SQLInput(message.groupID))
                values.append(SQLInput(message.deduplicationID))
                values.append(SQLInput(message.traceHeader))
            }
            try SQLStatement(db, Self.inserts[piece.count - 1]).run(values)
            rest = rest.dropFirst(piece.count)
        }
        try count(messages.count, on: queue.shelf)
        return db.lastInsertedRowID
    }

    /// Keeps the number of messages that a queue has: counting a long queue takes long.
    func count(_ change: Int, on shelf: Int64) throws {
        guard change != 0 else { return }
        try SQLStatement(db, "UPDATE sqs_queue SET message_count = message_count + ?1 WHERE shelf = ?2")
            .run(SQLInput(change), .integer(shelf))
    }

    /// How many more messages a receive looks at than it takes, so that one that shows again finds its old place.
    private static let outlook = 16
    /// What was given back this lately stands behind what waits: otherwise a consumer that always gives the same message
    /// back would get no other.
    private static let settling: Duration = .milliseconds(200)

    /// Hides up to `limit` messages that were visible at `horizon` until `hiddenUntil`, and gives them out: about in the
    /// order in which they were sent, also when they show again.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
    ///
    /// The first statement stays within the index; to read and write a row by its id costs less than `RETURNING` does.
    func claim(
        from queue: Queue, limit: Int, visibleAt horizon: Timestamp, hiddenUntil: Timestamp, now: Timestamp
    ) throws -> [ClaimedMessage] {
        var waiting: [Int64] = []
        var givenBack: [Int64] = []
        let settled = (horizon - Self.settling).milliseconds
        try SQLStatement(
            db,
            """
            SELECT id, visible_at_ms, receive_count FROM sqs_message WHERE shelf = ? AND visible_at_ms <= ?
            ORDER BY visible_at_ms LIMIT ?
            """
        ).forEach(.integer(queue.shelf), .integer(horizon.milliseconds), SQLInput(limit + Self.outlook)) { row in
            if row.integer(2) > 0, row.integer(1) > settled {
                givenBack.append(row.integer(0))
            } else {
                waiting.append(row.integer(0))
            }
        }
        let ids = (waiting.sorted() + givenBack).prefix(limit)
        return try claim(ids.sorted(), hiddenUntil: hiddenUntil, now: now)
    }

    /// Hides and gives out messages.
    func claim(_ ids: [Int64], hiddenUntil: Timestamp, now: Timestamp) throws -> [ClaimedMessage] {
        guard !ids.isEmpty else { return [] }
        let select = try SQLStatement(db, "SELECT \(Self.columns), later_receives FROM sqs_message WHERE id = ?")
        let update = try SQLStatement(
            db,
            """
            UPDATE sqs_message SET visible_at_ms = ?1, receive_count = ?2, first_received_at_ms = ?3,
                later_receives = ?4
            WHERE id = ?5
            """)
        return try ids.compactMap { id in
            let found = try select.first(.integer(id)) { (ClaimedMessage($0), later: $0.optionalText(13)) }
            guard var (message, later) = found else { return nil }
            let isFirst = message.receiveCount + message.earlierReceives == 0
            if isFirst { message.firstReceived = now } else { later = Self.noting(now, in: later) }
            message.receiveCount += 1
            try update.run(
                .integer(hiddenUntil.milliseconds), SQLInput(message.receiveCount),
                .integer(message.firstReceived.milliseconds), SQLInput(isFirst ? nil : later), .integer(id))
            return message
        }
    }

    /// Notes a receive after the first in the list of them, which keeps the latest.
    private static func noting(_ now: Timestamp, in later: String?) -> String {
        let list = (later.map { $0 + " " } ?? "") + String(now.milliseconds)
        return String(list.suffix(1_400))
    }

    /// Sends a message on to the dead-letter queue. The receive that found it used up does not count.
    ///
    /// A standard queue keeps its messages' age over the move; a FIFO queue does not, and gives each message its own id for
    /// its deduplication id, so that none is taken for a duplicate of another.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
    func move(_ id: Int64, from source: Queue, toDeadLetterQueue target: Queue, now: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                UPDATE sqs_message SET shelf = ?1, visible_at_ms = ?2, receive_count = 0,
                    earlier_receives = earlier_receives + receive_count - 1, source_arn = ?3,
                    later_receives = nullif(rtrim(substr(later_receives, 1, length(later_receives) - 13)), ''),
                    sent_at_ms = CASE WHEN ?4 THEN ?2 ELSE sent_at_ms END,
                    deduplication_id = CASE WHEN ?4 THEN message_id END
                WHERE id = ?5
                """
        ).execute(arguments: [target.shelf, now.milliseconds, source.arn, target.address.isFIFO, id])
        try count(-1, on: source.shelf)
        try count(1, on: target.shelf)
    }

    /// Removes what has outlived the queue's retention; the groups that lost a message.
    func expired(_ queue: Queue, now: Timestamp) throws -> Set<String> {
        let cutoff = now - queue.settings.retention
        let old = try SQLStatement(db, "SELECT 1 FROM sqs_message WHERE shelf = ? AND sent_at_ms <= ? LIMIT 1")
        guard try old.first(.integer(queue.shelf), .integer(cutoff.milliseconds), read: { _ in true }) != nil
        else { return [] }
        var groups: Set<String> = []
        var gone = 0
        let delete = try SQLStatement(
            db, "DELETE FROM sqs_message WHERE shelf = ? AND sent_at_ms <= ? RETURNING group_id")
        try delete.forEach(.integer(queue.shelf), .integer(cutoff.milliseconds)) { row in
            gone += 1
            if let group = row.optionalText(0) { groups.insert(group) }
        }
        try count(-gone, on: queue.shelf)
        return groups
    }

    /// A message's latest receive, when it shows, and its group.
    typealias HandleState = (receive: Int64, visibleAt: Timestamp, groupID: String?)

    /// Where a message stands that a handle names; nil when it has been deleted, or has left this queue.
    func state(of handle: ReceiptHandle, in queue: Queue) throws -> HandleState? {
        try SQLStatement(
            db,
            """
            SELECT earlier_receives + receive_count, visible_at_ms, group_id FROM sqs_message WHERE id = ? AND shelf = ?
            """
        ).first(.integer(handle.message), .integer(queue.shelf)) {
            ($0.integer(0), Timestamp(milliseconds: $0.integer(1)), $0.optionalText(2))
        }
    }

    /// Removes a message. The caller counts it.
    func remove(_ id: Int64) throws {
        try SQLStatement(db, "DELETE FROM sqs_message WHERE id = ?").run(.integer(id))
    }

    /// The message in a row as it is, without receiving it.
    func message(_ id: Int64) throws -> ClaimedMessage? {
        try SQLStatement(db, "SELECT \(Self.columns) FROM sqs_message WHERE id = ?")
            .first(.integer(id)) { ClaimedMessage($0) }
    }

    func changeVisibility(of handle: ReceiptHandle, in queue: Queue, until instant: Timestamp) throws {
        try SQLStatement(db, "UPDATE sqs_message SET visible_at_ms = ? WHERE id = ? AND shelf = ?")
            .run(.integer(instant.milliseconds), .integer(handle.message), .integer(queue.shelf))
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
    fileprivate(set) var firstReceived: Timestamp
    /// How often this queue has handed it out, this receive included.
    fileprivate(set) var receiveCount: Int
    let earlierReceives: Int
    let groupID: String?
    let deduplicationID: String?
    let traceHeader: String?
    let sourceARN: String?

    /// Reads a row of `MessageStore.columns`.
    init(_ row: SQLRow) {
        id = row.integer(0)
        messageID = row.text(1)
        body = row.text(2)
        attributes = row.optionalText(3)
        sender = row.text(4)
        sent = Timestamp(milliseconds: row.integer(5))
        firstReceived = Timestamp(milliseconds: row.integer(6))
        receiveCount = Int(row.integer(7))
        earlierReceives = Int(row.integer(8))
        groupID = row.optionalText(9)
        deduplicationID = row.optionalText(10)
        traceHeader = row.optionalText(11)
        sourceARN = row.optionalText(12)
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
