package import EmulatorClock
package import EmulatorDatabase
import Synchronization

/// The emulated CloudWatch Logs: groups, streams and the lines in them.
///
/// Over the wire it is an `AWSService`; functions' lines come in process, through `append`.
/// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
package final class LogsService: Sendable {
    let database: EmulatorDatabase
    let clock: any Timekeeper
    let limits: LogsLimits
    let sweep: RetentionSweep
    private let gathering: LineGathering
    /// In a struct: a closure that a generic type holds by itself is wrapped anew at each access, and these wraps pile up.
    private struct Reader: Sendable {
        let read: @Sendable (_ line: String, LogGroupID) -> Void
    }

    private let reader = Mutex<Reader?>(nil)

    package init(database: EmulatorDatabase, clock: any Timekeeper, limits: LogsLimits = .aws) {
        self.database = database
        self.limits = limits
        self.clock = clock
        let sweep = RetentionSweep(database: database, clock: clock)
        self.sweep = sweep
        gathering = LineGathering(database: database, clock: clock, noteExpiry: sweep.note)
    }

    /// Deletes expired events from now on.
    package func start() async throws {
        try await sweep.start()
    }

    /// Writes the last lines.
    package func stop() async {
        await sweep.stop()
        await flush()
    }

    /// Adds a line; its stream and group are made if they are not there. It is on disk within a fraction of a second, and
    /// seen by every read at once.
    package func append(_ message: String, to stream: String, of group: LogGroupID, at timestamp: Timestamp) {
        append(.line(message), to: stream, of: group, at: timestamp)
    }

    /// The same of a text that may be put into words later.
    package func append(_ text: LogText, to stream: String, of group: LogGroupID, at timestamp: Timestamp) {
        gathering.append(text, to: stream, of: group, at: timestamp)
        if case .line(let line) = text { reader.withLock { $0 }?.read(line, group) }
    }

    /// Lets `reader` see each line that `append` is given, as metrics in lines want it; none that is put into words later.
    package func readLines(_ reader: @escaping @Sendable (_ line: String, LogGroupID) -> Void) {
        self.reader.withLock { $0 = Reader(read: reader) }
    }

    /// Returns once every line appended so far is written.
    package func flush() async {
        await gathering.flush()
    }

    /// The newest `limit` events of a group, oldest first; none when there is no such group.
    package func tail(_ group: LogGroupID, limit: Int) async throws -> [LogEvent] {
        await flush()
        let now = clock.now
        return try await database.read { db in
            let store = LogsStore(db)
            guard let (key, found) = try store.group(group) else { return [] }
            var events: [LogEvent] = []
            let window = LogsStore.Window(
                group: key, from: found.horizon(at: now), until: .distantFuture, isNewestFirst: true)
            guard limit > 0 else { return [] }
            try store.forEachEvent(in: window) { event in
                events.append(event)
                return events.count < limit
            }
            return events.reversed()
        }
    }

    /// Events of a group that were stored after the one with this id, in the order in which they were stored.
    package func events(_ group: LogGroupID, storedAfter id: Int64, limit: Int = 10_000) async throws -> [LogEvent] {
        await flush()
        return try await database.read { db in
            let store = LogsStore(db)
            guard let (key, _) = try store.group(group) else { return [] }
            return try store.events(ofGroup: key, storedAfter: id, limit: limit)
        }
    }
}

extension Timestamp {
    /// Later than any event's.
    static let distantFuture = Timestamp(milliseconds: .max)
}
