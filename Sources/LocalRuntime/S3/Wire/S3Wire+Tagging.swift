import AWSProtocol
import EmulatorClock

/// Tags and attributes of objects.
extension S3Wire {
    func getObjectTagging(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let object = try await service.taggedObject(key, try versionID(), in: bucket, caller)
        return tagResponse(.xml(TagRules.element(object.version.tags)), object)
    }

    func putObjectTagging(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let tags = try TagRules.tags(
            try await document("Tagging"), .ofObjects, limit: service.limits.objectTags)
        let object = try await service.setTags(
            tags, of: key, try versionID(), in: bucket, caller, method: "PUT")
        return tagResponse(HTTPResponse(), object)
    }

    func deleteObjectTagging(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let object = try await service.setTags(
            [], of: key, try versionID(), in: bucket, caller, method: "DELETE")
        return tagResponse(.noContent, object)
    }

    private func tagResponse(_ response: HTTPResponse, _ object: FoundObject) -> HTTPResponse {
        var response = response
        if object.bucket.versioning != nil {
            response.headers.add("x-amz-version-id", object.version.versionID.wire)
        }
        return response
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
    func getObjectAttributes(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let wanted = try wantedAttributes()
        let object = try await service.headObject(key, try versionID(), in: bucket, caller, method: "GET")
        let version = object.version
        var elements: [XMLElement] = []
        if wanted.contains("ETag") { elements.append(XMLElement("ETag", version.etag.value)) }
        if wanted.contains("Checksum"), let checksum = version.checksum {
            elements.append(
                XMLElement(
                    "Checksum",
                    [
                        XMLElement(checksum.algorithm.element, checksum.value.prefixUpToDash),
                        XMLElement("ChecksumType", checksum.type.rawValue),
                    ]))
        }
        if wanted.contains("ObjectParts"), !version.parts.isEmpty { elements.append(try objectParts(version)) }
        if wanted.contains("StorageClass") {
            elements.append(XMLElement("StorageClass", version.attributes.storageClass))
        }
        if wanted.contains("ObjectSize") { elements.append(XMLElement("ObjectSize", String(version.size_bytes))) }
        var response = HTTPResponse.xml(.document("GetObjectAttributesResponse", elements))
        response.headers.add("Last-Modified", version.lastModified.httpDate)
        return tagResponse(response, object)
    }

    /// The names of `x-amz-object-attributes`; commas at its end are passed over.
    private func wantedAttributes() throws(S3Error) -> Set<String> {
        let name = "x-amz-object-attributes"
        let known: Set = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
        // Some clients send a field for each name.
        let fields = request.http.headers.fields.filter { $0.name.lowercased() == name }.map(\.value)
        let text = fields.isEmpty ? nil : fields.joined(separator: ",")
        var wanted = text?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        while text != "", wanted.last == "" { wanted.removeLast() }
        guard !wanted.isEmpty else {
            throw .invalidRequest(
                "The \(name) header specifying the attributes to be retrieved is either missing or empty")
        }
        wanted = wanted.map(\.trimmed)
        if let stranger = wanted.first(where: { !known.contains($0) }) {
            throw .invalidArgument("Invalid attribute name specified.", name: name, value: stranger)
        }
        return Set(wanted)
    }

    /// Parts are listed only where the whole has a checksum of their checksums; otherwise S3 tells their number alone.
    private func objectParts(_ version: ObjectVersion) throws -> XMLElement {
        let count = XMLElement("PartsCount", String(version.parts.count))
        guard let checksum = version.checksum, checksum.type == .composite else {
            return XMLElement("ObjectParts", [count])
        }
        let limit = min(
            try Self.listNumber(header("x-amz-max-parts"), "max-parts") ?? service.limits.listPage,
            service.limits.listPage)
        let marker = try Self.listNumber(header("x-amz-part-number-marker"), "part-number-marker") ?? 0
        let behind = version.parts.filter { $0.number > marker }
        let page = behind.prefix(limit)
        let head = [
            count, XMLElement("PartNumberMarker", String(marker)),
            XMLElement("NextPartNumberMarker", String(page.last?.number ?? 0)),
            XMLElement("MaxParts", String(limit)), XMLElement("IsTruncated", String(page.count < behind.count)),
        ]
        return XMLElement(
            "ObjectParts",
            head
                + page.map { part in
                    XMLElement(
                        "Part",
                        [
                            XMLElement("PartNumber", String(part.number)), XMLElement("Size", String(part.size_bytes)),
                            XMLElement(checksum.algorithm.element, part.checksum ?? ""),
                        ])
                })
    }
}

extension String {
    /// A composite checksum without its number of parts.
    fileprivate var prefixUpToDash: String { String(prefix { $0 != "-" }) }
}
