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
        var messages: [ReceivedMessage] = []
        var deadLettered = 0
    }

    private var messages: MessageStore { MessageStore(db: db) }
    private var groups: GroupStore { GroupStore(db: db) }
    private var hiddenUntil: Timestamp { now + visibilityTimeout }

    func run() throws -> Outcome {
        for group in try messages.expire(queue, now: now) where queue.settings.fifo != nil {
            try groups.refresh(group, in: queue)
        }
        var outcome = Outcome()
        var horizon = now
        while outcome.messages.count < maximum {
            let before = outcome.deadLettered
            let limit = maximum - outcome.messages.count
            let claimed =
                queue.settings.fifo == nil
                ? try messages.claim(
                    from: queue, limit: limit, visibleAt: horizon, hiddenUntil: hiddenUntil, now: now)
                : try claimGroups(limit: limit, visibleAt: horizon)
            for message in claimed { try take(message, &outcome) }
            if claimed.isEmpty || outcome.deadLettered == before { break }
            // With no visibility timeout what was just taken shows again at once; it must not be taken twice.
            if visibilityTimeout == .zero { horizon = Timestamp(milliseconds: now.milliseconds - 1) }
        }
        return outcome
    }

    private func take(_ claimed: ClaimedMessage, _ outcome: inout Outcome) throws {
        guard let policy = queue.settings.redrivePolicy, claimed.receiveCount > policy.maxReceiveCount,
            let deadLetterQueue
        else { return outcome.messages.append(claimed.message) }
        try messages.move(claimed.id, from: queue, toDeadLetterQueue: deadLetterQueue, now: now)
        outcome.deadLettered += 1
        guard queue.settings.fifo != nil, let group = claimed.groupID else { return }
        try groups.refresh(group, in: queue)
        try groups.refresh(group, in: deadLetterQueue)
    }

    /// As many messages of one group as there are, then the next group.
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
    private func claimGroups(limit: Int, visibleAt horizon: Timestamp) throws -> [ClaimedMessage] {
        var claimed: [ClaimedMessage] = []
        for group in try groups.ready(in: queue, at: horizon, limit: limit) where claimed.count < limit {
            let front = try groups.front(
                of: group, in: queue, visibleAt: horizon, limit: limit - claimed.count)
            for id in front {
                guard let message = try messages.claim(id, from: queue, hiddenUntil: hiddenUntil, now: now) else {
                    continue
                }
                claimed.append(message)
            }
            try groups.refresh(group, in: queue)
        }
        return claimed
    }
}
