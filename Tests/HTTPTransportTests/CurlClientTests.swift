import HTTPTransport
import Testing

@Suite struct `HTTP through libcurl` {
    @Test func `a request goes out as it is and nothing is added but what HTTP needs`() async throws {
        let server = try LoopbackServer { _ in .send(answer()) }
        defer { server.stop() }
        let body = Array("hello".utf8)
        _ = try await CurlClient().send(
            HTTPRequest(
                method: "POST", url: server.url + "/a/../b//c?x=1&y=%20", headers: ["X-One": "1", "X-Empty": ""],
                body: body))
        let received = try #require(await server.next(\.request))
        #expect(received.method == "POST")
        #expect(received.target == "/a/../b//c?x=1&y=%20")
        #expect(received.body == body)
        let names = received.headers.map(\.name)
        #expect(names.sorted() == ["Content-Length", "Host", "X-Empty", "X-One"])
        #expect(received["Host"] == "127.0.0.1:\(server.port)")
        #expect(received["X-Empty"] == "")
    }

    @Test(arguments: ["GET", "DELETE", "PUT", "POST"])
    func `only methods that carry a body tell an empty one's length`(method: String) async throws {
        let server = try LoopbackServer { _ in .send(answer()) }
        defer { server.stop() }
        _ = try await CurlClient().send(HTTPRequest(method: method, url: server.url))
        let received = try #require(await server.next(\.request))
        #expect(received.method == method)
        #expect(received.target == "/")
        #expect(received["Content-Length"] == (["PUT", "POST"].contains(method) ? "0" : nil))
    }

    @Test func `status, headers in any case and repeated ones come back`() async throws {
        let server = try LoopbackServer { _ in
            .send("HTTP/1.1 404 Not Found\r\neTaG: \"x\" \r\nX-Two: 1\r\nx-two:2\r\nContent-Length: 2\r\n\r\nno")
        }
        defer { server.stop() }
        let response = try await CurlClient().send(HTTPRequest(url: server.url))
        #expect(response.status == 404)
        #expect(response.headers["ETAG"] == "\"x\"")
        #expect(response.headers.pairs.filter { $0.name.lowercased() == "x-two" }.map(\.value) == ["1", "2"])
        #expect(response.body == Array("no".utf8))
    }

    @Test func `an interim answer is passed over`() async throws {
        let server = try LoopbackServer { _ in
            .send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + answer("201 Created", body: "made"))
        }
        defer { server.stop() }
        let response = try await CurlClient().send(HTTPRequest(url: server.url))
        #expect(response.status == 201)
        #expect(response.headers["X-Early"] == nil)
        #expect(response.body == Array("made".utf8))
    }

    @Test func `a chunked answer is put together`() async throws {
        let server = try LoopbackServer { _ in
            .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\ndefghijklm\r\n0\r\n\r\n")
        }
        defer { server.stop() }
        let response = try await CurlClient().send(HTTPRequest(url: server.url))
        #expect(response.body == Array("abcdefghijklm".utf8))
    }

    @Test func `the length in an answer to HEAD brings no body`() async throws {
        let server = try LoopbackServer { _ in .send("HTTP/1.1 200 OK\r\nContent-Length: 123\r\n\r\n") }
        defer { server.stop() }
        let client = CurlClient()
        for _ in 0..<2 {
            let response = try await client.send(HTTPRequest(method: "HEAD", url: server.url))
            #expect(response.headers["Content-Length"] == "123")
            #expect(response.body.isEmpty)
        }
        #expect(server.connectionCount == 1)
    }

    @Test func `a redirect is an answer`() async throws {
        let server = try LoopbackServer { _ in .send(answer("302 Found", headers: "Location: /elsewhere\r\n")) }
        defer { server.stop() }
        let response = try await CurlClient().send(HTTPRequest(url: server.url))
        #expect(response.status == 302)
        #expect(response.headers["Location"] == "/elsewhere")
    }

    @Test func `a big body goes both ways whole and without waiting for a go-ahead`() async throws {
        let server = try LoopbackServer { request in
            .bytes(Array("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n".utf8) + request.body)
        }
        defer { server.stop() }
        let body = (0..<(12 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        let response = try await CurlClient().send(HTTPRequest(method: "PUT", url: server.url, body: body))
        #expect(response.body == body)
        let received = try #require(await server.next(\.request))
        #expect(received["Expect"] == nil)
    }
}

extension LoopbackServer.Event {
    var request: LoopbackServer.Received? {
        if case .received(let request) = self { request } else { nil }
    }

    var closedConnection: Int? {
        if case .closedByClient(let connection) = self { connection } else { nil }
    }
}
