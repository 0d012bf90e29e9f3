import Testing

@testable import LambdaRuntime

/// What a parser made of a stream.
private struct Parsed: Equatable {
    var status = 0
    var body: [UInt8] = []
    var leftOver = 0
    var failure: MalformedResponse?
}

/// Feeds a stream in pieces of the given sizes, over and over, and then says that it ended.
private func parse(_ stream: [UInt8], pieces: [Int] = [.max], limits: ResponseLimits = ResponseLimits()) -> Parsed {
    var parser = ResponseParser(limits: limits)
    var rest = stream[...]
    var turn = 0
    do throws(MalformedResponse) {
        while !rest.isEmpty, !parser.isComplete {
            let piece = rest.prefix(pieces[turn % pieces.count])
            turn += 1
            rest = rest.dropFirst(try take(piece, &parser, directly: turn.isMultiple(of: 2)))
        }
        try parser.end()
    } catch {
        return Parsed(failure: error)
    }
    return Parsed(status: parser.head.status, body: parser.body, leftOver: rest.count)
}

/// Gives a piece to the parser by either of its two ways in.
private func take(
    _ piece: ArraySlice<UInt8>, _ parser: inout ResponseParser, directly: Bool
) throws(MalformedResponse) -> Int {
    guard directly, parser.awaitedBodyBytes > 0 else { return try parser.feed(piece) }
    return parser.fillBody { room in
        let part = piece.prefix(room.count)
        room.copyBytes(from: part)
        return part.count
    }
}

private func parse(_ text: String, limits: ResponseLimits = ResponseLimits()) -> Parsed {
    parse(Array(text.utf8), limits: limits)
}

@Suite struct `An HTTP answer` {
    private static let answers: [String: String] = [
        "a length": "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        "a length in odd letters": "HTTP/1.1 200 OK\r\ncOnTeNt-LeNgTh:11\r\n\r\nhello world",
        "chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
        "chunks with extensions and trailers":
            "HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\n"
            + "00B;a=\"b\"\r\nhello world\r\n0;last\r\nChecksum: 7\r\n\r\n",
        "the end of the connection": "HTTP/1.0 200 OK\r\n\r\nhello world",
        "an interim answer before it":
            "HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
        "bare line feeds": "HTTP/1.1 200\nContent-Length: 11\n\nhello world",
    ]

    @Test(arguments: answers.keys.sorted(), 1...9)
    func `is read alike in pieces of any size`(kind: String, size: Int) throws {
        let text = try #require(Self.answers[kind])
        #expect(parse(Array(text.utf8), pieces: [size]) == Parsed(status: 200, body: Array("hello world".utf8)))
    }

    @Test(arguments: answers.keys.sorted())
    func `that is cut short anywhere is not complete`(kind: String) throws {
        let text = Array(try #require(Self.answers[kind]).utf8)
        let headEnd = kind == "the end of the connection" ? text.count - 11 : text.count
        for length in 0..<headEnd {
            #expect(parse(Array(text[..<length])).failure == .endedEarly, "after \(length) bytes")
        }
    }

    @Test(arguments: [204, 304])
    func `without a body ends with its head`(status: Int) {
        let text = "HTTP/1.1 \(status) No Body\r\nContent-Length: 5\r\n\r\nHTTP/"
        #expect(parse(text) == Parsed(status: status, leftOver: 5))
    }

    @Test func `leaves alone what comes after it`() {
        #expect(
            parse("HTTP/1.1 202 A\r\nContent-Length: 2\r\n\r\nokHTTP")
                == Parsed(status: 202, body: [111, 107], leftOver: 4))
    }

    @Test(arguments: [
        ("", MalformedResponse.endedEarly),
        ("SSH-2.0-OpenSSH\r\n", .statusLine),
        ("HTTP/2.0 200 OK\r\n", .statusLine),
        ("HTTP/1.1 20 OK\r\n", .statusLine),
        ("HTTP/1.1 2000\r\n", .statusLine),
        ("HTTP/1.1 999 OK\r\n", .statusLine),
        ("HTTP/1.1 200 OK\r\nno colon\r\n", .field),
        ("HTTP/1.1 200 OK\r\n: nameless\r\n", .field),
        ("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n", .field),
        ("HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n", .field),
        ("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", .contentLength),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .transferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", .transferEncoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n", .chunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", .chunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", .chunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", .chunkEnd),
    ])
    func `that breaks the protocol is refused`(text: String, reason: MalformedResponse) {
        #expect(parse(text).failure == reason)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 100), MalformedResponse.headTooLarge(limit: 64)),
        ("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 20), .headTooLarge(limit: 64)),
        ("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", .bodyTooLarge(limit: 10)),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n", .bodyTooLarge(limit: 10)),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n3\r\n",
            .bodyTooLarge(limit: 10)
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "t: v\r\n", count: 20),
            .headTooLarge(limit: 64)
        ),
        ("HTTP/1.1 200 OK\r\n\r\n12345678901", .bodyTooLarge(limit: 10)),
    ])
    func `beyond the limits is refused before it is stored`(text: String, reason: MalformedResponse) {
        #expect(parse(text, limits: ResponseLimits(headBytes: 64, bodyBytes: 10)).failure == reason)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n", true), ("HTTP/1.0 200 OK\r\n", false),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n", false), ("HTTP/1.1 200 OK\r\nconnection: X, CLOSE\r\n", false),
        ("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", true),
    ])
    func `says whether its connection lives on`(head: String, keeps: Bool) throws {
        var parser = ResponseParser()
        _ = try parser.feed(Array("\(head)Content-Length: 0\r\n\r\n".utf8)[...])
        #expect(parser.head.keepsAlive == keeps)
    }

    @Test func `follows another in the same parser`() throws {
        var parser = ResponseParser()
        for text in ["first", "2nd"] {
            parser.reset()
            _ = try parser.feed(Array("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8)[...])
            #expect(parser.isComplete)
            #expect(parser.takeBody() == Array(text.utf8))
        }
    }
}

@Suite struct `Damaged answers` {
    private static let limits = ResponseLimits(headBytes: 256, bodyBytes: 64)

    /// Where the reader stands does not depend on how the network cut the stream; whatever it was.
    @Test(arguments: 0..<400)
    func `never crash the parser, nor outgrow it, nor read differently in pieces`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let stream = Self.damaged(&random)
            let whole = parse(stream, limits: Self.limits)
            let sizes = (0..<7).map { _ in Int.random(in: 1...40, using: &random) }
            #expect(parse(stream, pieces: sizes, limits: Self.limits) == whole)
            #expect(whole.body.count <= Self.limits.bodyBytes)
        }
    }

    private static let seeds = [
        "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536\r\nContent-Length: 24\r\n\r\n{\"Records\":[{\"body\":1}]}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0006;x\r\n world\r\n0\r\nT: v\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 500 Oops\r\n\r\nuntil the end",
    ]

    private static func damaged(_ random: inout SeededGenerator) -> [UInt8] {
        guard Int.random(in: 0..<10, using: &random) > 0 else {
            return (0..<Int.random(in: 0...600, using: &random)).map { _ in .random(in: 0...255, using: &random) }
        }
        var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
        for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes[place] = .random(in: 0...255, using: &random)
            case 2: bytes[place] = Array("0123456789abcdef\r\n:; ".utf8).randomElement(using: &random) ?? 0
            case 3: bytes.remove(at: place)
            case 4: bytes.insert(contentsOf: bytes[place...].prefix(30), at: place)
            default: bytes.insert(contentsOf: [UInt8](repeating: bytes[place], count: 300), at: place)
            }
        }
        return bytes
    }
}
