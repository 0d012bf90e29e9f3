import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation
import GRDB
import Synchronization

/// The SQL of functions.
final class LambdaStore: Sendable {
    /// A committed change. Of two, the one of higher order was committed later, however late it is heard of.
    struct Change: Sendable {
        var id: FunctionID
        /// nil when the function was deleted.
        var function: Function?
        var order: Int
    }

    private let database: EmulatorDatabase
    private let changes = Atomic(0)

    init(database: EmulatorDatabase) {
        self.database = database
    }

    static let schema = [
        SchemaVersion(
            "lambda-1",
            """
            CREATE TABLE lambda_function (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                configuration TEXT NOT NULL,
                code_digest TEXT,
                code_path TEXT,
                code_sha256 TEXT NOT NULL,
                code_size_bytes INTEGER NOT NULL,
                revision TEXT NOT NULL,
                last_modified_ms INTEGER NOT NULL,
                reserved_concurrency INTEGER,
                tags TEXT NOT NULL,
                PRIMARY KEY (account, region, name),
                CHECK ((code_digest IS NULL) <> (code_path IS NULL))
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE log_event (
                id INTEGER PRIMARY KEY,
                log_group TEXT NOT NULL,
                log_stream TEXT NOT NULL,
                timestamp_ms INTEGER NOT NULL,
                message TEXT NOT NULL
            ) STRICT;
            CREATE INDEX log_event_by_group ON log_event (log_group, id);
            """),
        SchemaVersion(
            "lambda-logs-moved",
            """
            INSERT OR IGNORE INTO log_group (account, region, name, created_at_ms)
                SELECT '000000000000', 'us-east-1', log_group, min(timestamp_ms) FROM log_event GROUP BY log_group;
            INSERT INTO log_stream (group_id, name, created_at_ms, first_event_ms, last_event_ms, last_ingestion_ms,
                    stored_bytes)
                SELECT log_group.id, log_stream, min(timestamp_ms), min(timestamp_ms), max(timestamp_ms),
                    max(timestamp_ms), sum(length(CAST(message AS BLOB)) + 26)
                FROM log_event JOIN log_group ON log_group.name = log_event.log_group
                GROUP BY log_group.id, log_stream;
            INSERT INTO logged_event (group_id, stream_id, timestamp_ms, ingested_at_ms, message)
                SELECT log_group.id, log_stream.id, timestamp_ms, timestamp_ms, message
                FROM log_event JOIN log_group ON log_group.name = log_event.log_group
                JOIN log_stream ON log_stream.group_id = log_group.id AND log_stream.name = log_event.log_stream
                ORDER BY log_event.id;
            DROP TABLE log_event;
            """),
    ]

    func all() async throws -> [Function] {
        try await database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM lambda_function ORDER BY account, region, name")
                .map(Function.init)
        }
    }

    /// - Throws: `LambdaError.functionExists`
    func insert(_ function: Function) async throws -> Change {
        try await database.write { db in
            guard try Self.find(function.id, db) == nil else { throw LambdaError.functionExists(function.id.name) }
            try Self.put(function, db)
            return self.change(function.id, to: function)
        }
    }

    /// Changes a function in one transaction and gives it a new revision.
    ///
    /// - Throws: `LambdaError.functionNotFound`, and what `change` throws.
    func update(
        _ id: FunctionID, _ change: @escaping @Sendable (inout Function) throws -> Void
    ) async throws -> Change {
        try await database.write { db in
            guard var function = try Self.find(id, db) else { throw LambdaError.functionNotFound(id.arn) }
            try change(&function)
            try Self.put(function, db)
            return self.change(id, to: function)
        }
    }

    /// - Throws: `LambdaError.functionNotFound`
    func delete(_ id: FunctionID) async throws -> Change {
        try await database.write { db in
            try db.execute(
                sql: "DELETE FROM lambda_function WHERE account = ? AND region = ? AND name = ?",
                arguments: [id.account, id.region, id.name])
            guard db.changesCount == 1 else { throw LambdaError.functionNotFound(id.arn) }
            return self.change(id, to: nil)
        }
    }

    /// Called within the transaction: writes come one after the other, so their numbers are in the order of commits.
    private func change(_ id: FunctionID, to function: Function?) -> Change {
        Change(id: id, function: function, order: changes.add(1, ordering: .relaxed).newValue)
    }

    private static func find(_ id: FunctionID, _ db: Database) throws -> Function? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM lambda_function WHERE account = ? AND region = ? AND name = ?",
            arguments: [id.account, id.region, id.name]
        ).map(Function.init)
    }

    private static func put(_ function: Function, _ db: Database) throws {
        let (digest, path): (String?, String?) =
            switch function.code.place {
            case .unpacked(let digest): (digest, nil)
            case .local(let path): (nil, path)
            }
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO lambda_function (account, region, name, configuration, code_digest, code_path,
                    code_sha256, code_size_bytes, revision, last_modified_ms, reserved_concurrency, tags)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                function.id.account, function.id.region, function.id.name, try JSON.encode(function.configuration),
                digest, path, function.code.sha256, function.code.size, function.revision,
                function.lastModified.milliseconds, function.reservedConcurrency, try JSON.encode(function.tags),
            ])
    }
}

extension Function {
    fileprivate init(_ row: Row) throws {
        let digest: String? = row["code_digest"]
        let path: String? = row["code_path"]
        self.init(
            id: FunctionID(account: row["account"], region: row["region"], name: row["name"]),
            configuration: try JSON.decode(row["configuration"]),
            code: FunctionCode(
                place: digest.map { .unpacked(digest: $0) } ?? .local(path: path ?? ""), sha256: row["code_sha256"],
                size: row["code_size_bytes"]),
            revision: row["revision"], lastModified: Timestamp(milliseconds: row["last_modified_ms"]),
            reservedConcurrency: row["reserved_concurrency"], tags: try JSON.decode(row["tags"]))
    }
}

/// Values as JSON text in a column.
private enum JSON {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ text: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}
