import AWSProtocol
package import EmulatorClock
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
        let trace = Tracer.current?.header
        let prepared = messages.map {
            PreparedMessage($0, to: queue, sender: sender ?? queue.address.account, trace: trace)
        }
        let (sent, now) = try await database.write(undo: .none) { [self] db in
            let sending = Sending(
                db: db, queue: try catalogue.current(queue), deduplicationInterval: limits.deduplicationInterval,
                now: clock.now)
            return (try sending.send(prepared), sending.now)
        }
        let shown = sent.compactMap(\.visibleAt)
        longPolls.arrived(shown.count { $0 <= now }, in: queue.id)
        if let due = shown.filter({ $0 > now }).min() { longPolls.becomesDue(at: due, in: queue.id) }
        return sent.map(\.message)
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
        do {
            return try await poll(request, until: clock.now + wait, isEndable: true) { _ in }
        } catch is LongPollEnded {
            return []
        }
    }

    /// Has every client that waits for a message get an empty answer now: the emulator is about to pause.
    package func endLongPolls() {
        longPolls.end()
    }

    /// Receives up to `maximum` messages as soon as there are any, however long that takes, or until `deadline`.
    ///
    /// - Parameter parks: is told `true` whenever the queue was found empty and the call goes to sleep, and `false` when
    ///   it wakes to look again.
    /// - Throws: as `receive(from:maximum:visibilityTimeout:wait:attemptID:)`, but never `overLimit`.
    package func receiveWhenAvailable(
        from queue: Queue, maximum: Int, visibilityTimeout: Duration? = nil, until deadline: Timestamp? = nil,
        parks: (Bool) -> Void = { _ in }
    ) async throws -> [ReceivedMessage] {
        try await poll(
            ReceiveRequest(queue: queue, maximum: maximum, visibilityTimeout: visibilityTimeout, attemptID: nil),
            until: deadline, parks)
    }

    private func poll(
        _ request: ReceiveRequest, until deadline: Timestamp?, isEndable: Bool = false, _ parks: (Bool) -> Void
    ) async throws -> [ReceivedMessage] {
        let queue = request.queue.id
        do {
            return try await longPolls.watching(queue) {
                while true {
                    let seen = longPolls.arrivals(in: queue)
                    let (messages, due) = try await claim(request, isShort: false)
                    if !messages.isEmpty { return messages }
                    if let deadline, clock.now >= deadline { return [] }
                    try await longPolls.park(
                        on: queue, seen: seen, due: due, until: deadline, isEndable: isEndable
                    ) { parks(true) }
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
        let (outcome, queue, due, hiddenUntil) = try await database.write(undo: .none) { [self] db in
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
        if !outcome.deadLetters.isEmpty, let deadLetterQueue = catalogue.deadLetterQueue(of: queue) {
            longPolls.arrived(outcome.deadLetters.count, in: deadLetterQueue.id)
            traceMove(of: outcome.deadLetters, from: queue, to: deadLetterQueue)
        }
        if !outcome.messages.isEmpty { longPolls.becomesDue(at: hiddenUntil, in: queue.id) }
        let messages = try outcome.messages.map { try $0.message.received(from: queue, handle: $0.handle) }
        traceReceive(of: messages, from: queue)
        return (messages, due)
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
            throw SQSError.overLimit(
                "Too many messages have been received without being deleted. "
                    + "Please delete your received messages or let them timeout before receiving more.")
        }
        return admitted
    }
}

/// What a receive asks for.
struct ReceiveRequest: Sendable {
    let queue: Queue
    let maximum: Int
    let visibilityTimeout: Duration?
    let attemptID: String?
}
