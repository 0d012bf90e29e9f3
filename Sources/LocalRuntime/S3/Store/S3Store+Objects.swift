import EmulatorClock
import GRDB

extension S3Store {
    /// Everything of a version but its body.
    static let versionColumns = """
        id, key, is_null_version, is_latest, is_delete_marker, last_modified_ms, size_bytes, etag, checksum_algorithm,
        checksum_type, checksum, attributes, tags, parts
        """

    /// A version, or the latest one when none is named. A delete marker is one, too.
    static func version(
        _ versionID: VersionID?, of key: ObjectKey, in bucket: Bucket, _ db: Database
    ) throws -> ObjectVersion? {
        try versionRow(versionColumns, versionID, of: key, in: bucket, db).map(version)
    }

    static func versionAndBody(
        _ versionID: VersionID?, of key: ObjectKey, in bucket: Bucket, _ db: Database
    ) throws -> (version: ObjectVersion, body: StoredBody)? {
        try versionRow("\(versionColumns), body_file, body", versionID, of: key, in: bucket, db).map {
            (try version($0), StoredBody($0))
        }
    }

    private static func versionRow(
        _ columns: String, _ versionID: VersionID?, of key: ObjectKey, in bucket: Bucket, _ db: Database
    ) throws -> Row? {
        var sql = "SELECT \(columns) FROM s3_object WHERE bucket = ? AND key = ?"
        var arguments: StatementArguments = [bucket.id, key]
        switch versionID {
        case nil: break
        case .null: sql += " AND is_null_version = 1"
        case .sequence(let id):
            sql += " AND id = ? AND is_null_version = 0"
            arguments += [id]
        }
        return try Row.fetchOne(db.cachedStatement(sql: sql + " ORDER BY id DESC LIMIT 1"), arguments: arguments)
    }

    /// Adds a version as the latest of its key. In a bucket without versioning, or with it suspended, it replaces the
    /// null version.
    ///
    /// - Returns: the version, and the files of what it replaced.
    static func insert(
        _ new: NewObject, body: StoredBody, into bucket: Bucket, at now: Timestamp, _ db: Database
    ) throws -> (version: ObjectVersion, replaced: [BodyFile]) {
        let replaced = try makeRoom(for: new.key, in: bucket, db)
        let columns = body.columns
        try db.cachedStatement(
            sql: """
                INSERT INTO s3_object (bucket, key, is_null_version, is_latest, is_delete_marker, last_modified_ms,
                    size_bytes, etag, checksum_algorithm, checksum_type, checksum, attributes, tags, parts, body_file,
                    body)
                VALUES (?, ?, ?, 1, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            bucket.id, new.key, bucket.versioning != .enabled, now.milliseconds, new.size_bytes, new.etag.value,
            new.checksum?.algorithm.rawValue, new.checksum?.type.rawValue, new.checksum?.value, new.attributes.column,
            new.tags.column, new.parts.column, columns.file, columns.bytes,
        ])
        let version = ObjectVersion(
            key: new.key, versionID: newVersionID(in: bucket, db), isLatest: true, isDeleteMarker: false,
            lastModified: now, size_bytes: new.size_bytes, etag: new.etag, checksum: new.checksum,
            attributes: new.attributes, tags: new.tags, parts: new.parts)
        return (version, replaced)
    }

    /// Puts a delete marker on top of a key's versions.
    static func insertDeleteMarker(
        _ key: ObjectKey, in bucket: Bucket, at now: Timestamp, _ db: Database
    ) throws -> (marker: VersionID, replaced: [BodyFile]) {
        let replaced = try makeRoom(for: key, in: bucket, db)
        try db.cachedStatement(
            sql: """
                INSERT INTO s3_object (bucket, key, is_null_version, is_latest, is_delete_marker, last_modified_ms,
                    size_bytes, etag, attributes, tags, parts)
                VALUES (?, ?, ?, 1, 1, ?, 0, '', '{}', '[]', '[]')
                """
        ).execute(arguments: [bucket.id, key, bucket.versioning != .enabled, now.milliseconds])
        return (newVersionID(in: bucket, db), replaced)
    }

    /// Removes one version; the next older one becomes the latest.
    static func delete(_ versionID: VersionID, of key: ObjectKey, in bucket: Bucket, _ db: Database) throws
        -> (wasDeleteMarker: Bool, files: [BodyFile])?
    {
        var sql = "DELETE FROM s3_object WHERE bucket = ? AND key = ? AND is_null_version = 1"
        var arguments: StatementArguments = [bucket.id, key]
        if case .sequence(let id) = versionID {
            sql = "DELETE FROM s3_object WHERE bucket = ? AND key = ? AND id = ? AND is_null_version = 0"
            arguments += [id]
        }
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "\(sql) RETURNING is_delete_marker, is_latest, body_file"), arguments: arguments)
        try overtakeUploads(of: key, in: bucket, db)
        guard let row = rows.first else { return nil }
        if row["is_latest"] && bucket.versioning != nil { try promoteLatest(of: key, in: bucket, db) }
        return (row["is_delete_marker"], (row["body_file"] as String?).map { [BodyFile(name: $0)] } ?? [])
    }

    static func setTags(_ tags: [Tag], of version: ObjectVersion, in bucket: Bucket, _ db: Database) throws {
        var sql = "UPDATE s3_object SET tags = ? WHERE bucket = ? AND key = ?"
        var arguments: StatementArguments = [tags.column, bucket.id, version.key]
        switch version.versionID {
        case .null: sql += " AND is_null_version = 1"
        case .sequence(let id):
            sql += " AND id = ?"
            arguments += [id]
        }
        try db.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Takes the latest mark off a key's versions and, where the bucket keeps no history, removes its null version.
    private static func makeRoom(for key: ObjectKey, in bucket: Bucket, _ db: Database) throws -> [BodyFile] {
        try overtakeUploads(of: key, in: bucket, db)
        var files: [String?] = []
        if bucket.versioning != .enabled {
            files = try Optional<String>.fetchAll(
                db.cachedStatement(
                    sql: """
                        DELETE FROM s3_object WHERE bucket = ? AND key = ? AND is_null_version = 1
                        RETURNING body_file
                        """),
                arguments: [bucket.id, key])
        }
        if bucket.versioning != nil {
            try db.cachedStatement(
                sql: "UPDATE s3_object SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1"
            ).execute(arguments: [bucket.id, key])
        }
        return files.compactMap { $0 }.map(BodyFile.init)
    }

    private static func promoteLatest(of key: ObjectKey, in bucket: Bucket, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE s3_object SET is_latest = 1
                WHERE id = (SELECT max(id) FROM s3_object WHERE bucket = ? AND key = ?)
                """
        ).execute(arguments: [bucket.id, key])
    }

    private static func newVersionID(in bucket: Bucket, _ db: Database) -> VersionID {
        bucket.versioning == .enabled ? .sequence(db.lastInsertedRowID) : .null
    }

    static func version(_ row: Row) throws -> ObjectVersion {
        ObjectVersion(
            key: row["key"], versionID: row["is_null_version"] ? .null : .sequence(row["id"]),
            isLatest: row["is_latest"], isDeleteMarker: row["is_delete_marker"],
            lastModified: Timestamp(column: row["last_modified_ms"]), size_bytes: row["size_bytes"],
            etag: ETag(row["etag"]), checksum: ObjectChecksum(row),
            attributes: try ObjectAttributes(column: row["attributes"]), tags: try [Tag](column: row["tags"]),
            parts: try [PartSummary](column: row["parts"]))
    }
}

extension S3Store {
    /// The place of a version in the order of writes. A null version that is gone leaves none: 0, behind all others.
    static func place(of versionID: VersionID, _ key: ObjectKey, in bucket: Bucket, _ db: Database) throws -> Int64 {
        if case .sequence(let id) = versionID { return id }
        return try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM s3_object WHERE bucket = ? AND key = ? AND is_null_version = 1"),
            arguments: [bucket.id, key]) ?? 0
    }
}
