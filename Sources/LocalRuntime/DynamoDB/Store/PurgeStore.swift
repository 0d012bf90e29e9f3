import GRDB

/// What deleted tables and indexes leave behind. Their numbers never come back, so nobody sees it; taking it out in one
/// transaction would hold up every other write for as long as a million rows take.
extension DynamoDBStore {
    /// Takes out up to `limit` rows.
    ///
    /// - Returns: whether there is nothing left to take out.
    func purge(limit: Int) throws -> Bool {
        guard let row = try Row.fetchOne(db, sql: "SELECT table_id, index_id FROM dynamodb_purge LIMIT 1") else {
            return true
        }
        let (table, index): (Int64, Int64) = (row[0], row[1])
        let taken = try index == 0 ? purgeTable(table, limit) : purgeIndex(index, limit)
        if taken < limit {
            try execute("DELETE FROM dynamodb_purge WHERE table_id = ? AND index_id = ?", [table, index])
        }
        return false
    }

    private func purgeTable(_ id: Int64, _ limit: Int) throws -> Int {
        try execute(
            """
            DELETE FROM dynamodb_expiry WHERE table_id = ?1 AND (expires_s, partition_key, sort_key) IN
            (SELECT expires_s, partition_key, sort_key FROM dynamodb_expiry WHERE table_id = ?1 LIMIT ?2)
            """, [id, limit])
        let expiries = db.changesCount
        try execute(
            """
            DELETE FROM dynamodb_item WHERE table_id = ?1 AND (partition_key, sort_key) IN
            (SELECT partition_key, sort_key FROM dynamodb_item WHERE table_id = ?1 LIMIT ?2)
            """, [id, limit])
        return max(expiries, db.changesCount)
    }

    private func purgeIndex(_ id: Int64, _ limit: Int) throws -> Int {
        try execute(
            """
            DELETE FROM dynamodb_index_entry
            WHERE index_id = ?1 AND (partition_key, sort_key, item_partition_key, item_sort_key) IN
            (SELECT partition_key, sort_key, item_partition_key, item_sort_key FROM dynamodb_index_entry
            WHERE index_id = ?1 LIMIT ?2)
            """, [id, limit])
        return db.changesCount
    }
}
