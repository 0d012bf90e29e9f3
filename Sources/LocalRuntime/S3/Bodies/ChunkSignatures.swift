import AWSProtocol

/// The signatures of an `aws-chunked` body: each goes on from the one before, the first from the request's.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#sigv4-chunked-body-definition
struct ChunkSignatures {
    private static let trailerSignature = "x-amz-trailer-signature"

    private let request: VerifiedSignature
    private var previous: String
    private var announced = ""
    private var digest = Digest(.sha256)

    init(_ request: VerifiedSignature) {
        self.request = request
        previous = request.signature
    }

    mutating func beginChunk(_ signature: String) {
        announced = signature
        digest = Digest(.sha256)
    }

    func update(_ bytes: ArraySlice<UInt8>) {
        digest.update(Array(bytes))
    }

    /// - Throws: `S3Error.signatureDoesNotMatch`
    mutating func endChunk() throws(S3Error) {
        let text = [
            "AWS4-HMAC-SHA256-PAYLOAD", request.date, request.scope, previous, Hex.encode(Digest.of("", .sha256)),
            Hex.encode(digest.finish()),
        ].joined(separator: "\n")
        try check(text, announced)
    }

    /// - Parameter trailers: names in lower case; those that are signed may be any but the signature itself.
    /// - Throws: `S3Error.signatureDoesNotMatch`, also when there are trailers and no signature.
    mutating func checkTrailers(_ trailers: [String: String]) throws(S3Error) {
        let lines = trailers.filter { $0.key != Self.trailerSignature }.sorted { $0.key < $1.key }
            .map { "\($0.key):\($0.value)\n" }.joined()
        guard !lines.isEmpty else { return }
        let text = [
            "AWS4-HMAC-SHA256-TRAILER", request.date, request.scope, previous, Hex.encode(Digest.of(lines, .sha256)),
        ].joined(separator: "\n")
        try check(text, trailers[Self.trailerSignature] ?? "")
    }

    private mutating func check(_ text: String, _ signature: String) throws(S3Error) {
        guard request.key.sign(text).equalsInConstantTime(signature) else { throw .signatureDoesNotMatch }
        previous = signature
    }
}
