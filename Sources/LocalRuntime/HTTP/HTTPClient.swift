package import AWSProtocol
import NIOCore
import NIOHTTP1
import NIOPosix

/// Calls of an emulator by its own commands. Foundation's URLSession would bring libcurl and thirty libraries under it into
/// every process of the emulator: 6 MB and 10 ms of its start.
package enum HTTPClient {
    /// Sends one request with its whole body over a connection of its own, and gathers the answer.
    ///
    /// - Throws: `HTTPClientError.unreachable` when nobody answers.
    package static func send(
        _ request: HTTPRequest, host: String, port: Int
    ) async throws -> HTTPResponse {
        let body = try await request.body.collect(upTo: .max)
        let answer = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: HTTPResponse.self)
        do {
            let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(AnswerCollector(answer))
                    }
                }.connect(host: host, port: port).get()
            channel.write(HTTPClientRequestPart.head(head(of: request, body.count, host, port)), promise: nil)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
            channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        } catch {
            answer.fail(error)
        }
        do {
            return try await answer.futureResult.get()
        } catch {
            throw HTTPClientError.unreachable(host: host, port: port, reason: "\(error)")
        }
    }

    private static func head(of request: HTTPRequest, _ length: Int, _ host: String, _ port: Int) -> HTTPRequestHead {
        var headers = NIOHTTP1.HTTPHeaders(request.headers.fields.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "Host", value: "\(host):\(port)")
        headers.replaceOrAdd(name: "Content-Length", value: String(length))
        headers.replaceOrAdd(name: "Connection", value: "close")
        let uri = request.query.isEmpty ? request.path : "\(request.path)?\(request.query)"
        return HTTPRequestHead(version: .http1_1, method: .init(rawValue: request.method), uri: uri, headers: headers)
    }
}

/// Why a call was not answered.
package enum HTTPClientError: Error, Equatable, CustomStringConvertible {
    case unreachable(host: String, port: Int, reason: String)

    package var description: String {
        switch self {
        case .unreachable(let host, let port, let reason):
            "No emulator answers at \(host):\(port): \(reason). Start one with `rivulet-local up`."
        }
    }
}

private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let promise: EventLoopPromise<HTTPResponse>
    private var answer = HTTPResponse()
    private var bytes: [UInt8] = []

    init(_ promise: EventLoopPromise<HTTPResponse>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer.status = Int(head.status.code)
            for field in head.headers { answer.headers.add(field.name, field.value) }
        case .body(let piece): bytes.append(contentsOf: piece.readableBytesView)
        case .end:
            answer.body = .bytes(bytes)
            promise.succeed(answer)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(ConnectionClosed())
        context.fireChannelInactive()
    }
}
