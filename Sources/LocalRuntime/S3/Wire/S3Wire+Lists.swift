import AWSProtocol
import EmulatorClock

/// ListObjects, ListObjectsV2, ListObjectVersions.
extension S3Wire {
    func listObjects(_ bucket: String) async throws -> HTTPResponse {
        let encoding = try listEncoding()
        var list = try listQuery()
        let marker = query["marker"] ?? ""
        if !marker.isEmpty { list.goOn(behind: ObjectKey(marker)) }
        let page = try await service.listObjects(list, in: bucket, caller)
        var elements = head(bucket, list, encoding, marker: [XMLElement("Marker", encoding.text(marker))])
        if page.isTruncated, !list.delimiter.isEmpty, let last = page.lastKey {
            elements.append(XMLElement("NextMarker", encoding.text(last.text)))
        }
        elements.append(XMLElement("IsTruncated", String(page.isTruncated)))
        elements += page.entries.map { contents($0, encoding, showsOwner: true) }
        elements += encoding.commonPrefixes(page.commonPrefixes)
        return .xml(
            .document("ListBucketResult", elements), headers: try await bucketRegion(bucket))
    }

    func listObjectsV2(_ bucket: String) async throws -> HTTPResponse {
        guard query["list-type"] == "2" else {
            throw S3Error.invalidArgument(
                "Invalid List Type specified in Request", name: "list-type", value: query["list-type"])
        }
        let encoding = try listEncoding()
        var list = try listQuery()
        let startAfter = query["start-after"] ?? ""
        if let token = query["continuation-token"] {
            list.goOn(behind: try ContinuationToken.key(token))
        } else if !startAfter.isEmpty {
            list.goOn(behind: ObjectKey(startAfter))
        }
        let page = try await service.listObjects(list, in: bucket, caller)
        var elements = head(bucket, list, encoding, marker: [])
        elements.append(XMLElement("KeyCount", String(page.entries.count + page.commonPrefixes.count)))
        if let token = query["continuation-token"] { elements.append(XMLElement("ContinuationToken", token)) }
        if page.isTruncated, let last = page.lastKey {
            elements.append(XMLElement("NextContinuationToken", ContinuationToken.text(last)))
        }
        if !startAfter.isEmpty, query["continuation-token"] == nil {
            elements.append(XMLElement("StartAfter", encoding.text(startAfter)))
        }
        elements.append(XMLElement("IsTruncated", String(page.isTruncated)))
        let showsOwner = query["fetch-owner"] == "true"
        elements += page.entries.map { contents($0, encoding, showsOwner: showsOwner) }
        elements += encoding.commonPrefixes(page.commonPrefixes)
        return .xml(.document("ListBucketResult", elements), headers: try await bucketRegion(bucket))
    }

    func listObjectVersions(_ bucket: String) async throws -> HTTPResponse {
        let encoding = try listEncoding()
        var list = try listQuery()
        let keyMarker = query["key-marker"] ?? ""
        let versionMarker = try versionIDMarker(keyMarker: keyMarker)
        if !keyMarker.isEmpty { list.goOn(behind: ObjectKey(keyMarker)) }
        let page = try await service.listObjectVersions(
            list, behind: versionMarker.map { (ObjectKey(keyMarker), $0) }, in: bucket, caller)
        var elements = head(
            bucket, list, encoding,
            marker: [
                XMLElement("KeyMarker", encoding.text(keyMarker)),
                XMLElement("VersionIdMarker", query["version-id-marker"] ?? ""),
            ])
        if page.isTruncated, let last = page.lastKey {
            elements.append(XMLElement("NextKeyMarker", encoding.text(last.text)))
            if let entry = page.lastEntry {
                elements.append(XMLElement("NextVersionIdMarker", entry.versionID.wire))
            }
        }
        elements.append(XMLElement("IsTruncated", String(page.isTruncated)))
        elements += page.entries.map { version($0, encoding) }
        elements += encoding.commonPrefixes(page.commonPrefixes)
        return .xml(.document("ListVersionsResult", elements))
    }

    private func versionIDMarker(keyMarker: String) throws(S3Error) -> VersionID? {
        let name = "version-id-marker"
        guard let text = query[name] else { return nil }
        guard !text.isEmpty else {
            throw .invalidArgument("A version-id marker cannot be empty.", name: name, value: text)
        }
        guard !keyMarker.isEmpty else {
            throw .invalidArgument(
                "A version-id marker cannot be specified without a key marker.", name: name, value: text)
        }
        guard let versionID = VersionID(wire: text) else {
            throw .invalidArgument("Invalid version id specified", name: name, value: text)
        }
        return versionID
    }

    /// What every list answers with first.
    func head(
        _ bucket: String, _ list: ListQuery, _ encoding: ListEncoding, marker: [XMLElement],
        limitName: String = "MaxKeys"
    ) -> [XMLElement] {
        let isOfObjects = limitName == "MaxKeys"
        var elements = [XMLElement(isOfObjects ? "Name" : "Bucket", bucket)]
        if isOfObjects || !list.prefix.bytes.isEmpty {
            elements.append(XMLElement("Prefix", encoding.text(list.prefix.text)))
        }
        elements += marker
        if !list.delimiter.isEmpty {
            elements.append(XMLElement("Delimiter", encoding.text(String(decoding: list.delimiter, as: UTF8.self))))
        }
        elements.append(XMLElement(limitName, String(list.limit)))
        if encoding == .url { elements.append(XMLElement("EncodingType", "url")) }
        return elements
    }

    func listQuery(limitName: String = "max-keys") throws -> ListQuery {
        ListQuery(
            prefix: ObjectKey(query["prefix"] ?? ""), delimiter: Array((query["delimiter"] ?? "").utf8),
            limit: try pageLimit(limitName))
    }

    /// How many entries a page may have at most: the client's wish, up to a thousand.
    func pageLimit(_ name: String) throws(S3Error) -> Int {
        min(try Self.listNumber(query[name], name) ?? service.limits.listPage, service.limits.listPage)
    }

    /// A number that says how long a list may be or where it goes on; nil when there is none.
    static func listNumber(_ text: String?, _ name: String) throws(S3Error) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard let number = Int(text), number <= Int32.max, number >= Int32.min else {
            throw .invalidArgument("Provided \(name) not an integer or within integer range", name: name, value: text)
        }
        guard number >= 0 else {
            throw .invalidArgument(
                "Argument \(name) must be an integer between 0 and 2147483647", name: name, value: text)
        }
        return number
    }

    func listEncoding() throws(S3Error) -> ListEncoding {
        switch query["encoding-type"] {
        case nil: return .none
        case "url": return .url
        case let text?:
            throw .invalidArgument("Invalid Encoding Method specified in Request", name: "encoding-type", value: text)
        }
    }

    private func bucketRegion(_ bucket: String) async throws -> HTTPHeaders {
        ["x-amz-bucket-region": try await service.bucket(bucket, caller).region]
    }

    private func contents(_ version: ObjectVersion, _ encoding: ListEncoding, showsOwner: Bool) -> XMLElement {
        XMLElement("Contents", entry(version, encoding) + (showsOwner ? [owner] : []) + [storageClass(of: version)])
    }

    private func version(_ version: ObjectVersion, _ encoding: ListEncoding) -> XMLElement {
        let place = [
            XMLElement("VersionId", version.versionID.wire), XMLElement("IsLatest", String(version.isLatest)),
        ]
        guard !version.isDeleteMarker else {
            return XMLElement(
                "DeleteMarker",
                [XMLElement("Key", encoding.text(version.key.text))] + place
                    + [XMLElement("LastModified", version.lastModified.wholeSeconds), owner])
        }
        return XMLElement(
            "Version", place + entry(version, encoding) + [owner, storageClass(of: version)])
    }

    private func entry(_ version: ObjectVersion, _ encoding: ListEncoding) -> [XMLElement] {
        var elements = [
            XMLElement("Key", encoding.text(version.key.text)),
            XMLElement("LastModified", version.lastModified.wholeSeconds),
            XMLElement("ETag", version.etag.quoted),
        ]
        if let checksum = version.checksum {
            elements.append(XMLElement("ChecksumAlgorithm", checksum.algorithm.rawValue))
            elements.append(XMLElement("ChecksumType", checksum.type.rawValue))
        }
        elements.append(XMLElement("Size", String(version.size_bytes)))
        return elements
    }

    private func storageClass(of version: ObjectVersion) -> XMLElement {
        XMLElement("StorageClass", version.attributes.storageClass)
    }
}

/// How keys stand in a list: as they are, or percent-encoded, for XML cannot carry every character.
enum ListEncoding {
    case none
    case url

    func text(_ key: String) -> String {
        switch self {
        case .none: key
        case .url: PercentEncoding.encode(key, keepsSlash: true).replacing("%20", with: "+")
        }
    }

    func commonPrefixes(_ prefixes: [ObjectKey]) -> [XMLElement] {
        prefixes.map { XMLElement("CommonPrefixes", [XMLElement("Prefix", text($0.text))]) }
    }
}

/// The opaque place where a ListObjectsV2 goes on: the last key or common prefix of a page, with a check.
enum ContinuationToken {
    static func text(_ last: ObjectKey) -> String {
        Base64.encode(check(last.bytes) + last.bytes)
    }

    static func key(_ token: String) throws(S3Error) -> ObjectKey {
        guard let bytes = Base64.decode(token), bytes.count >= 4,
            check(Array(bytes.dropFirst(4))).elementsEqual(bytes.prefix(4))
        else { throw .incorrectContinuationToken }
        return ObjectKey(bytes: bytes.dropFirst(4))
    }

    private static func check(_ bytes: [UInt8]) -> [UInt8] {
        var crc = CRC(CRC.crc32c)
        crc.update(bytes)
        return crc.bytes
    }
}

extension S3Error {
    static let incorrectContinuationToken = S3Error.invalidArgument(
        "The continuation token provided is incorrect", name: "continuation-token", value: nil)
}
