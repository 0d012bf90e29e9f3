import EmulatorClock
import EmulatorDatabase
import GRDB

/// What holders of receipt handles may do with their messages.
extension SQSService {
    /// Deletes what one receive gave out. A message that is in other hands by now stays, and nothing is said of it.
    ///
    /// - Throws: `receiptHandleIsInvalid` for what is no handle, `receiptHandleOfAnotherQueue`; in a FIFO queue also
    ///   `invalidParameterValue` for one whose visibility timeout has passed.
    package func delete(_ receiptHandle: String, from queue: Queue) async throws {
        if let error = try await deleteEach([receiptHandle], from: queue)[0] { throw error }
    }

    /// Deletes what several receives gave out, in one transaction.
    ///
    /// - Returns: in the order of the handles, what `delete` throws; nil for those that are done.
    package func deleteEach(_ receiptHandles: [String], from queue: Queue) async throws -> [SQSError?] {
        let outcomes = try await each(receiptHandles, in: queue) { held, _, queue, now, db -> HeldMessage.Deletion in
            try held.delete(from: queue, now: now, db)
        } afterwards: { outcomes, queue, db in
            try MessageStore(db: db).count(-outcomes.count { $0 == .gone || $0 == .headGone }, on: queue.shelf)
        }
        // A FIFO group whose message went may give out its next.
        longPolls.arrived(outcomes.count { (try? $0.get()) == .headGone }, in: queue.id)
        return outcomes.map(\.failure)
    }

    /// Hides a message for `timeout` from now on, or shows it at once.
    ///
    /// - Throws: as `delete`; besides, `invalidParameterValue` when the message is gone, or when it would be hidden for
    ///   more than twelve hours since its receive.
    package func changeVisibility(of receiptHandle: String, in queue: Queue, to timeout: Duration) async throws {
        if let error = try await changeVisibility(ofEach: [receiptHandle], in: queue, to: [timeout])[0] { throw error }
    }

    /// Changes the visibility of several messages, in one transaction.
    ///
    /// - Parameter timeouts: one for each handle.
    /// - Returns: in the order of the handles, what `changeVisibility` throws; nil for those that are done.
    package func changeVisibility(
        ofEach receiptHandles: [String], in queue: Queue, to timeouts: [Duration]
    ) async throws -> [SQSError?] {
        let longest = Duration.seconds(limits.visibilityTimeout.upperBound)
        let outcomes = try await each(receiptHandles, in: queue) { held, index, queue, now, db in
            let until = now + timeouts[index]
            try held.hide(until: until, in: queue, longest: longest, now: now, db)
            return (until: until, isShown: until <= now)
        }
        let changed = outcomes.compactMap { try? $0.get() }
        longPolls.arrived(changed.count(where: \.isShown), in: queue.id)
        let due = changed.filter { !$0.isShown }.map(\.until).min()
        if let due { longPolls.becomesDue(at: due, in: queue.id) }
        return outcomes.map(\.failure)
    }

    /// Notes with messages why handling them failed; `peek` shows it, here and in the dead-letter queue.
    package func noteError(_ error: String, of receiptHandles: [String], in queue: Queue) async throws {
        _ = try await each(receiptHandles, in: queue) { held, _, queue, _, db in
            try MessageStore(db: db).noteError(error, of: held.handle, in: queue)
        }
    }

    /// Runs `body` for every handle, with its index, in one transaction. One that is refused changes nothing and hinders no
    /// other.
    private func each<Value: Sendable>(
        _ receiptHandles: [String], in queue: Queue,
        _ body: @escaping @Sendable (HeldMessage, Int, Queue, Timestamp, Database) throws -> Value,
        afterwards: @escaping @Sendable ([Value], Queue, Database) throws -> Void = { _, _, _ in }
    ) async throws -> [Result<Value, SQSError>] {
        let held = receiptHandles.map { wire in
            Result { () throws(SQSError) in try HeldMessage(wire: wire, of: queue) }
        }
        return try await database.write(undo: .none) { [self] db in
            let queue = try catalogue.current(queue)
            let now = clock.now
            let outcomes = try held.enumerated().map { index, message -> Result<Value, SQSError> in
                do {
                    return .success(try body(message.get(), index, queue, now, db))
                } catch let error as SQSError {
                    return .failure(error)
                }
            }
            try afterwards(outcomes.compactMap { try? $0.get() }, queue, db)
            return outcomes
        }
    }
}

/// A message in somebody's hands, by the handle that came with it.
private struct HeldMessage: Sendable {
    let handle: ReceiptHandle
    let wire: String

    /// The handle, if it is one of this queue's.
    init(wire: String, of queue: Queue) throws(SQSError) {
        guard let handle = ReceiptHandle(wire: wire) else { throw .receiptHandleIsInvalid(wire) }
        guard handle.queue == queue.id else { throw .receiptHandleOfAnotherQueue(wire) }
        self.handle = handle
        self.wire = wire
    }

    /// What a deletion did.
    enum Deletion: Sendable {
        /// Nothing: the message is not there any more, or in other hands.
        case stays
        case gone
        /// A message left its FIFO group, which its next one may now head.
        case headGone
    }

    /// Deletes the message, which the caller counts. A handle of an earlier receive does as well as the latest one as long
    /// as nobody holds the message; whoever holds it has it deleted by nobody else.
    func delete(from queue: Queue, now: Timestamp, _ db: Database) throws -> Deletion {
        let messages = MessageStore(db: db)
        guard let state = try messages.state(of: handle, in: queue) else { return .stays }
        if queue.settings.fifo != nil { try checkUnexpired(state, now) }
        guard state.receive == handle.receive || state.visibleAt <= now else { return .stays }
        try messages.remove(handle.message)
        try MessageGroups(db: db, queue: queue).lost(state.groupID)
        return queue.settings.fifo == nil ? .gone : .headGone
    }

    func hide(until instant: Timestamp, in queue: Queue, longest: Duration, now: Timestamp, _ db: Database) throws {
        let messages = MessageStore(db: db)
        guard let state = try messages.state(of: handle, in: queue) else {
            throw SQSError.value(
                wire, of: "ReceiptHandle",
                reason: "Message does not exist or is not available for visibility timeout change.")
        }
        guard instant <= handle.received + longest else {
            throw SQSError.value(
                (instant - now).milliseconds / 1000, of: "VisibilityTimeout",
                reason: "Total VisibilityTimeout for the message is beyond the limit "
                    + "[\(longest.milliseconds / 1000) seconds]")
        }
        if queue.settings.fifo != nil { try checkUnexpired(state, now) }
        try messages.changeVisibility(of: handle, in: queue, until: instant)
        try MessageGroups(db: db, queue: queue).changed(state.groupID)
    }

    /// In a FIFO queue a handle dies with its visibility timeout: another may already have the message.
    private func checkUnexpired(_ state: MessageStore.HandleState, _ now: Timestamp) throws {
        guard state.receive == handle.receive, state.visibleAt > now else {
            throw SQSError.value(wire, of: "ReceiptHandle", reason: "The receipt handle has expired.")
        }
    }
}

extension Result where Failure == SQSError {
    fileprivate var failure: SQSError? {
        if case .failure(let error) = self { error } else { nil }
    }
}
