package import Foundation
package import GRDB
import Synchronization

/// The emulator's only state (DESIGN D5): one SQLite file in WAL mode, written by one connection.
///
/// Writes that arrive together share one commit: each can run in a savepoint of its own, so that one that throws undoes
/// only itself, and none is answered before the shared commit is on disk.
package final class EmulatorDatabase: Sendable {
    /// What a commit survives. https://www.sqlite.org/pragma.html#pragma_synchronous
    package enum Durability: Sendable {
        /// `synchronous=FULL`: an answered write survives a killed process and a power cut.
        case full
        /// `synchronous=NORMAL`: an answered write survives a killed process. A power cut may take the latest writes back,
        /// but leaves the file whole.
        case fast
    }

    /// How a write that throws is undone.
    package enum Undo: Sendable {
        /// By a savepoint of its own. SQLite copies every page that a write inside one touches.
        case savepoint
        /// Not at all: the write throws only before it changes anything. Should it throw later, because the disk is full, all
        /// writes that share its commit fail with it.
        case none
    }

    private let pool: DatabasePool
    /// Reads a few rows at a time, on the threads of those who ask.
    private let looks: DatabaseQueue
    private let commits: GroupCommit

    /// Opens or makes the database and brings its schema up to date.
    ///
    /// - Throws: `DatabaseDamaged` when the file is there but SQLite finds it broken: it is left as it is.
    package init(at file: URL, durability: Durability = .full, schema: [SchemaVersion]) throws {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -16384")
            // A checkpoint costs two waits for the disk, whatever its size: 16 MB of log at a time.
            try db.execute(sql: "PRAGMA wal_autocheckpoint = 4000")
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        do {
            pool = try DatabasePool(path: file.path, configuration: configuration)
            // Not in `prepareDatabase`: with the log GRDB chooses NORMAL, after that.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(durability == .full ? "FULL" : "NORMAL")")
            }
            let report = try pool.read { try String.fetchAll($0, sql: "PRAGMA quick_check(5)") }
            guard report == ["ok"] else { throw DatabaseDamaged(file: file.path, findings: report) }
            try Self.migrator(schema).migrate(pool)
            looks = try Self.reader(of: file)
        } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
            throw DatabaseDamaged(file: file.path, findings: [error.message ?? "not a database"])
        }
        commits = GroupCommit(pool: pool)
    }

    /// Looks through a database that is to become the emulator's, and brings its schema up to date.
    ///
    /// - Throws: `DatabaseDamaged`.
    static func check(_ file: URL, schema: [SchemaVersion]) throws {
        try EmulatorDatabase(at: file, schema: schema).closeConnections()
    }

    /// Runs `body` in the writer's transaction and answers once it is committed.
    ///
    /// The closure is synchronous, so nothing slips between two statements of it; keep it short, for all writers wait.
    package func write<Value: Sendable>(
        undo: Undo = .savepoint, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await commits.run(undo: undo, body)
    }

    /// Runs `body` on a snapshot of everything committed so far, beside the writer.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await pool.read(body)
    }

    /// Runs `body` on everything committed so far, on the caller's own thread: to wake another for it costs more than to
    /// look at a few rows. For one statement that reads few of them; several may see different commits.
    package func look<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try looks.unsafeRead(body)
    }

    /// Waits for the writes under way and closes the file.
    package func close() async throws {
        await commits.drained()
        try closeConnections()
    }

    /// The writer last, which leaves one file without a log.
    private func closeConnections() throws {
        try looks.close()
        try pool.close()
    }

    private static func reader(of file: URL) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            // Pages come from the system's own memory, without a call and a copy for each: a look into a large table finds
            // few of them in a cache. The file never shrinks under the map, for nothing vacuums it.
            try db.execute(sql: "PRAGMA mmap_size = \(1 << 30)")
        }
        return try DatabaseQueue(path: file.path, configuration: configuration)
    }

    private static func migrator(_ schema: [SchemaVersion]) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for version in schema {
            migrator.registerMigration(version.name) { try $0.execute(sql: version.sql) }
        }
        return migrator
    }
}

/// A named step of the schema, kept for ever and only added to: `sqs-1`, `sqs-2`, …
package struct SchemaVersion: Sendable {
    package let name: String
    package let sql: String

    package init(_ name: String, _ sql: String) {
        self.name = name
        self.sql = sql
    }
}

/// The state file is there but broken; it is refused, never wiped.
package struct DatabaseDamaged: Error, CustomStringConvertible {
    package let file: String
    package let findings: [String]

    package var description: String {
        "The state file \(file) is damaged (\(findings.joined(separator: "; "))). It was left untouched: "
            + "restore it from a copy, or name another folder with --state."
    }
}
