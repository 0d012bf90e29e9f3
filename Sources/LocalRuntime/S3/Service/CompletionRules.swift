/// What CompleteMultipartUpload checks before it joins anything.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
struct CompletionRules {
    let request: UploadToComplete
    let upload: Upload
    let stored: [Part]
    let limits: S3Limits

    /// The stored parts that the request names.
    func parts() throws(S3Error) -> [Part] {
        guard !request.parts.isEmpty else { throw .malformedXML }
        if let type = request.checksumType, let created = upload.checksumType, type != created {
            throw .invalidRequest(
                "The upload was created using the \(created.rawValue) checksum mode. "
                    + "The complete request must use the same checksum mode.")
        }
        let numbers = request.parts.map(\.number)
        guard zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .invalidPartOrder(uploadID: upload.id)
        }
        let byNumber = Dictionary(stored.map { ($0.number, $0) }) { $1 }
        var parts: [Part] = []
        for wanted in request.parts {
            guard let part = byNumber[wanted.number], part.etag == wanted.etag else {
                throw .invalidPart(number: wanted.number, etag: wanted.etag.value, uploadID: upload.id)
            }
            try checkChecksum(wanted, part)
            parts.append(part)
        }
        try checkSizes(parts)
        return parts
    }

    /// A part's checksum must be of the upload's kind and right; where the upload is composite it must be there.
    private func checkChecksum(_ wanted: PartToComplete, _ part: Part) throws(S3Error) {
        if let algorithm = upload.checksumAlgorithm, wanted.checksum?.algorithm != algorithm {
            if let other = wanted.checksum?.algorithm.rawValue.lowercased() {
                throw .badPartChecksum(other, part: wanted.number)
            }
            guard upload.checksumType == .fullObject else {
                throw .invalidRequest(
                    "The upload was created using a \(algorithm.rawValue.lowercased()) checksum. "
                        + "The complete request must include the checksum for each part. "
                        + "It was missing for part \(wanted.number) in the request.")
            }
        }
        guard let checksum = wanted.checksum else { return }
        let isWrong =
            checksum.algorithm == part.checksum.algorithm
            ? checksum.value != part.checksum.value : upload.checksumAlgorithm == nil
        if isWrong { throw .invalidPart(number: wanted.number, etag: wanted.etag.value, uploadID: upload.id) }
    }

    private func checkSizes(_ parts: [Part]) throws(S3Error) {
        for part in parts.dropLast() where part.size_bytes < limits.smallestPart_bytes {
            throw .entityTooSmall(
                part: part.number, etag: part.etag.value, size: part.size_bytes, limit: limits.smallestPart_bytes)
        }
        let size_bytes = parts.reduce(0) { $0 + $1.size_bytes }
        if let expected = request.objectSize_bytes, expected != size_bytes {
            throw .invalidRequest(
                "The provided 'x-amz-mp-object-size' header value \(expected) does not match what was computed: "
                    + "\(size_bytes)")
        }
    }

    /// The object that the parts make.
    static func object(
        of parts: [Part], _ upload: Upload, _ request: UploadToComplete
    ) throws(S3Error) -> NewObject {
        guard let etag = MultipartChecksum.etag(ofParts: parts.map(\.etag.value)) else { throw .malformedXML }
        let algorithm = upload.checksumAlgorithm ?? .crc64nvme
        let isComplete = parts.allSatisfy { $0.checksum.algorithm == algorithm }
        let checksum =
            isComplete
            ? MultipartChecksum.checksum(
                ofParts: parts.map { ($0.checksum.value, $0.size_bytes) }, algorithm,
                upload.checksumType ?? algorithm.defaultType) : nil
        if let sent = request.checksum, let checksum, sent.algorithm == checksum.algorithm,
            sent.value != checksum.value
        {
            throw .badChecksum(sent.algorithm.rawValue.lowercased())
        }
        return NewObject(
            key: upload.key, size_bytes: parts.reduce(0) { $0 + $1.size_bytes }, etag: etag, checksum: checksum,
            attributes: upload.attributes, tags: upload.tags,
            parts: parts.map {
                PartSummary(
                    number: $0.number, size_bytes: $0.size_bytes,
                    checksum: upload.checksumAlgorithm == nil ? nil : $0.checksum.value)
            })
    }
}
