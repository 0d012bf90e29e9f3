import Glibc
import HTTPTransport
import Testing

@Suite struct `Failures` {
    private func failure(
        of request: HTTPRequest, client: CurlClient = CurlClient()
    ) async -> HTTPTransportError? {
        await #expect(throws: HTTPTransportError.self) { try await client.send(request) }
    }

    @Test func `a silent server runs into the time-out`() async throws {
        let server = try LoopbackServer { _ in .hold }
        defer { server.stop() }
        let request = HTTPRequest(url: server.url, timeout: .milliseconds(120))
        let start = ContinuousClock.now
        #expect(await failure(of: request) == .timedOut)
        #expect(ContinuousClock.now - start >= .milliseconds(100))
    }

    @Test func `an answer that stops half way runs into the time-out`() async throws {
        let server = try LoopbackServer { _ in .send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf") }
        defer { server.stop() }
        #expect(await failure(of: HTTPRequest(url: server.url, timeout: .milliseconds(120))) == .timedOut)
    }

    @Test func `nobody at the port is no connection`() async throws {
        let (descriptor, port) = try LoopbackServer.boundSocket()
        defer { close(descriptor) }
        let error = await failure(of: HTTPRequest(url: "http://127.0.0.1:\(port)"))
        guard case .couldNotConnect(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("\(port)"))
    }

    @Test func `an unknown host is no connection`() async throws {
        // Longer than a label may be, so that the resolver says no without asking anybody.
        let host = String(repeating: "x", count: 64)
        let error = await failure(of: HTTPRequest(url: "http://\(host).invalid/"))
        guard case .couldNotConnect = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(arguments: [
        LoopbackServer.Answer.reset, .close, .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        .sendAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"),
    ])
    func `an answer that breaks off is a lost connection`(answer: LoopbackServer.Answer) async throws {
        let server = try LoopbackServer { _ in answer }
        defer { server.stop() }
        let error = await failure(of: HTTPRequest(method: "POST", url: server.url, body: [1]))
        guard case .connectionLost = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `an answer that is not HTTP fails`() async throws {
        let server = try LoopbackServer { _ in .sendAndClose("SSH-2.0-OpenSSH\r\n") }
        defer { server.stop() }
        #expect(await failure(of: HTTPRequest(url: server.url)) != nil)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" + String(repeating: "x", count: 1001)
            + "\r\n0\r\n\r\n",
    ])
    func `a body beyond the limit is refused`(text: String) async throws {
        let server = try LoopbackServer { _ in .sendAndClose(text) }
        defer { server.stop() }
        let client = CurlClient(bodyLimit: 1000)
        #expect(await failure(of: HTTPRequest(url: server.url), client: client) == .bodyTooLarge(limit: 1000))
    }

    @Test func `a body at the limit is taken`() async throws {
        let server = try LoopbackServer { _ in .send(answer(body: String(repeating: "x", count: 1000))) }
        defer { server.stop() }
        #expect(try await CurlClient(bodyLimit: 1000).send(HTTPRequest(url: server.url)).body.count == 1000)
    }

    @Test(arguments: [
        HTTPRequest(method: "GET /", url: "http://127.0.0.1:1"),
        HTTPRequest(url: "http://127.0.0.1:1/a b"),
        HTTPRequest(url: "http://127.0.0.1:1/ü"),
        HTTPRequest(url: "http://127.0.0.1:1", headers: ["X-A": "1\r\nX-B: 2"]),
        HTTPRequest(url: "http://127.0.0.1:1", headers: ["X A": "1"]),
        HTTPRequest(url: "file:///etc/hostname"),
        HTTPRequest(url: ""), HTTPRequest(url: "http://"),
    ])
    func `what cannot be written as HTTP is refused`(request: HTTPRequest) async {
        let error = await failure(of: request)
        guard case .invalidRequest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a failure does not spoil the client`() async throws {
        let server = try LoopbackServer { $0.ordinal == 0 && $0.connection == 0 ? .reset : .send(answer()) }
        defer { server.stop() }
        let client = CurlClient()
        _ = await failure(of: HTTPRequest(url: server.url), client: client)
        #expect(try await client.send(HTTPRequest(url: server.url)).status == 200)
    }
}

@Suite struct `Cancellation` {
    @Test func `a cancelled request leaves its connection`() async throws {
        let server = try LoopbackServer { _ in .hold }
        defer { server.stop() }
        let client = CurlClient()
        let task = Task { try await client.send(HTTPRequest(url: server.url)) }
        _ = await server.next(\.request)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await server.next(\.closedConnection) == 0)
    }

    @Test func `a task cancelled before sends nothing`() async throws {
        let server = try LoopbackServer { _ in .send(answer()) }
        defer { server.stop() }
        let client = CurlClient()
        _ = try await client.send(HTTPRequest(url: server.url))
        let gate = Gate()
        let task = Task {
            gate.wait()
            return try await client.send(HTTPRequest(url: server.url + "/late"))
        }
        task.cancel()
        gate.open()
        await #expect(throws: CancellationError.self) { try await task.value }
        _ = try await client.send(HTTPRequest(url: server.url + "/last"))
        var targets: [String] = []
        while targets.last != "/last", let request = await server.next(\.request) { targets.append(request.target) }
        #expect(targets == ["/", "/last"])
    }

    @Test(arguments: 0..<40)
    func `cancelling at any moment ends in an answer or a cancellation`(spins: Int) async throws {
        let server = try LoopbackServer { _ in .send(answer()) }
        defer { server.stop() }
        let client = CurlClient()
        let task = Task { try await client.send(HTTPRequest(url: server.url)).status }
        for _ in 0..<spins { await Task.yield() }
        task.cancel()
        switch await task.result {
        case .success(let status): #expect(status == 200)
        case .failure(let error): #expect(error is CancellationError)
        }
        #expect(try await client.send(HTTPRequest(url: server.url)).status == 200)
    }
}
