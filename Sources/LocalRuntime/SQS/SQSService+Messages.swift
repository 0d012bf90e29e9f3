import EmulatorClock
import EmulatorDatabase
import GRDB

extension SQSService {
    /// Sends one message.
    ///
    /// - Throws: whatever `MessageChecks` finds, and `queueDoesNotExist`.
    package func send(_ message: OutgoingMessage, to queue: Queue, sender: String? = nil) async throws -> SentMessage {
        try MessageChecks(queue: queue, limits: limits).check(message)
        return try await store([message], in: queue, sender: sender)[0]
    }

    /// Sends messages that were checked before, all in one transaction, in their order.
    func store(_ messages: [OutgoingMessage], in queue: Queue, sender: String?) async throws -> [SentMessage] {
        let prepared = messages.map { PreparedMessage($0, to: queue, sender: sender ?? queue.address.account) }
        let (sent, now) = try await database.write { [self] db in
            let sending = Sending(
                db: db, queue: try catalogue.current(queue), deduplicationInterval: limits.deduplicationInterval,
                now: clock.now)
            return (try prepared.map { try sending.send($0) }, sending.now)
        }
        let shown = sent.compactMap(\.visibleAt)
        longPolls.arrived(shown.count { $0 <= now }, in: queue.id)
        if let due = shown.filter({ $0 > now }).min() { longPolls.becomesDue(at: due, in: queue.id) }
        return sent.map(\.sent)
    }

    /// Receives up to `maximum` messages; with a `wait`, parks until one arrives or becomes due.
    ///
    /// - Parameters:
    ///   - visibilityTimeout: nil takes the queue's own.
    ///   - wait: on the emulator's clock.
    ///   - attemptID: names this receive of a FIFO queue, so that it can be asked for again.
    /// - Throws: `overLimit` when too many messages are in flight and the call would not wait;
    ///   `queueDoesNotExist`, also when the queue is deleted meanwhile; `CancellationError`.
    package func receive(
        from queue: Queue, maximum: Int = 1, visibilityTimeout: Duration? = nil, wait: Duration = .zero,
        attemptID: String? = nil
    ) async throws -> [ReceivedMessage] {
        let request = ReceiveRequest(
            queue: queue, maximum: maximum, visibilityTimeout: visibilityTimeout, attemptID: attemptID)
        guard wait > .zero else { return try await claim(request, isShort: true).messages }
        return try await poll(request, until: clock.now + wait) { _ in }
    }

    /// Receives up to `maximum` messages as soon as there are any, however long that takes.
    ///
    /// - Parameter parks: is told `true` whenever the queue was found empty and the call goes to sleep, and `false` when
    ///   it wakes to look again.
    /// - Throws: as `receive(from:maximum:visibilityTimeout:wait:attemptID:)`, but never `overLimit`.
    package func receiveWhenAvailable(
        from queue: Queue, maximum: Int, visibilityTimeout: Duration? = nil, parks: (Bool) -> Void = { _ in }
    ) async throws -> [ReceivedMessage] {
        try await poll(
            ReceiveRequest(queue: queue, maximum: maximum, visibilityTimeout: visibilityTimeout, attemptID: nil),
            until: nil, parks)
    }

    private func poll(
        _ request: ReceiveRequest, until deadline: Timestamp?, _ parks: (Bool) -> Void
    ) async throws -> [ReceivedMessage] {
        let queue = request.queue.id
        do {
            return try await longPolls.watching(queue) {
                while true {
                    let seen = longPolls.arrivals(in: queue)
                    let (messages, due) = try await claim(request, isShort: false)
                    if !messages.isEmpty { return messages }
                    if let deadline, clock.now >= deadline { return [] }
                    parks(true)
                    try await longPolls.park(on: queue, seen: seen, due: due, until: deadline)
                    parks(false)
                }
            }
        } catch let error as CancellationError {
            // This poll may have been woken for a message that it now leaves behind.
            longPolls.arrived(1, in: queue)
            throw error
        }
    }

    /// Takes what there is.
    ///
    /// - Returns: the messages, and if there are none, when the next hidden one shows.
    private func claim(
        _ request: ReceiveRequest, isShort: Bool
    ) async throws -> (messages: [ReceivedMessage], due: Timestamp?) {
        try Task.checkCancellation()
        let (outcome, queue, due, hiddenUntil) = try await database.write { [self] db in
            let queue = try catalogue.current(request.queue)
            let now = clock.now
            let receiving = Receiving(
                db: db, queue: queue, deadLetterQueue: catalogue.deadLetterQueue(of: queue),
                maximum: try admitted(request.maximum, of: queue, isShort: isShort, db, now),
                visibilityTimeout: request.visibilityTimeout ?? queue.settings.visibilityTimeout, now: now)
            let outcome = try run(receiving, attempt: request.attemptID)
            inFlightBound.handedOut(outcome.messages.count, of: queue.id)
            let isEmpty = outcome.messages.isEmpty && !isShort
            let due = isEmpty ? try MessageStore(db: db).nextDue(of: queue, after: now) : nil
            return (outcome, queue, due, now + receiving.visibilityTimeout)
        }
        if outcome.deadLettered > 0, let deadLetterQueue = catalogue.deadLetterQueue(of: queue) {
            longPolls.arrived(outcome.deadLettered, in: deadLetterQueue.id)
        }
        if !outcome.messages.isEmpty { longPolls.becomesDue(at: hiddenUntil, in: queue.id) }
        return (try outcome.messages.map { try $0.message.received(from: queue, handle: $0.handle) }, due)
    }

    private func run(_ receiving: Receiving, attempt: String?) throws -> Receiving.Outcome {
        guard let attempt, receiving.queue.settings.fifo != nil else { return try receiving.run() }
        let attempts = ReceiveAttempts(db: receiving.db, queue: receiving.queue)
        let now = receiving.now
        if let messages = try attempts.replay(attempt, hiddenUntil: now + receiving.visibilityTimeout, now: now) {
            return Receiving.Outcome(messages: messages)
        }
        let outcome = try receiving.run()
        try attempts.remember(attempt, outcome.messages.map(\.handle), until: now + limits.deduplicationInterval)
        return outcome
    }

    private func admitted(
        _ maximum: Int, of queue: Queue, isShort: Bool, _ db: Database, _ now: Timestamp
    ) throws -> Int {
        let admitted = try inFlightBound.admitted(maximum, of: queue.id, limit: limits.inFlight) {
            try MessageStore(db: db).inFlightCount(of: queue, now: now)
        }
        if admitted == 0, maximum > 0, isShort, queue.settings.fifo == nil {
            throw SQSError.overLimit("Too many messages in flight. The limit is \(limits.inFlight).")
        }
        return admitted
    }

    /// Deletes what one receive gave out. A message that was received again since stays, and nothing is said of it.
    ///
    /// - Throws: `receiptHandleIsInvalid` for a handle that this queue never gave; in a FIFO queue also
    ///   `invalidParameterValue` for one whose visibility timeout has passed.
    package func delete(_ receiptHandle: String, from queue: Queue) async throws {
        let handle = try handle(receiptHandle, of: queue)
        let group = try await database.write { [self] db in
            try delete(handle, receiptHandle, from: try catalogue.current(queue), db)
        }
        if group != nil { longPolls.arrived(1, in: queue.id) }
    }

    /// Deletes what several receives gave out, in one transaction. Of handles that have expired nothing is said.
    package func delete(_ receiptHandles: [String], from queue: Queue) async throws {
        let handles = try receiptHandles.map { (try handle($0, of: queue), $0) }
        let groups = try await database.write { [self] db in
            let queue = try catalogue.current(queue)
            return handles.compactMap { handle, wire in
                (try? delete(handle, wire, from: queue, db)).flatMap { $0 }
            }
        }
        longPolls.arrived(groups.count, in: queue.id)
    }

    /// - Returns: the FIFO group that the message leaves, which its next one may now head.
    private func delete(
        _ handle: ReceiptHandle, _ wire: String, from queue: Queue, _ db: Database
    ) throws -> String? {
        let messages = MessageStore(db: db)
        if queue.settings.fifo != nil {
            guard let state = try messages.state(of: handle, in: queue) else { return nil }
            try checkUnexpired(handle, wire, state)
        }
        let group = try messages.delete(handle, from: queue)
        try MessageGroups(db: db, queue: queue).lost(group)
        return queue.settings.fifo == nil ? nil : group
    }

    /// Hides a message for `timeout` from now on, or shows it at once.
    ///
    /// - Throws: as `delete`; besides, `invalidParameterValue` when the message is gone, or when it would be hidden for
    ///   more than twelve hours since its receive.
    package func changeVisibility(
        of receiptHandle: String, in queue: Queue, to timeout: Duration
    ) async throws {
        let handle = try handle(receiptHandle, of: queue)
        let (now, until) = try await database.write { [self] db in
            let now = clock.now
            try changeVisibility(
                of: handle, receiptHandle, in: try catalogue.current(queue), until: now + timeout, now, db)
            return (now, now + timeout)
        }
        if until <= now {
            longPolls.arrived(1, in: queue.id)
        } else {
            longPolls.becomesDue(at: until, in: queue.id)
        }
    }

    private func changeVisibility(
        of handle: ReceiptHandle, _ wire: String, in queue: Queue, until: Timestamp, _ now: Timestamp, _ db: Database
    ) throws {
        let messages = MessageStore(db: db)
        guard let state = try messages.state(of: handle, in: queue) else {
            throw SQSError.value(
                wire, of: "ReceiptHandle",
                reason: "Message does not exist or is not available for visibility timeout change.")
        }
        let longest = limits.visibilityTimeout.upperBound
        guard until <= handle.received + .seconds(longest) else {
            throw SQSError.value(
                (until - now).milliseconds / 1000, of: "VisibilityTimeout",
                reason: "Total VisibilityTimeout for the message is beyond the limit [\(longest) seconds]")
        }
        if queue.settings.fifo != nil { try checkUnexpired(handle, wire, state) }
        try messages.changeVisibility(of: handle, in: queue, until: until)
        try MessageGroups(db: db, queue: queue).changed(state.groupID)
    }

    /// Notes with messages why handling them failed; `peek` shows it, here and in the dead-letter queue.
    package func noteError(_ error: String, of receiptHandles: [String], in queue: Queue) async throws {
        let handles = try receiptHandles.map { try handle($0, of: queue) }
        try await database.write { [self] db in
            let queue = try catalogue.current(queue)
            for handle in handles { try MessageStore(db: db).noteError(error, of: handle, in: queue) }
        }
    }

    /// In a FIFO queue a handle dies with its visibility timeout: another may already have the message.
    private func checkUnexpired(
        _ handle: ReceiptHandle, _ wire: String, _ state: (receive: Int64, visibleAt: Timestamp, groupID: String?)
    ) throws {
        guard state.receive == handle.receive, state.visibleAt > clock.now else {
            throw SQSError.value(wire, of: "ReceiptHandle", reason: "The receipt handle has expired.")
        }
    }

    private func handle(_ wire: String, of queue: Queue) throws -> ReceiptHandle {
        guard let handle = ReceiptHandle(wire: wire), handle.queue == queue.id else {
            throw SQSError.receiptHandleIsInvalid(wire)
        }
        return handle
    }
}

/// What a receive asks for.
struct ReceiveRequest: Sendable {
    let queue: Queue
    let maximum: Int
    let visibilityTimeout: Duration?
    let attemptID: String?
}
