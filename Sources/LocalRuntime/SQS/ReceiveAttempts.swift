import EmulatorClock
import GRDB

/// The SQL of receive attempts: a FIFO receive that is asked for again under the same id, because its answer was lost,
/// gives the same messages again.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
struct ReceiveAttempts {
    let db: Database
    let queue: Queue

    /// What the attempt gave out, hidden anew; nil when there was none, or when something has happened to a message since.
    func replay(_ attempt: String, hiddenUntil: Timestamp, now: Timestamp) throws -> [Receiving.HandedOut]? {
        try db.cachedStatement(sql: "DELETE FROM sqs_receive_attempt WHERE shelf = ? AND expires_at_ms <= ?")
            .execute(arguments: [queue.shelf, now.milliseconds])
        let handles = try String.fetchOne(
            db.cachedStatement(sql: "SELECT handles FROM sqs_receive_attempt WHERE shelf = ? AND attempt_id = ?"),
            arguments: [queue.shelf, attempt])
        guard let handles else { return nil }
        let store = MessageStore(db: db)
        var replayed: [Receiving.HandedOut] = []
        for wire in handles.split(separator: " ").map(String.init) {
            guard let handle = ReceiptHandle(wire: wire), let state = try store.state(of: handle, in: queue),
                state.receive == handle.receive, state.visibleAt > now, let message = try store.message(handle.message)
            else { return nil }
            replayed.append(Receiving.HandedOut(message: message, handle: handle))
        }
        for message in replayed { try store.changeVisibility(of: message.handle, in: queue, until: hiddenUntil) }
        for group in Set(replayed.map(\.message.groupID)) { try MessageGroups(db: db, queue: queue).changed(group) }
        return replayed
    }

    func remember(_ attempt: String, _ handles: [ReceiptHandle], until expiry: Timestamp) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sqs_receive_attempt (shelf, attempt_id, handles, expires_at_ms)
                VALUES (?, ?, ?, ?)
                """
        ).execute(arguments: [
            queue.shelf, attempt, handles.map(\.wire).joined(separator: " "), expiry.milliseconds,
        ])
    }
}
