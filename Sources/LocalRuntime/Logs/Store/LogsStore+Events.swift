import EmulatorClock
import EmulatorDatabase
import GRDB

/// The SQL of events.
extension LogsStore {
    /// A stretch of a group's events in order of time, in one stream or in several.
    struct Window {
        var group: Int64
        /// Only of these streams; of all when nil.
        var streams: [Int64]?
        /// The first timestamp that counts, and the first that does not any more.
        var from: Timestamp
        var until: Timestamp
        /// Exclusive, in the direction of reading.
        var after: EventPlace?
        var isNewestFirst = false
    }

    /// Lines on their way into one stream.
    struct Insertion {
        private let db: Database
        private let insert: SQLStatement
        private let group: Int64
        private let stream: Int64
        private let retentionDays: Int?
        private let now: Timestamp
        private var span: ClosedRange<Timestamp>?
        private var bytes = 0

        init(_ db: Database, group: Int64, stream: Int64, retentionDays: Int?, now: Timestamp) throws {
            insert = try SQLStatement(
                db,
                """
                INSERT INTO logged_event (group_id, stream_id, timestamp_ms, ingested_at_ms, message)
                VALUES (?, ?, ?, ?, ?)
                """)
            (self.db, self.group, self.stream) = (db, group, stream)
            (self.retentionDays, self.now) = (retentionDays, now)
        }

        mutating func add(_ message: String, at timestamp: Timestamp) throws {
            try insert.run(
                .integer(group), .integer(stream), .integer(timestamp.milliseconds), .integer(now.milliseconds),
                .text(message))
            span = span.map { min($0.lowerBound, timestamp)...max($0.upperBound, timestamp) } ?? timestamp...timestamp
            bytes += LogEvent.size(of: message)
        }

        /// Tells the stream what it has now.
        ///
        /// - Returns: when the group's retention, if it has one, ends the oldest of the lines.
        func finish() throws -> Timestamp? {
            guard let span else { return nil }
            try db.cachedStatement(
                sql: """
                    UPDATE log_stream SET first_event_ms = min(coalesce(first_event_ms, ?1), ?1),
                        last_event_ms = max(coalesce(last_event_ms, ?2), ?2), last_ingestion_ms = ?3,
                        stored_bytes = stored_bytes + ?4
                    WHERE id = ?5
                    """
            ).execute(
                arguments: [
                    span.lowerBound.milliseconds, span.upperBound.milliseconds, now.milliseconds, bytes, stream,
                ])
            return retentionDays.map { span.lowerBound + .seconds($0 * 86_400) }
        }
    }

    /// Lines for a stream that is made if it is not there, as is its group; nil when it can't be.
    func insertion(into stream: String, of id: LogGroupID, now: Timestamp) throws -> Insertion? {
        let (key, retentionDays) = try groupKey(id, now: now)
        let found = try streamKey(stream, inGroup: key) ?? insertStream(stream, inGroup: key, at: now)
        return try found.map { try Insertion(db, group: key, stream: $0, retentionDays: retentionDays, now: now) }
    }

    /// Hands out the events of a window until `take` returns false.
    func forEachEvent(in window: Window, _ take: (LogEvent) throws -> Bool) throws {
        var (conditions, arguments): ([String], [any DatabaseValueConvertible]) = ([], [])
        func require(_ condition: String, _ values: any DatabaseValueConvertible...) {
            conditions.append(condition)
            arguments += values
        }
        if let streams = window.streams, streams.count == 1 {
            require("stream_id = ?", streams[0])
        } else {
            require("event.group_id = ?", window.group)
            if let streams = window.streams {
                conditions.append("stream_id IN (\(streams.map(String.init).joined(separator: ", ")))")
            }
        }
        require("timestamp_ms >= ? AND timestamp_ms < ?", window.from.milliseconds, window.until.milliseconds)
        if let place = window.after {
            require(
                "(timestamp_ms, event.id) \(window.isNewestFirst ? "<" : ">") (?, ?)", place.timestamp.milliseconds,
                place.id)
        }
        let direction = window.isNewestFirst ? "DESC" : "ASC"
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT event.id, stream.name, timestamp_ms, ingested_at_ms, message
                FROM logged_event AS event CROSS JOIN log_stream AS stream ON stream.id = event.stream_id
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY timestamp_ms \(direction), event.id \(direction)
                """, arguments: StatementArguments(arguments))
        while let row = try cursor.next() {
            let event = LogEvent(
                id: row[0], stream: row[1], timestamp: Timestamp(milliseconds: row[2]),
                ingested: Timestamp(milliseconds: row[3]), message: row[4])
            guard try take(event) else { return }
        }
    }

    /// Events of a group that were stored after the one with this id, in the order in which they were stored.
    func events(ofGroup group: Int64, storedAfter id: Int64, limit: Int) throws -> [LogEvent] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT event.id, stream.name, timestamp_ms, ingested_at_ms, message
                FROM logged_event AS event NOT INDEXED CROSS JOIN log_stream AS stream ON stream.id = event.stream_id
                WHERE event.group_id = ? AND event.id > ? ORDER BY event.id LIMIT ?
                """, arguments: [group, id, limit]
        ).map {
            LogEvent(
                id: $0[0], stream: $0[1], timestamp: Timestamp(milliseconds: $0[2]),
                ingested: Timestamp(milliseconds: $0[3]), message: $0[4])
        }
    }

    /// Deletes up to `limit` of a group's events that are older than `horizon`.
    func deleteEvents(ofGroup group: Int64, before horizon: Timestamp, limit: Int) throws -> Int {
        let deleted = try Row.fetchAll(
            db,
            sql: """
                DELETE FROM logged_event WHERE id IN (
                    SELECT id FROM logged_event WHERE group_id = ? AND timestamp_ms < ? ORDER BY timestamp_ms, id LIMIT ?)
                RETURNING stream_id, length(CAST(message AS BLOB)) + 26
                """, arguments: [group, horizon.milliseconds, limit])
        var bytes: [Int64: Int] = [:]
        for row in deleted { bytes[row[0], default: 0] += row[1] }
        for (stream, count) in bytes {
            try db.execute(
                sql: """
                    UPDATE log_stream SET stored_bytes = stored_bytes - ?1,
                        first_event_ms = (SELECT min(timestamp_ms) FROM logged_event WHERE stream_id = ?2)
                    WHERE id = ?2
                    """, arguments: [count, stream])
        }
        return deleted.count
    }

    private func groupKey(_ id: LogGroupID, now: Timestamp) throws -> (key: Int64, retentionDays: Int?) {
        let found = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT id, retention_days FROM log_group WHERE account = ? AND region = ? AND name = ?"),
            arguments: [id.account, id.region, id.name])
        if let found { return (found[0], found[1]) }
        let group = LogGroup(id: id, created: now, logClass: "STANDARD", tags: [:])
        // The group is not there, as was just seen, and this transaction is the only writer.
        return (try insert(group) ?? db.lastInsertedRowID, nil)
    }
}

/// Where an event stands in the order of time.
struct EventPlace: Equatable {
    var timestamp: Timestamp
    var id: Int64
}
