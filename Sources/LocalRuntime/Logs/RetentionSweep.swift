import EmulatorClock
import EmulatorDatabase

/// Deletes events when they have outlived their group's retention. (AWS takes up to 72 hours; what has expired is not shown
/// meanwhile, here as there.)
struct RetentionSweep: Sendable {
    /// More deletions in one transaction would make other writes wait.
    private static let batchSize = 1000

    private let database: EmulatorDatabase
    private let sweep: Sweep

    init(database: EmulatorDatabase, clock: any Timekeeper) {
        self.database = database
        // An event of the very instant is still kept.
        sweep = Sweep(clock: clock, for: "the end of a log line's retention", delay: .milliseconds(1)) {
            try await Self.deleteExpired(database, at: clock.now)
            return try await Self.nextExpiry(database)
        }
    }

    func start() async throws {
        sweep.start()
        try await noteNext()
    }

    func stop() async {
        await sweep.stop()
    }

    /// An event outlives its retention at `due`.
    func note(_ due: Timestamp) {
        sweep.note(due)
    }

    /// Finds out when the next event expires.
    func noteNext() async throws {
        sweep.note(try await Self.nextExpiry(database))
    }

    private static func nextExpiry(_ database: EmulatorDatabase) async throws -> Timestamp? {
        let groups = try await database.read { try LogsStore($0).oldestEventsWithRetention() }
        return groups.map { $0.oldest + .seconds($0.retentionDays * 86_400) }.min()
    }

    private static func deleteExpired(_ database: EmulatorDatabase, at now: Timestamp) async throws {
        for group in try await database.read({ try LogsStore($0).oldestEventsWithRetention() }) {
            let horizon = now - .seconds(group.retentionDays * 86_400)
            while try await database.write({
                try LogsStore($0).deleteEvents(ofGroup: group.key, before: horizon, limit: batchSize)
            }) == batchSize {}
        }
    }
}
