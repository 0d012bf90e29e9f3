import AWSProtocol
import Glibc

/// One connection of a bootstrap to its environment's Runtime API: gathers requests, hands them one by one to the sandbox,
/// and writes what it answers. Touched inside the sandbox's monitor only.
final class RuntimeConnection {
    /// A bootstrap that sends more requests than this without waiting for answers is cut off.
    private static let mostWaiting = 16
    private static let atOnce = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)

    let socket: Int32
    private unowned let sandbox: Sandbox
    private let limits: LambdaLimits
    private let place: SocketWatch.Place
    private var reader: RuntimeRequestReader
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
    /// Whether the connection outlives the request that is being answered; nil when none is.
    private var keepsAlive: Bool?
    /// Requests that came before the one in front of them was answered.
    private var waiting: [RuntimeRequest] = []
    /// What the socket had no room for.
    private var unsent: ArraySlice<UInt8> = []
    private var closesWhenSent = false
    private var isClosed = false

    /// - Parameter isReady: called on the watch's thread when `attend` has something to do.
    init(
        _ socket: Int32, of sandbox: Sandbox, limits: LambdaLimits, _ isReady: @escaping @Sendable () -> Void
    ) throws(SystemRefusal) {
        place = try SocketWatch.shared.add(socket, isReady)
        self.socket = socket
        self.sandbox = sandbox
        self.limits = limits
        reader = RuntimeRequestReader(limits: limits)
    }

    deinit {
        room.deallocate()
    }

    /// Does what the socket allows, and has the watch tell of more.
    func attend() {
        progress()
        watch()
    }

    /// Writes what there is room for and takes what has come.
    func progress() {
        flush()
        receive()
    }

    /// Has the watch tell of what comes.
    func watch() {
        guard !isClosed else { return }
        place.arm(reads: true, writes: !unsent.isEmpty)
    }

    /// The watch tells of nothing until `watch`: who calls this looks by itself.
    func unwatch() {
        if !isClosed { place.rest() }
    }

    private func receive() {
        while !isClosed {
            let count = recv(socket, room.baseAddress, room.count, Self.atOnce)
            if count > 0 {
                take(UnsafeRawBufferPointer(rebasing: room[..<count]))
                // What did not fill the room was all.
                if count < room.count { break }
            } else if count == 0 || errno != EAGAIN && errno != EINTR {
                close()
            } else if errno == EAGAIN {
                break
            }
        }
        // A bootstrap that writes head and body apart waits, by Nagle's rule, for the head's acknowledgement; the kernel
        // would hold that back for 40 ms.
        if !isClosed, reader.isWaitingForBody { setOption(TCP_QUICKACK) }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        place.leave()
        Glibc.close(socket)
        sandbox.connectionClosed(self)
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        do {
            var request = try reader.take(bytes)
            while let whole = request, !isClosed {
                if keepsAlive == nil { handle(whole) } else { waiting.append(whole) }
                request = try reader.next()
            }
        } catch {
            keepsAlive = false
            return send(
                "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8", Array("400 Bad Request".utf8))
        }
        if waiting.count > Self.mostWaiting { return close() }
        // curl asks before it sends a large body, and waits a second for leave.
        if keepsAlive == nil, reader.takeLeaveAsked() { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)[...]) }
    }

    private func handle(_ request: RuntimeRequest) {
        keepsAlive = request.keepsAlive
        do throws(RuntimeRefusal) {
            let route = try RuntimeRoute(method: request.method, uri: request.target)
            // A page in a browser may reach the port under a name of its own (DNS rebinding).
            guard request.isForOwnHost else { throw .foreignHost }
            try dispatch(route, request)
        } catch {
            refuse(error)
        }
    }

    private func dispatch(_ route: RuntimeRoute, _ request: RuntimeRequest) throws(RuntimeRefusal) {
        switch route {
        case .next: sandbox.next(self)
        case .response(let requestID):
            let limit = request.isStreaming ? limits.streamedPayload : limits.payload
            let response = Sandbox.Answer.response(request.body, midstreamError: request.midstreamError)
            sandbox.answer(requestID, request.isTooLarge ? .tooLarge(limit: limit) : response, on: self)
        case .error(let requestID):
            let error = Sandbox.Answer.error(request.body, type: request.errorType)
            sandbox.answer(requestID, request.isTooLarge ? .tooLarge(limit: limits.payload) : error, on: self)
        case .initError: sandbox.initError(request.body, type: request.errorType, on: self)
        }
    }
}

/// Writing.
extension RuntimeConnection {
    /// Answers the request in front, and goes on to what has come meanwhile.
    ///
    /// - Parameter head: status line and headers, without the last line's end.
    func send(_ head: String, _ body: [UInt8]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.utf8.count + 64)
        bytes.append(text: head)
        send(head: &bytes, body)
    }

    func send(head: inout [UInt8], _ body: [UInt8]) {
        guard let keepsAlive, !isClosed else { return }
        if !keepsAlive { head.append(text: "\r\nConnection: close") }
        head.append(text: "\r\nContent-Length: ")
        head.append(text: String(body.count))
        head.append(text: "\r\n\r\n")
        self.keepsAlive = nil
        closesWhenSent = !keepsAlive
        write(head[...], body[...])
        guard keepsAlive, !waiting.isEmpty else { return }
        handle(waiting.removeFirst())
    }

    /// Head and body go by one system call; what the socket has no room for goes when it has.
    private func write(_ head: ArraySlice<UInt8>, _ body: ArraySlice<UInt8> = []) {
        guard !isClosed else { return }
        guard unsent.isEmpty else { return unsent += head + body }
        let count = head.withUnsafeBytes { head in
            body.withUnsafeBytes { body in
                withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
                    parts[0] = iovec(iov_base: .init(mutating: head.baseAddress), iov_len: head.count)
                    parts[1] = iovec(iov_base: .init(mutating: body.baseAddress), iov_len: body.count)
                    var message = msghdr()
                    message.msg_iov = parts.baseAddress
                    message.msg_iovlen = parts.count
                    return sendmsg(socket, &message, Self.atOnce)
                }
            }
        }
        let (sent, isRefused) = (max(0, count), Self.isRefusal(count))
        let rest = sent < head.count ? head.dropFirst(sent) + body : body.dropFirst(sent - head.count)
        wrote(isRefused: isRefused, rest: rest)
    }

    private func flush() {
        guard !isClosed, !unsent.isEmpty else { return }
        let count = unsent.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Self.atOnce) }
        wrote(isRefused: Self.isRefusal(count), rest: unsent.dropFirst(max(0, count)))
    }

    private func wrote(isRefused: Bool, rest: ArraySlice<UInt8>) {
        guard !isRefused else { return close() }
        unsent = rest
        if !rest.isEmpty {
            watch()
        } else if closesWhenSent {
            end()
        }
    }

    /// Whether a write did not merely find the socket full.
    private static func isRefusal(_ count: Int) -> Bool {
        count < 0 && errno != EAGAIN && errno != EINTR
    }

    /// The peer reads all before it sees the end.
    private func end() {
        shutdown(socket, Int32(SHUT_WR))
        close()
    }

    private func setOption(_ option: Int32) {
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}
