import EmulatorClock
import EmulatorDatabase
import GRDB

/// Keeps where the clock stands, so that a world that began at a time of its own goes on from there after a restart.
struct ClockStore: Sendable {
    enum Position: Sendable {
        /// Ahead of the wall clock (or behind it, when negative) by this much.
        case running(offset: Duration)
        case frozen(Timestamp)
    }

    static let schema = [
        SchemaVersion(
            "clock-1",
            """
            CREATE TABLE clock_position (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                offset_ms INTEGER,
                frozen_at_ms INTEGER
            ) STRICT
            """)
    ]

    let database: EmulatorDatabase

    /// The clock as it was left; one that was frozen runs on from where it stood.
    func load() async throws -> VirtualClock {
        try await database.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT offset_ms, frozen_at_ms FROM clock_position") else {
                return VirtualClock()
            }
            if let frozenAt: Int64 = row["frozen_at_ms"] {
                return VirtualClock(startingAt: Timestamp(milliseconds: frozenAt))
            }
            let offset: Int64 = row["offset_ms"]
            return VirtualClock(startingAt: .wallClock + .milliseconds(offset))
        }
    }

    func save(_ position: Position) async throws {
        try await database.write { db in
            let (offset, frozenAt): (Int64?, Int64?) =
                switch position {
                case .running(let offset): (offset.milliseconds, nil)
                case .frozen(let instant): (nil, instant.milliseconds)
                }
            try db.execute(
                sql: """
                    INSERT INTO clock_position VALUES (1, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET offset_ms = excluded.offset_ms, frozen_at_ms = excluded.frozen_at_ms
                    """, arguments: [offset, frozenAt])
        }
    }
}
