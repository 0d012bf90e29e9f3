import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase
import GRDB
import Synchronization

/// Metrics by the minute. Values gather in memory and are written together: those of the last second before a `kill -9`
/// may be lost, and no function waits for them.
package final class MetricStore: Sendable {
    private struct Minute: Hashable {
        let metric: MetricKey
        let start: Timestamp
    }

    /// A metric that is written often: to add to it looks nothing up.
    package struct Series: Sendable {
        fileprivate let number: Int
    }

    private struct SeriesState {
        let metric: MetricKey
        var isWatched: Bool
        /// What has gathered in its latest minute.
        var latest: (start: Timestamp, values: StatisticSet)?
    }

    private struct State {
        var gathered: [Minute: StatisticSet] = [:]
        var series: [SeriesState] = []
        var watched: Set<MetricKey> = []
        var hasNews = false
        /// Whether there is something to write, which the next flush does.
        var isGathering = false

        mutating func add(_ values: StatisticSet, to minute: Minute) {
            if gathered[minute]?.add(values) == nil { gathered[minute] = values }
        }

        mutating func add(_ values: StatisticSet, to number: Int, at start: Timestamp) {
            if series[number].latest?.start == start {
                series[number].latest?.values.add(values)
            } else {
                settle(number)
                series[number].latest = (start, values)
            }
        }

        /// Brings all that has gathered together.
        mutating func settle() -> [Minute: StatisticSet] {
            series.indices.forEach { settle($0) }
            return gathered
        }

        /// - Returns: whether nothing was gathering before.
        mutating func beginGathering() -> Bool {
            defer { isGathering = true }
            return !isGathering
        }

        private mutating func settle(_ number: Int) {
            guard let (start, values) = series[number].latest else { return }
            series[number].latest = nil
            add(values, to: Minute(metric: series[number].metric, start: start))
        }
    }

    private let database: EmulatorDatabase
    private let flushInterval: Duration
    private let state = Mutex(State())

    /// - Parameter flushInterval: how long values may gather, in real time.
    package init(_ foundation: ControlFoundation, flushInterval: Duration = .seconds(1)) {
        database = foundation.database
        self.flushInterval = flushInterval
    }

    package static let schema = [
        SchemaVersion(
            "cloudwatch-1",
            """
            CREATE TABLE metric_minute (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                namespace TEXT NOT NULL,
                metric TEXT NOT NULL,
                dimensions TEXT NOT NULL,
                minute_ms INTEGER NOT NULL,
                sample_count REAL NOT NULL,
                sum REAL NOT NULL,
                minimum REAL NOT NULL,
                maximum REAL NOT NULL,
                PRIMARY KEY (account, region, namespace, metric, dimensions, minute_ms)
            ) STRICT, WITHOUT ROWID;
            """)
    ]

    package func add(_ values: StatisticSet, to metric: MetricKey, at instant: Timestamp) {
        add([(metric, values)], at: instant)
    }

    package func add(_ values: [(metric: MetricKey, values: StatisticSet)], at instant: Timestamp) {
        gather(values, at: instant, isNews: true)
    }

    /// A way to write one metric often. Each call makes another: whoever writes keeps it.
    package func series(_ metric: MetricKey) -> Series {
        state.withLock { state in
            state.series.append(SeriesState(metric: metric, isWatched: state.watched.contains(metric)))
            return Series(number: state.series.count - 1)
        }
    }

    /// Values of metrics that are written often.
    package func add(_ values: [(series: Series, values: StatisticSet)], at instant: Timestamp) {
        let start = instant.floored(to: 60)
        let isFirst = state.withLock { state in
            for (series, values) in values {
                state.add(values, to: series.number, at: start)
                if state.series[series.number].isWatched { state.hasNews = true }
            }
            return state.beginGathering()
        }
        if isFirst { scheduleFlush() }
    }

    /// Keeps what a gauge reads; no news, for whoever watches gauges reads them himself.
    func measure(_ gauge: Gauge, at instant: Timestamp) {
        gather([(gauge.metric, StatisticSet(gauge.value))], at: instant, isNews: false)
    }

    private func gather(
        _ values: [(metric: MetricKey, values: StatisticSet)], at instant: Timestamp, isNews: Bool
    ) {
        let start = instant.floored(to: 60)
        let isFirst = state.withLock { state in
            for (metric, values) in values {
                state.add(values, to: Minute(metric: metric, start: start))
                if isNews, !state.watched.isEmpty, state.watched.contains(metric) { state.hasNews = true }
            }
            return state.beginGathering()
        }
        if isFirst { scheduleFlush() }
    }

    private func scheduleFlush() {
        Task { [weak self, flushInterval] in
            do {
                try await Task.sleep(for: flushInterval)
                try await self?.flush()
            } catch {
                FaultLog.note(error)
            }
        }
    }

    /// From now on, values of these metrics are news.
    func watch(_ metrics: Set<MetricKey>) {
        state.withLock { state in
            state.watched = metrics
            for number in state.series.indices {
                state.series[number].isWatched = metrics.contains(state.series[number].metric)
            }
        }
    }

    /// Whether a watched metric has a value of which the watcher does not know.
    var hasNews: Bool { state.withLock { $0.hasNews } }

    /// `hasNews`, until there are others.
    func takeNews() -> Bool {
        state.withLock { state in
            defer { state.hasNews = false }
            return state.hasNews
        }
    }

    /// Writes what has gathered.
    package func flush() async throws {
        guard state.withLock({ $0.isGathering }) else { return }
        // Taken within the transaction: whoever reads in another finds each value once.
        try await database.write { [self] db in
            let minutes = state.withLock { state in
                defer { (state.gathered, state.isGathering) = ([:], false) }
                return state.settle()
            }
            for (minute, values) in minutes { try Self.save(values, minute, db) }
        }
    }

    /// The values of a metric from `start` to before `end`, gathered by periods of whole minutes.
    func values(
        of metric: MetricKey, from start: Timestamp, to end: Timestamp = Timestamp(milliseconds: .max), period: Int
    ) async throws -> [Timestamp: StatisticSet] {
        // By the writer, which alone takes gathered values away. Nothing is written, so there is no wait for the disk.
        let rows = try await database.write(undo: .none) { [self] db in
            let gathered = state.withLock { state in
                state.settle().filter { $0.key.metric == metric && $0.key.start >= start && $0.key.start < end }
            }
            return try Self.saved(metric, from: start, to: end, db) + gathered.map { ($0.key.start, $0.value) }
        }
        return rows.reduce(into: [:]) { periods, row in
            let start = row.0.floored(to: period)
            if periods[start]?.add(row.1) == nil { periods[start] = row.1 }
        }
    }

    private static func saved(
        _ metric: MetricKey, from start: Timestamp, to end: Timestamp, _ db: Database
    ) throws -> [(Timestamp, StatisticSet)] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT minute_ms, sample_count, sum, minimum, maximum FROM metric_minute
                WHERE account = ? AND region = ? AND namespace = ? AND metric = ? AND dimensions = ?
                    AND minute_ms >= ? AND minute_ms < ?
                """)
        return try Row.fetchAll(statement, arguments: key(metric) + [start.milliseconds, end.milliseconds]).map { row in
            (
                Timestamp(milliseconds: row[0]),
                StatisticSet(count: row[1], sum: row[2], minimum: row[3], maximum: row[4])
            )
        }
    }

    /// All metrics of an account, in order.
    func metrics(account: String, region: String) async throws -> [MetricKey] {
        try await flush()
        return try await database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT namespace, metric, dimensions FROM metric_minute
                    WHERE account = ? AND region = ? ORDER BY namespace, metric, dimensions
                    """,
                arguments: [account, region]
            ).map { row in
                MetricKey(
                    account: account, region: region, namespace: row[0], name: row[1],
                    dimensions: try Self.dimensions(row[2]))
            }
        }
    }

    private static func save(_ values: StatisticSet, _ minute: Minute, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO metric_minute VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET sample_count = sample_count + excluded.sample_count, sum = sum + excluded.sum,
                    minimum = min(minimum, excluded.minimum), maximum = max(maximum, excluded.maximum)
                """,
            arguments: key(minute.metric) + [
                minute.start.milliseconds, values.count, values.sum, values.minimum, values.maximum,
            ])
    }

    private static func key(_ metric: MetricKey) -> StatementArguments {
        let dimensions = JSONValue.array(metric.dimensions.map { [.string($0.name), .string($0.value)] }).text
        return [metric.account, metric.region, metric.namespace, metric.name, dimensions]
    }

    private static func dimensions(_ text: String) throws -> [MetricKey.Dimension] {
        (try JSONValue(parsing: text).array ?? []).compactMap { pair in
            guard let pair = pair.array, pair.count == 2, let name = pair[0].string, let value = pair[1].string
            else { return nil }
            return MetricKey.Dimension(name: name, value: value)
        }
    }
}
