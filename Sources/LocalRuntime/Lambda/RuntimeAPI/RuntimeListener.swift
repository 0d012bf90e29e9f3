import CLinux
import Glibc

/// The Runtime API's listener of one execution environment, on a loopback port of its own (DESIGN D4). Like everything of a
/// sandbox it is touched by one thread at a time, inside the sandbox's monitor.
final class RuntimeListener {
    private static let backlog: Int32 = 64

    /// What the bootstrap finds in `AWS_LAMBDA_RUNTIME_API`.
    let address: String
    private let socket: Int32
    private let place: SocketWatch.Place
    private var isClosed = false
    /// Whether somebody could not be let in for want of descriptors.
    private(set) var isExhausted = false

    /// - Parameter canAccept: called on the watch's thread when somebody connects.
    init(_ canAccept: @escaping @Sendable () -> Void) throws(SystemRefusal) {
        let socket = try Self.check(Glibc.socket(AF_INET, Self.type, 0))
        do {
            var any = sockaddr_in()
            any.sin_family = sa_family_t(AF_INET)
            any.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let (bound, named) = withUnsafeMutablePointer(to: &any) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    (bind(socket, address, size), getsockname(socket, address, &size))
                }
            }
            _ = try Self.check(bound)
            _ = try Self.check(named)
            _ = try Self.check(listen(socket, Self.backlog))
            address = "127.0.0.1:\(UInt16(bigEndian: any.sin_port))"
            place = try SocketWatch.shared.add(socket, canAccept)
        } catch {
            Glibc.close(socket)
            throw error
        }
        self.socket = socket
        place.arm(reads: true)
    }

    /// Everybody who waits to be let in. To be told of the next, call `resume`.
    func accept() -> [Int32] {
        var accepted: [Int32] = []
        isExhausted = false
        while !isClosed {
            let connection = rivulet_accept(socket)
            if connection >= 0 {
                accepted.append(connection)
            } else if connection != -ECONNABORTED, connection != -EINTR {
                isExhausted = connection != -EAGAIN
                break
            }
        }
        return accepted
    }

    func resume() {
        if !isClosed { place.arm(reads: true) }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        place.leave()
        Glibc.close(socket)
    }

    private static let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

    private static func check(_ result: Int32) throws(SystemRefusal) -> Int32 {
        guard result >= 0 else { throw SystemRefusal(code: errno) }
        return result
    }
}
