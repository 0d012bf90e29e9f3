import EmulatorClock
import EmulatorDatabase

/// Deletes items when their time to live has passed. (AWS takes up to some days.)
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
struct ExpirySweep: Sendable {
    /// Items whose expiry lies further back are left alone, as AWS leaves them: their attribute means something else.
    private static let longestOverdue = Duration.seconds(5 * 365 * 86_400)
    /// More deletions in one transaction would make other writes wait.
    private static let batchSize = 200

    private let database: EmulatorDatabase
    private let sweep: Sweep

    init(database: EmulatorDatabase, clock: any Timekeeper) {
        self.database = database
        // An item has expired once the second that it names is over.
        sweep = Sweep(clock: clock, for: "the expiry of an item", delay: .seconds(1)) {
            try await Self.deleteExpired(database, at: clock.now)
            return try await Self.nextExpiry(database)
        }
    }

    func start() async throws {
        sweep.start()
        sweep.note(try await Self.nextExpiry(database))
    }

    func stop() async {
        await sweep.stop()
    }

    /// An item expires at `due`.
    func note(_ due: Timestamp?) {
        sweep.note(due)
    }

    /// Finds out when the next item of a table expires.
    func noteNext(of table: TableDefinition) async throws {
        note(try await database.read { try DynamoDBStore($0).nextExpiry(table: table.id) })
    }

    private static func tables(_ database: EmulatorDatabase) async throws -> [TableDefinition] {
        try await database.read { try DynamoDBStore($0).tables() }.filter { $0.settings.timeToLive != nil }
    }

    private static func nextExpiry(_ database: EmulatorDatabase) async throws -> Timestamp? {
        let tables = try await tables(database)
        return try await database.read { db in
            let store = DynamoDBStore(db)
            return try tables.compactMap { try store.nextExpiry(table: $0.id) }.min()
        }
    }

    private static func deleteExpired(_ database: EmulatorDatabase, at now: Timestamp) async throws {
        for table in try await tables(database) {
            while try await deleteBatch(of: table, database, now) == batchSize {}
        }
    }

    private static func deleteBatch(
        of table: TableDefinition, _ database: EmulatorDatabase, _ now: Timestamp
    ) async throws -> Int {
        try await database.write { db in
            let store = DynamoDBStore(db)
            guard let current = try store.table(account: table.account, region: table.region, name: table.name),
                current.id == table.id
            else { return 0 }
            let writer = try ItemWriter(store, current, at: now)
            let due = try store.dueExpiries(table: table.id, by: now - .seconds(1), limit: batchSize)
            for (key, expiry_s) in due {
                if now.seconds - expiry_s > longestOverdue.components.seconds {
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
