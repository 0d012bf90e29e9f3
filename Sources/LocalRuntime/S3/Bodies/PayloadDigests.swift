import AWSProtocol

/// Every digest of a body, computed piece by piece and then compared with what the sender said.
struct PayloadDigests {
    private let expected: PayloadExpectations
    private let md5 = Digest(.md5)
    private let sha256: Digest?
    private var checksum: RunningChecksum
    private(set) var size_bytes: Int64 = 0

    init(_ expected: PayloadExpectations) {
        self.expected = expected
        sha256 = expected.sha256 == nil ? nil : Digest(.sha256)
        checksum = RunningChecksum(expected.checksumAlgorithm)
    }

    /// - Throws: `S3Error.entityTooLarge` as soon as too much has come.
    mutating func update(_ piece: [UInt8]) throws(S3Error) {
        size_bytes += Int64(piece.count)
        guard size_bytes <= expected.limit_bytes else {
            throw .entityTooLarge(size: expected.length_bytes ?? size_bytes, limit: expected.limit_bytes)
        }
        md5.update(piece)
        sha256?.update(piece)
        checksum.update(piece)
    }

    /// The digests of the whole, if they are what the sender said; this value is spent afterwards.
    func verified(trailers: [String: String]) throws(S3Error) -> (etag: ETag, checksum: ObjectChecksum) {
        if let length = expected.length_bytes, length != size_bytes { throw .incompleteBody }
        if let sent = expected.sha256, let calculated = sha256.map({ Hex.encode($0.finish()) }), sent != calculated {
            throw .sha256Mismatch(sent: sent, calculated: calculated)
        }
        let digest = md5.finish()
        if let sent = expected.contentMD5, sent != digest {
            throw .badDigest(expected: Base64.encode(sent), calculated: Base64.encode(digest))
        }
        let computed = checksum.finish()
        try check(computed, trailers)
        return (ETag(Hex.encode(digest)), computed)
    }

    private func check(_ computed: ObjectChecksum, _ trailers: [String: String]) throws(S3Error) {
        var sent = expected.checksum
        if expected.checksumIsInTrailer {
            guard let value = trailers[computed.algorithm.header] else { throw .malformedTrailer }
            sent = value
        }
        guard let sent, sent != computed.value else { return }
        guard Base64.decode(sent)?.count == computed.algorithm.length_bytes else {
            throw .invalidChecksumHeader(computed.algorithm)
        }
        throw .badChecksum(computed.algorithm.rawValue)
    }
}

extension S3Error {
    static func invalidChecksumHeader(_ algorithm: ChecksumAlgorithm) -> S3Error {
        .invalidRequest("Value for \(algorithm.header) header is invalid.")
    }
}
