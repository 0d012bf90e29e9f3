package import EmulatorClock
package import EmulatorDatabase
import Foundation
import GRDB
import Synchronization

/// A line of a function's log.
package struct LogEvent: Sendable, Equatable {
    /// Grows with each event; the place from which to read on.
    package var id: Int64
    package var stream: String
    package var timestamp: Timestamp
    package var message: String
}

/// Log lines of all functions, in the database. Lines are gathered in memory and written together: one that the function
/// has printed in the last fraction of a second before a `kill -9` may be lost, as in AWS.
package final class LogStore: Sendable {
    private struct Line: Sendable {
        var group: String
        var stream: String
        var timestamp: Timestamp
        var message: String
    }

    private struct State {
        var lines: [Line] = []
        var isScheduled = false
        /// The last write; the next one waits for it, so that lines keep their order.
        var write: Task<Void, Never>?
    }

    /// How long lines gather before they are written.
    private static let gathering: Duration = .milliseconds(50)

    private let database: EmulatorDatabase
    private let state = Mutex(State())

    package init(database: EmulatorDatabase) {
        self.database = database
    }

    package func append(group: String, stream: String, at timestamp: Timestamp, _ message: String) {
        let line = Line(group: group, stream: stream, timestamp: timestamp, message: message)
        let mustSchedule = state.withLock { state in
            state.lines.append(line)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard mustSchedule else { return }
        Task {
            try? await Task.sleep(for: Self.gathering)
            await flush()
        }
    }

    /// Returns once every line appended so far is written.
    package func flush() async {
        let write = state.withLock { state in
            state.isScheduled = false
            let task = Task { [before = state.write] in
                await before?.value
                await self.writeLines()
            }
            state.write = task
            return task
        }
        await write.value
    }

    /// The newest `limit` events of a log group, oldest first.
    package func tail(group: String, limit: Int) async throws -> [LogEvent] {
        await flush()
        return try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM log_event WHERE log_group = ? ORDER BY id DESC LIMIT ?",
                arguments: [group, limit]
            ).reversed().map(LogEvent.init)
        }
    }

    /// Events of a log group after the one with this id, oldest first.
    package func events(group: String, after id: Int64, limit: Int = 10_000) async throws -> [LogEvent] {
        await flush()
        return try await database.read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM log_event WHERE log_group = ? AND id > ? ORDER BY id LIMIT ?",
                arguments: [group, id, limit]
            ).map(LogEvent.init)
        }
    }

    private func writeLines() async {
        let lines = state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
        guard !lines.isEmpty else { return }
        do {
            try await database.write { db in
                let insert = try db.cachedStatement(
                    sql: "INSERT INTO log_event (log_group, log_stream, timestamp_ms, message) VALUES (?, ?, ?, ?)")
                for line in lines {
                    try insert.execute(
                        arguments: [line.group, line.stream, line.timestamp.milliseconds, line.message])
                }
            }
        } catch {
            FileHandle.standardError.write(Data("rivulet-local: \(lines.count) log lines were lost: \(error)\n".utf8))
        }
    }
}

extension LogEvent {
    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"], stream: row["log_stream"], timestamp: Timestamp(milliseconds: row["timestamp_ms"]),
            message: row["message"])
    }
}
