import EmulatorClock
import GRDB

/// Looks at a queue that change nothing, on a snapshot beside the writer.
extension MessageStore {
    /// The queue's counts; nil when messages have outlived their retention and must be removed first.
    ///
    /// All there are is a number kept by triggers, and what is hidden lies at one end of an index: neither needs a
    /// walk through a long queue.
    ///
    /// - Parameter isPast: whether messages may have been sent since `now`, which is earlier than the clock tells.
    func statistics(of queue: Queue, now: Timestamp, isPast: Bool = false) throws -> QueueStatistics? {
        let oldest = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT min(sent_at_ms) FROM sqs_message WHERE shelf = ?"), arguments: [queue.shelf]
        ).map { Timestamp(milliseconds: $0) }
        if let oldest, oldest <= now - queue.settings.retention { return nil }
        let total = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT message_count FROM sqs_queue WHERE shelf = ?"), arguments: [queue.shelf])
        guard let total else { return QueueStatistics(visible: 0, inFlight: 0, delayed: 0) }
        let hidden = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT count(*), total(receive_count = 0) FROM sqs_message WHERE shelf = ? AND visible_at_ms > ?
                    """),
            arguments: [queue.shelf, now.milliseconds])
        let hiddenCount: Int = hidden?[0] ?? 0
        let delayed = Int((hidden?[1] as Double?) ?? 0)
        let later = isPast ? try sent(to: queue, after: now) : (all: 0, neverReceived: 0)
        // What was sent later is not visible before it was sent, so it is among the hidden ones.
        return QueueStatistics(
            visible: total - hiddenCount, inFlight: hiddenCount - delayed - (later.all - later.neverReceived),
            delayed: delayed - later.neverReceived, oldestAge: oldest.flatMap { $0 <= now ? now - $0 : nil })
    }

    private func sent(to queue: Queue, after instant: Timestamp) throws -> (all: Int, neverReceived: Int) {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*), total(receive_count = 0) FROM sqs_message WHERE shelf = ? AND sent_at_ms > ?"),
            arguments: [queue.shelf, instant.milliseconds])
        return (row?[0] ?? 0, Int((row?[1] as Double?) ?? 0))
    }

    /// Received messages that are still hidden.
    func inFlightCount(of queue: Queue, now: Timestamp) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(
                sql: "SELECT count(*) FROM sqs_message WHERE shelf = ? AND visible_at_ms > ? AND receive_count > 0"),
            arguments: [queue.shelf, now.milliseconds]) ?? 0
    }

    func hasReceivable(in queue: Queue, now: Timestamp) throws -> Bool {
        let exists =
            queue.settings.fifo == nil
            ? "SELECT EXISTS (SELECT 1 FROM sqs_message WHERE shelf = ? AND visible_at_ms <= ?)"
            : "SELECT EXISTS (SELECT 1 FROM sqs_group WHERE shelf = ? AND head_visible_at_ms <= ?)"
        return try Bool.fetchOne(
            db.cachedStatement(sql: exists), arguments: [queue.shelf, now.milliseconds]) ?? false
    }

    /// The earliest instant at which a hidden message shows; nil when none is hidden.
    func nextDue(of queue: Queue, after now: Timestamp) throws -> Timestamp? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: "SELECT min(visible_at_ms) FROM sqs_message WHERE shelf = ? AND visible_at_ms > ?"),
            arguments: [queue.shelf, now.milliseconds]
        ).map { Timestamp(milliseconds: $0) }
    }

    /// The oldest messages, whatever their state.
    func peek(_ queue: Queue, limit: Int, now: Timestamp) throws -> [PeekedMessage] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT message_id, body, attributes, sent_at_ms, visible_at_ms, receive_count + earlier_receives,
                        first_received_at_ms, group_id, source_arn, later_receives, last_error
                    FROM sqs_message WHERE shelf = ? AND sent_at_ms > ? ORDER BY sent_at_ms, id LIMIT ?
                    """),
            arguments: [queue.shelf, (now - queue.settings.retention).milliseconds, limit])
        var messages: [PeekedMessage] = []
        while let row = try rows.next() {
            messages.append(
                PeekedMessage(
                    messageID: row[0], body: row[1], attributes: try [String: MessageAttribute](stored: row[2]),
                    sent: Timestamp(milliseconds: row[3]), visibleAt: Timestamp(milliseconds: row[4]),
                    receiveCount: row[5], receives: Self.receives(first: row[6], later: row[9]), lastError: row[10],
                    groupID: row[7], deadLetterSourceARN: row[8]))
        }
        return messages
    }

    /// The instants of a message's receives. Of very many the list keeps the latest, and its first may be cut short.
    private static func receives(first: Int64?, later: String?) -> [Timestamp] {
        let later = (later ?? "").split(separator: " ").filter { $0.utf8.count >= 13 }.compactMap { Int64($0) }
        return ([first].compactMap { $0 } + later).map { Timestamp(milliseconds: $0) }
    }
}
