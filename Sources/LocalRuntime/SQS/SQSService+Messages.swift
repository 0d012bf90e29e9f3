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
        let (sent, now) = try await database.write { [self] db in
            let queue = try catalogue.current(queue)
            let sending = Sending(
                db: db, queue: queue, sender: sender ?? queue.address.account,
                deduplicationInterval: limits.deduplicationInterval, now: clock.now)
            return (try messages.map { try sending.send($0) }, sending.now)
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
    /// - Throws: `overLimit` when too many messages are in flight and the call would not wait;
    ///   `queueDoesNotExist`, also when the queue is deleted meanwhile; `CancellationError`.
    package func receive(
        from queue: Queue, maximum: Int = 1, visibilityTimeout: Duration? = nil, wait: Duration = .zero
    ) async throws -> [ReceivedMessage] {
        guard wait > .zero else {
            return try await claim(from: queue, maximum, visibilityTimeout, isShort: true).outcome.messages
        }
        return try await poll(queue, maximum, visibilityTimeout, until: clock.now + wait) { _ in }
    }

    /// Receives up to `maximum` messages as soon as there are any, however long that takes.
    ///
    /// - Parameter parks: is told `true` whenever the queue was found empty and the call goes to sleep, and `false` when
    ///   it wakes to look again.
    /// - Throws: as `receive(from:maximum:visibilityTimeout:wait:)`, but never `overLimit`.
    package func receiveWhenAvailable(
        from queue: Queue, maximum: Int, visibilityTimeout: Duration? = nil, parks: (Bool) -> Void = { _ in }
    ) async throws -> [ReceivedMessage] {
        try await poll(queue, maximum, visibilityTimeout, until: nil, parks)
    }

    private func poll(
        _ queue: Queue, _ maximum: Int, _ visibilityTimeout: Duration?, until deadline: Timestamp?,
        _ parks: (Bool) -> Void
    ) async throws -> [ReceivedMessage] {
        do {
            return try await longPolls.watching(queue.id) {
                while true {
                    let seen = longPolls.arrivals(in: queue.id)
                    let (outcome, due) = try await claim(from: queue, maximum, visibilityTimeout, isShort: false)
                    if !outcome.messages.isEmpty { return outcome.messages }
                    if let deadline, clock.now >= deadline { return [] }
                    parks(true)
                    try await longPolls.park(on: queue.id, seen: seen, due: due, until: deadline)
                    parks(false)
                }
            }
        } catch let error as CancellationError {
            // This poll may have been woken for a message that it now leaves behind.
            longPolls.arrived(1, in: queue.id)
            throw error
        }
    }

    private func claim(
        from queue: Queue, _ maximum: Int, _ visibilityTimeout: Duration?, isShort: Bool
    ) async throws -> (outcome: Receiving.Outcome, due: Timestamp?) {
        try Task.checkCancellation()
        let (outcome, due, hiddenUntil, deadLetterQueue) = try await database.write { [self] db in
            let queue = try catalogue.current(queue)
            let now = clock.now
            let receiving = Receiving(
                db: db, queue: queue, deadLetterQueue: catalogue.deadLetterQueue(of: queue),
                maximum: try admitted(maximum, of: queue, isShort: isShort, db, now),
                visibilityTimeout: visibilityTimeout ?? queue.settings.visibilityTimeout, now: now)
            let outcome = try receiving.run()
            inFlightBound.handedOut(outcome.messages.count, of: queue.id)
            let due = outcome.messages.isEmpty ? try MessageStore(db: db).nextDue(of: queue, after: now) : nil
            return (outcome, due, now + receiving.visibilityTimeout, receiving.deadLetterQueue?.id)
        }
        if let deadLetterQueue { longPolls.arrived(outcome.deadLettered, in: deadLetterQueue) }
        if !outcome.messages.isEmpty { longPolls.becomesDue(at: hiddenUntil, in: queue.id) }
        return (outcome, due)
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
        guard queue.settings.fifo != nil else {
            try messages.delete(handle)
            return nil
        }
        guard let state = try messages.state(of: handle) else { return nil }
        try checkUnexpired(handle, wire, state)
        try messages.delete(handle)
        if let group = state.groupID { try GroupStore(db: db).refresh(group, in: queue) }
        return state.groupID
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
        guard let state = try messages.state(of: handle) else {
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
        try messages.changeVisibility(of: handle, until: until)
        if queue.settings.fifo != nil, let group = state.groupID { try GroupStore(db: db).refresh(group, in: queue) }
    }

    /// Notes with messages why handling them failed; `peek` shows it, here and in the dead-letter queue.
    package func noteError(_ error: String, of receiptHandles: [String], in queue: Queue) async throws {
        let handles = try receiptHandles.map { try handle($0, of: queue) }
        try await database.write { db in
            for handle in handles { try MessageStore(db: db).noteError(error, of: handle) }
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
