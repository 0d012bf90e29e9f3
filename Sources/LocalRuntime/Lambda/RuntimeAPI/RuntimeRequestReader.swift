import Foundation

/// Reads requests out of the bytes of one connection, wherever these are cut: HTTP/1.1 as bootstraps speak it.
/// https://www.rfc-editor.org/rfc/rfc9112
struct RuntimeRequestReader {
    private enum Stage {
        case head
        case body(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailers
    }

    /// A head, or a line of what follows it, may have this many bytes.
    static let longestHead = 81_920

    private let limits: LambdaLimits
    private var stage = Stage.head
    private var request = RuntimeRequest()
    private var midstream: (type: String?, body: [UInt8]) = (nil, [])
    /// What has come and makes nothing whole yet.
    private var held: [UInt8] = []
    /// Whether the client waits for leave to send its body (`Expect: 100-continue`).
    private var isAskingForLeave = false

    init(limits: LambdaLimits) {
        self.limits = limits
    }

    /// Whether a head has come whose body has not.
    var isWaitingForBody: Bool { if case .head = stage { false } else { true } }

    /// Whether the client asks for leave to send its body; true once.
    mutating func takeLeaveAsked() -> Bool {
        defer { isAskingForLeave = false }
        return isAskingForLeave
    }

    /// The request that these bytes make whole, the first if there are several: `next` gives the others.
    ///
    /// - Throws: `MalformedRequest`; nothing more can be read then.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws -> RuntimeRequest? {
        guard held.isEmpty else {
            held.append(contentsOf: bytes)
            return try next()
        }
        var rest = Bytes(bytes)
        let found = try read(&rest)
        if rest.count > 0 { held.append(contentsOf: rest.buffer) }
        return found
    }

    /// A further request of what `take` was given.
    mutating func next() throws -> RuntimeRequest? {
        guard !held.isEmpty else { return nil }
        let bytes = held
        held = []
        return try bytes.withUnsafeBytes { try take($0) }
    }

    private mutating func read(_ rest: inout Bytes) throws -> RuntimeRequest? {
        while true {
            switch stage {
            case .head:
                guard try readHead(&rest) else { return nil }
            case .body(left: 0): return finish()
            case .body(let left):
                guard let count = keep(upTo: left, of: &rest) else { return nil }
                stage = .body(left: left - count)
            case .chunkSize:
                guard let line = try line(of: &rest) else { return nil }
                guard let size = line.upTo(UInt8(ascii: ";")).trimmed.hexadecimal else {
                    throw MalformedRequest("a chunk without a size")
                }
                stage = size == 0 ? .trailers : .chunk(left: size)
            case .chunk(left: 0): stage = .chunkEnd
            case .chunk(let left):
                guard let count = keep(upTo: left, of: &rest) else { return nil }
                stage = .chunk(left: left - count)
            case .chunkEnd:
                guard let line = try line(of: &rest) else { return nil }
                guard line.isEmpty else { throw MalformedRequest("a chunk longer than its size") }
                stage = .chunkSize
            case .trailers:
                guard let line = try line(of: &rest) else { return nil }
                if line.isEmpty { return finish() }
                try readTrailer(line)
            }
        }
    }

    private mutating func finish() -> RuntimeRequest {
        defer {
            stage = .head
            request = RuntimeRequest()
            midstream = (nil, [])
            isAskingForLeave = false
        }
        request.midstreamError = midstream.type.map { MidstreamError(type: $0, body: midstream.body) }
        return request
    }

    /// Past the limit the body is read on, but not kept: the bootstrap should learn of it rather than see its pipe break.
    private mutating func keep(upTo left: Int, of rest: inout Bytes) -> Int? {
        guard !rest.isEmpty else { return nil }
        let piece = rest.removeFirst(min(left, rest.count))
        isAskingForLeave = false
        let limit = request.isStreaming ? limits.streamedPayload : limits.payload
        if request.isTooLarge || request.body.count + piece.count > limit {
            request.isTooLarge = true
            request.body = []
        } else {
            request.body.append(contentsOf: piece.buffer)
        }
        return piece.count
    }

    /// A line without its end; nil when it is not whole yet.
    private func line(of rest: inout Bytes) throws -> Bytes? {
        guard let line = rest.removeLine() else {
            guard rest.count <= Self.longestHead else { throw MalformedRequest("a line without end") }
            return nil
        }
        return line
    }
}

/// The head and what it says of the body.
extension RuntimeRequestReader {
    private struct Framing {
        var length: Int?
        var isChunked = false
        var isAskingForLeave = false
    }

    /// - Returns: whether it was whole; if not, nothing of it is taken.
    private mutating func readHead(_ rest: inout Bytes) throws -> Bool {
        var bytes = rest
        var read = RuntimeRequest()
        var framing = Framing()
        guard try Self.readRequestLine(&bytes, &read) else { return try isPatient(with: rest) }
        while true {
            guard let line = bytes.removeLine() else { return try isPatient(with: rest) }
            if line.isEmpty { break }
            try Self.readField(line, &read, &framing)
        }
        rest = bytes
        if framing.isChunked {
            guard framing.length == nil else { throw MalformedRequest("two lengths of one body") }
            stage = .chunkSize
        } else {
            let length = framing.length ?? 0
            stage = .body(left: length)
            if length > 0, length <= limits.streamedPayload { read.body.reserveCapacity(length) }
        }
        isAskingForLeave = framing.isAskingForLeave
        request = read
        return true
    }

    private func isPatient(with rest: Bytes) throws -> Bool {
        guard rest.count <= Self.longestHead else { throw MalformedRequest("a head without end") }
        return false
    }

    private static func readRequestLine(_ bytes: inout Bytes, _ request: inout RuntimeRequest) throws -> Bool {
        var line: Bytes
        repeat {
            guard let next = bytes.removeLine() else { return false }
            line = next
            // RFC 9112, 2.2: empty lines before a request are passed over.
        } while line.isEmpty
        let method = line.upTo(UInt8(ascii: " "))
        line.removeFirst(min(method.count + 1, line.count))
        let target = line.upTo(UInt8(ascii: " "))
        line.removeFirst(min(target.count + 1, line.count))
        guard !method.isEmpty, !target.isEmpty else { throw MalformedRequest("no request line") }
        if line.equals("HTTP/1.0") {
            request.keepsAlive = false
        } else if !line.equals("HTTP/1.1") {
            throw MalformedRequest("a version that is not HTTP/1")
        }
        request.method = method.text
        request.target = target.text
        return true
    }

    private static func readField(_ line: Bytes, _ request: inout RuntimeRequest, _ framing: inout Framing) throws {
        let (name, value) = try field(line)
        if name.equals("host") {
            let name = value.upTo(UInt8(ascii: ":"))
            request.isForOwnHost = name.equals("127.0.0.1") || name.equals("localhost")
        } else if name.equals("content-length") {
            guard let length = value.decimal, framing.length ?? length == length else {
                throw MalformedRequest("Content-Length: \(value.text)")
            }
            framing.length = length
        } else if name.equals("transfer-encoding") {
            guard value.equals("chunked"), !framing.isChunked else {
                throw MalformedRequest("Transfer-Encoding: \(value.text)")
            }
            framing.isChunked = true
        } else if name.equals("connection") {
            let words = value.text.lowercased().split(separator: ",").map { $0.filter { $0 != " " } }
            if words.contains("close") { request.keepsAlive = false }
            if words.contains("keep-alive") { request.keepsAlive = true }
        } else if name.equals("expect") {
            framing.isAskingForLeave = true
        } else if name.equals("lambda-runtime-function-error-type") {
            request.errorType = value.text
        } else if name.equals("lambda-runtime-function-response-mode") {
            request.isStreaming = value.equals("streaming")
        }
    }

    private mutating func readTrailer(_ line: Bytes) throws {
        let (name, value) = try Self.field(line)
        if name.equals("lambda-runtime-function-error-type") {
            midstream.type = value.text
        } else if name.equals("lambda-runtime-function-error-body") {
            midstream.body = Data(base64Encoded: value.text).map(Array.init) ?? []
        }
    }

    /// RFC 9112, 5.1: no blank stands before the colon, and none before the name.
    private static func field(_ line: Bytes) throws -> (name: Bytes, value: Bytes) {
        var value = line
        let name = line.upTo(UInt8(ascii: ":"))
        guard !name.isEmpty, name.count < line.count, name.isVisible else {
            throw MalformedRequest("a field without a name")
        }
        value.removeFirst(name.count + 1)
        return (name, value.trimmed)
    }
}
