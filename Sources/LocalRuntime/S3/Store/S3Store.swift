import EmulatorClock
import GRDB

/// The SQL of S3. Every function runs inside the caller's transaction; none waits.
enum S3Store {}

extension S3Store {
    static func bucket(_ name: String, account: String, _ db: Database) throws -> Bucket? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM s3_bucket WHERE account = ? AND name = ?"),
            arguments: [account, name]
        ).map(bucket)
    }

    static func buckets(account: String, _ db: Database) throws -> [Bucket] {
        try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM s3_bucket WHERE account = ? ORDER BY name"), arguments: [account]
        ).map(bucket)
    }

    static func insertBucket(
        _ name: String, account: String, location: String, at now: Timestamp, _ db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO s3_bucket (account, name, region, created_at_ms) VALUES (?, ?, ?, ?)",
            arguments: [account, name, location, now.milliseconds])
    }

    /// Deletes a bucket that holds no object; its uploads go with it.
    ///
    /// - Returns: the files of parts that were on their way.
    static func deleteBucket(_ bucket: Bucket, _ db: Database) throws -> [BodyFile] {
        let files = try Optional<String>.fetchAll(
            db,
            sql: """
                DELETE FROM s3_part WHERE upload IN (SELECT sequence FROM s3_upload WHERE bucket = ?)
                RETURNING body_file
                """,
            arguments: [bucket.id])
        for table in ["s3_upload", "s3_completed_upload", "s3_bucket_configuration"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE bucket = ?", arguments: [bucket.id])
        }
        try db.execute(sql: "DELETE FROM s3_bucket WHERE id = ?", arguments: [bucket.id])
        return files.compactMap { $0 }.map(BodyFile.init)
    }

    static func holdsAnything(_ bucket: Bucket, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM s3_object WHERE bucket = ?)", arguments: [bucket.id]) ?? false
    }

    static func setVersioning(_ versioning: Bucket.Versioning, on bucket: Bucket, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE s3_bucket SET versioning = ? WHERE id = ?", arguments: [versioning.rawValue, bucket.id])
    }

    private static func bucket(_ row: Row) -> Bucket {
        Bucket(
            id: row["id"], account: row["account"], name: row["name"], location: row["region"],
            createdAt: Timestamp(column: row["created_at_ms"]),
            versioning: (row["versioning"] as String?).flatMap(Bucket.Versioning.init))
    }
}

/// Documents that hang on a bucket.
extension S3Store {
    static func configuration(
        _ kind: BucketConfiguration, of bucket: Bucket, _ db: Database
    ) throws -> ConfigurationDocument? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT document, header FROM s3_bucket_configuration WHERE bucket = ? AND kind = ?"),
            arguments: [bucket.id, kind.rawValue]
        ).map { ConfigurationDocument(text: $0["document"], header: $0["header"]) }
    }

    static func setConfiguration(
        _ kind: BucketConfiguration, to document: ConfigurationDocument, on bucket: Bucket, _ db: Database
    ) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO s3_bucket_configuration (bucket, kind, document, header) VALUES (?, ?, ?, ?)",
            arguments: [bucket.id, kind.rawValue, document.text, document.header])
    }

    static func deleteConfiguration(_ kind: BucketConfiguration, of bucket: Bucket, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM s3_bucket_configuration WHERE bucket = ? AND kind = ?",
            arguments: [bucket.id, kind.rawValue])
    }
}

/// Body files.
extension S3Store {
    /// Every file that a row names.
    static func referencedFiles(_ db: Database) throws -> Set<BodyFile> {
        let names = try String.fetchSet(
            db,
            sql: """
                SELECT body_file FROM s3_object WHERE body_file IS NOT NULL
                UNION ALL SELECT body_file FROM s3_part WHERE body_file IS NOT NULL
                """)
        return Set(names.map(BodyFile.init))
    }
}
