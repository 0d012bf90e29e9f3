import AWSProtocol
import Testing

private struct Echo: AWSService {
    let signingNames = ["sqs"]

    func respond(to request: AWSRequest) async -> HTTPResponse {
        HTTPResponse(body: .bytes(Array("\(request.scope.account) \(request.scope.region)".utf8)))
    }

    func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        HTTPResponse(status: error.status)
    }
}

@Suite struct `The gateway` {
    private let gateway = Gateway(services: [Echo()], allowedHosts: AllowedHosts(further: ["box"]))

    private func request(
        service: String = "sqs", key: String = "test", host: String = "127.0.0.1:4566", _ more: (String, String)...
    ) -> HTTPRequest {
        var headers: HTTPHeaders = [
            "Host": host,
            "Authorization": "AWS4-HMAC-SHA256 Credential=\(key)/20260301/eu-west-1/\(service)/aws4_request, "
                + "SignedHeaders=host, Signature=abc",
        ]
        more.forEach { headers.add($0.0, $0.1) }
        return HTTPRequest(method: "POST", path: "/", headers: headers)
    }

    private func text(_ response: HTTPResponse) -> String {
        String(decoding: response.bytes, as: UTF8.self)
    }

    @Test func `finds the service and the account in the signature`() async {
        #expect(text(await gateway.respond(to: request())) == "000000000000 eu-west-1")
        #expect(text(await gateway.respond(to: request(key: "111122223333"))) == "111122223333 eu-west-1")
    }

    @Test func `reads a presigned query, too`() async {
        var presigned = request()
        presigned.headers = ["Host": "localhost:1"]
        presigned.query = "X-Amz-Credential=test%2F20260301%2Fus-east-1%2Fsqs%2Faws4_request&X-Amz-Signature=0"
        #expect(text(await gateway.respond(to: presigned)) == "000000000000 us-east-1")
    }

    @Test func `takes S3's older presigned URLs for S3's`() {
        let presigned = HTTPRequest(
            method: "GET", path: "/b/k", query: "AWSAccessKeyId=test&Signature=x%3D&Expires=1772388000")
        #expect(CredentialScope(of: presigned) == CredentialScope(service: "s3"))
    }

    @Test func `asks for a signature's shape`() async {
        var unsigned = request()
        unsigned.headers["Authorization"] = nil
        let response = await gateway.respond(to: unsigned)
        #expect(response.status == 403)
        #expect(text(response).contains("\"MissingAuthenticationToken\""))
    }

    @Test func `asks for it in the form of the call`() async {
        var unsigned = request(
            ("X-Amz-Target", "DynamoDB_20120810.ListTables"), ("Content-Type", "application/x-amz-json-1.0"))
        unsigned.headers["Authorization"] = nil
        let response = await gateway.respond(to: unsigned)
        #expect(response.status == 400)
        #expect(response.headers["content-type"] == "application/x-amz-json-1.0")
        #expect(
            text(response) == #"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","#
                + #""message":"Request is missing Authentication Token"}"#)
        var form = request(("Content-Type", "application/x-www-form-urlencoded"))
        form.headers["Authorization"] = nil
        #expect(text(await gateway.respond(to: form)).contains("<Code>MissingAuthenticationToken</Code>"))
    }

    @Test func `names the service that it does not have`() async {
        let response = await gateway.respond(to: request(service: "kinesis"))
        #expect(response.status == 501)
        #expect(text(response).contains("kinesis"))
    }

    @Test func `names it in XML to a caller that reads XML`() async {
        let form = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        let response = await gateway.respond(to: request(service: "sns", form))
        #expect(response.status == 501)
        #expect(text(response).contains("<Code>NotImplemented</Code>"))
        #expect(text(response).contains("sns"))
    }

    @Test(arguments: ["evil.example", "127.0.0.1.evil.example:4566", "localhost.evil.example"])
    func `refuses a host that is not its own`(host: String) async {
        #expect(await gateway.respond(to: request(host: host)).status == 403)
    }

    @Test(arguments: ["localhost", "LOCALHOST:4566", "lake.localhost:4566", "[::1]:4566", "box:80", "127.0.0.1"])
    func `takes its own names`(host: String) async {
        #expect(await gateway.respond(to: request(host: host)).status == 200)
    }

    @Test func `refuses a page of another site`() async {
        #expect(await gateway.respond(to: request(service: "sqs", ("Origin", "https://evil.example"))).status == 403)
        #expect(await gateway.respond(to: request(service: "sqs", ("Sec-Fetch-Site", "cross-site"))).status == 403)
        #expect(await gateway.respond(to: request(service: "sqs", ("Origin", "http://localhost:4566"))).status == 200)
    }
}

@Suite struct `Percent encoding` {
    @Test func `round trips every character`() {
        let text = "a b/c+é🚀%\u{0}~"
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        #expect(PercentEncoding.encode("a/b c", keepsSlash: true) == "a/b%20c")
    }

    @Test(arguments: ["%", "%4", "%zz", "%FF"])
    func `refuses what decodes to nothing`(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test func `reads a form`() {
        let pairs = PercentEncoding.pairs("Action=Send+it&Body=a%3Db&Empty=&Bare")
        #expect(pairs.map(\.name) == ["Action", "Body", "Empty", "Bare"])
        #expect(pairs.map(\.value) == ["Send it", "a=b", "", ""])
    }
}

@Suite struct `Digests and ids` {
    @Test func `agree with the published values of "abc"`() {
        #expect(Hex.encode(Digest.of(Array("abc".utf8), .md5)) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(Hex.encode(Digest.of(Array("abc".utf8), .sha1)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(Hex.encode(Digest.of(Array("abc".utf8), .sha256)).hasPrefix("ba7816bf8f01cfea414140de5dae2223"))
    }

    @Test func `request ids are random UUIDs of version 4`() throws {
        let id = RequestID.random()
        #expect(try #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#.wholeMatch(in: id) != nil)
        #expect(id != RequestID.random())
    }
}

@Suite struct `XML` {
    @Test func `escapes what text and attributes cannot carry`() {
        let element = XMLElement("Key", "a<b>&\"\r\u{1}é", attributes: [(name: "xmlns", value: "a&b")])
        #expect(element.text == "<Key xmlns=\"a&amp;b\">a&lt;b&gt;&amp;&quot;&#13;&#x1;é</Key>")
    }
}
