import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSClient

@Suite struct `Objects in buckets` {
    private func client(_ http: ScriptedHTTP) throws -> S3Client {
        S3Client(try AWSSession.test(http))
    }

    @Test func `a put carries its type, metadata and condition`() async throws {
        let http = ScriptedHTTP(.ok("", headers: ["ETag": "\"e\"", "x-amz-version-id": "v"]))
        let result = try await client(http).put(
            [1, 2], bucket: "lake", key: "a b/ü", contentType: "text/plain", metadata: ["Run": "7", "a": "x y"],
            condition: .ifNoneMatch)
        #expect(result == S3PutResult(eTag: "\"e\"", versionID: "v"))
        let request = http.requests[0]
        #expect("\(request.method) \(request.target)" == "PUT /lake/a%20b/%C3%BC")
        #expect(request.body == [1, 2])
        #expect(request.headers["Content-Type"] == "text/plain")
        #expect(request.headers["x-amz-meta-run"] == "7")
        #expect(request.headers["x-amz-meta-a"] == "x y")
        #expect(request.headers["If-None-Match"] == "*")
        let signed = "SignedHeaders=content-type;host;if-none-match;x-amz-content-sha256;x-amz-date;"
        #expect(request.headers["Authorization"]?.contains(signed) == true)
        #expect(
            request.headers["X-Amz-Content-SHA256"]
                == "a12871fee210fb8619291eaea194581cbd2531e4b23759d225f6806923f63222")
    }

    @Test func `a put over a known object names its ETag`() async throws {
        let http = ScriptedHTTP(.status(412, "<Error><Code>PreconditionFailed</Code><Message>m</Message></Error>"))
        let error = await #expect(throws: AWSError.self) {
            try await client(http).put([], bucket: "b", key: "k", condition: .ifMatch("\"e\""))
        }
        #expect(error?.code == "PreconditionFailed")
        #expect(http.requests.map { $0.headers["If-Match"] } == ["\"e\""])
    }

    @Test func `metadata beyond ASCII is refused before anything is sent`() async throws {
        let http = ScriptedHTTP(.ok())
        await #expect(throws: AWSCallError.self) {
            try await client(http).put([], bucket: "b", key: "k", metadata: ["a": "ü"])
        }
        #expect(http.requests.isEmpty)
    }

    @Test func `a get brings bytes and what S3 says of them`() async throws {
        let headers: HTTPHeaders = [
            "ETag": "\"e\"", "Content-Length": "3", "Content-Type": "text/csv", "X-Amz-Meta-Run": "7",
        ]
        let object = try await client(ScriptedHTTP(.ok("abc", headers: headers))).get(bucket: "b", key: "k")
        #expect(object.body == Array("abc".utf8))
        #expect(
            object.info
                == S3ObjectInfo(eTag: "\"e\"", size: 3, contentType: "text/csv", metadata: ["run": "7"], versionID: nil)
        )
    }

    @Test(arguments: [
        (S3ByteRange.bytes(2...3), "bytes=2-3"), (.from(5), "bytes=5-"), (.last(8), "bytes=-8"),
    ])
    func `a range is asked for, and the size is still the whole's`(range: S3ByteRange, header: String) async throws {
        let answer = HTTPHeaders([
            (name: "ETag", value: "e"), (name: "Content-Length", value: "2"),
            (name: "Content-Range", value: "bytes 2-3/10"),
        ])
        let http = ScriptedHTTP(.status(206, "cd", headers: answer))
        let object = try await client(http).get(bucket: "b", key: "k", range: range)
        #expect(object.info.size == 10)
        #expect(object.body == Array("cd".utf8))
        #expect(http.requests[0].headers["Range"] == header)
    }

    @Test func `a refusal is read from XML, whatever stands around it`() async throws {
        let body = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>NoSuchKey</Code><Message>No key &quot;a&amp;b&#x20AC;&quot;.</Message><Key>k</Key></Error>
            """
        let http = ScriptedHTTP(.status(404, body, headers: ["x-amz-request-id": "r"]))
        let error = await #expect(throws: AWSError.self) { try await client(http).get(bucket: "b", key: "k") }
        #expect(error?.description == "S3 GetObject: NoSuchKey (404, request r): No key \"a&b€\".")
    }

    @Test func `an answer to HEAD is told by its status`() async throws {
        let http = ScriptedHTTP(.status(404), .ok("", headers: ["ETag": "e", "Content-Length": "99"]))
        let client = try client(http)
        let error = await #expect(throws: AWSError.self) { try await client.head(bucket: "b", key: "k") }
        #expect(error?.code == "NotFound")
        #expect(try await client.head(bucket: "b", key: "k").size == 99)
        #expect(http.requests.map(\.method) == ["HEAD", "HEAD"])
    }

    @Test func `a delete names the object, and never its bucket`() async throws {
        let http = ScriptedHTTP(.status(204))
        try await client(http).delete(bucket: "b", key: "/k")
        #expect(http.requests.map { "\($0.method) \($0.target)" } == ["DELETE /b//k"])
        await #expect(throws: AWSCallError.self) { try await client(http).delete(bucket: "b", key: "") }
        #expect(http.requests.count == 1)
    }
}

@Suite struct `Listings` {
    private func page(_ keys: [String], next: String? = nil, isEncoded: Bool = true) -> String {
        let lines = keys.map { key in
            "<Contents><Key>\(isEncoded ? key.uriEncoded() : key.xmlEscaped)</Key><Size>5</Size>"
                + "<LastModified>2025-03-09T07:05:02.000Z</LastModified><ETag>&quot;e&quot;</ETag>"
                + "<Owner><ID>o</ID></Owner></Contents>"
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><Prefix/>
            <IsTruncated>\(next != nil)</IsTruncated>\(isEncoded ? "<EncodingType>url</EncodingType>" : "")
            \(next.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? "")\(lines.joined())
            <CommonPrefixes><Prefix>a%2F</Prefix></CommonPrefixes></ListBucketResult>
            """
    }

    @Test func `a listing follows the tokens through every page`() async throws {
        let http = ScriptedHTTP(
            .ok(page(["a", "b c"], next: "1/+=")), .ok(page([], next: "2")), .ok(page(["ü\u{1}<&>"])))
        let client = S3Client(try AWSSession.test(http))
        let objects = try await client.list(bucket: "b", prefix: "p/", startAfter: "p/0").collect()
        #expect(objects.map(\.key) == ["a", "b c", "ü\u{1}<&>"])
        #expect(
            objects.first
                == S3ListedObject(
                    key: "a", eTag: "\"e\"", size: 5, lastModified: Date(timeIntervalSince1970: 1_741_503_902)))
        let query = "/b?list-type=2&encoding-type=url&prefix=p%2F&start-after=p%2F0"
        #expect(
            http.requests.map(\.target) == [
                query, query + "&continuation-token=1%2F%2B%3D", query + "&continuation-token=2",
            ])
    }

    @Test func `a page has folders, and keys that are not encoded are taken as they are`() async throws {
        let http = ScriptedHTTP(.ok(page(["a%20<b>+"], isEncoded: false)))
        let client = S3Client(try AWSSession.test(http))
        let found = try await client.listPage(bucket: "b", delimiter: "/", maxKeys: 5)
        #expect(found.objects.map(\.key) == ["a%20<b>+"])
        #expect(found.commonPrefixes == ["a%2F"])
        #expect(found.continuationToken == nil)
        #expect(http.requests[0].target == "/b?list-type=2&encoding-type=url&delimiter=%2F&max-keys=5")
    }

    @Test(arguments: [
        "", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>", "<ListBucketResult>",
    ])
    func `a page that cannot be read is an error, not an empty page`(body: String) async throws {
        let client = S3Client(try AWSSession.test(ScriptedHTTP(.ok(body))))
        await #expect(throws: AWSCallError.self) { try await client.list(bucket: "b").collect() }
    }
}
