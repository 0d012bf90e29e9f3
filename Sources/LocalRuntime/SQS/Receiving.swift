import EmulatorClock
import GRDB

/// One receive within a transaction: what is due is hidden and handed out; what was handed out too often goes to the
/// dead-letter queue instead.
struct Receiving {
    let db: Database
    let queue: Queue
    let deadLetterQueue: Queue?
    let maximum: Int
    let visibilityTimeout: Duration
    let now: Timestamp

    struct Outcome: Sendable {
        var messages: [HandedOut] = []
        /// Those that were moved away instead.
        var deadLetters: [ClaimedMessage] = []
    }

    /// A message and the handle under which it is handed out.
    struct HandedOut: Sendable {
        let message: ClaimedMessage
        let handle: ReceiptHandle
    }

    private var messages: MessageStore { MessageStore(db: db) }
    private var groups: GroupStore { GroupStore(db: db) }
    private var hiddenUntil: Timestamp { now + visibilityTimeout }

    func run() throws -> Outcome {
        try messages.expire(queue, now: now)
        var outcome = Outcome()
        var horizon = now
        while outcome.messages.count < maximum {
            let before = outcome.deadLetters.count
            let claimed = try claim(maximum - outcome.messages.count, visibleAt: horizon)
            for message in claimed { try take(message, &outcome) }
            if claimed.isEmpty || outcome.deadLetters.count == before { break }
            // With no visibility timeout what was just taken shows again at once; it must not be taken twice.
            if visibilityTimeout == .zero { horizon = Timestamp(milliseconds: now.milliseconds - 1) }
        }
        return outcome
    }

    private func claim(_ limit: Int, visibleAt horizon: Timestamp) throws -> [ClaimedMessage] {
        guard queue.settings.fifo == nil else { return try claimGroups(limit, visibleAt: horizon) }
        let shares = FairShares(db: db, queue: queue)
        guard try shares.areKept() else {
            return try messages.claim(
                from: queue, limit: limit, visibleAt: horizon, hiddenUntil: hiddenUntil, now: now)
        }
        return try messages.claim(
            shares.next(limit, visibleAt: horizon, now: now), hiddenUntil: hiddenUntil, now: now)
    }

    /// As many messages of one group as there are, then the next group.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
    private func claimGroups(_ limit: Int, visibleAt horizon: Timestamp) throws -> [ClaimedMessage] {
        var claimed: [ClaimedMessage] = []
        for group in try groups.ready(in: queue, at: horizon, limit: limit) where claimed.count < limit {
            claimed += try messages.claim(
                groups.front(of: group, in: queue, visibleAt: horizon, limit: limit - claimed.count),
                hiddenUntil: hiddenUntil, now: now)
            try groups.refresh(group, in: queue)
        }
        return claimed
    }

    private func take(_ claimed: ClaimedMessage, _ outcome: inout Outcome) throws {
        guard let policy = queue.settings.redrivePolicy, claimed.receiveCount > policy.maxReceiveCount,
            let deadLetterQueue
        else {
            let handle = claimed.handle(in: queue, receivedAt: now)
            return outcome.messages.append(HandedOut(message: claimed, handle: handle))
        }
        try messages.move(claimed.id, from: queue, toDeadLetterQueue: deadLetterQueue, now: now)
        outcome.deadLetters.append(claimed)
        try MessageGroups(db: db, queue: queue).lost(claimed.groupID)
        try MessageGroups(db: db, queue: deadLetterQueue).gained(claimed.groupID, now: now)
    }
}
