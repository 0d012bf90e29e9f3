import EmulatorDatabase
import Foundation
import GRDB

extension DynamoDBStore {
    func table(account: String, region: String, name: String) throws -> TableDefinition? {
        let statement = try db.cachedStatement(
            sql: "SELECT * FROM dynamodb_table WHERE account = ? AND region = ? AND name = ?")
        return try Row.fetchOne(statement, arguments: [account, region, name]).map(Self.definition)
    }

    func tables() throws -> [TableDefinition] {
        try Row.fetchAll(db, sql: "SELECT * FROM dynamodb_table ORDER BY id").map(Self.definition)
    }

    /// The version of a table that is still there.
    func version(ofTable id: Int64) throws -> Int64? {
        try SQLStatement(db, "SELECT version FROM dynamodb_table WHERE id = ?").first(.integer(id)) { $0.integer(0) }
    }

    /// Names in order, from the first one after `start` on.
    func tableNames(account: String, region: String, after start: String, limit: Int) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT name FROM dynamodb_table WHERE account = ? AND region = ? AND name > ?
                ORDER BY name LIMIT ?
                """,
            arguments: [account, region, start, limit])
    }

    func insertTable(account: String, region: String, name: String, _ settings: TableSettings) throws -> TableDefinition
    {
        try execute(
            "INSERT INTO dynamodb_table (account, region, name, version, settings) VALUES (?, ?, ?, 1, ?)",
            [account, region, name, try Self.text(settings)])
        return TableDefinition(
            id: db.lastInsertedRowID, version: 1, account: account, region: region, name: name, settings: settings)
    }

    /// Stores changed settings under the next version, which it returns.
    func update(_ table: TableDefinition) throws -> TableDefinition {
        var changed = table
        changed.version += 1
        try execute(
            "UPDATE dynamodb_table SET version = ?, settings = ? WHERE id = ?",
            [changed.version, try Self.text(table.settings), table.id])
        return changed
    }

    /// Takes the table out, and leaves what is in it to `purge`.
    func delete(_ table: TableDefinition) throws {
        for index in table.indexes { try deleteIndex(index.id) }
        try execute("DELETE FROM dynamodb_table WHERE id = ?", [table.id])
        try execute("INSERT INTO dynamodb_purge (table_id, index_id) VALUES (?, 0)", [table.id])
    }

    /// A number for a new index of a table.
    func newIndexID(tableID: Int64) throws -> Int64 {
        try execute("INSERT INTO dynamodb_index (table_id) VALUES (?)", [tableID])
        return db.lastInsertedRowID
    }

    func deleteIndex(_ id: Int64) throws {
        try execute("DELETE FROM dynamodb_index WHERE id = ?", [id])
        try execute("INSERT INTO dynamodb_purge (table_id, index_id) VALUES (0, ?)", [id])
    }

    private static func definition(_ row: Row) throws -> TableDefinition {
        let settings: String = row["settings"]
        return TableDefinition(
            id: row["id"], version: row["version"], account: row["account"], region: row["region"], name: row["name"],
            settings: try JSONDecoder().decode(TableSettings.self, from: Data(settings.utf8)))
    }

    private static func text(_ settings: TableSettings) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(settings), as: UTF8.self)
    }
}
