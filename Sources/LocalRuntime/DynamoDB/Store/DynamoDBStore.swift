import EmulatorDatabase
import Foundation
import GRDB

/// DynamoDB's rows, inside one transaction or snapshot. Everything SQL of the service is in this folder.
struct DynamoDBStore {
    let db: Database

    init(_ db: Database) {
        self.db = db
    }

    /// The service's part of the state file; steps are only ever added.
    ///
    /// An item is one row, found by its table and key bytes, so that a Query is a range scan. An index entry holds the
    /// index's key and the item's, so that a write which leaves an index's key alone leaves the index alone.
    static let schema: [SchemaVersion] = [
        SchemaVersion(
            "dynamodb-1",
            """
            CREATE TABLE dynamodb_table (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                version INTEGER NOT NULL,
                settings TEXT NOT NULL,
                UNIQUE (account, region, name)
            ) STRICT;
            CREATE TABLE dynamodb_index (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                table_id INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE dynamodb_item (
                table_id INTEGER NOT NULL,
                partition_key BLOB NOT NULL,
                sort_key BLOB NOT NULL,
                size_bytes INTEGER NOT NULL,
                body BLOB NOT NULL,
                PRIMARY KEY (table_id, partition_key, sort_key)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE dynamodb_index_entry (
                index_id INTEGER NOT NULL,
                partition_key BLOB NOT NULL,
                sort_key BLOB NOT NULL,
                item_partition_key BLOB NOT NULL,
                item_sort_key BLOB NOT NULL,
                PRIMARY KEY (index_id, partition_key, sort_key, item_partition_key, item_sort_key)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE dynamodb_expiry (
                table_id INTEGER NOT NULL,
                expires_s INTEGER NOT NULL,
                partition_key BLOB NOT NULL,
                sort_key BLOB NOT NULL,
                PRIMARY KEY (table_id, expires_s, partition_key, sort_key)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE dynamodb_transaction (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                token TEXT NOT NULL,
                digest BLOB NOT NULL,
                expires_ms INTEGER NOT NULL,
                PRIMARY KEY (account, region, token)
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX dynamodb_transaction_by_expiry ON dynamodb_transaction (expires_ms);
            """),
        SchemaVersion(
            "dynamodb-2",
            """
            CREATE TABLE dynamodb_purge (
                table_id INTEGER NOT NULL,
                index_id INTEGER NOT NULL,
                PRIMARY KEY (table_id, index_id)
            ) STRICT, WITHOUT ROWID;
            """),
        SchemaVersion(
            "dynamodb-3",
            """
            CREATE TABLE dynamodb_stream (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                table_name TEXT NOT NULL,
                key_schema TEXT NOT NULL,
                view TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                ended_at_ms INTEGER,
                first_sequence INTEGER NOT NULL,
                last_sequence INTEGER,
                trimmed_sequence INTEGER NOT NULL,
                UNIQUE (account, region, table_name, created_at_ms)
            ) STRICT;
            CREATE TABLE dynamodb_stream_record (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                stream_id INTEGER NOT NULL,
                written_at_ms INTEGER NOT NULL,
                event TEXT NOT NULL,
                is_expiry INTEGER NOT NULL,
                keys BLOB NOT NULL,
                old_image BLOB,
                new_image BLOB
            ) STRICT;
            CREATE INDEX dynamodb_stream_record_of ON dynamodb_stream_record (stream_id, sequence, written_at_ms);
            """),
    ]

    func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }
}

extension [UInt8] {
    /// The bytes as GRDB takes them.
    var blob: Data { Data(self) }
}
