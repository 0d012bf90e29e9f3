import FoundationEssentials
import HTTPTransport
import Synchronization
import Testing

@testable import AWSClient

@Suite struct `Objects in parts` {
    private let limits = S3MultipartLimits(threshold: 10, partSize: 4, partCount: 100, atOnce: 3)
    private let body = (0..<11).map { UInt8($0) }

    /// A bucket that takes uploads, but what `fail` answers instead.
    private func bucket(
        fail: @escaping @Sendable (HTTPRequest) async throws -> HTTPResponse? = { _ in nil }
    ) -> ScriptedHTTP {
        ScriptedHTTP { request, _ in
            if let failure = try await fail(request) { return failure }
            let target = request.target
            if target.hasSuffix("?uploads=") { return .xml("<R><UploadId>u/1</UploadId></R>") }
            if target.contains("partNumber=") {
                return HTTPResponse(status: 200, headers: ["ETag": "\"\(request.body)\""])
            }
            return .xml("<R><ETag>&quot;whole-3&quot;</ETag></R>")
        }
    }

    private func put(_ http: ScriptedHTTP, _ body: [UInt8]) async throws -> S3PutResult {
        try await S3Client(AWSSession.test(http), multipart: limits).put(
            body, bucket: "b", key: "k", contentType: "a/b", metadata: ["m": "1"], condition: .ifNoneMatch)
    }

    @Test func `a long body goes in parts, completed in order under the condition`() async throws {
        let http = bucket()
        #expect(try await put(http, body).eTag == "\"whole-3\"")
        let requests = http.requests
        #expect("\(requests[0].method) \(requests[0].target)" == "POST /b/k?uploads=")
        #expect(requests[0].headers["Content-Type"] == "a/b")
        #expect(requests[0].headers["x-amz-meta-m"] == "1")
        #expect(requests[0].headers["If-None-Match"] == nil)
        let parts = requests[1...3].sorted { $0.url < $1.url }
        #expect(parts.map(\.target) == (1...3).map { "/b/k?partNumber=\($0)&uploadId=u%2F1" })
        #expect(parts.map(\.body) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]])
        let last = try #require(requests.last)
        #expect("\(last.method) \(last.target)" == "POST /b/k?uploadId=u%2F1")
        #expect(last.headers["If-None-Match"] == "*")
        let lines = ["[0, 1, 2, 3]", "[4, 5, 6, 7]", "[8, 9, 10]"].enumerated().map {
            "<Part><PartNumber>\($0.offset + 1)</PartNumber><ETag>&quot;\($0.element)&quot;</ETag></Part>"
        }
        #expect(
            last.text == "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                + lines.joined() + "</CompleteMultipartUpload>")
    }

    @Test func `a body at the threshold goes whole`() async throws {
        let http = ScriptedHTTP(.ok("", headers: ["ETag": "e"]))
        _ = try await put(http, Array(body.prefix(10)))
        #expect(http.requests.map(\.target) == ["/b/k"])
    }

    @Test func `a part that fails aborts the upload`() async throws {
        let http = bucket { $0.url.contains("partNumber=2") ? HTTPResponse(status: 403) : nil }
        let error = await #expect(throws: AWSError.self) { try await put(http, body) }
        #expect(error?.operation == "UploadPart")
        let last = try #require(http.requests.last)
        #expect("\(last.method) \(last.target)" == "DELETE /b/k?uploadId=u%2F1")
    }

    @Test func `an error inside a successful answer is an error, tried again and aborted`() async throws {
        let failure = "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>m</Message></Error>"
        let http = bucket { $0.method == "POST" && $0.url.contains("uploadId=") ? .xml(failure) : nil }
        let error = await #expect(throws: AWSError.self) { try await put(http, body) }
        #expect(error?.code == "InternalError")
        #expect(http.requests.map(\.method) == ["POST", "PUT", "PUT", "PUT", "POST", "POST", "POST", "DELETE"])
    }

    @Test func `a cancelled upload is aborted too`() async throws {
        let http = bucket { request in
            guard request.url.contains("partNumber=") else { return nil }
            withUnsafeCurrentTask { $0?.cancel() }
            throw CancellationError()
        }
        await #expect(throws: CancellationError.self) { try await put(http, body) }
        #expect(http.requests.last?.method == "DELETE")
    }

    @Test func `no more parts are on their way than allowed`() async throws {
        let flying = Mutex((now: 0, most: 0))
        let http = bucket { request in
            guard request.url.contains("partNumber=") else { return nil }
            flying.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            for _ in 0..<20 { await Task.yield() }
            flying.withLock { $0.now -= 1 }
            return nil
        }
        _ = try await put(http, (0..<60).map { UInt8($0) })
        #expect(1...3 ~= flying.withLock { $0.most })
        #expect(http.requests.count == 17)
    }

    @Test func `parts grow when there would be too many`() {
        #expect(S3MultipartLimits.aws.parts(of: (8 << 20) + 1) == [0..<(8 << 20), (8 << 20)..<((8 << 20) + 1)])
        let few = S3MultipartLimits(threshold: 1, partSize: 2, partCount: 3, atOnce: 1)
        #expect(few.parts(of: 10) == [0..<4, 4..<8, 8..<10])
        #expect(few.parts(of: 6) == [0..<2, 2..<4, 4..<6])
    }
}

extension HTTPResponse {
    fileprivate static func xml(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 200, body: Array(text.utf8))
    }
}
