import GRDB

extension DynamoDBStore {
    func insertEntry(index id: Int64, _ key: EncodedKey, item: EncodedKey) throws {
        try execute(
            """
            INSERT OR IGNORE INTO dynamodb_index_entry
            (index_id, partition_key, sort_key, item_partition_key, item_sort_key) VALUES (?, ?, ?, ?, ?)
            """,
            [id, key.partition.blob, key.sort.blob, item.partition.blob, item.sort.blob])
    }

    func deleteEntry(index id: Int64, _ key: EncodedKey, item: EncodedKey) throws {
        try execute(
            """
            DELETE FROM dynamodb_index_entry WHERE index_id = ? AND partition_key = ? AND sort_key = ?
            AND item_partition_key = ? AND item_sort_key = ?
            """,
            [id, key.partition.blob, key.sort.blob, item.partition.blob, item.sort.blob])
    }

    func entryCount(index id: Int64) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM dynamodb_index_entry WHERE index_id = ?", arguments: [id]) ?? 0
    }
}
