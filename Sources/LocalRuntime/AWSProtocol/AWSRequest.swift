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
        if let header = request.headers["authorization"] {
            guard header.hasPrefix("AWS4-HMAC-SHA256"), Self.end(of: "Signature=", in: header) != nil,
                let start = Self.end(of: "Credential=", in: header)
            else { return nil }
            let credential = header.utf8[start...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: " ") }
            self.init(credential: Substring(credential))
        } else {
            let query = PercentEncoding.pairs(request.query)
            func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
            if value("X-Amz-Signature") != nil, let credential = value("X-Amz-Credential") {
                self.init(credential: credential[...])
            } else if value("Signature") != nil, value("Expires") != nil, let key = value("AWSAccessKeyId") {
                // S3's older presigned URLs (signature version 2), boto3's default for the global endpoint.
                self.init(accessKeyID: key, service: "s3")
            } else {
                return nil
            }
        }
    }

    /// Where the first `mark` in a text ends.
    private static func end(of mark: StaticString, in text: String) -> String.Index? {
        var text = text
        let end = text.withUTF8 { bytes -> Int? in
            guard let start = UnsafeRawPointer(bytes.baseAddress) else { return nil }
            let (first, length) = (Int32(mark.utf8Start[0]), mark.utf8CodeUnitCount)
            var place = 0
            while place + length <= bytes.count,
                let found = memchr(start + place, first, bytes.count - length + 1 - place)
            {
                if memcmp(found, mark.utf8Start, length) == 0 { return start.distance(to: found) + length }
                place = start.distance(to: found) + 1
            }
            return nil
        }
        return end.map { text.utf8.index(text.startIndex, offsetBy: $0) }
    }

    /// `AKID/20260301/us-east-1/sqs/aws4_request`
    private init?(credential: Substring) {
        var credential = credential
        let scope = credential.withUTF8 { bytes -> CredentialScope? in
            // From its end: the access key id may have slashes of its own.
            var rest = bytes[...]
            func last() -> Slice<UnsafeBufferPointer<UInt8>>? {
                guard let slash = rest.lastIndex(of: UInt8(ascii: "/")) else { return nil }
                defer { rest = rest[..<slash] }
                return rest[(slash + 1)...]
            }
            guard let end = last(), end.elementsEqual("aws4_request".utf8), let service = last(), let region = last(),
                last() != nil
            else { return nil }
            return CredentialScope(
                accessKeyID: String(decoding: rest, as: UTF8.self), region: String(decoding: region, as: UTF8.self),
                service: String(decoding: service, as: UTF8.self))
        }
        guard let scope else { return nil }
        self = scope
    }
}
