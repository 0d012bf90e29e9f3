import GRDB

/// Where a list begins.
enum ListStart: Sendable, Equatable {
    case beginning
    /// The first key that is this one or behind it.
    case at(ObjectKey)
    case behind(ObjectKey)
    /// Within a key's versions or uploads: behind the one that holds this place in the order of writes.
    case behindPlace(ObjectKey, Int64)
}

/// Rows are visited one at a time until a visitor returns false, so that a list that folds a million keys into one
/// common prefix reads one of them.
extension S3Store {
    /// Visits the listed objects of a bucket from `start` on, in key order.
    static func visitObjects(
        in bucket: Bucket, from start: ListStart, prefix: ObjectKey, _ db: Database,
        _ visit: (ObjectVersion) throws -> Bool
    ) throws {
        var range = KeyRange("bucket = ? AND is_latest = 1 AND is_delete_marker = 0", bucket)
        range.narrow(to: start, prefix)
        try each(
            """
            SELECT \(versionColumns) FROM s3_object INDEXED BY s3_object_listed
            WHERE \(range.conditions) ORDER BY key
            """, range.arguments, db
        ) { try visit(version($0)) }
    }

    /// Visits all versions of a bucket from `start` on, in key order, the newest of each key first.
    static func visitVersions(
        in bucket: Bucket, from start: ListStart, prefix: ObjectKey, _ db: Database,
        _ visit: (ObjectVersion) throws -> Bool
    ) throws {
        if case .behindPlace(let key, let place) = start {
            let isOver = try !each(
                """
                SELECT \(versionColumns) FROM s3_object INDEXED BY s3_object_version
                WHERE bucket = ? AND key = ? AND id < ? ORDER BY id DESC
                """, [bucket.id, key, place], db
            ) { try visit(version($0)) }
            if isOver { return }
        }
        var range = KeyRange("bucket = ?", bucket)
        range.narrow(to: start, prefix)
        try each(
            """
            SELECT \(versionColumns) FROM s3_object INDEXED BY s3_object_version
            WHERE \(range.conditions) ORDER BY key, id DESC
            """, range.arguments, db
        ) { try visit(version($0)) }
    }

    /// Visits the uploads under way from `start` on, in key order, the oldest of each key first.
    static func visitUploads(
        in bucket: Bucket, from start: ListStart, prefix: ObjectKey, _ db: Database, _ visit: (Upload) throws -> Bool
    ) throws {
        if case .behindPlace(let key, let place) = start {
            let isOver = try !each(
                "SELECT * FROM s3_upload WHERE bucket = ? AND key = ? AND sequence > ? ORDER BY sequence",
                [bucket.id, key, place], db
            ) { try visit(upload($0)) }
            if isOver { return }
        }
        var range = KeyRange("bucket = ?", bucket)
        range.narrow(to: start, prefix)
        try each(
            "SELECT * FROM s3_upload WHERE \(range.conditions) ORDER BY key, sequence", range.arguments, db
        ) { try visit(upload($0)) }
    }

    /// - Returns: false when the visitor ended it.
    @discardableResult
    private static func each(
        _ sql: String, _ arguments: StatementArguments, _ db: Database, _ visit: (Row) throws -> Bool
    ) throws -> Bool {
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        while let row = try rows.next() {
            guard try visit(row) else { return false }
        }
        return true
    }
}

/// A condition on keys, and its arguments.
private struct KeyRange {
    private(set) var conditions: String
    private(set) var arguments: StatementArguments

    init(_ conditions: String, _ bucket: Bucket) {
        self.conditions = conditions
        arguments = [bucket.id]
    }

    /// Leaves the keys from `start` on that have the prefix; one lower and one upper bound, for SQLite uses no more.
    mutating func narrow(to start: ListStart, _ prefix: ObjectKey) {
        switch start {
        case .at(let key) where key > prefix: add("key >= ?", key)
        case .behind(let key) where key >= prefix, .behindPlace(let key, _) where key >= prefix: add("key > ?", key)
        default: add("key >= ?", prefix)
        }
        if !prefix.bytes.isEmpty, let end = prefix.behindAllWithThisPrefix { add("key < ?", end) }
    }

    private mutating func add(_ condition: String, _ key: ObjectKey) {
        conditions += " AND \(condition)"
        arguments += [key]
    }
}
