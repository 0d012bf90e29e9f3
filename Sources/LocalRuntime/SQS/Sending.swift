import AWSProtocol
import EmulatorClock
import GRDB

/// One send within a transaction.
struct Sending {
    let db: Database
    let queue: Queue
    let sender: String
    let deduplicationInterval: Duration
    let now: Timestamp

    /// - Returns: what the sender is told, and when the message shows; nil when it is a duplicate, of which only the
    ///   first is kept.
    func send(_ message: OutgoingMessage) throws -> (sent: SentMessage, visibleAt: Timestamp?) {
        guard let fifo = queue.settings.fifo, let group = message.groupID else {
            return try sendStandard(message)
        }
        let id = message.deduplicationID ?? Self.contentID(message.body)
        let scope = fifo.deduplicationScope == .messageGroup ? group : ""
        let duplicates = DeduplicationStore(db: db)
        if let holder = try duplicates.holder(of: id, scope: scope, in: queue, now: now) {
            let number = SequenceNumber.text(of: holder.message)
            return (SentMessage(messageID: holder.messageID, sequenceNumber: number), nil)
        }
        var row = row(message)
        row.groupID = group
        row.deduplicationID = id
        let rowID = try MessageStore(db: db).insert(row, into: queue)
        try GroupStore(db: db).append(rowID, visibleAt: row.visibleAt, to: group, in: queue)
        try duplicates.hold(
            id, scope: scope, in: queue, for: (row.messageID, rowID), until: now + deduplicationInterval)
        return (
            SentMessage(messageID: row.messageID, sequenceNumber: SequenceNumber.text(of: rowID)), row.visibleAt
        )
    }

    private func sendStandard(_ message: OutgoingMessage) throws -> (sent: SentMessage, visibleAt: Timestamp?) {
        let row = row(message)
        _ = try MessageStore(db: db).insert(row, into: queue)
        return (SentMessage(messageID: row.messageID, sequenceNumber: nil), row.visibleAt)
    }

    private func row(_ message: OutgoingMessage) -> MessageStore.NewRow {
        let delay = queue.settings.fifo == nil ? message.delay ?? queue.settings.delay : queue.settings.delay
        var row = MessageStore.NewRow(
            messageID: RequestID.random(), body: message.body, attributes: message.attributes.stored, sender: sender,
            sent: now, visibleAt: now + delay, groupID: message.groupID)
        if case .string(let text) = message.systemAttributes["AWSTraceHeader"]?.value { row.traceHeader = text }
        return row
    }

    /// Content-based deduplication goes by the body alone, not the attributes.
    private static func contentID(_ body: String) -> String {
        Hex.encode(Digest.of(Array(body.utf8), .sha256))
    }
}
