import HTTPTransport
import TestSupport
import Testing

@Suite struct `Connections` {
    @Test func `requests one after another share a connection`() async throws {
        let server = try LoopbackServer { _ in .send(answer(body: "ok")) }
        defer { server.stop() }
        let client = CurlClient()
        for _ in 0..<20 { _ = try await client.send(HTTPRequest(url: server.url)) }
        #expect(server.connectionCount == 1)
    }

    @Test func `a kept connection that died is replaced, and the body sent again`() async throws {
        let server = try LoopbackServer { request in
            request.connection == 0 && request.ordinal == 1 ? .close : .send(answer())
        }
        defer { server.stop() }
        let client = CurlClient()
        let body = [UInt8](repeating: 7, count: 300_000)
        for _ in 0..<2 { _ = try await client.send(HTTPRequest(method: "PUT", url: server.url, body: body)) }
        var received: [LoopbackServer.Received] = []
        while received.count < 3, let request = await server.next(\.request) { received.append(request) }
        #expect(received.map(\.connection) == [0, 0, 1])
        #expect(received.allSatisfy { $0.body == body })
    }

    @Test func `transfers are under way at the same time`() async throws {
        let all = 24
        let arrived = Barrier(all)
        let server = try LoopbackServer { request in
            arrived.wait()
            return .send(answer())
        }
        defer { server.stop() }
        let client = CurlClient()
        // Each answer waits for the last request: sent one by one, they would all time out.
        let answers = try await withThrowingTaskGroup { group in
            for number in 0..<all {
                group.addTask { try await client.send(HTTPRequest(url: "\(server.url)/\(number)")).status }
            }
            return try await group.reduce(into: 0) { count, status in count += status == 200 ? 1 : 0 }
        }
        #expect(answers == all)
        #expect(server.connectionCount == all)
    }

    @Test(arguments: 0..<4)
    func `many transfers each get their own answer`(seed: UInt64) async throws {
        let server = try LoopbackServer { request in
            let head = "HTTP/1.1 200 OK\r\nX-Target: \(request.target)\r\nContent-Length: \(request.body.count)\r\n\r\n"
            return .bytes(Array(head.utf8) + request.body)
        }
        defer { server.stop() }
        let client = CurlClient()
        try await withThrowingTaskGroup { group in
            for lane in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: seed << 8 | UInt64(lane))
                    for number in 0..<12 {
                        let body = (0..<Int.random(in: 0..<40_000, using: &random)).map {
                            UInt8(truncatingIfNeeded: $0 ^ lane)
                        }
                        let request = HTTPRequest(method: "POST", url: "\(server.url)/\(lane)/\(number)", body: body)
                        let response = try await client.send(request)
                        #expect(response.headers["X-Target"] == "/\(lane)/\(number)")
                        #expect(response.body == body)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(server.connectionCount <= 8)
    }

    @Test func `the connections end with the client`() async throws {
        let server = try LoopbackServer { _ in .send(answer()) }
        defer { server.stop() }
        var client: CurlClient? = CurlClient()
        _ = try await client?.send(HTTPRequest(url: server.url))
        client = nil
        #expect(await server.next(\.closedConnection) == 0)
    }
}
