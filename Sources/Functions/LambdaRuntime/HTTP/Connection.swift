#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One TCP connection to the Runtime API; closed when it is let go.
final class Connection {
    private let descriptor: CInt
    private var received: [UInt8]

    init(to endpoint: Endpoint) throws(RuntimeAPIError) {
        descriptor = try endpoint.connect()
        received = [UInt8](repeating: 0, count: 16 << 10)
    }

    deinit {
        close(descriptor)
    }

    /// Lets go of what was not sent, so that a server which reads no more is not left holding the connection.
    func abandon() {
        var now = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends head and body in one call where the socket takes them.
    ///
    /// A peer that answers before it has read everything (413 to a large body) or goes away is no error here: its
    /// answer, or the want of one, shows when it is received.
    ///
    /// - Returns: whether everything was sent; if not, the connection serves for nothing but that answer.
    func send(_ head: [UInt8], _ body: [UInt8]) -> Bool {
        let total = head.count + body.count
        var sent = 0
        while sent < total {
            let count = sendOnce(head, body, from: sent)
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN || errno == EWOULDBLOCK {
                guard waitForRoom() else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Receives until `parser` holds a whole answer. There is no time-out: `next` may wait for hours.
    ///
    /// - Parameter stop: ends the wait for the first byte; once an answer has begun it is read to its end.
    /// - Returns: whether bytes came after the answer's end, which only a peer out of step sends; nil when stopped.
    func receive(into parser: inout ResponseParser, unless stop: StopSignal?) throws(RuntimeAPIError) -> Bool? {
        var surplus = false
        while !parser.isComplete {
            if let stop, !parser.hasBegun, !waitForAnswer(unless: stop) { return nil }
            surplus = try receiveOnce(into: &parser)
        }
        return surplus
    }

    private func receiveOnce(into parser: inout ResponseParser) throws(RuntimeAPIError) -> Bool {
        let isDirect = parser.awaitedBodyBytes >= received.count
        let count =
            isDirect
            ? parser.fillBody { recv(descriptor, $0.baseAddress, $0.count, 0) }
            : recv(descriptor, &received, received.count, 0)
        if count < 0 {
            guard errno == EINTR else { throw .lost(POSIX.text(errno)) }
            return false
        }
        do {
            guard count > 0 else {
                try parser.end()
                return false
            }
            guard !isDirect else { return false }
            return try parser.feed(received[..<count]) < count
        } catch MalformedResponse.endedEarly {
            throw .lost("the connection was closed")
        } catch {
            throw .malformed(error)
        }
    }

    private func sendOnce(_ head: [UInt8], _ body: [UInt8], from offset: Int) -> Int {
        head.withUnsafeBytes { head in
            body.withUnsafeBytes { body in
                withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
                    let headRest = head.dropFirst(offset)
                    let bodyRest = body.dropFirst(max(0, offset - head.count))
                    parts[0] = iovec(UnsafeRawBufferPointer(rebasing: headRest))
                    parts[1] = iovec(UnsafeRawBufferPointer(rebasing: bodyRest))
                    var message = msghdr()
                    message.msg_iov = parts.baseAddress
                    message.msg_iovlen = 2
                    return sendmsg(descriptor, &message, POSIX.sendFlags)
                }
            }
        }
    }

    /// False when the peer has something to say, or has gone, before it takes more.
    private func waitForRoom() -> Bool {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN | POLLOUT), revents: 0)
        POSIX.wait(&wait, count: 1)
        return wait.revents & Int16(POLLOUT) != 0
    }

    /// False when a stop was asked for and no byte of an answer is here.
    private func waitForAnswer(unless stop: StopSignal) -> Bool {
        withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { waits in
            waits[0] = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            waits[1] = pollfd(fd: stop.readEnd, events: Int16(POLLIN), revents: 0)
            POSIX.wait(waits.baseAddress, count: 2)
            return waits[0].revents != 0 || waits[1].revents == 0
        }
    }
}

extension iovec {
    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
