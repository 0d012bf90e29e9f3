import AWSProtocol
import EmulatorClock

/// Multipart uploads. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
extension S3Wire {
    func createMultipartUpload(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let checksum = try uploadChecksum()
        var object = try await objectToPut(bucket, key)
        object.condition = nil
        let upload = try await service.createMultipartUpload(object, checksum: checksum, in: bucket, caller)
        var response = HTTPResponse.xml(
            .document(
                "InitiateMultipartUploadResult",
                [XMLElement("Bucket", bucket), XMLElement("Key", key.text), XMLElement("UploadId", upload.id)]))
        addEncryption(upload.attributes, to: &response)
        if let checksum {
            response.headers.add("x-amz-checksum-algorithm", checksum.algorithm.rawValue)
            response.headers.add("x-amz-checksum-type", checksum.type.rawValue)
        }
        return response
    }

    private func uploadChecksum() throws -> (algorithm: ChecksumAlgorithm, type: ChecksumType)? {
        guard let name = header("x-amz-checksum-algorithm") else {
            guard header("x-amz-checksum-type") == nil else {
                throw S3Error.invalidRequest(
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
            }
            return nil
        }
        let algorithm = try checksumAlgorithm(named: name)
        guard let type = try checksumType() else { return (algorithm, algorithm.defaultType) }
        guard algorithm.supports(type) else {
            throw S3Error.invalidRequest(
                "The \(type.rawValue) checksum type cannot be used with the \(algorithm.rawValue.lowercased()) "
                    + "checksum algorithm.")
        }
        return (algorithm, type)
    }

    func checksumType() throws(S3Error) -> ChecksumType? {
        guard let name = header("x-amz-checksum-type") else { return nil }
        guard let type = ChecksumType(rawValue: name.uppercased()) else {
            throw .invalidRequest("Value for x-amz-checksum-type header is invalid.")
        }
        return type
    }

    func uploadPart(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let number = try partNumber()
        let upload = try await service.upload(query["uploadId"] ?? "", of: key, in: bucket, caller)
        var expected = try payloadExpectations(limit_bytes: service.limits.singleUpload_bytes)
        try checkAlgorithm(&expected, of: upload)
        let part = try await service.uploadPart(
            number, of: upload, in: bucket, caller, request.http.body, expected)
        var response = HTTPResponse(headers: ["ETag": part.etag.quoted])
        if let sent = expected.sent, sent.algorithm != part.checksum.algorithm, let value = sent.value {
            response.headers.add(sent.algorithm.header, value)
        } else {
            response.headers.add(part.checksum.algorithm.header, part.checksum.value)
        }
        addEncryption(upload.attributes, to: &response)
        return response
    }

    /// A part's checksum must be of the kind that its upload was created with. Where that named none, S3 checks what
    /// comes and keeps its own.
    private func checkAlgorithm(_ expected: inout PayloadExpectations, of upload: Upload) throws(S3Error) {
        expected.keptAlgorithm = upload.checksumAlgorithm ?? .crc64nvme
        guard let algorithm = upload.checksumAlgorithm else { return }
        guard let sent = expected.sent else {
            guard upload.checksumType == .fullObject else {
                throw .checksumTypeMismatch(expected: algorithm, actual: nil)
            }
            return
        }
        guard sent.algorithm == algorithm else {
            throw .checksumTypeMismatch(expected: algorithm, actual: sent.algorithm)
        }
    }

    func checkIsNoPart() throws(S3Error) {
        guard query["partNumber"] != nil else { return }
        throw .invalidArgument(
            "This operation does not accept partNumber without uploadId", name: "partNumber", value: "partNumber")
    }

    func partNumber() throws(S3Error) -> Int {
        let text = query["partNumber"] ?? ""
        guard let number = Int(text), service.limits.partNumbers.contains(number) else {
            throw .invalidPartNumberArgument(text, service.limits)
        }
        return number
    }

    func abortMultipartUpload(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        try await service.abortMultipartUpload(query["uploadId"] ?? "", of: key, in: bucket, caller)
        return .noContent
    }

    func completeMultipartUpload(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let written = try await completed(query["uploadId"] ?? "", bucket, key)
        var elements = [
            XMLElement("Location", "http://\(request.host)\(request.http.path)"), XMLElement("Bucket", bucket),
            XMLElement("Key", key.text), XMLElement("ETag", written.version.etag.quoted),
        ]
        if let checksum = written.version.checksum {
            elements.append(XMLElement(checksum.algorithm.element, checksum.value))
            elements.append(XMLElement("ChecksumType", checksum.type.rawValue))
        }
        var response = HTTPResponse.xml(.document("CompleteMultipartUploadResult", elements))
        addVersionID(of: written, to: &response)
        addEncryption(of: written.version, to: &response)
        addExpiration(written.expiration, to: &response)
        return response
    }

    /// Completes an upload; to be told the same again changes nothing.
    private func completed(_ id: String, _ bucket: String, _ key: ObjectKey) async throws -> WrittenObject {
        guard let outcome = try await service.outcome(ofUpload: id, of: key, in: bucket, caller) else {
            _ = try await service.upload(id, of: key, in: bucket, caller)
            return try await service.completeMultipartUpload(try await uploadToComplete(key), in: bucket, caller)
        }
        let parts = try await uploadToComplete(key).parts
        guard MultipartChecksum.etag(ofParts: parts.map(\.etag.value)) == outcome.version.etag else {
            throw S3Error.noSuchUpload(id)
        }
        return outcome
    }

    func listParts(_ bucket: String, _ key: ObjectKey) async throws -> HTTPResponse {
        let limit = try pageLimit("max-parts")
        let marker = try Self.listNumber(query["part-number-marker"], "part-number-marker") ?? 0
        let id = query["uploadId"] ?? ""
        let (upload, parts, isTruncated) = try await service.listParts(
            of: id, key, behind: marker, limit: limit, in: bucket, caller)
        var elements = [
            XMLElement("Bucket", bucket), XMLElement("Key", key.text), XMLElement("UploadId", id),
            initiator, owner,
            XMLElement("StorageClass", upload.attributes.storageClass),
            XMLElement("PartNumberMarker", String(marker)),
            XMLElement("NextPartNumberMarker", String(parts.last?.number ?? 0)),
            XMLElement("MaxParts", String(limit)), XMLElement("IsTruncated", String(isTruncated)),
        ]
        if let algorithm = upload.checksumAlgorithm, let type = upload.checksumType {
            elements.append(XMLElement("ChecksumAlgorithm", algorithm.rawValue))
            elements.append(XMLElement("ChecksumType", type.rawValue))
        }
        elements += parts.map { partElement($0, showsChecksum: upload.checksumAlgorithm != nil) }
        return .xml(.document("ListPartsResult", elements))
    }

    /// Unlike owners, those who begin uploads are still told by a name.
    private var initiator: XMLElement {
        XMLElement("Initiator", [XMLElement("ID", ownerID), XMLElement("DisplayName", caller.account)])
    }

    private func partElement(_ part: Part, showsChecksum: Bool) -> XMLElement {
        var elements = [
            XMLElement("PartNumber", String(part.number)),
            XMLElement("LastModified", part.lastModified.wholeSeconds), XMLElement("ETag", part.etag.quoted),
            XMLElement("Size", String(part.size_bytes)),
        ]
        if showsChecksum { elements.append(XMLElement(part.checksum.algorithm.element, part.checksum.value)) }
        return XMLElement("Part", elements)
    }

    func listMultipartUploads(_ bucket: String) async throws -> HTTPResponse {
        let encoding = try listEncoding()
        var list = try listQuery(limitName: "max-uploads")
        let keyMarker = query["key-marker"] ?? ""
        let uploadMarker = keyMarker.isEmpty ? nil : query["upload-id-marker"].flatMap { $0.isEmpty ? nil : $0 }
        if !keyMarker.isEmpty { list.goOn(behind: ObjectKey(keyMarker)) }
        let page = try await service.listMultipartUploads(
            list, behind: uploadMarker.map { (ObjectKey(keyMarker), $0) }, in: bucket, caller)
        var markers = [
            XMLElement("KeyMarker", encoding.text(keyMarker)), XMLElement("UploadIdMarker", uploadMarker ?? ""),
        ]
        // A page of common prefixes alone names no place to go on from, even where it is cut.
        let next = page.isTruncated && !page.entries.isEmpty ? page.lastKey : page.entries.last?.key
        markers.append(XMLElement("NextKeyMarker", encoding.text(next?.text ?? "")))
        markers.append(XMLElement("NextUploadIdMarker", page.lastEntry?.id ?? ""))
        var elements = head(bucket, list, encoding, marker: markers, limitName: "MaxUploads")
        elements.append(XMLElement("IsTruncated", String(page.isTruncated)))
        elements += page.entries.map { uploadElement($0, encoding) }
        elements += encoding.commonPrefixes(page.commonPrefixes)
        return .xml(.document("ListMultipartUploadsResult", elements))
    }

    private func uploadElement(_ upload: Upload, _ encoding: ListEncoding) -> XMLElement {
        var elements = [
            XMLElement("Key", encoding.text(upload.key.text)), XMLElement("UploadId", upload.id),
            initiator, owner,
            XMLElement("StorageClass", upload.attributes.storageClass),
            XMLElement("Initiated", upload.initiatedAt.wholeSeconds),
        ]
        if let algorithm = upload.checksumAlgorithm, let type = upload.checksumType {
            elements.append(XMLElement("ChecksumAlgorithm", algorithm.rawValue))
            elements.append(XMLElement("ChecksumType", type.rawValue))
        }
        return XMLElement("Upload", elements)
    }
}

extension S3Error {
    static func checksumTypeMismatch(expected: ChecksumAlgorithm, actual: ChecksumAlgorithm?) -> S3Error {
        .invalidRequest(
            "Checksum Type mismatch occurred, expected checksum Type: \(expected.rawValue.lowercased()), "
                + "actual checksum Type: \(actual?.rawValue.lowercased() ?? "null")")
    }
}
