import AWSProtocol
import EmulatorClock

/// PutObject, GetObject, HeadObject, DeleteObject.
extension S3Wire {
    func putObject(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        try checkIsNoPart()
        let object = try await objectToPut(bucket, key)
        let expected = try payloadExpectations(limit_bytes: service.limits.singleUpload_bytes)
        let written = try await service.putObject(object, in: bucket, caller, request.http.body, expected)
        var response = HTTPResponse(headers: ["ETag": written.version.etag.quoted])
        addVersionID(of: written, to: &response)
        addEncryption(of: written.version, to: &response)
        addExpiration(written.expiration, to: &response)
        if let checksum = written.version.checksum { addChecksum(checksum, to: &response) }
        return response
    }

    /// An object as the header describes it.
    func objectToPut(_ bucket: String, _ key: ObjectKey) async throws -> ObjectToPut {
        try await checkCannedACL(inBucket: bucket)
        return ObjectToPut(
            key: key, attributes: try attributes(), tags: try taggingHeader(), condition: try writeCondition())
    }

    func getObject(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        try checkOverrides()
        let (object, body) = try await service.getObject(key, try versionID(), in: bucket, caller)
        try checkChecksumMode()
        try object.checkIsAtHand(isCopySource: false)
        if let unchanged = try notModified(object) { return unchanged }
        let stretch = try stretch(of: object.version)
        var response = response(for: object, stretch)
        switch body {
        case .inline(let bytes):
            let whole = stretch.bytes.count == bytes.count
            response.body = .bytes(whole ? bytes : Array(bytes[stretch.bytes.asInts]))
        case .file(let file):
            response.body = .file(
                path: service.bodies.path(of: file), offset: stretch.bytes.lowerBound,
                length: stretch.bytes.upperBound - stretch.bytes.lowerBound)
        }
        return response
    }

    func headObject(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        try checkOverrides()
        let object = try await service.headObject(key, try versionID(), in: bucket, caller, method: "HEAD")
        try checkChecksumMode()
        if let unchanged = try notModified(object) { return unchanged }
        let stretch = try stretch(of: object.version)
        var response = response(for: object, stretch)
        response.body = .absent(length: stretch.bytes.upperBound - stretch.bytes.lowerBound)
        return response
    }

    func deleteObject(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let condition = header("if-match").map { $0 == "*" ? WriteCondition.matches(nil) : .matches(ETag(wire: $0)) }
        let deletion = try await service.deleteObject(key, try versionID(), in: bucket, caller, condition)
        var response = HTTPResponse.noContent
        if deletion.isDeleteMarker { response.headers.add("x-amz-delete-marker", "true") }
        if let versionID = deletion.versionID { response.headers.add("x-amz-version-id", versionID.wire) }
        return response
    }

    /// The `versionId` of the query.
    func versionID() throws(S3Error) -> VersionID? {
        guard let text = query["versionId"] else { return nil }
        guard !text.isEmpty else {
            throw .invalidArgument("Version id cannot be the empty string", name: "versionId", value: text)
        }
        guard let versionID = VersionID(wire: text) else {
            throw .invalidArgument("Invalid version id specified", name: "versionId", value: text)
        }
        return versionID
    }

    func addVersionID(of written: WrittenObject, to response: inout HTTPResponse) {
        guard written.bucket.versioning == .enabled else { return }
        response.headers.add("x-amz-version-id", written.version.versionID.wire)
    }

    func addChecksum(_ checksum: ObjectChecksum, to response: inout HTTPResponse) {
        response.headers.add(checksum.algorithm.header, checksum.value)
        response.headers.add("x-amz-checksum-type", checksum.type.rawValue)
    }

    func addExpiration(_ expiration: LifecycleExpiration?, to response: inout HTTPResponse) {
        if let expiration { response.headers.add("x-amz-expiration", expiration.header) }
    }

    func addEncryption(of version: ObjectVersion, to response: inout HTTPResponse) {
        addEncryption(version.attributes, to: &response)
    }

    /// S3 encrypts every object; where the client asked for nothing it says AES256.
    func addEncryption(_ attributes: ObjectAttributes, to response: inout HTTPResponse) {
        let name = ObjectAttributes.encryption
        response.headers.add(name, attributes.headers[name] ?? "AES256")
        for suffix in ["-aws-kms-key-id", "-bucket-key-enabled"] {
            if let value = attributes.headers[name + suffix] { response.headers.add(name + suffix, value) }
        }
    }
}

/// The part of an object that a read answers with.
private struct Stretch {
    var bytes: Range<Int64>
    /// Whether the client asked for less than the whole (206).
    var isPartial = false
    /// When it asked for a part by number: that part.
    var part: PartSummary?
}

extension Range<Int64> {
    fileprivate var asInts: Range<Int> { Int(lowerBound)..<Int(upperBound) }
}

/// What GetObject and HeadObject have in common.
extension S3Wire {
    private func stretch(of version: ObjectVersion) throws -> Stretch {
        if let text = query["partNumber"] { return try stretch(ofPart: text, version) }
        guard let header = header("range"), let range = ByteRange(header: header) else {
            return Stretch(bytes: 0..<version.size_bytes)
        }
        guard let bytes = range.bytes(of: version.size_bytes) else {
            throw S3Error.invalidRange(header, size: version.size_bytes)
        }
        return Stretch(bytes: bytes, isPartial: true)
    }

    private func stretch(ofPart text: String, _ version: ObjectVersion) throws -> Stretch {
        guard header("range") == nil else {
            throw S3Error.invalidRequest("Cannot specify both Range header and partNumber query parameter")
        }
        guard let number = Int(text), service.limits.partNumbers.contains(number) else {
            throw S3Error.invalidPartNumberArgument(text, service.limits)
        }
        if version.parts.isEmpty && number == 1 {
            return Stretch(bytes: 0..<version.size_bytes, isPartial: version.size_bytes > 0)
        }
        guard number <= version.parts.count else {
            throw S3Error.invalidPartNumber(number, partCount: max(1, version.parts.count))
        }
        let start = version.parts.prefix(number - 1).reduce(0) { $0 + $1.size_bytes }
        let part = version.parts[number - 1]
        return Stretch(bytes: start..<start + part.size_bytes, isPartial: true, part: part)
    }

    /// The answer 304 when a condition says so.
    private func notModified(_ object: FoundObject) throws(S3Error) -> HTTPResponse? {
        switch readConditions().outcome(for: object.version, now: service.clock.now) {
        case .met: return nil
        case .failed(let name): throw .preconditionFailed(name)
        case .notModified:
            return HTTPResponse(
                status: 304,
                headers: [
                    "ETag": object.version.etag.quoted, "Last-Modified": object.version.lastModified.httpDate,
                ])
        }
    }

    private func response(for object: FoundObject, _ stretch: Stretch) -> HTTPResponse {
        let version = object.version
        var response = HTTPResponse(status: stretch.isPartial ? 206 : 200)
        response.headers.add("Last-Modified", version.lastModified.httpDate)
        response.headers.add("ETag", version.etag.quoted)
        response.headers.add("Accept-Ranges", "bytes")
        if stretch.isPartial {
            let (first, last) = (stretch.bytes.lowerBound, stretch.bytes.upperBound - 1)
            response.headers.add("Content-Range", "bytes \(first)-\(last)/\(version.size_bytes)")
        }
        addAttributes(version.attributes, to: &response)
        addEncryption(of: version, to: &response)
        if object.bucket.versioning != nil { response.headers.add("x-amz-version-id", version.versionID.wire) }
        addExpiration(object.expiration, to: &response)
        if !version.tags.isEmpty { response.headers.add("x-amz-tagging-count", String(version.tags.count)) }
        if query["partNumber"] != nil, !version.parts.isEmpty {
            response.headers.add("x-amz-mp-parts-count", String(version.parts.count))
        }
        addChecksum(of: version, stretch, to: &response)
        return response
    }

    private func checkChecksumMode() throws(S3Error) {
        guard let mode = header("x-amz-checksum-mode"), mode.uppercased() != "ENABLED" else { return }
        throw .invalidRequest("Value for x-amz-checksum-mode header is invalid.")
    }

    /// `response-…` may put other values into the header of the answer, but not into every field of it.
    private func checkOverrides() throws(S3Error) {
        let overrides = query.keys.filter { $0.hasPrefix("response-") }
        let strangers = overrides.filter { !ObjectAttributes.overridableHeaders.contains(String($0.dropFirst(9))) }
        guard let name = strangers.min() else { return }
        throw .invalidArgument(
            "\(name) is not in the set of overridable response headers. Please refer to the S3 API documentation for "
                + "a complete list of overridable response headers.", name: name, value: query[name])
    }

    /// A checksum is of the whole, or of the part that was asked for; a range of another kind has none.
    private func addChecksum(of version: ObjectVersion, _ stretch: Stretch, to response: inout HTTPResponse) {
        guard header("x-amz-checksum-mode")?.uppercased() == "ENABLED", let checksum = version.checksum else { return }
        if let part = stretch.part {
            guard let value = part.checksum, checksum.type == .composite || version.parts.count == 1 else { return }
            response.headers.add(checksum.algorithm.header, value)
            response.headers.add("x-amz-checksum-type", checksum.type.rawValue)
        } else if stretch.bytes == 0..<version.size_bytes {
            addChecksum(checksum, to: &response)
        }
    }

    private func addAttributes(_ attributes: ObjectAttributes, to response: inout HTTPResponse) {
        for name in ObjectAttributes.overridableHeaders where name != "content-type" {
            guard let value = query["response-\(name)"] ?? attributes.headers[name] else { continue }
            response.headers.add(name, value)
        }
        let type = query["response-content-type"] ?? attributes.headers["content-type"]
        response.headers.add("Content-Type", type ?? ObjectAttributes.defaultContentType)
        for (name, value) in attributes.metadata.sorted(by: { $0.key < $1.key }) {
            response.headers.add("x-amz-meta-\(name)", Self.headerText(value))
        }
        if attributes.storageClass != "STANDARD" {
            response.headers.add("x-amz-storage-class", attributes.storageClass)
        }
        let redirect = "x-amz-website-redirect-location"
        if let location = attributes.headers[redirect] { response.headers.add(redirect, location) }
    }

    /// Metadata beyond ASCII goes out as RFC 2047 has it.
    private static func headerText(_ value: String) -> String {
        value.utf8.allSatisfy { $0 < 0x80 } ? value : "=?UTF-8?B?\(Base64.encode(Array(value.utf8)))?="
    }
}
