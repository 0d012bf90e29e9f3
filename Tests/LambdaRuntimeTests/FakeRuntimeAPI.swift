import Foundation
import Synchronization

/// A Runtime API on a loopback socket that answers as a test scripted it, and remembers what it was asked.
///
/// It shares no line with the client: what both misread alike would pass every test.
final class FakeRuntimeAPI: Sendable {
    /// What one request is answered with.
    enum Answer: Sendable {
        /// Sends these bytes and keeps the connection.
        case bytes(String)
        /// Sends these bytes, then closes the connection in good order.
        case closing(String)
        /// Sends these bytes, then resets the connection.
        case reset(String)
        /// Answers when it has read only the request's head, and reads no more.
        case deaf(String)
    }

    struct Request: Sendable {
        let method: String
        let path: String
        let fields: [String: String]
        let body: String
    }

    private struct State {
        var events: [Answer]
        var posts: [Answer]
        var requests: [Request] = []
        var connections = 0
    }

    let port: UInt16
    private let listener: CInt
    private let state: Mutex<State>
    private let onExhausted: @Sendable () -> Void

    /// - Parameters:
    ///   - events: answers to `next`, in order.
    ///   - posts: answers to everything else, in order; after them, 202.
    ///   - onExhausted: called when `next` is asked for and no event is left; that request is never answered.
    init(events: [Answer], posts: [Answer], onExhausted: @escaping @Sendable () -> Void) {
        state = Mutex(State(events: events, posts: posts))
        self.onExhausted = onExhausted
        (listener, port) = Self.listen()
        let server = self
        Thread.detachNewThread { server.accept() }
    }

    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }

    /// Ends the server's thread.
    func close() {
        shutdown(listener, CInt(SHUT_RDWR))
    }

    private func accept() {
        while case let socket = Glibc.accept(listener, nil, nil), socket >= 0 {
            state.withLock { $0.connections += 1 }
            serve(socket)
            Glibc.close(socket)
        }
        Glibc.close(listener)
    }

    private func serve(_ socket: CInt) {
        var unread = ""
        while let head = readHead(socket, &unread) {
            let answer = state.withLock { state -> Answer? in
                if head.method == "GET" { return state.events.isEmpty ? nil : state.events.removeFirst() }
                return state.posts.isEmpty ? .status(202) : state.posts.removeFirst()
            }
            if case .deaf = answer {} else if !readBody(socket, head, &unread) { return }
            guard let answer else {
                onExhausted()
                continue
            }
            guard give(answer, socket) else { return }
        }
    }

    private func readHead(_ socket: CInt, _ unread: inout String) -> Request? {
        while true {
            if let end = unread.range(of: "\r\n\r\n") {
                let lines = unread[..<end.lowerBound].components(separatedBy: "\r\n")
                unread = String(unread[end.upperBound...])
                let words = lines[0].components(separatedBy: " ")
                let fields = lines.dropFirst().map { $0.components(separatedBy: ": ") }
                let request = Request(
                    method: words[0], path: words[1],
                    fields: Dictionary(uniqueKeysWithValues: fields.map { ($0[0].lowercased(), $0[1]) }), body: "")
                return request
            }
            guard let more = receive(socket) else { return nil }
            unread += more
        }
    }

    private func readBody(_ socket: CInt, _ head: Request, _ unread: inout String) -> Bool {
        let length = Int(head.fields["content-length"] ?? "0") ?? 0
        while unread.utf8.count < length {
            guard let more = receive(socket) else { return false }
            unread += more
        }
        let body = String(decoding: unread.utf8.prefix(length), as: UTF8.self)
        unread = String(decoding: unread.utf8.dropFirst(length), as: UTF8.self)
        let request = Request(method: head.method, path: head.path, fields: head.fields, body: body)
        state.withLock { $0.requests.append(request) }
        return true
    }

    /// The next bytes, all ASCII in these tests; nil when the client has gone.
    private func receive(_ socket: CInt) -> String? {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let count = recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// False when the connection is done.
    private func give(_ answer: Answer, _ socket: CInt) -> Bool {
        switch answer {
        case .bytes(let text):
            return send(text, socket)
        case .closing(let text):
            _ = send(text, socket)
            return false
        case .deaf(let text):
            _ = send(text, socket)
            // POLLRDHUP, whose macro Swift does not import: the client has closed.
            var end = pollfd(fd: socket, events: 0x2000, revents: 0)
            poll(&end, 1, -1)
            return false
        case .reset(let text):
            _ = send(text, socket)
            var abrupt = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
            return false
        }
    }

    private func send(_ text: String, _ socket: CInt) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// A listener on a port of the kernel's choice.
    private static func listen() -> (CInt, UInt16) {
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(listener, address, length) == 0, "the kernel gave no port")
                precondition(Glibc.listen(listener, 8) == 0)
                getsockname(listener, address, &length)
            }
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }
}

extension FakeRuntimeAPI.Answer {
    static func status(_ status: Int, _ body: String = "") -> Self {
        .bytes("HTTP/1.1 \(status) Said So\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    static func event(_ payload: String, id: String = "req-1", _ fields: [String: String] = [:]) -> Self {
        .bytes(eventText(payload, id: id, fields))
    }

    /// An event as `next` answers it, with the fields that Lambda always sends.
    static func eventText(_ payload: String, id: String = "req-1", _ fields: [String: String] = [:]) -> String {
        let all = [
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": id,
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:000000000000:function:f",
            "Content-Length": "\(payload.utf8.count)",
        ].merging(fields) { $1 }
        return "HTTP/1.1 200 OK\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "\r\n" + payload
    }
}
