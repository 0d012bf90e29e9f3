import TestSupport
import Testing

@testable import Lambda

@Suite struct `Requests to the Runtime API` {
    private static let next = "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1:9001\r\n\r\n"

    @Test func `are read with what their headers say`() throws {
        let requests = try Self.read(
            "POST /x/error HTTP/1.1\r\nhost:localhost\r\nCONTENT-LENGTH:  4\t\r\nLambda-Runtime-Function-Error-Type: "
                + "A.B\r\nlambda-runtime-function-response-mode: Streaming\r\nConnection: Close\r\n\r\nbody")
        var expected = RuntimeRequest(method: "POST", target: "/x/error")
        expected.errorType = "A.B"
        expected.isStreaming = true
        expected.keepsAlive = false
        expected.body = Array("body".utf8)
        #expect(requests == [expected])
    }

    @Test(arguments: [
        (Self.next, true, true), ("GET / HTTP/1.0\r\n\r\n", true, false),
        ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true, true),
        ("GET / HTTP/1.1\nHost: rebound.example:9001\n\n", false, true),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: LOCALHOST:1\r\n\r\n", true, true),
    ])
    func `tell whom they are for and whether their connection stays`(
        _ text: String, _ isForOwnHost: Bool, _ keepsAlive: Bool
    ) throws {
        let request = try #require(try Self.read(text).first)
        #expect(request.isForOwnHost == isForOwnHost)
        #expect(request.keepsAlive == keepsAlive)
    }

    @Test func `may come in chunks, with an error at their end`() throws {
        let requests = try Self.read(
            "POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0A\r\n0123456789\r\n0\r\n"
                + "Lambda-Runtime-Function-Error-Type: Late\r\nLambda-Runtime-Function-Error-Body: e30=\r\n\r\n"
                + Self.next)
        #expect(requests.map(\.body) == [Array("abc0123456789".utf8), []])
        #expect(requests.first?.midstreamError == MidstreamError(type: "Late", body: Array("{}".utf8)))
        #expect(requests.last?.midstreamError == nil)
    }

    @Test(arguments: [
        "GET\r\n\r\n", "GET / HTTP/2\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : x\r\n\r\n", "GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffff\r\n",
        "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: RuntimeRequestReader.longestHead),
    ])
    func `that are none end their connection`(_ text: String) {
        #expect(throws: MalformedRequest.self) { try Self.read(text) }
    }

    @Test func `past the limit are read to their end and not kept`() throws {
        var limits = LambdaLimits.aws
        limits.payload = 10
        let requests = try Self.read(
            "POST /r HTTP/1.1\r\nContent-Length: 11\r\n\r\n01234567890" + Self.next, limits: limits)
        #expect(requests.map(\.isTooLarge) == [true, false])
        #expect(requests.map(\.body) == [[], []])
    }

    @Test func `ask once for leave to send their body`() throws {
        var reader = RuntimeRequestReader(limits: .aws)
        let head = Array("POST /r HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n".utf8)
        #expect(try head.withUnsafeBytes { try reader.take($0) } == nil)
        #expect(reader.isWaitingForBody)
        #expect([reader.takeLeaveAsked(), reader.takeLeaveAsked()] == [true, false])
    }

    @Test(arguments: UInt64(1)...20)
    func `are the same wherever their bytes are cut`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let text = (0..<20).map { _ in Self.anyRequest(&random) }.joined()
        let whole = try Self.read(text)
        #expect(whole.count == 20)
        for _ in 0..<20 { #expect(try Self.read(text, cutBy: &random) == whole) }
    }

    /// Whatever comes, it is read or refused, and never trapped on.
    @Test(arguments: UInt64(1)...20)
    func `with bytes changed at random are read or refused`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = Array((0..<3).map { _ in Self.anyRequest(&random) }.joined().utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            var reader = RuntimeRequestReader(limits: .aws)
            do {
                var request = try bytes.withUnsafeBytes { try reader.take($0) }
                while request != nil { request = try reader.next() }
            } catch {
                #expect(error is MalformedRequest)
            }
        }
    }

    private static func anyRequest(_ random: inout SeededGenerator) -> String {
        let body = String(repeating: "b", count: Int.random(in: 0...300, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return next
        case 1:
            return
                "POST /2018-06-01/runtime/invocation/1/response HTTP/1.1\r\nContent-Length: \(body.count)\r\n\r\n\(body)"
        default:
            let chunks = body.isEmpty ? "" : "\(String(body.count, radix: 16))\r\n\(body)\r\n"
            return "POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n"
        }
    }

    private static func read(_ text: String, limits: LambdaLimits = .aws) throws -> [RuntimeRequest] {
        var reader = RuntimeRequestReader(limits: limits)
        return try take(Array(text.utf8), &reader)
    }

    private static func read(_ text: String, cutBy random: inout SeededGenerator) throws -> [RuntimeRequest] {
        var reader = RuntimeRequestReader(limits: .aws)
        var requests: [RuntimeRequest] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...200, using: &random))
            rest = rest.dropFirst(piece.count)
            requests += try take(Array(piece), &reader)
        }
        return requests
    }

    private static func take(_ bytes: [UInt8], _ reader: inout RuntimeRequestReader) throws -> [RuntimeRequest] {
        var requests: [RuntimeRequest] = []
        var request = try bytes.withUnsafeBytes { try reader.take($0) }
        while let whole = request {
            requests.append(whole)
            request = try reader.next()
        }
        return requests
    }
}
