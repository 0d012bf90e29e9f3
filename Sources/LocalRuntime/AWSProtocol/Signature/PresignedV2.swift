import EmulatorClock

/// An address presigned by S3's older scheme, which boto3 still makes unless told otherwise.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
struct PresignedV2 {
    /// The query parameters that name a subresource or override the answer; the rest is not signed.
    private static let signedParameters: Set<String> = [
        "accelerate", "acl", "analytics", "cors", "delete", "encryption", "inventory", "lifecycle", "location",
        "logging",
        "metrics", "notification", "object-lock", "ownershipControls", "partNumber", "policy", "policyStatus",
        "publicAccessBlock", "replication", "requestPayment", "response-cache-control", "response-content-disposition",
        "response-content-encoding", "response-content-language", "response-content-type", "response-expires",
        "restore",
        "retention", "select", "select-type", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning",
        "versions", "website",
    ]

    private let accessKeyID: String
    private let signature: String
    private let expires_s: Int64
    private let query: [(name: String, value: String)]

    /// nil when the query has no signature of this version.
    init?(_ request: HTTPRequest) {
        query = PercentEncoding.pairs(request.query)
        let query = query
        func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
        guard let key = value("AWSAccessKeyId"), let signature = value("Signature"),
            let expires = value("Expires").flatMap(Int64.init)
        else { return nil }
        accessKeyID = key
        self.signature = signature
        expires_s = expires
    }

    func verify(_ request: HTTPRequest, secret: String, now: Timestamp) throws(SignatureRefusal) {
        let end = Timestamp(milliseconds: expires_s * 1000)
        guard now <= end else { throw .hasExpired(expires_s: nil, at: end, now: now) }
        let text = stringToSign(request)
        let own = Digest.hmac(Array(text.utf8), key: Array(secret.utf8), .sha1)
        guard Base64Text.encode(own).equalsInConstantTime(signature) else {
            throw .mismatch(accessKeyID: accessKeyID, stringToSign: text, signature: signature, canonicalRequest: nil)
        }
    }

    private func stringToSign(_ request: HTTPRequest) -> String {
        func header(_ name: String) -> String { request.headers[name] ?? "" }
        let own = Set(request.headers.fields.map { $0.name.lowercased() }.filter { $0.hasPrefix("x-amz-") })
        let fields = own.sorted().map { "\($0):\(CanonicalRequest.value(of: $0, in: request.headers))\n" }.joined()
        let parameters = query.filter { Self.signedParameters.contains($0.name) }
            .sorted { $0.name < $1.name }.map { $0.value.isEmpty ? $0.name : "\($0.name)=\($0.value)" }
        let resource = request.path + (parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&"))
        return
            "\(request.method)\n\(header("content-md5"))\n\(header("content-type"))\n\(expires_s)\n\(fields)\(resource)"
    }
}

/// RFC 4648, 4.
enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.enumerated().reduce(0) { $0 | Int($1.element) << (16 - 8 * $1.offset) }
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
