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

    func all() async throws -> [Function] {
        try await database.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM lambda_function ORDER BY account, region, name")
                .map { try Function($0, published: Self.published(FunctionID($0), db)) }
        }
    }

    /// - Parameter prepare: last changes, within the transaction that makes it.
    /// - Throws: `LambdaError.functionExists`
    func insert(
        _ function: Function, _ prepare: @escaping @Sendable (inout Function) -> Void = { _ in }
    ) async throws -> Change {
        try await database.write { db in
            guard try Self.find(function.id, db) == nil else { throw LambdaError.functionExists(function.id.name) }
            var function = function
            prepare(&function)
            try Self.put(function, replacing: nil, db)
            return self.change(function.id, to: function)
        }
    }

    /// Changes a function in one transaction.
    ///
    /// - Throws: `LambdaError.functionNotFound`, and what `change` throws.
    func update(
        _ id: FunctionID, _ change: @escaping @Sendable (inout Function) throws -> Void
    ) async throws -> Change {
        try await database.write { db in
            guard let present = try Self.find(id, db) else { throw LambdaError.functionNotFound(id.arn) }
            var function = present
            try change(&function)
            try Self.put(function, replacing: present, db)
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
        ).map { try Function($0, published: published(id, db)) }
    }

    private static func published(_ id: FunctionID, _ db: Database) throws -> [Int: FunctionVersion] {
        let rows = try Row.fetchAll(
            db, sql: "SELECT * FROM lambda_version WHERE account = ? AND region = ? AND name = ?",
            arguments: [id.account, id.region, id.name])
        let versions = try rows.map { row in
            let number: Int = row["number"]
            return (number, try FunctionVersion(row, .published(number)))
        }
        return Dictionary(uniqueKeysWithValues: versions)
    }

    private static func put(_ function: Function, replacing present: Function?, _ db: Database) throws {
        let latest = function.latest
        try db.execute(
            sql: """
                INSERT INTO lambda_function (account, region, name, configuration, code_digest, code_path,
                    code_sha256, code_size_bytes, revision, last_modified_ms, reserved_concurrency, tags,
                    last_published, aliases, event_invoke_configs, policies, recursive_loop)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET configuration = excluded.configuration, code_digest = excluded.code_digest,
                    code_path = excluded.code_path, code_sha256 = excluded.code_sha256,
                    code_size_bytes = excluded.code_size_bytes, revision = excluded.revision,
                    last_modified_ms = excluded.last_modified_ms, reserved_concurrency = excluded.reserved_concurrency,
                    tags = excluded.tags, last_published = excluded.last_published, aliases = excluded.aliases,
                    event_invoke_configs = excluded.event_invoke_configs, policies = excluded.policies,
                    recursive_loop = excluded.recursive_loop
                """,
            arguments: [
                function.id.account, function.id.region, function.id.name, try JSON.encode(latest.configuration),
                latest.code.digest, latest.code.path, latest.code.sha256, latest.code.size, latest.revision,
                latest.lastModified.milliseconds, function.reservedConcurrency, try JSON.encode(function.tags),
                function.lastPublished, try JSON.encode(function.aliases), try JSON.encode(function.eventInvokeConfigs),
                try JSON.encode(function.policies), function.recursiveLoop.rawValue,
            ])
        for (number, version) in function.published where present?.published[number] != version {
            try put(version, number, of: function.id, db)
        }
        for number in present?.published.keys.filter({ function.published[$0] == nil }) ?? [] {
            try db.execute(
                sql: "DELETE FROM lambda_version WHERE account = ? AND region = ? AND name = ? AND number = ?",
                arguments: [function.id.account, function.id.region, function.id.name, number])
        }
    }

    private static func put(_ version: FunctionVersion, _ number: Int, of id: FunctionID, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO lambda_version (account, region, name, number, configuration, code_digest,
                    code_path, code_sha256, code_size_bytes, revision, last_modified_ms)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.account, id.region, id.name, number, try JSON.encode(version.configuration), version.code.digest,
                version.code.path, version.code.sha256, version.code.size, version.revision,
                version.lastModified.milliseconds,
            ])
    }
}

extension FunctionID {
    fileprivate init(_ row: Row) {
        self.init(account: row["account"], region: row["region"], name: row["name"])
    }
}

extension Function {
    fileprivate init(_ row: Row, published: [Int: FunctionVersion]) throws {
        self.init(
            id: FunctionID(row), latest: try FunctionVersion(row, .latest), published: published,
            lastPublished: row["last_published"], aliases: try JSON.decode(row["aliases"]),
            eventInvokeConfigs: try JSON.decode(row["event_invoke_configs"]),
            policies: try JSON.decode(row["policies"]), reservedConcurrency: row["reserved_concurrency"],
            tags: try JSON.decode(row["tags"]),
            recursiveLoop: RecursiveLoop(rawValue: row["recursive_loop"]) ?? .terminate)
    }
}

extension FunctionVersion {
    fileprivate init(_ row: Row, _ version: Version) throws {
        let digest: String? = row["code_digest"]
        let path: String? = row["code_path"]
        self.init(
            version: version, configuration: try JSON.decode(row["configuration"]),
            code: FunctionCode(
                place: digest.map { .unpacked(digest: $0) } ?? .local(path: path ?? ""), sha256: row["code_sha256"],
                size: row["code_size_bytes"]),
            revision: row["revision"], lastModified: Timestamp(milliseconds: row["last_modified_ms"]))
    }
}

extension FunctionCode {
    fileprivate var digest: String? {
        if case .unpacked(let digest) = place { digest } else { nil }
    }

    fileprivate var path: String? {
        if case .local(let path) = place { path } else { nil }
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
