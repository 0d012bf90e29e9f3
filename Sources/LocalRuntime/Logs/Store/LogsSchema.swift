package import EmulatorDatabase

extension LogsService {
    /// The tables of this service; only ever added to.
    ///
    /// Events carry their group beside their stream, so that a group is read in order of time without merging streams.
    package static let schema: [SchemaVersion] = [
        SchemaVersion(
            "logs-1",
            """
            CREATE TABLE log_group (
                id INTEGER PRIMARY KEY,
                account TEXT NOT NULL,
                region TEXT NOT NULL,
                name TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                retention_days INTEGER,
                kms_key_id TEXT,
                class TEXT NOT NULL DEFAULT 'STANDARD',
                tags TEXT NOT NULL DEFAULT '{}',
                UNIQUE (account, region, name)
            ) STRICT;

            CREATE TABLE log_stream (
                id INTEGER PRIMARY KEY,
                group_id INTEGER NOT NULL REFERENCES log_group (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                first_event_ms INTEGER,
                last_event_ms INTEGER,
                last_ingestion_ms INTEGER,
                stored_bytes INTEGER NOT NULL DEFAULT 0,
                UNIQUE (group_id, name)
            ) STRICT;

            CREATE TABLE logged_event (
                id INTEGER PRIMARY KEY,
                group_id INTEGER NOT NULL REFERENCES log_group (id) ON DELETE CASCADE,
                stream_id INTEGER NOT NULL REFERENCES log_stream (id) ON DELETE CASCADE,
                timestamp_ms INTEGER NOT NULL,
                ingested_at_ms INTEGER NOT NULL,
                message TEXT NOT NULL
            ) STRICT;
            CREATE INDEX logged_event_by_group ON logged_event (group_id, timestamp_ms, id);
            CREATE INDEX logged_event_by_stream ON logged_event (stream_id, timestamp_ms, id);

            CREATE TABLE log_metric_filter (
                group_id INTEGER NOT NULL REFERENCES log_group (id) ON DELETE CASCADE,
                name TEXT NOT NULL,
                pattern TEXT NOT NULL,
                settings TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                PRIMARY KEY (group_id, name)
            ) STRICT, WITHOUT ROWID;
            """)
    ]
}
