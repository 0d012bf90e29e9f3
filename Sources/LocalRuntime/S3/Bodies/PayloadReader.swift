import AWSProtocol

/// What a request says about its body.
struct PayloadExpectations: Sendable {
    enum Framing: Sendable {
        case plain
        /// - Parameter signature: from which the chunks' signatures go on; nil when they are not verified.
        case awsChunked(isSigned: Bool, signature: VerifiedSignature? = nil)
    }

    var framing = Framing.plain
    /// Of the object's bytes, without framing; nil when the client did not say.
    var length_bytes: Int64?
    var limit_bytes: Int64
    /// Whether the body is a document about objects and not an object.
    var isDocument = false
    var contentMD5: [UInt8]?
    /// Hex, of the signature; nil when the body is not signed as a whole.
    var sha256: String?
    /// What the client computed; nil when it computed nothing.
    var sent: SentChecksum?
    /// The algorithm of the checksum to keep; the client's own when nil, and S3's where there is none either.
    var keptAlgorithm: ChecksumAlgorithm?

    /// Whether the client sent, or will send, any digest of the body for itself.
    var hasDigest: Bool { contentMD5 != nil || sent != nil }
}

/// A checksum that a client computed of a body.
struct SentChecksum: Sendable {
    var algorithm: ChecksumAlgorithm
    /// In base64; nil when it follows behind the body.
    var value: String?
}

/// A body that was read, stored and found to be what its sender said.
struct ReceivedBody: Sendable {
    var body: StoredBody
    var size_bytes: Int64
    var etag: ETag
    var checksum: ObjectChecksum
}

/// Reads a body once: unwraps it, stores it and computes every digest on the way.
enum PayloadReader {
    /// Stores an object's bytes, holding no more than a piece of them.
    ///
    /// - Throws: `S3Error` when the body is not what was expected; nothing of it stays then.
    static func receive(
        _ body: HTTPBody, _ expected: PayloadExpectations, into bodies: ObjectBodies
    ) async throws -> ReceivedBody {
        if let length = expected.length_bytes, length > expected.limit_bytes {
            throw S3Error.entityTooLarge(size: length, limit: expected.limit_bytes)
        }
        let writer = BodyWriter(bodies)
        var digests = PayloadDigests(expected)
        let trailers = try await unwrap(body, expected.framing) { piece in
            try digests.update(piece)
            try writer.append(piece)
        }
        let (etag, checksum) = try digests.verified(trailers: trailers)
        return ReceivedBody(
            body: try await writer.finish(), size_bytes: digests.size_bytes, etag: etag, checksum: checksum)
    }

    /// The bytes of a small body, e.g. an XML document.
    static func collect(_ body: HTTPBody, _ expected: PayloadExpectations) async throws -> [UInt8] {
        var whole: [UInt8] = []
        var digests = PayloadDigests(expected)
        let trailers = try await unwrap(body, expected.framing) { piece in
            try digests.update(piece)
            whole += piece
        }
        _ = try digests.verified(trailers: trailers)
        return whole
    }

    /// - Returns: the trailers behind an `aws-chunked` body.
    private static func unwrap(
        _ body: HTTPBody, _ framing: PayloadExpectations.Framing, _ use: ([UInt8]) throws -> Void
    ) async throws -> [String: String] {
        switch framing {
        case .plain:
            try await body.forEachPiece(use)
            return [:]
        case .awsChunked(let isSigned, let signature):
            var decoder = AWSChunkedDecoder(isSigned: isSigned, signature: signature)
            try await body.forEachPiece { try use(decoder.decode($0)) }
            return try decoder.finish()
        }
    }
}
