import EmulatorClock
import EmulatorDatabase
import Foundation
import GRDB

/// An event that was accepted and not yet dealt with.
struct AsyncEvent: Sendable, Equatable {
    var requestID: String
    var target: QualifiedFunction
    var payload: [UInt8]
    var traceID: String
    /// How often the function has failed on it.
    var failures = 0
    /// How often it could not be run at all.
    var throttles = 0
    var accepted: Timestamp
    var due: Timestamp
}

/// The SQL of asynchronous invocations.
struct AsyncStore: Sendable {
    let database: EmulatorDatabase

    static let schema = [
        SchemaVersion(
            "lambda-async-1",
            """
            CREATE TABLE async_event (
                request_id TEXT PRIMARY KEY,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                function TEXT NOT NULL,
                payload BLOB NOT NULL,
                trace_id TEXT NOT NULL,
                failures INTEGER NOT NULL,
                throttles INTEGER NOT NULL,
                accepted_at_ms INTEGER NOT NULL,
                due_at_ms INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX async_event_by_due ON async_event (due_at_ms);
            """),
        SchemaVersion("lambda-async-2", "ALTER TABLE async_event ADD COLUMN qualifier TEXT;"),
    ]

    func put(_ event: AsyncEvent) async throws {
        try await database.write { db in
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO async_event (request_id, account, region, function, qualifier, payload, trace_id,
                        failures, throttles, accepted_at_ms, due_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                event.requestID, event.target.id.account, event.target.id.region, event.target.id.name,
                event.target.qualifier?.text, Data(event.payload), event.traceID, event.failures, event.throttles,
                event.accepted.milliseconds,
                event.due.milliseconds,
            ])
        }
    }

    func remove(_ requestID: String) async throws {
        try await database.write { db in
            try db.cachedStatement(sql: "DELETE FROM async_event WHERE request_id = ?").execute(arguments: [requestID])
        }
    }

    func count() async throws -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM async_event") ?? 0 }
    }

    /// The earliest events, due or not.
    func earliest(_ limit: Int) async throws -> [AsyncEvent] {
        try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM async_event ORDER BY due_at_ms, accepted_at_ms LIMIT ?", arguments: [limit]
            ).map(AsyncEvent.init)
        }
    }
}

extension AsyncEvent {
    fileprivate init(_ row: Row) {
        let payload: Data = row["payload"]
        let qualifier: String? = row["qualifier"]
        let id = FunctionID(account: row["account"], region: row["region"], name: row["function"])
        self.init(
            requestID: row["request_id"], target: QualifiedFunction(id, qualifier.flatMap { Qualifier($0) }),
            payload: Array(payload), traceID: row["trace_id"], failures: row["failures"], throttles: row["throttles"],
            accepted: Timestamp(milliseconds: row["accepted_at_ms"]), due: Timestamp(milliseconds: row["due_at_ms"]))
    }
}
