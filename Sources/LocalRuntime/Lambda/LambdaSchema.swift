import EmulatorDatabase

/// The tables of functions, step by step.
extension LambdaStore {
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
        SchemaVersion(
            "lambda-2",
            """
            CREATE TABLE lambda_version (
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                number INTEGER NOT NULL,
                configuration TEXT NOT NULL,
                code_digest TEXT,
                code_path TEXT,
                code_sha256 TEXT NOT NULL,
                code_size_bytes INTEGER NOT NULL,
                revision TEXT NOT NULL,
                last_modified_ms INTEGER NOT NULL,
                PRIMARY KEY (account, region, name, number),
                FOREIGN KEY (account, region, name) REFERENCES lambda_function ON DELETE CASCADE,
                CHECK ((code_digest IS NULL) <> (code_path IS NULL))
            ) STRICT, WITHOUT ROWID;

            ALTER TABLE lambda_function ADD COLUMN last_published INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE lambda_function ADD COLUMN aliases TEXT NOT NULL DEFAULT '{}';
            ALTER TABLE lambda_function ADD COLUMN event_invoke_configs TEXT NOT NULL DEFAULT '{}';
            ALTER TABLE lambda_function ADD COLUMN policies TEXT NOT NULL DEFAULT '{}';
            ALTER TABLE lambda_function ADD COLUMN recursive_loop TEXT NOT NULL DEFAULT 'Terminate';
            """),
    ]
}
