import AWSProtocol
import EmulatorClock

/// What the header says about the object.
extension S3Wire {
    func attributes() throws -> ObjectAttributes {
        var attributes = ObjectAttributes()
        for name in ObjectAttributes.keptHeaders {
            if let value = header(name), !value.isEmpty { attributes.headers[name] = value }
        }
        attributes.headers["content-encoding"] = contentEncoding()
        try checkEncryption(attributes)
        if let name = header("x-amz-storage-class") { attributes.storageClass = try storageClass(name) }
        attributes.metadata = try metadata()
        return attributes
    }

    /// The tags of `x-amz-tagging`, a query string.
    func taggingHeader() throws(S3Error) -> [Tag] {
        let name = "x-amz-tagging"
        guard let text = header(name) else { return [] }
        let tags = text.split(separator: "&").map(Self.tag)
        let hasDuplicates = Set(tags.map { Array($0?.key.utf8 ?? "".utf8) }).count < tags.count
        guard !hasDuplicates, tags.allSatisfy({ $0 != nil }) else {
            throw .invalidArgument(
                "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without "
                    + "tag name duplicates.", name: name, value: text)
        }
        return try TagRules.checked(tags.compactMap { $0 }, .ofObjects, limit: service.limits.objectTags)
    }

    /// `key=value` or `key`; nil for what is neither.
    private static func tag(_ text: Substring) -> Tag? {
        guard text.count(where: { $0 == "=" }) < 2, let pair = PercentEncoding.pairs(String(text)).first,
            !pair.name.isEmpty
        else { return nil }
        return Tag(key: pair.name, value: pair.value)
    }

    /// `If-Match` and `If-None-Match` of a write.
    func writeCondition() throws(S3Error) -> WriteCondition? {
        let (ifMatch, ifNoneMatch) = (header("if-match"), header("if-none-match"))
        if ifMatch != nil && ifNoneMatch != nil {
            throw .unsupportedHeader(
                "If-Match,If-None-Match", "Multiple conditional request headers present in the request")
        }
        if let ifMatch {
            guard ifMatch != "*" else { throw .unsupportedValue(of: "If-Match") }
            return .matches(ETag(wire: ifMatch))
        }
        guard let ifNoneMatch else { return nil }
        guard ifNoneMatch == "*" else { throw .unsupportedValue(of: "If-None-Match") }
        return .isAbsent
    }

    /// Conditions on the object that is read; `prefix` is `x-amz-copy-source-` for the source of a copy.
    func readConditions(prefix: String = "") -> ReadConditions {
        func etags(_ name: String) -> [ETag]? {
            header(prefix + name).map { $0.split(separator: ",").map { ETag(wire: $0.trimmed) } }
        }
        return ReadConditions(
            ifMatch: etags("if-match"), ifNoneMatch: etags("if-none-match"),
            ifModifiedSince: header(prefix + "if-modified-since").flatMap(Timestamp.init(headerDate:)),
            ifUnmodifiedSince: header(prefix + "if-unmodified-since").flatMap(Timestamp.init(headerDate:)))
    }

    /// With Object Ownership as S3 sets it today, no access control list but the owner's own is taken.
    /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    func checkCannedACL(inBucket name: String) async throws {
        try checkACLName()
        guard let acl = header("x-amz-acl"), acl != "bucket-owner-full-control" else { return }
        guard try await !service.leavesAllToOwner(name, caller) else { throw S3Error.accessControlListNotSupported }
        guard acl == "private" else { throw NotImplemented("the access control list \(acl)") }
    }

    /// S3 says nothing about a list that is none of its own but its name.
    func checkACLName() throws(S3Error) {
        let known: Set = [
            "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read",
            "bucket-owner-full-control", "log-delivery-write",
        ]
        guard let acl = header("x-amz-acl"), !known.contains(acl) else { return }
        throw .invalidArgument("", name: "x-amz-acl", value: acl)
    }

    func storageClass(_ name: String) throws -> String {
        switch name {
        case "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR",
            "GLACIER", "DEEP_ARCHIVE":
            name
        default: throw S3Error.invalidStorageClass(name)
        }
    }

    /// `aws-chunked` is about the transfer and does not stay.
    private func contentEncoding() -> String? {
        guard let text = header("content-encoding") else { return nil }
        let encodings = text.split(separator: ",").map(\.trimmed).filter { $0 != "aws-chunked" && !$0.isEmpty }
        return encodings.isEmpty ? nil : encodings.joined(separator: ",")
    }

    private func checkEncryption(_ attributes: ObjectAttributes) throws(S3Error) {
        let name = ObjectAttributes.encryption
        let method = attributes.headers[name]
        guard attributes.headers["\(name)-aws-kms-key-id"] == nil || method?.hasPrefix("aws:kms") == true else {
            throw .invalidArgument(
                "Server Side Encryption with AWS KMS managed key requires HTTP header \(name) : aws:kms", name: name,
                value: method ?? "null")
        }
        guard let method else { return }
        guard ["AES256", "aws:kms", "aws:kms:dsse"].contains(method) else {
            throw .invalidArgument("The encryption method specified is not supported", name: name, value: method)
        }
    }

    private func metadata() throws(S3Error) -> [String: String] {
        var metadata: [String: String] = [:]
        for field in request.http.headers.fields {
            let name = field.name.lowercased()
            guard name.hasPrefix("x-amz-meta-") else { continue }
            let key = String(name.dropFirst("x-amz-meta-".count))
            metadata[key] = metadata[key].map { "\($0),\(field.value)" } ?? field.value
        }
        let size_bytes = metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        guard size_bytes <= service.limits.metadata_bytes else {
            throw .metadataTooLarge(size: size_bytes, limit: service.limits.metadata_bytes)
        }
        return metadata
    }
}
