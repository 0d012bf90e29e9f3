import EmulatorClock
import Testing

@testable import AWSProtocol

/// AWS's own examples, and what is left of them when a thing is changed.
@Suite struct `Signatures` {
    private static let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    private static let day = Timestamp(rfc3339: "2013-05-24T00:00:00Z") ?? Timestamp(milliseconds: 0)

    private func check(at instant: Timestamp = day) -> SignatureCheck {
        SignatureCheck(secret: Self.secret, wallClock: { instant })
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Example: GET Object"
    private var rangedGet: HTTPRequest {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        return HTTPRequest(
            method: "GET", path: "/test.txt",
            headers: [
                "Host": "examplebucket.s3.amazonaws.com", "Range": "bytes=0-9", "x-amz-content-sha256": empty,
                "x-amz-date": "20130524T000000Z",
                "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                    + "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                    + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ])
    }

    /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    private var presigned: HTTPRequest {
        HTTPRequest(
            method: "GET", path: "/test.txt",
            query:
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F"
                + "aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&"
                + "X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            headers: ["Host": "examplebucket.s3.amazonaws.com"])
    }

    @Test func `AWS's example of a header is right`() async throws {
        let (_, signature) = try await check().verify(rangedGet)
        #expect(signature?.scope == "20130524/us-east-1/s3/aws4_request")
    }

    @Test func `AWS's example of a presigned address is right until it expires`() async throws {
        _ = try await check(at: Self.day + .seconds(86_400)).verify(presigned)
        await #expect(throws: SignatureRefusal.self) {
            try await check(at: Self.day + .seconds(86_401)).verify(presigned)
        }
        await #expect(throws: SignatureRefusal.self) {
            try await check(at: Self.day - .seconds(901)).verify(presigned)
        }
    }

    @Test(arguments: ["method", "path", "query", "range", "date", "hash", "secret"])
    func `anything changed makes it wrong`(what: String) async throws {
        var request = rangedGet
        var secret = Self.secret
        switch what {
        case "method": request.method = "PUT"
        case "path": request.path = "/test.text"
        case "query": request.query = "acl"
        case "range": request.headers["Range"] = "bytes=0-10"
        case "date": request.headers["x-amz-date"] = "20130524T000001Z"
        case "hash": request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
        default: secret += "x"
        }
        let check = SignatureCheck(secret: secret, wallClock: { Self.day })
        let refusal = await #expect(throws: SignatureRefusal.self) { try await check.verify(request) }
        #expect(refusal?.wire(.s3).code == "SignatureDoesNotMatch")
    }

    @Test func `a clock that is off by more than fifteen minutes is refused by S3`() async throws {
        let refusal = await #expect(throws: SignatureRefusal.self) {
            try await check(at: Self.day + .seconds(901)).verify(rangedGet)
        }
        #expect(refusal?.wire(.s3).code == "RequestTimeTooSkewed")
    }

    /// https://docs.aws.amazon.com/general/latest/gr/sigv4-create-string-to-sign.html gave this one, over ListUsers.
    @Test func `other services sign the body and speak of expiry`() async throws {
        let request = HTTPRequest(
            method: "GET", path: "/", query: "Action=ListUsers&Version=2010-05-08",
            headers: [
                "Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "Host": "iam.amazonaws.com",
                "X-Amz-Date": "20150830T123600Z",
                "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
                    + "SignedHeaders=content-type;host;x-amz-date, "
                    + "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            ])
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        let then = try #require(Timestamp(basicISO8601: "20150830T123600Z"))
        _ = try await SignatureCheck(secret: secret, wallClock: { then }).verify(request)
        let late = SignatureCheck(secret: secret, wallClock: { then + .seconds(301) })
        let refusal = await #expect(throws: SignatureRefusal.self) { try await late.verify(request) }
        let wire = try #require(refusal).wire(.query)
        #expect(wire.code == "SignatureDoesNotMatch" && wire.status == 403)
        #expect(
            wire.message
                == "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"
        )
        var tampered = request
        tampered.body = .bytes([1])
        await #expect(throws: SignatureRefusal.self) {
            try await SignatureCheck(secret: secret, wallClock: { then }).verify(tampered)
        }
    }

    @Test func `an HMAC is the one of RFC 4231`() {
        let digest = Digest.hmac(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8), .sha256)
        #expect(Hex.encode(digest) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = Digest.hmac(
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            key: [UInt8](repeating: 0xaa, count: 131), .sha256)
        #expect(Hex.encode(long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test(arguments: 0..<20)
    func `base64 is the one of RFC 4648`(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37) }
        let text = Base64Text.encode(bytes)
        #expect(text.utf8.count == (length + 2) / 3 * 4)
        if length == 5 { #expect(text == "ACVKb5Q=") }
    }
}
