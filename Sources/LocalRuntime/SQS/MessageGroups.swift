import EmulatorClock
import GRDB

/// Keeps the rows of a queue's groups in step with its messages: in a FIFO queue they say whose turn it is and where each
/// group's head is, in a standard queue how groups share it.
struct MessageGroups {
    let db: Database
    let queue: Queue

    /// A message of the group came by another way than a send.
    func gained(_ group: String?, now: Timestamp) throws {
        guard let group else { return }
        if queue.settings.fifo == nil {
            try FairShares(db: db, queue: queue).join(group, now: now)
        } else {
            try GroupStore(db: db).refresh(group, in: queue)
        }
    }

    /// A message of the group went.
    func lost(_ group: String?) throws {
        guard let group else { return }
        if queue.settings.fifo == nil {
            try FairShares(db: db, queue: queue).leave(group)
        } else {
            try GroupStore(db: db).refresh(group, in: queue)
        }
    }

    /// A message of the group was hidden or shown.
    func changed(_ group: String?) throws {
        guard let group, queue.settings.fifo != nil else { return }
        try GroupStore(db: db).refresh(group, in: queue)
    }
}

extension MessageStore {
    /// Removes what has outlived the queue's retention.
    func expire(_ queue: Queue, now: Timestamp) throws {
        let groups = MessageGroups(db: db, queue: queue)
        for group in try expired(queue, now: now) { try groups.lost(group) }
    }
}
