import EmulatorDatabase

/// The tables of S3.
enum S3Schema {
    /// - `s3_object` has a row a version. Ids grow and are never used twice, so the version with the largest id of a
    ///   key is the latest. Keys are BLOBs: SQLite then orders them by bytes, as S3 does. The body comes last, so that
    ///   a list never reads its pages.
    /// - `s3_upload.is_overtaken` tells that its key was written or deleted since: a condition cannot hold then.
    /// - `s3_object_listed` holds what ListObjects shows, and nothing else.
    static let versions = [
        SchemaVersion(
            "s3-1",
            """
            CREATE TABLE s3_bucket (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                account TEXT NOT NULL,
                name TEXT NOT NULL,
                region TEXT NOT NULL,
                created_at_ms INTEGER NOT NULL,
                versioning TEXT,
                UNIQUE (account, name)
            ) STRICT;

            CREATE TABLE s3_bucket_configuration (
                bucket INTEGER NOT NULL,
                kind TEXT NOT NULL,
                document TEXT NOT NULL,
                header TEXT,
                PRIMARY KEY (bucket, kind)
            ) STRICT, WITHOUT ROWID;

            CREATE TABLE s3_object (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                bucket INTEGER NOT NULL,
                key BLOB NOT NULL,
                is_null_version INTEGER NOT NULL,
                is_latest INTEGER NOT NULL,
                is_delete_marker INTEGER NOT NULL,
                last_modified_ms INTEGER NOT NULL,
                size_bytes INTEGER NOT NULL,
                etag TEXT NOT NULL,
                checksum_algorithm TEXT,
                checksum_type TEXT,
                checksum TEXT,
                attributes TEXT NOT NULL,
                tags TEXT NOT NULL,
                parts TEXT NOT NULL,
                body_file TEXT,
                body BLOB
            ) STRICT;
            CREATE UNIQUE INDEX s3_object_version ON s3_object (bucket, key, id DESC);
            CREATE UNIQUE INDEX s3_object_listed ON s3_object (bucket, key)
                WHERE is_latest = 1 AND is_delete_marker = 0;
            CREATE INDEX s3_object_body_file ON s3_object (body_file) WHERE body_file IS NOT NULL;

            CREATE TABLE s3_upload (
                sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                bucket INTEGER NOT NULL,
                key BLOB NOT NULL,
                initiated_at_ms INTEGER NOT NULL,
                checksum_algorithm TEXT,
                checksum_type TEXT,
                attributes TEXT NOT NULL,
                tags TEXT NOT NULL,
                is_overtaken INTEGER NOT NULL DEFAULT 0
            ) STRICT;
            CREATE UNIQUE INDEX s3_upload_key ON s3_upload (bucket, key, sequence);

            CREATE TABLE s3_part (
                upload INTEGER NOT NULL,
                number INTEGER NOT NULL,
                last_modified_ms INTEGER NOT NULL,
                size_bytes INTEGER NOT NULL,
                etag TEXT NOT NULL,
                checksum_algorithm TEXT NOT NULL,
                checksum TEXT NOT NULL,
                body_file TEXT,
                body BLOB,
                PRIMARY KEY (upload, number)
            ) STRICT;
            """),
        // Events that wait for delivery; their ids are never used twice, for they tell the order of events.
        SchemaVersion(
            "s3-2",
            """
            CREATE TABLE s3_event (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                arn TEXT NOT NULL,
                body TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                created_at_ms INTEGER NOT NULL,
                due_at_ms INTEGER NOT NULL
            ) STRICT;
            """),
        // What became of uploads, for the clients that end one twice.
        SchemaVersion(
            "s3-3",
            """
            CREATE TABLE s3_completed_upload (
                id TEXT PRIMARY KEY,
                bucket INTEGER NOT NULL,
                object INTEGER NOT NULL,
                completed_at_ms INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE INDEX s3_completed_upload_age ON s3_completed_upload (completed_at_ms);
            """),
    ]
}
