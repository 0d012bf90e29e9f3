import AWSProtocol
import EmulatorClock
import GRDB

/// A checked message with everything worked out that needs no look at the queue: the writer's time is everybody's.
struct PreparedMessage: Sendable {
    let messageID: String
    let body: String
    /// nil takes the queue's own.
    let delay: Duration?
    let attributes: String?
    let traceHeader: String?
    let sender: String
    let groupID: String?
    let deduplicationID: String?

    init(_ message: OutgoingMessage, to queue: Queue, sender: String) {
        messageID = MessageID.random()
        body = message.body
        delay = message.delay
        attributes = message.attributes.stored
        traceHeader =
            if case .string(let text) = message.systemAttributes["AWSTraceHeader"]?.value { text } else { nil }
        self.sender = sender
        groupID = message.groupID
        deduplicationID =
            queue.settings.fifo == nil ? nil : message.deduplicationID ?? Self.contentID(message.body)
    }

    /// Content-based deduplication goes by the body alone, not the attributes.
    private static func contentID(_ body: String) -> String {
        Hex.encode(Digest.of(Array(body.utf8), .sha256))
    }
}

/// Sends within one transaction.
struct Sending {
    let db: Database
    let queue: Queue
    let deduplicationInterval: Duration
    let now: Timestamp

    /// - Returns: what the sender is told, and when the message shows; nil when it is a duplicate, of which only the
    ///   first is kept.
    func send(_ message: PreparedMessage) throws -> (sent: SentMessage, visibleAt: Timestamp?) {
        if queue.settings.fifo != nil, let group = message.groupID, let id = message.deduplicationID {
            return try send(message, group: group, deduplicationID: id)
        }
        let visibleAt = now + (message.delay ?? queue.settings.delay)
        _ = try MessageStore(db: db).insert(message, into: queue, sent: now, visibleAt: visibleAt)
        if let group = message.groupID { try FairShares(db: db, queue: queue).join(group, now: now) }
        return (SentMessage(messageID: message.messageID, sequenceNumber: nil), visibleAt)
    }

    private func send(
        _ message: PreparedMessage, group: String, deduplicationID id: String
    ) throws -> (sent: SentMessage, visibleAt: Timestamp?) {
        let scope = queue.settings.fifo?.deduplicationScope == .messageGroup ? group : ""
        let duplicates = DeduplicationStore(db: db)
        if let holder = try duplicates.holder(of: id, scope: scope, in: queue, now: now) {
            let number = SequenceNumber.text(of: holder.message)
            return (SentMessage(messageID: holder.messageID, sequenceNumber: number), nil)
        }
        let visibleAt = now + queue.settings.delay
        let row = try MessageStore(db: db).insert(message, into: queue, sent: now, visibleAt: visibleAt)
        try GroupStore(db: db).append(row, visibleAt: visibleAt, to: group, in: queue)
        try duplicates.hold(
            id, scope: scope, in: queue, for: (message.messageID, row), until: now + deduplicationInterval)
        return (
            SentMessage(messageID: message.messageID, sequenceNumber: SequenceNumber.text(of: row)), visibleAt
        )
    }
}
