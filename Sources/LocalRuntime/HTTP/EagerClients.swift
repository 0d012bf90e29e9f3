import EmulatorClock
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// The connections of one event loop, as far as it takes to wait on the spot for a client that asks again at once. Touched on
/// that loop only.
final class EagerClients {
    /// With more connections than these there is always something to do, or nobody's next request is near.
    private static let mostWatched = 8

    private static let arrivals = Atomic(0)

    /// Numbers a request. Whose requests come one after the other is alone with the emulator.
    static func nextNumber() -> Int { arrivals.add(1, ordering: .relaxed).newValue }

    private var sockets: [Int32: pollfd] = [:]
    /// Requests that are being answered: what they wait for is told to the loop, which must not be held up.
    var answering = 0

    /// Those of a loop, asked for on it.
    static func of(_ loop: any EventLoop) -> EagerClients {
        if let known = ofThread.currentValue { return known.value }
        let new = NIOLoopBoundBox(EagerClients(), eventLoop: loop)
        ofThread.currentValue = new
        return new.value
    }

    private static let ofThread = ThreadSpecificVariable<NIOLoopBoundBox<EagerClients>>()

    /// - Returns: what to call `closed` with; nil when the connection is no socket.
    func opened(_ channel: any Channel) -> Int32? {
        let socket = try? channel.pipeline.syncOperations
            .withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        if let socket { sockets[socket] = pollfd(fd: socket, events: Int16(POLLIN), revents: 0) }
        return socket
    }

    func closed(_ socket: Int32) {
        sockets[socket] = nil
    }

    /// Returns when a client has sent something, or none has for a moment.
    func wait() {
        guard answering == 0, sockets.count <= Self.mostWatched, Attention.take() else { return }
        var watched = Array(sockets.values)
        Attention.look { poll(&watched, nfds_t(watched.count), 0) != 0 }
        Attention.release()
    }
}
