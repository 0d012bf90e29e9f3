/// What an answer of the Runtime API may not exceed. No length that a peer states is believed beyond these.
struct ResponseLimits {
    /// Status line, fields, chunk lines and trailers together.
    var headBytes = 64 << 10
    /// Lambda's largest event is 6 MiB; the slack is for its envelope.
    var bodyBytes = 7 << 20
}

/// Why bytes are not an HTTP/1.1 answer.
enum MalformedResponse: Error, Equatable {
    case headTooLarge(limit: Int)
    case bodyTooLarge(limit: Int)
    case statusLine
    case field
    case contentLength
    case transferEncoding
    case chunkSize
    case chunkEnd
    case endedEarly

    var text: String {
        switch self {
        case .headTooLarge(let limit): "its head is longer than \(limit) bytes"
        case .bodyTooLarge(let limit): "its body is longer than \(limit) bytes"
        case .statusLine: "it does not begin with an HTTP/1.1 status line"
        case .field: "a header line is not 'name: value'"
        case .contentLength: "its Content-Length is not one number"
        case .transferEncoding: "its Transfer-Encoding is not just 'chunked', or stands beside a Content-Length"
        case .chunkSize: "a chunk does not begin with its size"
        case .chunkEnd: "a chunk is longer than its size says"
        case .endedEarly: "the connection ended before it was complete"
        }
    }
}

/// Reads one HTTP/1.1 answer from bytes as they come, in pieces of any size (RFC 9112).
///
/// A value without a socket, so that a test can feed it anything. Its buffers keep their room from one answer to
/// the next.
struct ResponseParser {
    private enum Phase: Equatable {
        case statusLine
        case fields
        case body(remaining: Int)
        case bodyUntilEnd
        case chunkSize
        case chunk(remaining: Int)
        case chunkEnd
        case trailers
        case complete
    }

    private(set) var head = ResponseHead()
    private(set) var body: [UInt8] = []
    private var phase = Phase.statusLine
    private var lineStart = 0
    private let limits: ResponseLimits

    init(limits: ResponseLimits = ResponseLimits()) {
        self.limits = limits
    }

    /// Whether the whole answer is here.
    var isComplete: Bool { phase == .complete }

    /// Whether any byte of the answer is here.
    var hasBegun: Bool { phase != .statusLine || !head.bytes.isEmpty }

    /// How many bytes of the body are still to come, where that is known; these may go straight to `fillBody`.
    var awaitedBodyBytes: Int {
        guard case .body(let remaining) = phase else { return 0 }
        return remaining
    }

    /// Makes ready for the next answer.
    mutating func reset() {
        head.removeAll()
        body.removeAll(keepingCapacity: true)
        phase = .statusLine
        lineStart = 0
    }

    /// Hands the body over without a copy.
    mutating func takeBody() -> [UInt8] {
        defer { body = [] }
        return body
    }

    /// Takes the next bytes of the stream.
    ///
    /// - Returns: how many of them belong to this answer: fewer than given only when it is complete.
    mutating func feed(_ bytes: ArraySlice<UInt8>) throws(MalformedResponse) -> Int {
        var rest = bytes
        while !rest.isEmpty {
            switch phase {
            case .complete: return bytes.count - rest.count
            case .statusLine, .fields, .chunkSize, .chunkEnd, .trailers: try takeLine(&rest)
            case .body(let remaining):
                let taken = takeBody(&rest, atMost: remaining)
                phase = taken == remaining ? .complete : .body(remaining: remaining - taken)
            case .chunk(let remaining):
                let taken = takeBody(&rest, atMost: remaining)
                phase = taken == remaining ? .chunkEnd : .chunk(remaining: remaining - taken)
            case .bodyUntilEnd:
                guard body.count + rest.count <= limits.bodyBytes else {
                    throw .bodyTooLarge(limit: limits.bodyBytes)
                }
                _ = takeBody(&rest, atMost: rest.count)
            }
        }
        return bytes.count
    }

    /// Lets `read` write body bytes where they will stay.
    ///
    /// - Parameter read: gets room for `awaitedBodyBytes`, answers how many bytes it wrote; zero or less is passed on.
    mutating func fillBody(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        guard case .body(let remaining) = phase else { return 0 }
        var count = 0
        body.append(addingCapacity: remaining) { span in
            span.withUnsafeMutableBufferPointer { room, initialized in
                count = read(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(room)[..<remaining]))
                initialized += max(0, count)
            }
        }
        guard count > 0 else { return count }
        phase = count == remaining ? .complete : .body(remaining: remaining - count)
        return count
    }

    /// Says that the peer has ended the stream.
    mutating func end() throws(MalformedResponse) {
        switch phase {
        case .complete: return
        case .bodyUntilEnd: phase = .complete
        default: throw .endedEarly
        }
    }

    private mutating func takeBody(_ rest: inout ArraySlice<UInt8>, atMost limit: Int) -> Int {
        let part = rest.prefix(limit)
        body.append(contentsOf: part)
        rest = rest.dropFirst(part.count)
        return part.count
    }

    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws(MalformedResponse) {
        let feed = rest.firstLineFeed
        let part = rest[..<(feed ?? rest.endIndex)]
        guard head.bytes.count + part.count <= limits.headBytes else { throw .headTooLarge(limit: limits.headBytes) }
        head.append(part)
        rest = rest[(feed.map { $0 + 1 } ?? rest.endIndex)...]
        guard feed != nil else { return }
        head.removeReturn(after: lineStart)
        try readLine(lineStart..<head.bytes.count)
        lineStart = head.bytes.count
    }

    private mutating func readLine(_ line: Range<Int>) throws(MalformedResponse) {
        switch phase {
        case .statusLine:
            guard head.readStatusLine(line) else { throw .statusLine }
            phase = .fields
        case .fields where line.isEmpty:
            try beginBody()
        case .fields:
            guard head.readField(line) else { throw .field }
        case .chunkSize:
            try beginChunk(line)
            head.truncate(to: line.lowerBound)
        case .chunkEnd:
            guard line.isEmpty else { throw .chunkEnd }
            phase = .chunkSize
        case .trailers where line.isEmpty:
            phase = .complete
        case .trailers, .body, .bodyUntilEnd, .chunk, .complete:
            break
        }
    }

    /// Finds how the body is delimited (RFC 9112, 6.3). An interim answer (1xx) is passed over.
    private mutating func beginBody() throws(MalformedResponse) {
        guard head.status >= 200 else { return reset() }
        let isChunked = try readTransferEncoding()
        let length = try readContentLength()
        guard head.status != 204, head.status != 304 else { return phase = .complete }
        switch (isChunked, length) {
        case (true, nil): phase = .chunkSize
        case (true, _): throw .transferEncoding
        case (false, nil): phase = .bodyUntilEnd
        case (false, 0): phase = .complete
        case (false, let length?):
            body.reserveCapacity(length)
            phase = .body(remaining: length)
        }
    }

    private func readTransferEncoding() throws(MalformedResponse) -> Bool {
        var isChunked = false
        for value in head.values(of: "transfer-encoding") {
            guard !isChunked, value.equalsIgnoringCase("chunked") else { throw .transferEncoding }
            isChunked = true
        }
        return isChunked
    }

    private func readContentLength() throws(MalformedResponse) -> Int? {
        var length: Int?
        for value in head.values(of: "content-length") {
            guard let number = value.decimal(notAbove: .max / 16) else { throw .contentLength }
            guard length == nil || length == number else { throw .contentLength }
            length = number
        }
        if let length, length > limits.bodyBytes { throw .bodyTooLarge(limit: limits.bodyBytes) }
        return length
    }

    private mutating func beginChunk(_ line: Range<Int>) throws(MalformedResponse) {
        let size = head.bytes[line].prefix { $0 != UInt8(ascii: ";") }.trimmed
        guard let count = size.hexadecimal(notAbove: .max / 16) else { throw .chunkSize }
        guard count <= limits.bodyBytes - body.count else { throw .bodyTooLarge(limit: limits.bodyBytes) }
        phase = count == 0 ? .trailers : .chunk(remaining: count)
    }
}
