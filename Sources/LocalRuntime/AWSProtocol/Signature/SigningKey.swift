/// The key of one day, region and service, out of a secret access key.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key
package struct SigningKey: Sendable, Equatable {
    private let bytes: [UInt8]

    /// - Parameter scope: `20260301/us-east-1/sqs/aws4_request`
    package init(secret: String, scope: String) {
        bytes = scope.split(separator: "/", omittingEmptySubsequences: false)
            .reduce(Array("AWS4\(secret)".utf8)) { Digest.hmac(Array($1.utf8), key: $0, .sha256) }
    }

    /// The signature of a string to sign, in hex.
    package func sign(_ text: String) -> String {
        Hex.encode(Digest.hmac(Array(text.utf8), key: bytes, .sha256))
    }
}

/// A request's signature that was found right, as the signatures of its body's chunks go on from it.
package struct VerifiedSignature: Sendable, Equatable {
    package let key: SigningKey
    /// `20260301T181500Z`
    package let date: String
    /// `20260301/us-east-1/s3/aws4_request`
    package let scope: String
    package let signature: String

    package init(key: SigningKey, date: String, scope: String, signature: String) {
        self.key = key
        self.date = date
        self.scope = scope
        self.signature = signature
    }
}

extension String {
    /// Whether both are the same text, found out in a time that does not depend on where they differ.
    package func equalsInConstantTime(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
