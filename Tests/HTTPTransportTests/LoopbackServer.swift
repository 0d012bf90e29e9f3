import Foundation
import Glibc
import Synchronization

/// A server on a free loopback port whose answers a test writes byte for byte. Each connection has a thread.
final class LoopbackServer: Sendable {
    /// What a request looked like on the wire.
    struct Received: Sendable {
        let method: String
        let target: String
        let headers: [(name: String, value: String)]
        let body: [UInt8]

        /// Which connection it came by, counted from 0, and as which request of that connection.
        let connection: Int
        let ordinal: Int

        subscript(name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    enum Answer: Sendable {
        case send(String)
        case bytes([UInt8])
        case sendAndClose(String)
        /// Ends the connection with a TCP reset.
        case reset
        /// Ends the connection without an answer.
        case close
        /// Says nothing until the client leaves.
        case hold
    }

    enum Event: Sendable {
        case received(Received)
        case closedByClient(connection: Int)
    }

    let port: Int
    let events: AsyncStream<Event>
    private let report: AsyncStream<Event>.Continuation
    private let listener: Int32
    private let answer: @Sendable (Received) -> Answer
    private let connections = Atomic(0)

    var url: String { "http://127.0.0.1:\(port)" }
    var connectionCount: Int { connections.load(ordering: .sequentiallyConsistent) }

    init(_ answer: @escaping @Sendable (Received) -> Answer) throws {
        self.answer = answer
        (events, report) = AsyncStream.makeStream()
        (listener, port) = try Self.boundSocket()
        guard listen(listener, 128) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        Thread.detachNewThread { [self] in acceptConnections() }
    }

    /// A socket that holds a free port without listening at it, so that nobody can connect.
    static func boundSocket() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Ends the listening; connections end when their clients do.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// The next event that `pick` wants.
    func next<Picked: Sendable>(_ pick: @Sendable (Event) -> Picked?) async -> Picked? {
        for await event in events {
            if let picked = pick(event) { return picked }
        }
        return nil
    }

    private func acceptConnections() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let number = connections.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue
            Thread.detachNewThread { [self] in serve(descriptor, number) }
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32, _ number: Int) {
        var input = RequestReader(descriptor: descriptor, connection: number)
        defer { close(descriptor) }
        while let request = input.next() {
            report.yield(.received(request))
            switch answer(request) {
            case .send(let text): write(Array(text.utf8), to: descriptor)
            case .bytes(let bytes): write(bytes, to: descriptor)
            case .sendAndClose(let text): return write(Array(text.utf8), to: descriptor)
            case .close: return
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
                return
            case .hold: break
            }
        }
        report.yield(.closedByClient(connection: number))
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Cuts what a connection brings into requests.
private struct RequestReader {
    let descriptor: Int32
    let connection: Int
    private var buffer: [UInt8] = []
    private var count = 0

    init(descriptor: Int32, connection: Int) {
        self.descriptor = descriptor
        self.connection = connection
    }

    mutating func next() -> LoopbackServer.Received? {
        var headEnd: Int?
        while headEnd == nil {
            headEnd = buffer.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound
            guard headEnd != nil || fill() else { return nil }
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        while buffer.count < headEnd + 4 + length { guard fill() else { return nil } }
        let body = Array(buffer[(headEnd + 4)..<(headEnd + 4 + length)])
        buffer.removeFirst(headEnd + 4 + length)
        defer { count += 1 }
        let start = lines[0].split(separator: " ").map(String.init)
        return LoopbackServer.Received(
            method: start[0], target: start[1], headers: headers, body: body, connection: connection, ordinal: count)
    }

    private mutating func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }
}

/// An answer with the right length.
func answer(_ status: String = "200 OK", headers: String = "", body: String = "") -> String {
    "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
