import AWSProtocol

/// Every digest of a body, computed piece by piece and then compared with what the sender said.
struct PayloadDigests {
    private let expected: PayloadExpectations
    private let md5 = Digest(.md5)
    private let sha256: Digest?
    /// Of the algorithm to keep, and of the one to check where that is another.
    private var checksums: [RunningChecksum]
    private(set) var size_bytes: Int64 = 0

    init(_ expected: PayloadExpectations) {
        self.expected = expected
        sha256 = expected.sha256 == nil ? nil : Digest(.sha256)
        let kept = expected.keptAlgorithm ?? expected.sent?.algorithm ?? .crc64nvme
        checksums = [RunningChecksum(kept)]
        if let sent = expected.sent?.algorithm, sent != kept { checksums.append(RunningChecksum(sent)) }
    }

    /// - Throws: `S3Error.entityTooLarge` as soon as too much has come.
    mutating func update(_ piece: [UInt8]) throws(S3Error) {
        size_bytes += Int64(piece.count)
        guard size_bytes <= expected.limit_bytes else {
            throw .entityTooLarge(size: expected.length_bytes ?? size_bytes, limit: expected.limit_bytes)
        }
        md5.update(piece)
        sha256?.update(piece)
        for index in checksums.indices { checksums[index].update(piece) }
    }

    /// The digests of the whole, if they are what the sender said; this value is spent afterwards.
    func verified(trailers: [String: String]) throws(S3Error) -> (etag: ETag, checksum: ObjectChecksum) {
        if let length = expected.length_bytes, length != size_bytes { throw .incompleteBody }
        if let sent = expected.sha256, let calculated = sha256.map({ Hex.encode($0.finish()) }), sent != calculated {
            throw .sha256Mismatch(sent: sent, calculated: calculated)
        }
        let digest = md5.finish()
        if let sent = expected.contentMD5, sent != digest {
            throw .badDigest(
                expected: expected.isDocument ? Base64.encode(sent) : Hex.encode(sent),
                calculated: Base64.encode(digest))
        }
        let computed = checksums.map { $0.finish() }
        if let sent = expected.sent, let own = computed.first(where: { $0.algorithm == sent.algorithm }) {
            try check(own, against: sent, trailers)
        }
        return (ETag(Hex.encode(digest)), computed[0])
    }

    private func check(
        _ computed: ObjectChecksum, against sent: SentChecksum, _ trailers: [String: String]
    ) throws(S3Error) {
        guard let value = sent.value ?? trailers[sent.algorithm.header] else { throw .malformedTrailer }
        guard value != computed.value else { return }
        guard Base64.decode(value)?.count == sent.algorithm.length_bytes else {
            throw .invalidChecksum(sent.algorithm, isTrailing: sent.value == nil)
        }
        throw .badChecksum(sent.algorithm.rawValue)
    }
}

extension S3Error {
    static func invalidChecksum(_ algorithm: ChecksumAlgorithm, isTrailing: Bool = false) -> S3Error {
        .invalidRequest("Value for \(algorithm.header) \(isTrailing ? "trailing header" : "header") is invalid.")
    }
}
