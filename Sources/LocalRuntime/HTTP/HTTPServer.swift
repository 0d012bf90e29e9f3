package import AWSProtocol
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// The emulator's HTTP/1.1 listener on the loopback (DESIGN D8), by Hummingbird. Everything behind it speaks
/// `AWSProtocol` values and knows no server.
package enum HTTPServer {
    package typealias Responder = @Sendable (AWSProtocol.HTTPRequest) async -> AWSProtocol.HTTPResponse

    /// Serves while `body` runs; `body` gets the port, chosen by the system when `port` is 0.
    ///
    /// - Throws: `HTTPServerError.cannotListen` when the port cannot be had, or what `body` throws.
    @discardableResult
    package static func serve<Value: Sendable>(
        host: String = "127.0.0.1", port: Int, respond: @escaping Responder,
        while body: @escaping @Sendable (_ port: Int) async throws -> Value
    ) async throws -> Value {
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let server = Server(
            childChannelSetup: HTTP1Channel { request, writer, _ in try await answer(request, writer, respond) },
            configuration: ServerConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in announce.yield(channel.localAddress?.port ?? port) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "rivulet.http") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                defer { announce.finish() }
                do {
                    try await server.run()
                } catch let error as IOError {
                    throw HTTPServerError.cannotListen(host: host, port: port, reason: error.description)
                }
                return nil
            }
            group.addTask {
                guard let port = await ports.first(where: { _ in true }) else { return nil }
                return try await body(port)
            }
            while let finished = try await group.next() {
                guard let value = finished else { continue }
                group.cancelAll()
                return value
            }
            throw HTTPServerError.stopped
        }
    }

    private static func answer(
        _ request: Request, _ writer: consuming ResponseWriter, _ respond: Responder
    ) async throws {
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(.init(status: .continue))
        }
        let response = await respond(Translation.request(request))
        try await writer.write(
            response: Translation.head(response, toHEAD: request.method == .head), body: Translation.body(response))
    }
}

/// Why a listener could not serve.
package enum HTTPServerError: Error, Equatable, CustomStringConvertible {
    case cannotListen(host: String, port: Int, reason: String)
    case stopped

    package var description: String {
        switch self {
        case .cannotListen(let host, let port, let reason):
            "Cannot listen on \(host):\(port): \(reason). Stop what holds the port, or choose another with --port."
        case .stopped: "The HTTP server stopped by itself."
        }
    }
}
