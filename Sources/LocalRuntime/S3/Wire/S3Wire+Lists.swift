import AWSProtocol
import EmulatorClock

/// ListObjects, ListObjectsV2, ListObjectVersions.
extension S3Wire {
    func listObjects(_ bucket: String) async throws -> HTTPResponse {
        var list = try listQuery()
        try refuse("continuation-token", "continuation-token only supported in REST.GET.BUCKET with list-type=2")
        try refuse("start-after", "startAfter only supported in REST.GET.BUCKET with list-type=2")
        let encoding = try listEncoding()
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
        var list = try listQuery()
        try refuse("marker", "Marker unsupported with REST.GET.BUCKET in list-type=2")
        let encoding = try listEncoding()
        let startAfter = query["start-after"]
        if let token = query["continuation-token"] {
            list.goOn(behind: try ContinuationToken.key(token))
        } else if let startAfter, !startAfter.isEmpty {
            list.goOn(behind: ObjectKey(startAfter))
        }
        let page = try await service.listObjects(list, in: bucket, caller)
        var elements = head(bucket, list, encoding, marker: [])
        elements.append(XMLElement("KeyCount", String(page.entries.count + page.commonPrefixes.count)))
        if let token = query["continuation-token"] { elements.append(XMLElement("ContinuationToken", token)) }
        if page.isTruncated, let last = page.lastKey {
            elements.append(XMLElement("NextContinuationToken", ContinuationToken.text(last)))
        }
        if let startAfter, query["continuation-token"] == nil {
            elements.append(XMLElement("StartAfter", encoding.text(startAfter)))
        }
        elements.append(XMLElement("IsTruncated", String(page.isTruncated)))
        let showsOwner = query["fetch-owner"]?.lowercased() == "true"
        elements += page.entries.map { contents($0, encoding, showsOwner: showsOwner) }
        elements += encoding.commonPrefixes(page.commonPrefixes)
        return .xml(.document("ListBucketResult", elements), headers: try await bucketRegion(bucket))
    }

    /// A parameter of the other version of the list.
    private func refuse(_ parameter: String, _ message: String) throws(S3Error) {
        if query[parameter] != nil { throw .invalidArgument(message, name: parameter, value: nil) }
    }

    func listObjectVersions(_ bucket: String) async throws -> HTTPResponse {
        var list = try listQuery(ofVersions: true)
        let keyMarker = query["key-marker"] ?? ""
        let versionMarker = try versionIDMarker()
        let encoding = try listEncoding()
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

    private func versionIDMarker() throws(S3Error) -> VersionID? {
        let name = "version-id-marker"
        guard let text = query[name] else { return nil }
        guard query["key-marker"] != nil else {
            throw .invalidArgument(
                "A version-id marker cannot be specified without a key marker.", name: name, value: text)
        }
        guard !text.isEmpty else {
            throw .invalidArgument("A version-id marker cannot be empty.", name: name, value: text)
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
        let showsDelimiter = !list.delimiter.isEmpty || query["versions"] != nil && query["delimiter"] != nil
        if showsDelimiter {
            elements.append(XMLElement("Delimiter", encoding.text(String(decoding: list.delimiter, as: UTF8.self))))
        }
        // Only lists of objects show what the client asked for even where a page holds less.
        let limit = isOfObjects ? query["max-keys"].flatMap { Int($0) } : nil
        elements.append(XMLElement(limitName, String(limit ?? list.limit)))
        if encoding == .url { elements.append(XMLElement("EncodingType", query["encoding-type"] ?? "")) }
        return elements
    }

    func listQuery(limitName: String = "max-keys", ofVersions: Bool = false) throws -> ListQuery {
        ListQuery(
            prefix: ObjectKey(query["prefix"] ?? ""), delimiter: Array((query["delimiter"] ?? "").utf8),
            limit: try pageLimit(limitName, ofVersions: ofVersions))
    }

    /// How many entries a page may have at most: the client's wish, up to a thousand.
    func pageLimit(_ name: String, ofVersions: Bool = false) throws(S3Error) -> Int {
        min(
            try Self.listNumber(query[name], name, ofVersions: ofVersions) ?? service.limits.listPage,
            service.limits.listPage)
    }

    /// A number that says how long a list may be or where it goes on; nil when there is none.
    static func listNumber(_ text: String?, _ name: String, ofVersions: Bool = false) throws(S3Error) -> Int? {
        guard let number = try listInteger(text, name) else { return nil }
        guard number >= 0 else {
            if ofVersions { throw .invalidArgument("\(name) cannot be negative", name: name, value: nil) }
            // S3 calls this one parameter by another name as soon as it has read a number.
            let name = name == "max-keys" ? "maxKeys" : name
            throw .invalidArgument(
                "Argument \(name) must be an integer between 0 and 2147483647", name: name, value: String(number))
        }
        return number
    }

    static func listInteger(_ text: String?, _ name: String) throws(S3Error) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard !text.hasPrefix("+"), let number = Int(text), number <= Int32.max, number >= Int32.min else {
            throw .invalidArgument("Provided \(name) not an integer or within integer range", name: name, value: text)
        }
        return number
    }

    func listEncoding() throws(S3Error) -> ListEncoding {
        guard let text = query["encoding-type"] else { return .none }
        guard text.lowercased() == "url" else {
            throw .invalidArgument("Invalid Encoding Method specified in Request", name: "encoding-type", value: text)
        }
        return .url
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

    /// Lists encode as Java does, and not as S3's signatures do.
    private static let marks = [("%20", "+"), ("%2A", "*"), ("~", "%7E")]

    func text(_ key: String) -> String {
        switch self {
        case .none: key
        case .url: Self.marks.reduce(PercentEncoding.encode(key, keepsSlash: true)) { $0.replacing($1.0, with: $1.1) }
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
