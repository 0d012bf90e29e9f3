import NIOCore
import Synchronization

/// The connections that are open, so that a server can end them with itself.
final class Connections: Sendable {
    private struct State {
        var open: [ObjectIdentifier: (channel: any Channel, ended: EventLoopFuture<Void>)] = [:]
        var isEnding = false
    }

    private let state = Mutex(State())

    /// - Parameter ended: when the channel is closed and nothing is answered on it any more.
    func add(_ channel: any Channel, until ended: EventLoopFuture<Void>) {
        let id = ObjectIdentifier(channel)
        let isLate = state.withLock { state in
            state.open[id] = (channel, ended)
            return state.isEnding
        }
        ended.whenComplete { [self] _ in _ = state.withLock { $0.open.removeValue(forKey: id) } }
        if isLate { channel.pipeline.fireUserInboundEventTriggered(ServerEnds()) }
    }

    /// Cancels what is being answered, closes every connection and waits until both are done.
    func end() async {
        let open = state.withLock { state in
            state.isEnding = true
            return Array(state.open.values)
        }
        for connection in open { connection.channel.pipeline.fireUserInboundEventTriggered(ServerEnds()) }
        for connection in open { try? await connection.ended.get() }
    }
}

/// Tells a connection that its server ends.
struct ServerEnds: Sendable {}
