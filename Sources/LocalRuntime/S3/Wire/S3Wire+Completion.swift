import AWSProtocol

/// What a CompleteMultipartUpload asks for: its document and its header.
extension S3Wire {
    func uploadToComplete(_ key: ObjectKey) async throws -> UploadToComplete {
        UploadToComplete(
            id: query["uploadId"] ?? "", key: key, parts: try await partsToComplete(), condition: try writeCondition(),
            checksum: try checksumOfWhole(), checksumType: try checksumType(), objectSize_bytes: try objectSize())
    }

    private func partsToComplete() async throws -> [PartToComplete] {
        // A checksum in this header is of the object, not of the document.
        var withoutChecksum = self
        for algorithm in ChecksumAlgorithm.allCases { withoutChecksum.drop(algorithm.header) }
        do {
            return try await withoutChecksum.document("CompleteMultipartUpload").all("Part").map(Self.partToComplete)
        } catch S3Error.missingRequestBody {
            throw S3Error.invalidRequest("You must specify at least one part")
        }
    }

    private static func partToComplete(_ node: XMLNode) throws(S3Error) -> PartToComplete {
        guard let number = node.text(of: "PartNumber").flatMap({ Int($0.trimmed) }),
            let etag = node.text(of: "ETag")
        else { throw .malformedXML }
        guard number >= 1 else {
            throw .invalidArgument("PartNumber must be >= 1", name: "PartNumber", value: String(number))
        }
        let checksums = ChecksumAlgorithm.allCases.compactMap { algorithm in
            node.text(of: algorithm.element).map { (algorithm, $0) }
        }
        guard checksums.count < 2, checksums.allSatisfy({ Base64.decode($1) != nil }) else {
            throw .invalidArgument(
                "Invalid Base64 or multiple checksums present in request", name: "Checksum", value: nil)
        }
        return PartToComplete(number: number, etag: ETag(wire: etag), checksum: checksums.first)
    }

    /// A composite checksum may end in its number of parts.
    private func checksumOfWhole() throws -> (algorithm: ChecksumAlgorithm, value: String)? {
        guard let (algorithm, value) = try checksumHeader() else { return nil }
        let digest = value.prefix { $0 != "-" }
        guard Base64.decode(String(digest))?.count == algorithm.length_bytes else {
            throw S3Error.invalidChecksum(algorithm)
        }
        return (algorithm, value)
    }

    private func objectSize() throws(S3Error) -> Int64? {
        let name = "x-amz-mp-object-size"
        guard let text = header(name) else { return nil }
        guard let size_bytes = Int64(text) else {
            throw .invalidRequest("Value for \(name) header is invalid: '\(text)'")
        }
        guard size_bytes >= 0 else {
            throw .invalidRequest("Value for \(name) header is less than zero: '\(text)'")
        }
        return size_bytes
    }
}
