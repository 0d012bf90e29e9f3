import AWSProtocol
import EmulatorHTTP
import Foundation
import Testing

/// A client on a bare socket: sends text, gives all that comes back until the peer closes.
private func exchange(port: Int, _ text: String) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try BareSocket.exchange(port: port, Array(text.utf8)) })
        }
    }
}

private enum BareSocket {
    static func exchange(port: Int, _ bytes: [UInt8], closesItsSide: Bool = false) throws -> String {
        let descriptor = try open(port: port)
        defer { close(descriptor) }
        // Sent on a thread of its own: the answers to many requests may fill the socket before the last has been sent.
        Thread.detachNewThread {
            sendAll(bytes, to: descriptor)
            if closesItsSide { shutdown(descriptor, Int32(SHUT_WR)) }
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            received.append(contentsOf: buffer.prefix(count))
        }
        return String(decoding: received, as: UTF8.self)
    }

    static func sendAndClose(port: Int, _ bytes: [UInt8]) throws {
        let descriptor = try open(port: port)
        sendAll(bytes, to: descriptor)
        close(descriptor)
    }

    private static func sendAll(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard sent > 0 else { return }
            rest = rest.dropFirst(sent)
        }
    }

    private static func open(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            close(descriptor)
            throw POSIXError(.ECONNREFUSED)
        }
        return descriptor
    }
}

@Suite struct `The HTTP server` {
    private func serve(
        _ respond: @escaping HTTPServer.Responder, _ request: String
    ) async throws -> String {
        try await HTTPServer.serve(port: 0, respond: respond) { try await exchange(port: $0, request) }
    }

    @Test func `hands over path, query, headers and body as they came`() async throws {
        let answer = try await serve(
            { request in
                let body = try? await request.body.collect(upTo: 100)
                let text = [
                    request.method, request.path, request.query, request.headers["HOST"] ?? "-",
                    request.headers["x-a"] ?? "-", String(decoding: body ?? [], as: UTF8.self),
                ]
                return HTTPResponse(body: .bytes(Array(text.joined(separator: "|").utf8)))
            }, "POST /a%2Fb?c=%20d HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nContent-Length: 3\r\nConnection: close\r\n\r\nxyz")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nPOST|/a%2Fb|c=%20d|h|1|xyz"))
    }

    @Test func `asks for the body when the client waits for it`() async throws {
        let answer = try await serve(
            { _ in HTTPResponse(status: 201) },
            "PUT / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx")
        #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"))
    }

    @Test func `sends a stretch of a file, and only the length of it for HEAD`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "rivulet-\(UUID())")
        try Data("0123456789".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let get = try await serve(
            { _ in HTTPResponse(status: 206, body: .file(path: file.path, offset: 3, length: 4)) },
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(get.hasSuffix("\r\n\r\n3456"))
        #expect(get.lowercased().contains("content-length: 4\r\n"))
        let head = try await serve(
            { _ in HTTPResponse(body: .absent(length: 10)) }, "HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(head.lowercased().contains("content-length: 10\r\n"))
        #expect(head.hasSuffix("\r\n\r\n"))
    }

    @Test func `ends the connection where an answer is cut, and answers nothing after it`() async throws {
        let answer = try await serve(
            { _ in HTTPResponse(body: .cut(Array("0123".utf8), length: 10)) },
            "GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(answer.lowercased().contains("content-length: 10\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n0123"))
        #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 2)
    }

    @Test func `answers pipelined requests in their order, each with its own body`() async throws {
        let requests = (0..<50).map { number in
            "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n"
                + "\(number == 49 ? "Connection: close\r\n" : "")\r\n\(number % 10)"
        }
        let answers = try await serve(Self.echo, requests.joined())
        let bodies = answers.split(separator: "\r\n").filter { $0.hasPrefix("/") }.map { $0.prefix { $0 != "H" } }
        #expect(bodies.map(String.init) == (0..<50).map { "/\($0)=\($0 % 10);" })
    }

    @Test(arguments: [1, 300_000, 3_000_000])
    func `takes a body of any size, by its length and in chunks`(size: Int) async throws {
        let body = String(repeating: "b", count: size)
        for head in ["Content-Length: \(size)", "Transfer-Encoding: chunked"] {
            let sent = head.contains("chunked") ? "\(String(size, radix: 16))\r\n\(body)\r\n0\r\n\r\n" : body
            let answer = try await serve(
                { request in
                    var count = 0
                    try? await request.body.forEachPiece { count += $0.count }
                    return HTTPResponse(body: .bytes(Array("\(count) bytes".utf8)))
                }, "PUT / HTTP/1.1\r\nHost: h\r\n\(head)\r\nConnection: close\r\n\r\n\(sent)")
            #expect(answer.hasSuffix("\r\n\r\n\(size) bytes"))
        }
    }

    @Test func `drops what is left of a body that nobody reads, and answers the next request`() async throws {
        let body = String(repeating: "b", count: 2_000_000)
        let answers = try await serve(
            { request in HTTPResponse(status: request.path == "/large" ? 413 : 200) },
            "PUT /large HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                + "GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(answers.hasPrefix("HTTP/1.1 413 "))
        #expect(answers.contains("HTTP/1.1 200 OK\r\n"))
    }

    @Test func `tells a service that its client went before the body was whole`() async throws {
        let (failures, report) = AsyncStream<Bool>.makeStream()
        let failed = try await HTTPServer.serve(
            port: 0,
            respond: { request in
                do {
                    _ = try await request.body.collect(upTo: .max)
                    report.yield(false)
                } catch {
                    report.yield(true)
                }
                return HTTPResponse()
            },
            while: { port in
                try BareSocket.sendAndClose(
                    port: port, Array("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nxyz".utf8))
                return await failures.first { _ in true }
            })
        #expect(failed == true)
    }

    @Test func `keeps a header from bringing another with it`() async throws {
        let answer = try await serve(
            { _ in HTTPResponse(headers: ["X-A": "1\r\nX-B: 2", "Bad Name": "3"]) },
            "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(answer.contains("X-A: 1  X-B: 2\r\n"))
        #expect(!answer.contains("Bad Name"))
    }

    @Test func `answers a client that has closed its own side`() async throws {
        let answer = try await HTTPServer.serve(port: 0, respond: Self.echo) { port in
            try BareSocket.exchange(port: port, Array("GET /p HTTP/1.1\r\nHost: h\r\n\r\n".utf8), closesItsSide: true)
        }
        #expect(answer.hasSuffix("\r\n\r\n/p=;"))
    }

    @Test func `refuses what is not HTTP`() async throws {
        let answer = try await serve({ _ in HTTPResponse() }, "nonsense\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    }

    @Test func `cancels what is being answered when its scope ends`() async throws {
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (ends, end) = AsyncStream<Bool>.makeStream()
        try await HTTPServer.serve(
            port: 0,
            respond: { _ in
                begin.yield()
                let (never, _) = AsyncStream<Void>.makeStream()
                for await _ in never {}
                end.yield(Task.isCancelled)
                return HTTPResponse()
            },
            while: { port in
                Task { try await exchange(port: port, "GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
                _ = await begun.first { _ in true }
            })
        #expect(await ends.first { _ in true } == true)
    }

    @Test func `its own client gets what a service answered`() async throws {
        let answer = try await HTTPServer.serve(port: 0, respond: Self.echo) { port in
            try await HTTPClient.send(
                HTTPRequest(method: "POST", path: "/p", body: .bytes(Array("b".utf8))), host: "127.0.0.1", port: port)
        }
        #expect(answer.status == 200)
        #expect(String(decoding: answer.bytes, as: UTF8.self) == "/p=b;")
    }

    @Test func `its own client says who does not answer`() async throws {
        let port = try await HTTPServer.serve(port: 0, respond: Self.echo) { $0 }
        await #expect(throws: HTTPClientError.self) {
            try await HTTPClient.send(HTTPRequest(method: "GET", path: "/"), host: "127.0.0.1", port: port)
        }
    }

    @Sendable private static func echo(_ request: HTTPRequest) async -> HTTPResponse {
        let body = try? await request.body.collect(upTo: 100)
        return HTTPResponse(body: .bytes(Array("\(request.path)=\(String(decoding: body ?? [], as: UTF8.self));".utf8)))
    }

    @Test func `says which port it could not have`() async throws {
        try await HTTPServer.serve(port: 0, respond: { _ in HTTPResponse() }) { port in
            await #expect(throws: HTTPServerError.self) {
                try await HTTPServer.serve(port: port, respond: { _ in HTTPResponse() }, while: { _ in })
            }
        }
    }

    @Test func `stops when its scope ends`() async throws {
        let port = try await HTTPServer.serve(port: 0, respond: { _ in HTTPResponse() }) { $0 }
        await #expect(throws: POSIXError.self) { try await exchange(port: port, "GET / HTTP/1.1\r\n\r\n") }
    }
}
