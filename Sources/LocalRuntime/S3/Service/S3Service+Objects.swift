import AWSProtocol
import EmulatorClock
import GRDB

/// What a write demands of the object that it would replace.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
enum WriteCondition: Sendable {
    /// `If-None-Match: *`
    case isAbsent
    /// `If-Match`; nil stands for `*`, which only deletions take.
    case matches(ETag?)

    var header: String {
        switch self {
        case .isAbsent: "If-None-Match"
        case .matches: "If-Match"
        }
    }

    func check(_ latest: ObjectVersion?, key: ObjectKey) throws(S3Error) {
        let current = latest.flatMap { $0.isDeleteMarker ? nil : $0 }
        switch self {
        case .isAbsent: if current != nil { throw .preconditionFailed(header) }
        case .matches(let etag):
            guard let current else { throw .noSuchKey(key) }
            if let etag, etag != current.etag { throw .preconditionFailed(header) }
        }
    }
}

/// An object to be written, but for its body.
struct ObjectToPut: Sendable {
    var key: ObjectKey
    var attributes = ObjectAttributes()
    var tags: [Tag] = []
    var condition: WriteCondition?
}

/// A version as it was written, in a bucket with versioning or without.
struct WrittenObject: Sendable {
    let version: ObjectVersion
    let bucket: Bucket
    let expiration: LifecycleExpiration?
}

/// An object that was found for reading.
struct FoundObject: Sendable {
    let version: ObjectVersion
    let bucket: Bucket
    /// Told only where no version was asked for by its id.
    var expiration: LifecycleExpiration?

    /// - Throws: `invalidObjectState` where the object lies in an archive; nothing here is restored from one.
    func checkIsAtHand(isCopySource: Bool) throws(S3Error) {
        let storageClass = version.attributes.storageClass
        guard ["GLACIER", "DEEP_ARCHIVE"].contains(storageClass) else { return }
        throw .invalidObjectState(storageClass: storageClass, isCopySource: isCopySource)
    }
}

extension S3Service {
    func putObject(
        _ object: ObjectToPut, in bucket: String, _ caller: S3Caller, _ body: HTTPBody,
        _ expected: PayloadExpectations
    ) async throws -> WrittenObject {
        if expected.length_bytes.map({ $0 > ObjectBodies.inlineLimit_bytes }) ?? true {
            // A large body is not worth receiving for a write that will be refused.
            try await read(bucket, caller) { bucket, db in
                try object.condition?.check(
                    try S3Store.version(nil, of: object.key, in: bucket, db), key: object.key)
            }
        }
        let received = try await PayloadReader.receive(body, expected, into: bodies)
        let new = NewObject(
            key: object.key, size_bytes: received.size_bytes, etag: received.etag, checksum: received.checksum,
            attributes: object.attributes, tags: object.tags)
        return try await store(new, body: received.body, in: bucket, caller, object.condition, as: .put)
    }

    /// Makes a stored body an object. The condition is checked in the transaction that writes, so that of two writers
    /// who both want the object absent one is refused.
    func store(
        _ new: NewObject, body: StoredBody, in bucket: String, _ caller: S3Caller, _ condition: WriteCondition?,
        as kind: ObjectEvent.Kind
    ) async throws -> WrittenObject {
        let now = clock.now
        return try await write(bucket, caller, bringing: body) { [self] bucket, db in
            if let condition {
                try condition.check(try S3Store.version(nil, of: new.key, in: bucket, db), key: new.key)
            }
            var new = new
            try Self.encryptByDefault(&new.attributes, in: bucket, db)
            let (version, replaced) = try S3Store.insert(new, body: body, into: bucket, at: now, db)
            try note(ObjectEvent(kind, version), in: bucket, caller, at: now, db)
            let expiration = try Self.expiration(of: version, in: bucket, db)
            return (WrittenObject(version: version, bucket: bucket, expiration: expiration), replaced)
        }
    }

    /// - Throws: `noSuchKey`, `noSuchVersion`, or `methodNotAllowed` for a delete marker that was asked for by its id.
    func headObject(
        _ key: ObjectKey, _ versionID: VersionID?, in bucket: String, _ caller: S3Caller, method: String
    ) async throws -> FoundObject {
        try await read(bucket, caller) { bucket, db in
            let version = try Self.readable(
                try S3Store.version(versionID, of: key, in: bucket, db), key, versionID, method: method)
            let expiration = versionID == nil ? try Self.expiration(of: version, in: bucket, db) : nil
            return FoundObject(version: version, bucket: bucket, expiration: expiration)
        }
    }

    /// The same with the body.
    func getObject(
        _ key: ObjectKey, _ versionID: VersionID?, in bucket: String, _ caller: S3Caller
    ) async throws -> (object: FoundObject, body: StoredBody) {
        try await read(bucket, caller) { bucket, db in
            let found = try S3Store.versionAndBody(versionID, of: key, in: bucket, db)
            let version = try Self.readable(found?.version, key, versionID, method: "GET")
            let expiration = versionID == nil ? try Self.expiration(of: version, in: bucket, db) : nil
            return (
                FoundObject(version: version, bucket: bucket, expiration: expiration), found?.body ?? .inline([])
            )
        }
    }

    private static func readable(
        _ version: ObjectVersion?, _ key: ObjectKey, _ versionID: VersionID?, method: String
    ) throws(S3Error) -> ObjectVersion {
        guard let version else {
            throw versionID.map { .noSuchVersion(key, $0.wire) } ?? .noSuchKey(key)
        }
        guard version.isDeleteMarker else { return version }
        throw versionID == nil
            ? .keyIsDeleted(key, marker: version.versionID)
            : .markerIsNoObject(method: method, marker: version.versionID, lastModified: version.lastModified)
    }

    /// The version whose tags are asked for.
    func taggedObject(
        _ key: ObjectKey, _ versionID: VersionID?, in bucket: String, _ caller: S3Caller
    ) async throws -> FoundObject {
        try await read(bucket, caller) { bucket, db in
            let version = try S3Store.version(versionID, of: key, in: bucket, db)
            // Only here S3 names the bucket before the key that it misses.
            let name = version == nil ? ObjectKey("\(bucket.name)/\(key.text)") : key
            return FoundObject(version: try Self.taggable(version, name, versionID, method: "GET"), bucket: bucket)
        }
    }

    func setTags(
        _ tags: [Tag], of key: ObjectKey, _ versionID: VersionID?, in bucket: String, _ caller: S3Caller, method: String
    ) async throws -> FoundObject {
        let now = clock.now
        return try await write(bucket, caller) { [self] bucket, db in
            let version = try Self.taggable(
                try S3Store.version(versionID, of: key, in: bucket, db), key, versionID, method: method)
            try S3Store.setTags(tags, of: version, in: bucket, db)
            let kind: ObjectEvent.Kind = method == "DELETE" ? .untagged : .tagged
            try note(ObjectEvent(kind, version), in: bucket, caller, at: now, db)
            return (FoundObject(version: version, bucket: bucket), [])
        }
    }

    /// To tags a delete marker is no object even as the latest version.
    private static func taggable(
        _ version: ObjectVersion?, _ key: ObjectKey, _ versionID: VersionID?, method: String
    ) throws(S3Error) -> ObjectVersion {
        if let version, version.isDeleteMarker {
            throw .markerIsNoObject(method: method, marker: version.versionID, lastModified: version.lastModified)
        }
        return try readable(version, key, versionID, method: method)
    }
}
