import EmulatorDatabase
import GRDB

extension DynamoDBStore {
    func insertEntry(index id: Int64, _ key: EncodedKey, item: EncodedKey) throws {
        let statement = try SQLStatement(
            db,
            """
            INSERT OR IGNORE INTO dynamodb_index_entry
            (index_id, partition_key, sort_key, item_partition_key, item_sort_key) VALUES (?, ?, ?, ?, ?)
            """)
        try statement.run(
            .integer(id), .blob(key.partition), .blob(key.sort), .blob(item.partition), .blob(item.sort))
    }

    func deleteEntry(index id: Int64, _ key: EncodedKey, item: EncodedKey) throws {
        let statement = try SQLStatement(
            db,
            """
            DELETE FROM dynamodb_index_entry WHERE index_id = ? AND partition_key = ? AND sort_key = ?
            AND item_partition_key = ? AND item_sort_key = ?
            """)
        try statement.run(
            .integer(id), .blob(key.partition), .blob(key.sort), .blob(item.partition), .blob(item.sort))
    }

    func entryCount(index id: Int64) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM dynamodb_index_entry WHERE index_id = ?", arguments: [id]) ?? 0
    }
}
