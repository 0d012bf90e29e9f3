import AWSProtocol

extension S3Wire {
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
    func deleteObjects(_ bucket: String) async throws -> HTTPResponse {
        let expected = try payloadExpectations(limit_bytes: Int64(service.limits.document_bytes))
        guard expected.hasDigest else {
            throw S3Error.invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
        }
        let document = try await document("Delete")
        let entries = try document.all("Object").map(Self.objectToDelete)
        guard 1...service.limits.deleteBatch ~= entries.count,
            document.holdsOnly(["Object": service.limits.deleteBatch, "Quiet": 1])
        else { throw S3Error.malformedXML }
        guard entries.allSatisfy({ !$0.key.bytes.isEmpty }) else { throw S3Error.userKeyMissing }
        let isQuiet = document.text(of: "Quiet") == "true"
        let outcomes = try await service.deleteObjects(entries, in: bucket, caller)
        return .xml(
            .document(
                "DeleteResult",
                outcomes.compactMap { entry, outcome in
                    switch outcome {
                    case .success(let deletion): isQuiet ? nil : Self.deleted(entry, deletion)
                    case .failure(let refusal): Self.failed(entry, refusal.wire)
                    }
                }))
    }

    /// Directory buckets alone take more than these.
    private static func objectToDelete(_ node: XMLNode) throws(S3Error) -> ObjectToDelete {
        guard let key = node.text(of: "Key"), node.holdsOnly(["Key": 1, "VersionId": 1, "ETag": 1]) else {
            throw .malformedXML
        }
        let etag = node.text(of: "ETag")
        return ObjectToDelete(
            key: ObjectKey(key), versionID: node.text(of: "VersionId"),
            condition: etag.map { $0 == "*" ? .matches(nil) : .matches(ETag(wire: $0)) })
    }

    private static func deleted(_ entry: ObjectToDelete, _ deletion: Deletion) -> XMLElement {
        var elements = [XMLElement("Key", entry.key.text)]
        if let versionID = entry.versionID { elements.append(XMLElement("VersionId", versionID)) }
        if deletion.isDeleteMarker, let marker = deletion.versionID {
            elements += [XMLElement("DeleteMarker", "true"), XMLElement("DeleteMarkerVersionId", marker.wire)]
        }
        return XMLElement("Deleted", elements)
    }

    private static func failed(_ entry: ObjectToDelete, _ error: WireError) -> XMLElement {
        var elements = [XMLElement("Key", entry.key.text)]
        if let versionID = entry.versionID { elements.append(XMLElement("VersionId", versionID)) }
        return XMLElement(
            "Error", elements + [XMLElement("Code", error.code), XMLElement("Message", error.message)])
    }
}
