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

    /// - Parameter trace: the header of the trace that the sender works in, for messages that were given none of their own.
    init(_ message: OutgoingMessage, to queue: Queue, sender: String, trace: String?) {
        messageID = RequestID.random()
        body = message.body
        delay = message.delay
        attributes = message.attributes.stored
        traceHeader =
            if case .string(let text) = message.systemAttributes["AWSTraceHeader"]?.value { text } else { trace }
        self.sender = sender
        groupID = message.groupID
        deduplicationID =
            queue.settings.fifo == nil ? nil : message.deduplicationID ?? Self.contentID(message.body)
    }

    /// Content-based deduplication goes by the body alone, not the attributes.
    private static func contentID(_ body: String) -> String {
        Hex.encode(Digest.of(body, .sha256))
    }
}

/// Sends within one transaction.
struct Sending {
    let db: Database
    let queue: Queue
    let deduplicationInterval: Duration
    let now: Timestamp

    /// What became of a message: what its sender is told, and when it shows; nil when it is a duplicate, of which only
    /// the first is kept.
    typealias Sent = (message: SentMessage, visibleAt: Timestamp?)

    func send(_ messages: [PreparedMessage]) throws -> [Sent] {
        guard queue.settings.fifo == nil else { return try messages.map(sendInOrder) }
        let visibleAt = messages.map { now + ($0.delay ?? queue.settings.delay) }
        try MessageStore(db: db).insert(messages[...], into: queue, sent: now, visibleAt: visibleAt)
        for group in Set(messages.compactMap(\.groupID)) {
            try FairShares(db: db, queue: queue).join(group, now: now)
        }
        return zip(messages, visibleAt).map { (SentMessage(messageID: $0.messageID, sequenceNumber: nil), $1) }
    }

    private func sendInOrder(_ message: PreparedMessage) throws -> Sent {
        // Both were checked before: a FIFO queue's messages have them.
        try send(message, group: message.groupID ?? "", deduplicationID: message.deduplicationID ?? "")
    }

    private func send(
        _ message: PreparedMessage, group: String, deduplicationID id: String
    ) throws -> Sent {
        let scope = queue.settings.fifo?.deduplicationScope == .messageGroup ? group : ""
        let duplicates = DeduplicationStore(db: db)
        if let holder = try duplicates.holder(of: id, scope: scope, in: queue, now: now) {
            let number = SequenceNumber.text(of: holder.message)
            return (SentMessage(messageID: holder.messageID, sequenceNumber: number), nil)
        }
        let visibleAt = now + queue.settings.delay
        let row = try MessageStore(db: db).insert([message], into: queue, sent: now, visibleAt: [visibleAt])
        try GroupStore(db: db).append(row, visibleAt: visibleAt, to: group, in: queue)
        try duplicates.hold(
            id, scope: scope, in: queue, for: (message.messageID, row), until: now + deduplicationInterval)
        return (
            SentMessage(messageID: message.messageID, sequenceNumber: SequenceNumber.text(of: row)), visibleAt
        )
    }
}
