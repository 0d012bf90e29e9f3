import Glibc

/// A request to an AWS service, with what every service reads of it first.
package struct AWSRequest: Sendable {
    package var http: HTTPRequest
    package var scope: CredentialScope
    /// The id of this request, in the answer's `x-amzn-RequestId`.
    package var requestID: String
    /// The emulator's own address as the client wrote it (`Host`), for URLs in answers: `127.0.0.1:4566`.
    package var host: String
    /// The signature, where it was verified.
    package var signature: VerifiedSignature?

    package init(http: HTTPRequest, scope: CredentialScope, requestID: String, host: String) {
        self.http = http
        self.scope = scope
        self.requestID = requestID
        self.host = host
    }

    /// The pairs of the query string.
    package var query: [(name: String, value: String)] {
        PercentEncoding.pairs(http.query)
    }
}

/// Who calls which service where, out of a SigV4 signature.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
package struct CredentialScope: Sendable, Equatable {
    package var accessKeyID: String
    package var region: String
    /// The signing name: `sqs`, `dynamodb`, `s3`, `lambda`, …
    package var service: String

    package init(accessKeyID: String = "test", region: String = "us-east-1", service: String) {
        self.accessKeyID = accessKeyID
        self.region = region
        self.service = service
    }

    /// An access key id of twelve digits names its account, so that parallel tests can keep apart; any other belongs to
    /// account 000000000000.
    package var account: String {
        let isAccount = accessKeyID.utf8.count == 12 && accessKeyID.utf8.allSatisfy { (48...57).contains($0) }
        return isAccount ? accessKeyID : "000000000000"
    }

    /// Reads the scope of the `Authorization` header or of a presigned query; nil when neither has a signature's shape.
    package init?(of request: HTTPRequest) {
        if var header = request.headers["authorization"] {
            guard let scope = header.withUTF8({ Self.scope(inHeader: UnsafeRawBufferPointer($0)) }) else { return nil }
            self = scope
        } else {
            let query = PercentEncoding.pairs(request.query)
            func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
            if value("X-Amz-Signature") != nil, var credential = value("X-Amz-Credential") {
                let found = credential.withUTF8 { Self.scope(inCredential: UnsafeRawBufferPointer($0)) }
                guard let found else { return nil }
                self = found
            } else if value("Signature") != nil, value("Expires") != nil, let key = value("AWSAccessKeyId") {
                // S3's older presigned URLs (signature version 2), boto3's default for the global endpoint.
                self.init(accessKeyID: key, service: "s3")
            } else {
                return nil
            }
        }
    }

    /// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
    private static func scope(inHeader header: UnsafeRawBufferPointer) -> CredentialScope? {
        guard header.starts(with: "AWS4-HMAC-SHA256".utf8), end(of: "Signature=", in: header) != nil,
            let start = end(of: "Credential=", in: header)
        else { return nil }
        let rest = header[start...]
        let end = rest.firstIndex { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") } ?? rest.endIndex
        return scope(inCredential: UnsafeRawBufferPointer(rebasing: rest[..<end]))
    }

    /// `AKID/20260301/us-east-1/sqs/aws4_request`, from its end: the access key id may have slashes of its own.
    private static func scope(inCredential credential: UnsafeRawBufferPointer) -> CredentialScope? {
        var start = credential.count
        func part() -> Range<Int>? {
            let end = start
            while start > 0, credential[start - 1] != UInt8(ascii: "/") { start -= 1 }
            guard start > 0 else { return nil }
            start -= 1
            return start + 1..<end
        }
        func text(_ part: Range<Int>) -> String { String(decoding: credential[part], as: UTF8.self) }
        guard let end = part(), credential[end].elementsEqual("aws4_request".utf8), let service = part(),
            let region = part(), part() != nil
        else { return nil }
        return CredentialScope(accessKeyID: text(0..<start), region: text(region), service: text(service))
    }

    /// Where the first `mark` in a text ends.
    private static func end(of mark: StaticString, in text: UnsafeRawBufferPointer) -> Int? {
        guard let start = text.baseAddress else { return nil }
        let (first, length) = (Int32(mark.utf8Start[0]), mark.utf8CodeUnitCount)
        var place = 0
        while place + length <= text.count,
            let found = memchr(start + place, first, text.count - length + 1 - place)
        {
            if memcmp(found, mark.utf8Start, length) == 0 { return start.distance(to: found) + length }
            place = start.distance(to: found) + 1
        }
        return nil
    }
}
