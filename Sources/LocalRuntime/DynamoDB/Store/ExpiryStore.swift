import EmulatorClock
import Foundation
import GRDB

extension DynamoDBStore {
    func insertExpiry(table id: Int64, _ key: EncodedKey, at expiry_s: Int64) throws {
        try execute(
            """
            INSERT OR IGNORE INTO dynamodb_expiry (table_id, expires_s, partition_key, sort_key) VALUES (?, ?, ?, ?)
            """,
            [id, expiry_s, key.partition.blob, key.sort.blob])
    }

    func deleteExpiry(table id: Int64, _ key: EncodedKey, at expiry_s: Int64) throws {
        try execute(
            """
            DELETE FROM dynamodb_expiry
            WHERE table_id = ? AND expires_s = ? AND partition_key = ? AND sort_key = ?
            """,
            [id, expiry_s, key.partition.blob, key.sort.blob])
    }

    func deleteExpiries(table id: Int64) throws {
        try execute("DELETE FROM dynamodb_expiry WHERE table_id = ?", [id])
    }

    /// The earliest expiries of a table that have come by `now`.
    func dueExpiries(table id: Int64, by now: Timestamp, limit: Int) throws -> [(key: EncodedKey, expiry_s: Int64)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT partition_key, sort_key, expires_s FROM dynamodb_expiry WHERE table_id = ? AND expires_s <= ?
                ORDER BY expires_s LIMIT ?
                """,
            arguments: [id, now.seconds, limit])
        return rows.map { row in
            let (partition, sort): (Data, Data) = (row[0], row[1])
            return (EncodedKey(partition: Array(partition), sort: Array(sort)), row[2])
        }
    }

    /// When the next item of a table expires.
    func nextExpiry(table id: Int64) throws -> Timestamp? {
        let seconds = try Int64.fetchOne(
            db, sql: "SELECT MIN(expires_s) FROM dynamodb_expiry WHERE table_id = ?", arguments: [id])
        return seconds.map { Timestamp(milliseconds: $0 * 1000) }
    }
}

/// What is remembered of a transaction that was sent with a `ClientRequestToken`.
extension DynamoDBStore {
    func transactionDigest(account: String, region: String, token: String, at now: Timestamp) throws -> [UInt8]? {
        let digest = try Data.fetchOne(
            db,
            sql: """
                SELECT digest FROM dynamodb_transaction
                WHERE account = ? AND region = ? AND token = ? AND expires_ms > ?
                """,
            arguments: [account, region, token, now.milliseconds])
        return digest.map { Array($0) }
    }

    func insertTransaction(
        account: String, region: String, token: String, digest: [UInt8], until expiry: Timestamp, at now: Timestamp
    ) throws {
        try execute("DELETE FROM dynamodb_transaction WHERE expires_ms <= ?", [now.milliseconds])
        try execute(
            """
            INSERT INTO dynamodb_transaction (account, region, token, digest, expires_ms) VALUES (?, ?, ?, ?, ?)
            """,
            [account, region, token, digest.blob, expiry.milliseconds])
    }
}
