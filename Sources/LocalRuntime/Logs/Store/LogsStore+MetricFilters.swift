import AWSProtocol
import EmulatorClock
import GRDB

/// The SQL of metric filters, and the keys of streams.
extension LogsStore {
    func streamKeys(ofGroup group: Int64) throws -> [(key: Int64, name: String)] {
        try Row.fetchAll(db, sql: "SELECT id, name FROM log_stream WHERE group_id = ?", arguments: [group])
            .map { ($0[0], $0[1]) }
    }

    /// A filter of the same name keeps its time of creation.
    func save(_ filter: MetricFilter, group: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO log_metric_filter (group_id, name, pattern, settings, created_at_ms) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (group_id, name) DO UPDATE SET pattern = excluded.pattern, settings = excluded.settings
                """,
            arguments: [
                group, filter.name, filter.pattern, filter.transformations.text, filter.created.milliseconds,
            ])
    }

    func deleteMetricFilter(_ name: String, group: Int64) throws -> Bool {
        try db.execute(
            sql: "DELETE FROM log_metric_filter WHERE group_id = ? AND name = ?", arguments: [group, name])
        return db.changesCount == 1
    }

    func metricFilters(account: String, region: String) throws -> [MetricFilter] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT log_group.name, filter.name, pattern, settings, filter.created_at_ms
                FROM log_metric_filter AS filter JOIN log_group ON log_group.id = filter.group_id
                WHERE account = ? AND region = ? ORDER BY log_group.name, filter.name
                """, arguments: [account, region]
        ).map { row in
            MetricFilter(
                group: LogGroupID(account: account, region: region, name: row[0]), name: row[1], pattern: row[2],
                transformations: try JSONValue(parsing: row[3] as String), created: Timestamp(milliseconds: row[4]))
        }
    }
}
