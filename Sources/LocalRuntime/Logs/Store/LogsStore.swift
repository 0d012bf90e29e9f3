import AWSProtocol
import EmulatorClock
import GRDB

/// The SQL of groups and streams, within one transaction.
struct LogsStore {
    let db: Database

    init(_ db: Database) {
        self.db = db
    }

    private static let groupColumns = """
        id, account, region, name, created_at_ms, retention_days, kms_key_id, class, tags,
        (SELECT coalesce(sum(stored_bytes), 0) FROM log_stream WHERE group_id = log_group.id),
        (SELECT count(*) FROM log_metric_filter WHERE group_id = log_group.id)
        """

    /// The row's key and the group; nil when there is none.
    func group(_ id: LogGroupID) throws -> (key: Int64, group: LogGroup)? {
        let sql = "SELECT \(Self.groupColumns) FROM log_group WHERE account = ? AND region = ? AND name = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [id.account, id.region, id.name]) else { return nil }
        return (row[0], try Self.group(row))
    }

    /// Groups by name, from the one after `marker` on.
    func groups(account: String, region: String, after marker: String) throws -> [LogGroup] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT \(Self.groupColumns) FROM log_group
                WHERE account = ? AND region = ? AND name > ? ORDER BY name
                """, arguments: [account, region, marker]
        ).map(Self.group)
    }

    /// Groups whose events expire, with the timestamp of the oldest one of each.
    func oldestEventsWithRetention() throws -> [(key: Int64, retentionDays: Int, oldest: Timestamp)] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, retention_days, (SELECT min(timestamp_ms) FROM logged_event WHERE group_id = log_group.id) AS oldest
                FROM log_group WHERE retention_days IS NOT NULL AND oldest IS NOT NULL
                """
        ).map { ($0[0], $0[1], Timestamp(milliseconds: $0[2])) }
    }

    /// - Returns: the row's key; nil when the group is there already.
    @discardableResult
    func insert(_ group: LogGroup) throws -> Int64? {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO log_group
                    (account, region, name, created_at_ms, retention_days, kms_key_id, class, tags)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                group.id.account, group.id.region, group.id.name, group.created.milliseconds, group.retentionDays,
                group.kmsKeyID, group.logClass, Self.json(group.tags),
            ])
        return db.changesCount == 1 ? db.lastInsertedRowID : nil
    }

    /// Writes the settings that can change.
    func update(_ key: Int64, to group: LogGroup) throws {
        try db.execute(
            sql: "UPDATE log_group SET retention_days = ?, tags = ? WHERE id = ?",
            arguments: [group.retentionDays, Self.json(group.tags), key])
    }

    /// With its streams, events and filters.
    func deleteGroup(_ key: Int64) throws {
        try db.execute(sql: "DELETE FROM log_group WHERE id = ?", arguments: [key])
    }

    func streamKey(_ name: String, inGroup group: Int64) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM log_stream WHERE group_id = ? AND name = ?"),
            arguments: [group, name])
    }

    /// - Returns: the row's key; nil when the stream is there already.
    @discardableResult
    func insertStream(_ name: String, inGroup group: Int64, at now: Timestamp) throws -> Int64? {
        try db.execute(
            sql: "INSERT OR IGNORE INTO log_stream (group_id, name, created_at_ms) VALUES (?, ?, ?)",
            arguments: [group, name, now.milliseconds])
        return db.changesCount == 1 ? db.lastInsertedRowID : nil
    }

    func deleteStream(_ key: Int64) throws {
        try db.execute(sql: "DELETE FROM log_stream WHERE id = ?", arguments: [key])
    }

    func streams(ofGroup group: Int64) throws -> [LogStreamSummary] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT name, created_at_ms, first_event_ms, last_event_ms, last_ingestion_ms
                FROM log_stream WHERE group_id = ? ORDER BY name
                """, arguments: [group]
        ).map { row in
            func instant(_ column: Int) -> Timestamp? { (row[column] as Int64?).map(Timestamp.init(milliseconds:)) }
            return LogStreamSummary(
                name: row[0], created: Timestamp(milliseconds: row[1]), firstEvent: instant(2), lastEvent: instant(3),
                lastIngestion: instant(4))
        }
    }

    private static func group(_ row: Row) throws -> LogGroup {
        let tags = try JSONValue(parsing: row[8] as String).object?.members ?? []
        return LogGroup(
            id: LogGroupID(account: row[1], region: row[2], name: row[3]), created: Timestamp(milliseconds: row[4]),
            retentionDays: row[5], kmsKeyID: row[6], logClass: row[7],
            tags: Dictionary(tags.map { ($0.name, $0.value.string ?? "") }, uniquingKeysWith: { $1 }),
            storedBytes: row[9], metricFilterCount: row[10])
    }

    private static func json(_ tags: [String: String]) -> String {
        JSONValue.object(JSONObject(tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })).text
    }
}
