import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import GRDB

/// A part as CompleteMultipartUpload lists it.
struct PartToComplete: Sendable {
    let number: Int
    let etag: ETag
    let checksum: (algorithm: ChecksumAlgorithm, value: String)?
}

/// What CompleteMultipartUpload asks for.
struct UploadToComplete: Sendable {
    var id: String
    var key: ObjectKey
    var parts: [PartToComplete]
    var condition: WriteCondition?
    var checksum: (algorithm: ChecksumAlgorithm, value: String)?
    var checksumType: ChecksumType?
    var objectSize_bytes: Int64?
}

extension S3Service {
    func createMultipartUpload(
        _ object: ObjectToPut, checksum: (algorithm: ChecksumAlgorithm, type: ChecksumType)?, in bucket: String,
        _ caller: S3Caller
    ) async throws -> Upload {
        let (id, now) = (Self.newUploadID(), clock.now)
        return try await write(bucket, caller) { bucket, db in
            var attributes = object.attributes
            try Self.encryptByDefault(&attributes, in: bucket, db)
            let upload = Upload(
                id: id, key: object.key, initiatedAt: now, checksumAlgorithm: checksum?.algorithm,
                checksumType: checksum?.type, attributes: attributes, tags: object.tags)
            try S3Store.insert(upload, in: bucket, db)
            return (upload, [])
        }
    }

    func upload(_ id: String, of key: ObjectKey, in bucket: String, _ caller: S3Caller) async throws -> Upload {
        try await read(bucket, caller) { try Self.upload(id, of: key, in: $0, $1) }
    }

    /// Stores a part. Parts come in any order and beside one another; the later of one number counts.
    func uploadPart(
        _ number: Int, of upload: Upload, in bucket: String, _ caller: S3Caller, _ body: HTTPBody,
        _ expected: PayloadExpectations
    ) async throws -> Part {
        let received = try await PayloadReader.receive(body, expected, into: bodies)
        let part = Part(
            number: number, lastModified: clock.now, size_bytes: received.size_bytes, etag: received.etag,
            checksum: received.checksum)
        return try await write(bucket, caller, bringing: received.body) { bucket, db in
            let upload = try Self.upload(upload.id, of: upload.key, in: bucket, db)
            return (part, try S3Store.insert(part, body: received.body, of: upload, db))
        }
    }

    func listParts(
        of id: String, _ key: ObjectKey, behind number: Int, limit: Int, in bucket: String, _ caller: S3Caller
    ) async throws -> (upload: Upload, parts: [Part], isTruncated: Bool) {
        try await read(bucket, caller) { bucket, db in
            let upload = try Self.upload(id, of: key, in: bucket, db)
            let parts = try S3Store.parts(of: upload, behind: number, limit: limit + 1, db)
            return (upload, Array(parts.prefix(limit)), parts.count > limit)
        }
    }

    func abortMultipartUpload(_ id: String, of key: ObjectKey, in bucket: String, _ caller: S3Caller) async throws {
        try await write(bucket, caller) { bucket, db in
            ((), try S3Store.deleteUpload(try Self.upload(id, of: key, in: bucket, db), db))
        }
    }

    /// Makes one object of the parts. The bytes are put together first; the rows change only if the parts still bear
    /// the tags that the request names.
    func completeMultipartUpload(
        _ request: UploadToComplete, in bucket: String, _ caller: S3Caller
    ) async throws -> WrittenObject {
        let (upload, stored) = try await read(bucket, caller) { [limits] bucket, db in
            let upload = try Self.upload(request.id, of: request.key, in: bucket, db)
            return (upload, try S3Store.parts(of: upload, limit: limits.partNumbers.upperBound, db))
        }
        let parts = try CompletionRules(request: request, upload: upload, stored: stored, limits: limits).parts()
        let new = try CompletionRules.object(of: parts, upload, request)
        let body = try await joined(parts, of: upload)
        let now = clock.now
        return try await write(bucket, caller, bringing: body) { [self] bucket, db in
            let upload = try Self.upload(request.id, of: request.key, in: bucket, db)
            let current = try S3Store.parts(of: upload, limit: limits.partNumbers.upperBound, db)
            _ = try CompletionRules(request: request, upload: upload, stored: current, limits: limits).parts()
            if let condition = request.condition {
                try condition.check(try S3Store.version(nil, of: new.key, in: bucket, db), key: new.key)
                guard !upload.isOvertaken else {
                    throw S3Error.conditionalRequestConflict(condition.header, new.key)
                }
            }
            let (version, replaced) = try S3Store.insert(new, body: body, into: bucket, at: now, db)
            try S3Store.noteCompletion(of: upload, as: db.lastInsertedRowID, in: bucket, at: now, db)
            try note(ObjectEvent(.uploaded, version), in: bucket, caller, at: now, db)
            let expiration = try Self.expiration(of: version, in: bucket, db)
            return (
                WrittenObject(version: version, bucket: bucket, expiration: expiration),
                replaced + (try S3Store.deleteUpload(upload, db))
            )
        }
    }

    /// What an upload became that was completed before; nil when it was not, or when the object is gone.
    func outcome(
        ofUpload id: String, of key: ObjectKey, in bucket: String, _ caller: S3Caller
    ) async throws -> WrittenObject? {
        try await read(bucket, caller) { bucket, db in
            guard let version = try S3Store.outcome(ofUpload: id, of: key, in: bucket, db) else { return nil }
            return WrittenObject(
                version: version, bucket: bucket, expiration: try Self.expiration(of: version, in: bucket, db))
        }
    }

    /// The bytes of the parts in a row; a single part's file only gets a second name.
    private func joined(_ parts: [Part], of upload: Upload) async throws -> StoredBody {
        let writer = BodyWriter(bodies)
        for part in parts {
            guard let body = try await database.read({ try S3Store.body(ofPart: part.number, of: upload, $0) }) else {
                throw S3Error.noSuchUpload(upload.id)
            }
            if parts.count == 1, let file = body.file { return .file(try await bodies.link(file)) }
            try await writer.append(body, size_bytes: part.size_bytes)
        }
        return try await writer.finish()
    }

    static func upload(
        _ id: String, of key: ObjectKey, in bucket: Bucket, _ db: Database
    ) throws -> Upload {
        guard let upload = try S3Store.upload(id, of: key, in: bucket, db) else { throw S3Error.noSuchUpload(id) }
        return upload
    }

    private static func newUploadID() -> String {
        Base64.encode((0..<4).flatMap { _ in Array(BodyFile.random().name.utf8) })
            .filter { $0 != "=" }
    }
}
