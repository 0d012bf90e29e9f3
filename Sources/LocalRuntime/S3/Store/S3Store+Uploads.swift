import EmulatorClock
import GRDB

/// A multipart upload under way.
struct Upload: Sendable {
    /// Its place in the order of all uploads.
    var sequence: Int64 = 0
    let id: String
    let key: ObjectKey
    let initiatedAt: Timestamp
    /// What the creator chose; nil when it chose nothing and S3's own CRC64NVME goes along.
    let checksumAlgorithm: ChecksumAlgorithm?
    let checksumType: ChecksumType?
    let attributes: ObjectAttributes
    let tags: [Tag]
    /// Whether the key was written or deleted since the upload began.
    var isOvertaken = false
}

/// A part that was uploaded.
struct Part: Sendable {
    let number: Int
    let lastModified: Timestamp
    let size_bytes: Int64
    let etag: ETag
    let checksum: ObjectChecksum
}

extension S3Store {
    static func insert(_ upload: Upload, in bucket: Bucket, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO s3_upload (id, bucket, key, initiated_at_ms, checksum_algorithm, checksum_type, attributes,
                    tags)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                upload.id, bucket.id, upload.key, upload.initiatedAt.milliseconds, upload.checksumAlgorithm?.rawValue,
                upload.checksumType?.rawValue, upload.attributes.column, upload.tags.column,
            ])
    }

    /// Remembers which object an upload became: the one that was inserted last. After a day that is forgotten.
    static func noteCompletion(
        of upload: Upload, as object: Int64, in bucket: Bucket, at now: Timestamp, _ db: Database
    )
        throws
    {
        try db.cachedStatement(sql: "DELETE FROM s3_completed_upload WHERE completed_at_ms < ?")
            .execute(arguments: [now.milliseconds - 86_400_000])
        try db.cachedStatement(sql: "INSERT INTO s3_completed_upload VALUES (?, ?, ?, ?)")
            .execute(arguments: [upload.id, bucket.id, object, now.milliseconds])
    }

    /// The object that an upload became, as long as it is there.
    static func outcome(
        ofUpload id: String, of key: ObjectKey, in bucket: Bucket, _ db: Database
    ) throws -> ObjectVersion? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT \(versionColumns) FROM s3_object WHERE bucket = ? AND key = ?
                        AND id = (SELECT object FROM s3_completed_upload WHERE id = ? AND bucket = ?)
                    """),
            arguments: [bucket.id, key, id, bucket.id]
        ).map(version)
    }

    /// Notes on the uploads of a key that something else wrote or deleted it.
    static func overtakeUploads(of key: ObjectKey, in bucket: Bucket, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE s3_upload SET is_overtaken = 1 WHERE bucket = ? AND key = ?")
            .execute(arguments: [bucket.id, key])
    }

    static func upload(_ id: String, of key: ObjectKey, in bucket: Bucket, _ db: Database) throws -> Upload? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT * FROM s3_upload WHERE id = ? AND bucket = ? AND key = ?"),
            arguments: [id, bucket.id, key]
        ).map(upload)
    }

    /// Removes an upload with its parts.
    ///
    /// - Returns: the parts' files.
    static func deleteUpload(_ upload: Upload, _ db: Database) throws -> [BodyFile] {
        let files = try Optional<String>.fetchAll(
            db.cachedStatement(sql: "DELETE FROM s3_part WHERE upload = ? RETURNING body_file"),
            arguments: [upload.sequence])
        try db.execute(sql: "DELETE FROM s3_upload WHERE sequence = ?", arguments: [upload.sequence])
        return files.compactMap { $0 }.map(BodyFile.init)
    }

    /// Adds a part, or puts it in the place of an earlier one of its number.
    ///
    /// - Returns: the file of the earlier one.
    static func insert(_ part: Part, body: StoredBody, of upload: Upload, _ db: Database) throws -> [BodyFile] {
        let replaced = try Optional<String>.fetchAll(
            db.cachedStatement(sql: "DELETE FROM s3_part WHERE upload = ? AND number = ? RETURNING body_file"),
            arguments: [upload.sequence, part.number])
        let columns = body.columns
        try db.cachedStatement(
            sql: """
                INSERT INTO s3_part (upload, number, last_modified_ms, size_bytes, etag, checksum_algorithm, checksum,
                    body_file, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            upload.sequence, part.number, part.lastModified.milliseconds, part.size_bytes, part.etag.value,
            part.checksum.algorithm.rawValue, part.checksum.value, columns.file, columns.bytes,
        ])
        return replaced.compactMap { $0 }.map(BodyFile.init)
    }

    /// The parts of an upload by number, behind `number`.
    static func parts(of upload: Upload, behind number: Int = 0, limit: Int, _ db: Database) throws -> [Part] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT number, last_modified_ms, size_bytes, etag, checksum_algorithm, checksum
                    FROM s3_part WHERE upload = ? AND number > ? ORDER BY number LIMIT ?
                    """),
            arguments: [upload.sequence, number, limit]
        ).map(part)
    }

    static func body(ofPart number: Int, of upload: Upload, _ db: Database) throws -> StoredBody? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT body_file, body FROM s3_part WHERE upload = ? AND number = ?"),
            arguments: [upload.sequence, number]
        ).map(StoredBody.init)
    }

    static func upload(_ row: Row) throws -> Upload {
        Upload(
            sequence: row["sequence"], id: row["id"], key: row["key"],
            initiatedAt: Timestamp(column: row["initiated_at_ms"]),
            checksumAlgorithm: (row["checksum_algorithm"] as String?).flatMap(ChecksumAlgorithm.init),
            checksumType: (row["checksum_type"] as String?).flatMap(ChecksumType.init),
            attributes: try ObjectAttributes(column: row["attributes"]), tags: try [Tag](column: row["tags"]),
            isOvertaken: row["is_overtaken"])
    }

    private static func part(_ row: Row) throws -> Part {
        let algorithm = (row["checksum_algorithm"] as String?).flatMap(ChecksumAlgorithm.init) ?? .crc64nvme
        return Part(
            number: row["number"], lastModified: Timestamp(column: row["last_modified_ms"]),
            size_bytes: row["size_bytes"], etag: ETag(row["etag"]),
            checksum: ObjectChecksum(algorithm: algorithm, value: row["checksum"]))
    }
}
