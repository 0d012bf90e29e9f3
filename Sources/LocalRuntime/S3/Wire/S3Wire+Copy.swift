import AWSProtocol
import EmulatorClock

/// CopyObject and UploadPartCopy. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
extension S3Wire {
    func copyObject(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        try checkIsNoPart()
        let copy = ObjectToCopy(
            source: try copySource(), target: try await objectToPut(bucket, key),
            replacesMetadata: try directive("x-amz-metadata-directive"),
            replacesTags: try directive("x-amz-tagging-directive"),
            storageClass: try header("x-amz-storage-class").map(storageClass),
            checksumAlgorithm: try header("x-amz-checksum-algorithm").map(checksumAlgorithm))
        let copied = try await service.copyObject(copy, to: bucket, caller)
        let version = copied.written.version
        var response = copyResult(
            "CopyObjectResult", version.etag, version.lastModified, version.checksum, tellsType: true)
        addSourceVersion(copied.source, to: &response)
        // Unlike a put, a copy tells the null version of a bucket whose versioning is suspended.
        if copied.written.bucket.versioning != nil {
            response.headers.add("x-amz-version-id", version.versionID.wire)
        }
        addEncryption(of: version, to: &response)
        addExpiration(copied.written.expiration, to: &response)
        return response
    }

    func uploadPartCopy(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let number = try partNumber()
        let upload = try await service.upload(query["uploadId"] ?? "", of: key, in: bucket, caller)
        let (part, source) = try await service.uploadPartCopy(
            try copySource(), try copySourceRange(), as: number, of: upload, in: bucket, caller)
        let checksum = upload.checksumAlgorithm == nil ? nil : part.checksum
        var response = copyResult("CopyPartResult", part.etag, part.lastModified, checksum)
        addSourceVersion(source, to: &response)
        addEncryption(upload.attributes, to: &response)
        return response
    }

    private func copyResult(
        _ name: String, _ etag: ETag, _ lastModified: Timestamp, _ checksum: ObjectChecksum?, tellsType: Bool = false
    ) -> HTTPResponse {
        var elements = [
            XMLElement("LastModified", lastModified.wholeSeconds), XMLElement("ETag", etag.quoted),
        ]
        if let checksum {
            elements.append(XMLElement(checksum.algorithm.element, checksum.value))
            if tellsType { elements.append(XMLElement("ChecksumType", checksum.type.rawValue)) }
        }
        return .xml(.document(name, elements))
    }

    private func addSourceVersion(_ source: FoundObject, to response: inout HTTPResponse) {
        guard source.version.versionID != .null else { return }
        response.headers.add("x-amz-copy-source-version-id", source.version.versionID.wire)
    }

    /// `bucket/key` or `/bucket/key`, percent-encoded, perhaps with `?versionId=`.
    private func copySource() throws(S3Error) -> CopySource {
        let name = "x-amz-copy-source"
        let text = header(name) ?? ""
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = PercentEncoding.decode(parts[0]).map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        guard let path else { throw .invalidArgument("Invalid copy source encoding", name: name, value: name) }
        let bucket = String(path.prefix { $0 != "/" })
        guard BucketName.isValid(bucket) else {
            throw .invalidArgument("Invalid copy source bucket name", name: name, value: name)
        }
        let key = ObjectKey(String(path.dropFirst(bucket.count + 1)))
        guard !key.bytes.isEmpty, key.text != ".", !key.leavesBucket else {
            throw .invalidArgument("Invalid copy source object key", name: name, value: name)
        }
        var versionID: VersionID?
        if parts.count > 1 {
            let value = PercentEncoding.pairs(parts[1]).first { $0.name == "versionId" }?.value
            guard let value, let parsed = VersionID(wire: value) else {
                throw .invalidArgument("Invalid version id specified", name: "versionId", value: value)
            }
            versionID = parsed
        }
        return CopySource(
            bucket: bucket, key: key, versionID: versionID, conditions: readConditions(prefix: "x-amz-copy-source-"))
    }

    private func copySourceRange() throws(S3Error) -> ClosedRange<Int64>? {
        let name = "x-amz-copy-source-range"
        guard let text = header(name) else { return nil }
        guard case .from(let first, let last?) = ByteRange(header: text) else {
            throw .invalidArgument(
                "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
                    + "zero-based offsets of the first and last bytes to copy", name: name, value: text)
        }
        return first...last
    }

    /// Whether a directive says REPLACE.
    private func directive(_ name: String) throws(S3Error) -> Bool {
        switch header(name) {
        case nil, "COPY": return false
        case "REPLACE": return true
        case let text?:
            throw .invalidArgument(
                name.contains("metadata") ? "Unknown metadata directive." : "Unknown tagging directive.", name: name,
                value: text)
        }
    }
}
