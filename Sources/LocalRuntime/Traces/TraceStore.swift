import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import GRDB

/// The SQL of spans and events.
struct TraceStore: Sendable {
    static let schema = [
        SchemaVersion(
            "traces-1",
            """
            CREATE TABLE trace_span (
                id INTEGER PRIMARY KEY,
                trace TEXT NOT NULL,
                span TEXT NOT NULL,
                parent TEXT,
                service TEXT NOT NULL,
                operation TEXT NOT NULL,
                resource TEXT NOT NULL,
                began_ms INTEGER NOT NULL,
                duration_us INTEGER NOT NULL,
                order_us INTEGER NOT NULL,
                request_id TEXT,
                detail TEXT,
                linked_trace TEXT,
                error TEXT
            ) STRICT;
            CREATE INDEX trace_span_by_trace ON trace_span (trace, order_us);
            CREATE TABLE invocation_event (
                id INTEGER PRIMARY KEY,
                request_id TEXT NOT NULL UNIQUE,
                function TEXT NOT NULL,
                began_ms INTEGER NOT NULL,
                payload_bytes INTEGER NOT NULL,
                client_context TEXT,
                payload BLOB NOT NULL
            ) STRICT;
            """)
    ]

    private static let columns = """
        trace, span, parent, service, operation, resource, began_ms, duration_us, order_us, request_id, detail,
        linked_trace, error
        """

    let database: EmulatorDatabase
    let limits: TraceLimits

    func write(_ spans: [Span]) async throws {
        guard !spans.isEmpty else { return }
        let most = limits.spans
        try await database.write { db in
            let insert = try SQLStatement(
                db, "INSERT INTO trace_span (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            var courtesy = Attention.Courtesy()
            for span in spans {
                courtesy.giveWay()
                try insert.run(Self.values(of: span))
            }
            try Self.keepNewest(most, of: "trace_span", db)
        }
    }

    func write(_ events: [InvokedEvent]) async throws {
        guard !events.isEmpty else { return }
        let limits = limits
        try await database.write { db in
            // A retry is the same request with the same event.
            let insert = try SQLStatement(
                db,
                """
                INSERT OR IGNORE INTO invocation_event (
                    request_id, function, began_ms, payload_bytes, client_context, payload)
                VALUES (?, ?, ?, ?, ?, ?)
                """)
            var courtesy = Attention.Courtesy()
            for event in events {
                courtesy.giveWay()
                try insert.run(
                    .text(event.requestID), .text(event.functionARN), .integer(event.began.milliseconds),
                    SQLInput(event.payload.count), SQLInput(event.clientContext), .blob(event.payload))
            }
            try Self.prune(db, limits)
        }
    }

    func spans(ofTrace root: String) async throws -> [Span] {
        try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT \(Self.columns) FROM trace_span WHERE trace = ? ORDER BY order_us, id",
                arguments: [root]
            ).map(Span.init(row:))
        }
    }

    func span(ofRequest id: String) async throws -> Span? {
        try await database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT \(Self.columns) FROM trace_span WHERE request_id = ? ORDER BY id DESC LIMIT 1",
                arguments: [id]
            ).map(Span.init(row:))
        }
    }

    func latest(_ count: Int) async throws -> [TraceSummary] {
        try await database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT trace, count(*) AS spans, count(error) AS errors,
                        max(order_us + duration_us) - min(order_us) AS duration_us
                    FROM trace_span GROUP BY trace ORDER BY max(id) DESC LIMIT ?
                    """, arguments: [count])
            return try rows.compactMap { row in
                let first = try Row.fetchOne(
                    db,
                    sql: "SELECT \(Self.columns) FROM trace_span WHERE trace = ? ORDER BY order_us, id LIMIT 1",
                    arguments: [row["trace"] as String])
                return first.map { TraceSummary(first: Span(row: $0), row: row) }
            }
        }
    }

    func event(ofRequest id: String) async throws -> InvokedEvent? {
        try await database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM invocation_event WHERE request_id = ?", arguments: [id]
            ).map(InvokedEvent.init(row:))
        }
    }

    func lastEvent(ofFunction arn: String) async throws -> InvokedEvent? {
        try await database.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT * FROM invocation_event WHERE function = ?1 OR substr(function, 1, length(?1) + 1) = ?1 || ':'
                    ORDER BY id DESC LIMIT 1
                    """, arguments: [arn]
            ).map(InvokedEvent.init(row:))
        }
    }

    /// Deletes the other rows, few at a time: whoever is waited for on the spot may run in between.
    private static func keepNewest(_ count: Int, of table: String, _ db: Database) throws {
        let delete = try SQLStatement(
            db,
            """
            DELETE FROM \(table) WHERE id <= min(
                (SELECT max(id) FROM \(table)) - ?, (SELECT min(id) FROM \(table)) + 15)
            """)
        var courtesy = Attention.Courtesy()
        while try delete.run(SQLInput(count)) > 0 { courtesy.giveWay() }
    }

    /// Gives up the oldest events, by their number and then by their bytes.
    private static func prune(_ db: Database, _ limits: TraceLimits) throws {
        try keepNewest(limits.events, of: "invocation_event", db)
        let bytes = try SQLStatement(db, "SELECT sum(payload_bytes) FROM invocation_event").first { $0.integer(0) }
        guard let bytes, bytes > Int64(limits.events_bytes) else { return }
        try SQLStatement(
            db,
            """
            DELETE FROM invocation_event WHERE id <= (
                SELECT max(id) FROM (
                    SELECT id, sum(payload_bytes) OVER (ORDER BY id DESC) AS bytes FROM invocation_event)
                WHERE bytes > ?)
            """
        ).run(SQLInput(limits.events_bytes))
    }

    private static func values(of span: Span) -> [SQLInput] {
        [
            .text(span.trace), .text(span.id), SQLInput(span.parent), .text(span.subject.service),
            .text(span.subject.operation), .text(span.subject.resource), .integer(span.began.milliseconds),
            .integer(span.duration.microseconds), .integer(span.order), SQLInput(span.requestID),
            SQLInput(span.detail), SQLInput(span.linkedTrace), SQLInput(span.error),
        ]
    }
}

extension TraceSummary {
    fileprivate init(first: Span, row: Row) {
        self.init(
            first: first, spans: row["spans"], errors: row["errors"],
            duration: .microseconds(row["duration_us"] as Int64))
    }
}

extension Span {
    fileprivate init(row: Row) {
        self.init(
            SpanSubject(row["service"], row["operation"], row["resource"]),
            in: TraceContext(root: row["trace"], parent: row["parent"]), id: SpanID(text: row["span"]),
            began: Timestamp(milliseconds: row["began_ms"]), duration: .microseconds(row["duration_us"] as Int64),
            order: row["order_us"], requestID: row["request_id"], detail: row["detail"],
            linkedTrace: row["linked_trace"], error: row["error"])
    }
}

extension InvokedEvent {
    fileprivate init(row: Row) {
        self.init(
            requestID: row["request_id"], functionARN: row["function"], payload: Array(row["payload"] as Data),
            clientContext: row["client_context"], began: Timestamp(milliseconds: row["began_ms"]))
    }
}

extension Duration {
    /// The whole microseconds of this duration.
    var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
