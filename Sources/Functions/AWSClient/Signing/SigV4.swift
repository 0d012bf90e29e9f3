package import FoundationEssentials
package import HTTPTransport

/// Signature Version 4: proves to AWS who sends a request and that nobody changed it.
///
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package struct SigV4: Sendable {
    /// What the signature says about the body.
    package enum Payload: Sendable {
        /// The SHA-256 of the request's body.
        case body
        /// `UNSIGNED-PAYLOAD`, which only S3 accepts.
        case unsigned
    }

    let credentials: Credentials
    let region: String
    let service: String

    /// - Parameters:
    ///   - region: where the service runs, such as `eu-west-1`.
    ///   - service: the name in the credential scope, such as `dynamodb`.
    package init(credentials: Credentials, region: String, service: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
    }

    /// The request with `X-Amz-Date`, the session token, for S3 the payload's hash, and `Authorization`.
    ///
    /// The URL's path and query must be encoded as `uriEncoded` does. Throws `HTTPTransportError.unavailable` without
    /// OpenSSL.
    package func sign(_ request: HTTPRequest, at date: Date, payload: Payload = .body) throws -> HTTPRequest {
        let scope = CredentialScope(date, region: region, service: service)
        let payloadHash = try hash(of: payload, request)
        var signed = request
        signed.headers["Authorization"] = nil
        signed.headers["X-Amz-Date"] = scope.timestamp
        signed.headers["X-Amz-Security-Token"] = credentials.sessionToken
        if isS3 { signed.headers["X-Amz-Content-SHA256"] = payloadHash }
        let canonical = CanonicalRequest(signed, normalizesPath: !isS3, payloadHash: payloadHash)
        signed.headers["Authorization"] =
            "\(CredentialScope.algorithm) Credential=\(credentials.accessKeyID)/\(scope.text), "
            + "SignedHeaders=\(canonical.signedHeaders), Signature=\(try signature(of: canonical, scope))"
        return signed
    }

    /// The request with a URL that carries its own signature and works for `lifetime`, in whole seconds. Whoever uses
    /// it sends the request's headers with it.
    ///
    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    package func presign(
        _ request: HTTPRequest, at date: Date, lifetime: Duration, payload: Payload = .unsigned
    ) throws -> HTTPRequest {
        let scope = CredentialScope(date, region: region, service: service)
        var items = [
            (name: "X-Amz-Algorithm", value: CredentialScope.algorithm),
            (name: "X-Amz-Credential", value: "\(credentials.accessKeyID)/\(scope.text)"),
            (name: "X-Amz-Date", value: scope.timestamp),
            (name: "X-Amz-Expires", value: "\(lifetime.components.seconds)"),
            (name: "X-Amz-SignedHeaders", value: CanonicalRequest.signedHeaders(request)),
        ]
        if let token = credentials.sessionToken { items.append((name: "X-Amz-Security-Token", value: token)) }
        var signed = request
        signed.url += (request.url.contains("?") ? "&" : "?") + encodedQuery(items)
        let canonical = CanonicalRequest(
            signed, normalizesPath: !isS3, payloadHash: try hash(of: payload, request))
        signed.url += "&X-Amz-Signature=\(try signature(of: canonical, scope))"
        return signed
    }

    private var isS3: Bool { service == "s3" }

    private func hash(of payload: Payload, _ request: HTTPRequest) throws -> String {
        switch payload {
        case .body: try Digest.sha256(request.body).hexadecimal
        case .unsigned: "UNSIGNED-PAYLOAD"
        }
    }

    private func signature(of canonical: CanonicalRequest, _ scope: CredentialScope) throws -> String {
        let hash = try Digest.sha256(Array(canonical.text.utf8)).hexadecimal
        let stringToSign = "\(CredentialScope.algorithm)\n\(scope.timestamp)\n\(scope.text)\n\(hash)"
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in scope.parts { key = try Digest.hmacSHA256(key: key, part) }
        return try Digest.hmacSHA256(key: key, stringToSign).hexadecimal
    }
}

/// The day, region and service that a signature holds for, and its second.
struct CredentialScope {
    static let algorithm = "AWS4-HMAC-SHA256"

    /// Such as `20130524T000000Z`.
    let timestamp: String
    let parts: [String]

    init(_ date: Date, region: String, service: String) {
        timestamp = date.formatted(Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted))
        parts = [String(timestamp.prefix(8)), region, service, "aws4_request"]
    }

    var text: String { parts.joined(separator: "/") }
}
