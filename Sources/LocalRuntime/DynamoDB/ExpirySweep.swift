import EmulatorClock
import EmulatorDatabase
import Synchronization

/// Deletes items when their time to live has passed, by the one clock. (AWS takes up to some days.)
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
///
/// It sleeps until the next expiry that it knows of, and is told of new ones by the writes that make them.
final class ExpirySweep: Sendable {
    private struct State {
        var isRunning = false
        /// When the next sweep is due, as far as is known.
        var due: Timestamp?
        /// While a sweep is under way, what it leaves is noted when it ends.
        var isSweeping = false
        var alarm: Alarm?
        var sweep: Task<Void, Never>?
    }

    private let database: EmulatorDatabase
    private let clock: any Timekeeper
    private let state = Mutex(State())

    /// Items whose expiry lies further back are left alone, as AWS leaves them: their attribute means something else.
    private static let longestOverdue = Duration.seconds(5 * 365 * 86_400)
    /// More deletions in one transaction would make other writes wait.
    private static let batchSize = 200

    init(database: EmulatorDatabase, clock: any Timekeeper) {
        self.database = database
        self.clock = clock
    }

    func start() async throws {
        state.withLock { $0.isRunning = true }
        let tables = try await database.read { try DynamoDBStore($0).tables() }
        for table in tables where table.settings.timeToLive != nil { try await noteNext(of: table) }
    }

    func stop() async {
        let (alarm, sweep) = state.withLock { state in
            defer { state = State() }
            return (state.alarm, state.sweep)
        }
        alarm?.cancel()
        sweep?.cancel()
        await sweep?.value
    }

    /// An item expires at `due`.
    func note(_ due: Timestamp?) {
        guard let due else { return }
        state.withLock { state in
            guard state.isRunning, state.due.map({ due < $0 }) ?? true else { return }
            state.due = due
            guard !state.isSweeping else { return }
            state.alarm?.cancel()
            // An item has expired once the second that it names is over.
            state.alarm = clock.alarm(at: due + .seconds(1), for: "the expiry of an item") { [weak self] in
                await self?.beginSweep()
            }
        }
    }

    private func beginSweep() async {
        let begun = state.withLock { state in
            state.sweep = state.isRunning ? Task { await sweep() } : nil
            return state.sweep
        }
        await begun?.value
    }

    /// Finds out when the next item of a table expires.
    func noteNext(of table: TableDefinition) async throws {
        note(try await database.read { try DynamoDBStore($0).nextExpiry(table: table.id) })
    }

    private func sweep() async {
        let isMine = state.withLock { state in
            guard state.isRunning, !Task.isCancelled else { return false }
            (state.due, state.isSweeping) = (nil, true)
            return true
        }
        guard isMine else { return }
        // A failure here is a failure of the state file, which the next request reports; the next note tries again.
        let next = try? await deleteExpired()
        let noted = state.withLock { state in
            state.isSweeping = false
            defer { state.due = nil }
            return state.due
        }
        note(next ?? noted)
        note(noted)
    }

    /// Deletes what has expired.
    ///
    /// - Returns: when the next item does.
    private func deleteExpired() async throws -> Timestamp? {
        let now = clock.now
        let tables = try await database.read { try DynamoDBStore($0).tables() }
        var next: Timestamp?
        for table in tables where table.settings.timeToLive != nil {
            while try await deleteBatch(of: table, now) == Self.batchSize {}
            let due = try await database.read { try DynamoDBStore($0).nextExpiry(table: table.id) }
            if let due, next.map({ due < $0 }) ?? true { next = due }
        }
        return next
    }

    private func deleteBatch(of table: TableDefinition, _ now: Timestamp) async throws -> Int {
        try await database.write { db in
            let store = DynamoDBStore(db)
            guard let current = try store.table(account: table.account, region: table.region, name: table.name),
                current.id == table.id
            else { return 0 }
            let writer = try ItemWriter(store, current, at: now)
            let due = try store.dueExpiries(
                table: table.id, by: now - .seconds(1), limit: Self.batchSize)
            for (key, expiry_s) in due {
                if now.seconds - expiry_s > Self.longestOverdue.components.seconds {
                    try store.deleteExpiry(table: table.id, key, at: expiry_s)
                } else if let old = try writer.old(key) {
                    try writer.replace(old, with: nil, key, isExpiry: true)
                } else {
                    try store.deleteExpiry(table: table.id, key, at: expiry_s)
                }
            }
            return due.count
        }
    }
}
