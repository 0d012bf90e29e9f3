import AWSProtocol
import EmulatorClock

/// The object, or the stretch of one, that a copy reads.
struct CopySource: Sendable {
    let bucket: String
    let key: ObjectKey
    let versionID: VersionID?
    let conditions: ReadConditions
}

/// What CopyObject is asked for.
struct ObjectToCopy: Sendable {
    var source: CopySource
    /// Where it goes; attributes and tags count where they replace the source's.
    var target: ObjectToPut
    var replacesMetadata: Bool
    var replacesTags: Bool
    var storageClass: String?
    var checksumAlgorithm: ChecksumAlgorithm?
}

/// A copy that was made.
struct CopiedObject: Sendable {
    let written: WrittenObject
    let source: FoundObject
}

extension S3Service {
    func copyObject(_ copy: ObjectToCopy, to bucket: String, _ caller: S3Caller) async throws -> CopiedObject {
        let (source, body) = try await copySource(copy.source, caller)
        guard source.version.size_bytes <= limits.singleUpload_bytes else {
            throw S3Error.invalidRequest(
                "The specified copy source is larger than the maximum allowable size for a copy source: "
                    + "\(limits.singleUpload_bytes)")
        }
        try await checkChanges(copy, source, bucket, caller)
        var new = NewObject(
            key: copy.target.key, size_bytes: source.version.size_bytes, etag: source.version.etag,
            checksum: source.version.checksum,
            attributes: attributes(of: copy, source.version),
            tags: copy.replacesTags ? copy.target.tags : source.version.tags)
        let copied = try await copyBody(body, of: source.version, copy.checksumAlgorithm, &new)
        return CopiedObject(
            written: try await store(new, body: copied, in: bucket, caller, copy.target.condition, as: .copied),
            source: source)
    }

    /// Copies a stretch of an object, or all of it, as a part.
    func uploadPartCopy(
        _ source: CopySource, _ range: ClosedRange<Int64>?, as number: Int, of upload: Upload, in bucket: String,
        _ caller: S3Caller
    ) async throws -> (part: Part, source: FoundObject) {
        let (found, body) = try await copySource(source, caller)
        let size_bytes = found.version.size_bytes
        if let range, range.lowerBound >= size_bytes {
            throw S3Error.invalidRequest("The specified copy range is invalid for the source object size")
        }
        if let range, range.upperBound >= size_bytes {
            throw S3Error.invalidArgument(
                "Range specified is not valid for source object of size: \(size_bytes)",
                name: "x-amz-copy-source-range", value: "bytes=\(range.lowerBound)-\(range.upperBound)")
        }
        let bytes = range.map { $0.lowerBound..<$0.upperBound + 1 } ?? 0..<size_bytes
        let expected = PayloadExpectations(
            length_bytes: bytes.upperBound - bytes.lowerBound, limit_bytes: limits.singleUpload_bytes,
            keptAlgorithm: upload.checksumAlgorithm)
        let part = try await uploadPart(
            number, of: upload, in: bucket, caller, bodies.stream(body, bytes), expected)
        return (part, found)
    }

    /// A copy takes over what was said of the source's content. Its class, its encryption and a redirect are its own.
    private func attributes(of copy: ObjectToCopy, _ source: ObjectVersion) -> ObjectAttributes {
        var attributes = copy.replacesMetadata ? copy.target.attributes : source.attributes
        attributes.storageClass = copy.storageClass ?? "STANDARD"
        for name in ObjectAttributes.keptHeaders where name.hasPrefix("x-amz-") {
            attributes.headers[name] = copy.target.attributes.headers[name]
        }
        return attributes
    }

    private func copySource(
        _ source: CopySource, _ caller: S3Caller
    ) async throws -> (object: FoundObject, body: StoredBody) {
        do {
            let found = try await getObject(source.key, source.versionID, in: source.bucket, caller)
            try found.object.checkIsAtHand(isCopySource: true)
            try source.conditions.checkAsCopySource(found.object.version, now: clock.now)
            return found
        } catch S3Error.markerIsNoObject {
            throw S3Error.invalidRequest(
                "The source of a copy request may not specifically refer to a delete marker by version id.")
        }
    }

    /// A copy of the latest version onto itself must change something.
    private func checkChanges(
        _ copy: ObjectToCopy, _ source: FoundObject, _ bucket: String, _ caller: S3Caller
    ) async throws {
        let encryption = ObjectAttributes.encryption
        let isSame = copy.source.bucket == bucket && copy.source.key == copy.target.key && copy.source.versionID == nil
        let changesNothing =
            !copy.replacesMetadata && copy.storageClass == nil && copy.checksumAlgorithm == nil
            && copy.target.attributes.headers["x-amz-website-redirect-location"] == nil
            && copy.target.attributes.headers[encryption] == nil
            && source.version.attributes.headers[encryption] ?? "AES256" == "AES256"
        guard isSame && changesNothing else { return }
        // An encryption that was put on the bucket counts as a change, whatever it says.
        let isEncrypted = try await read(bucket, caller) { bucket, db in
            try S3Store.configuration(.encryption, of: bucket, db) != nil
        }
        if !isEncrypted { throw S3Error.copyOntoItself }
    }

    /// A file's copy is a second name for it. Only where digests of the whole are missing must the bytes be read: for
    /// an object that came in parts, or a checksum of another kind.
    private func copyBody(
        _ body: StoredBody, of source: ObjectVersion, _ algorithm: ChecksumAlgorithm?, _ new: inout NewObject
    ) async throws -> StoredBody {
        let wanted = algorithm ?? source.checksum?.algorithm ?? .crc64nvme
        if !source.etag.isOfParts, source.checksum?.algorithm == wanted, source.checksum?.type == .fullObject {
            guard let file = body.file else { return body }
            return .file(try await bodies.link(file))
        }
        let expected = PayloadExpectations(limit_bytes: source.size_bytes, keptAlgorithm: wanted)
        let received = try await PayloadReader.receive(
            bodies.stream(body, 0..<source.size_bytes), expected, into: bodies)
        new.etag = received.etag
        new.checksum = received.checksum
        return received.body
    }
}
