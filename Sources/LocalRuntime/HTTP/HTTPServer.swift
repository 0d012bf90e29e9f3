package import AWSProtocol
import NIOCore
import NIOHTTP1
import NIOPosix

/// The emulator's HTTP/1.1 listener on the loopback (DESIGN D8), by SwiftNIO. Everything behind it speaks `AWSProtocol`
/// values and knows no server.
package enum HTTPServer {
    package typealias Responder = @Sendable (HTTPRequest) async -> HTTPResponse

    /// Serves while `body` runs; `body` gets the port, chosen by the system when `port` is 0. What is being answered when
    /// `body` ends is cancelled and waited for.
    ///
    /// - Throws: `HTTPServerError.cannotListen` when the port cannot be had, or what `body` throws.
    @discardableResult
    package static func serve<Value: Sendable>(
        host: String = "127.0.0.1", port: Int, respond: @escaping Responder,
        while body: @escaping @Sendable (_ port: Int) async throws -> Value
    ) async throws -> Value {
        let connections = Connections()
        let listener: any Channel
        do {
            listener = try await bootstrap(connections, respond).bind(host: host, port: port).get()
        } catch {
            throw HTTPServerError.cannotListen(host: host, port: port, reason: "\(error)")
        }
        let outcome = await Result { () async throws -> Value in try await body(listener.localAddress?.port ?? port) }
        try? await listener.close()
        await connections.end()
        return try outcome.get()
    }

    private static func bootstrap(_ connections: Connections, _ respond: @escaping Responder) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    let connection = ServerConnection(channel: channel, respond: respond)
                    try pipeline.addHandler(connection)
                    connections.add(channel, until: connection.ended)
                }
            }
    }
}

/// Why a listener could not serve.
package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
    case cannotListen(host: String, port: Int, reason: String)

    package var description: String {
        switch self {
        case .cannotListen(let host, let port, let reason):
            "Cannot listen on \(host):\(port): \(reason). Stop what holds the port, or choose another with --port."
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(catching body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
