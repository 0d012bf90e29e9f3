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
    static func exchange(port: Int, _ bytes: [UInt8]) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0, send(descriptor, bytes, bytes.count, 0) == bytes.count else { throw POSIXError(.EIO) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            received.append(contentsOf: buffer.prefix(count))
        }
        return String(decoding: received, as: UTF8.self)
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
