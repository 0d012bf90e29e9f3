import GRDB

/// What a list is asked for.
struct ListQuery: Sendable {
    var prefix = ObjectKey("")
    var delimiter: [UInt8] = []
    var start = ListStart.beginning
    var limit: Int

    /// Goes on behind an entry or a common prefix that an earlier page ended with, or any key a client names.
    ///
    /// A key under a common prefix stands for the whole prefix, which the earlier page showed already.
    mutating func goOn(behind marker: ObjectKey) {
        start = .behind(marker)
        guard marker.hasPrefix(prefix.bytes),
            let common = marker.commonPrefix(behind: prefix.bytes, delimiter: delimiter),
            let next = common.behindAllWithThisPrefix
        else { return }
        start = .at(next)
    }
}

/// What stands in a list under a key.
protocol ListEntry: Sendable {
    var key: ObjectKey { get }
}

extension ObjectVersion: ListEntry {}
extension Upload: ListEntry {}

/// A page of a list: entries, and in place of those that share a prefix up to the delimiter that prefix alone.
struct ListPage<Entry: ListEntry>: Sendable {
    private(set) var entries: [Entry] = []
    private(set) var commonPrefixes: [ObjectKey] = []
    private(set) var isTruncated = false
    /// What the page ended with: an entry, or else a common prefix.
    private(set) var lastEntry: Entry?
    private(set) var lastKey: ObjectKey?

    /// - Parameter visit: visits all entries in key order from a place on, as long as its own argument returns true.
    init(
        _ query: ListQuery, _ visit: (ListStart, _ each: (Entry) throws -> Bool) throws -> Void
    ) rethrows {
        guard query.limit > 0 else { return }
        var next: ListStart? = query.start
        while let start = next {
            next = nil
            try visit(start) { entry in
                guard entries.count + commonPrefixes.count < query.limit else {
                    isTruncated = true
                    return false
                }
                let common = entry.key.commonPrefix(behind: query.prefix.bytes, delimiter: query.delimiter)
                lastKey = common ?? entry.key
                lastEntry = common == nil ? entry : nil
                guard let common else {
                    entries.append(entry)
                    return true
                }
                commonPrefixes.append(common)
                next = common.behindAllWithThisPrefix.map(ListStart.at)
                return false
            }
        }
    }
}

extension S3Service {
    func listObjects(
        _ query: ListQuery, in bucket: String, _ caller: S3Caller
    ) async throws -> ListPage<ObjectVersion> {
        try await read(bucket, caller) { bucket, db in
            try ListPage(query) { start, each in
                try S3Store.visitObjects(in: bucket, from: start, prefix: query.prefix, db, each)
            }
        }
    }

    /// - Parameter marker: with a key to go on behind, the version of it to go on behind.
    func listObjectVersions(
        _ query: ListQuery, behind marker: (key: ObjectKey, version: VersionID)?, in bucket: String, _ caller: S3Caller
    ) async throws -> ListPage<ObjectVersion> {
        try await read(bucket, caller) { bucket, db in
            var query = query
            if let marker, case .behind = query.start {
                let place = try S3Store.place(of: marker.version, marker.key, in: bucket, db)
                query.start = .behindPlace(marker.key, place)
            }
            return try ListPage(query) { start, each in
                try S3Store.visitVersions(in: bucket, from: start, prefix: query.prefix, db, each)
            }
        }
    }

    func listMultipartUploads(
        _ query: ListQuery, behind marker: (key: ObjectKey, uploadID: String)?, in bucket: String, _ caller: S3Caller
    ) async throws -> ListPage<Upload> {
        try await read(bucket, caller) { bucket, db in
            var query = query
            if let marker, case .behind = query.start {
                guard let upload = try S3Store.upload(marker.uploadID, of: marker.key, in: bucket, db) else {
                    throw S3Error.invalidArgument(
                        "Invalid uploadId marker", name: "upload-id-marker", value: marker.uploadID)
                }
                query.start = .behindPlace(marker.key, upload.sequence)
            }
            return try ListPage(query) { start, each in
                try S3Store.visitUploads(in: bucket, from: start, prefix: query.prefix, db, each)
            }
        }
    }
}
