import Foundation
import Glibc
import NIOCore
import NIOHTTP1

/// One connection of a bootstrap to its environment's Runtime API: gathers requests, hands them one by one to the sandbox,
/// and writes what it answers.
final class RuntimeConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    struct Request {
        var head: HTTPRequestHead
        var body: ByteBuffer?
        var trailers: HTTPHeaders?
        var isTooLarge = false
    }

    /// A bootstrap that sends more requests than this without waiting for answers is cut off.
    private static let mostWaiting = 16

    private let sandbox: Sandbox
    private let limits: LambdaLimits
    private(set) var context: ChannelHandlerContext?
    /// The request that is still arriving.
    private var arriving: Request?
    /// Whether the connection outlives the request that is being answered; nil when none is.
    private(set) var keepsAlive: Bool?
    /// Requests that came before the one in front of them was answered.
    private var waiting: [Request] = []

    init(sandbox: Sandbox, limits: LambdaLimits) {
        self.sandbox = sandbox
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        sandbox.connectionOpened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        sandbox.connectionClosed(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            arriving = Request(head: head)
            // curl asks before it sends a large body, and waits a second for leave.
            if keepsAlive == nil, head.headers.first(name: "expect") != nil {
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
            }
        case .body(var piece): take(&piece)
        case .end(let trailers):
            arriving?.trailers = trailers
            guard let request = arriving.take() else { return }
            if keepsAlive == nil { return handle(request) }
            waiting.append(request)
            if waiting.count > Self.mostWaiting { close() }
        }
    }

    /// A bootstrap that writes head and body apart waits, by Nagle's rule, for the head's acknowledgement; the kernel would
    /// hold that back for 40 ms.
    func channelReadComplete(context: ChannelHandlerContext) {
        if arriving != nil { _ = context.channel.setOption(Self.quickAcknowledgement, value: 1) }
        context.fireChannelReadComplete()
    }

    private static let quickAcknowledgement = ChannelOptions.tcpOption(NIOBSDSocket.Option(rawValue: TCP_QUICKACK))

    func close() {
        context?.close(promise: nil)
    }

    /// Past the limit the body is read on, but not kept: the bootstrap should learn of it rather than see its pipe break.
    private func take(_ piece: inout ByteBuffer) {
        let size = (arriving?.body?.readableBytes ?? 0) + piece.readableBytes
        let limit = arriving?.isStreaming == true ? limits.streamedPayload : limits.payload
        guard arriving?.isTooLarge == false, size <= limit else {
            arriving?.isTooLarge = true
            arriving?.body = nil
            return
        }
        if arriving?.body == nil { arriving?.body = piece } else { arriving?.body?.writeBuffer(&piece) }
    }

    private func handle(_ request: Request) {
        keepsAlive = request.head.isKeepAlive
        do throws(RuntimeRefusal) {
            let route = try RuntimeRoute(method: request.head.method.rawValue, uri: request.head.uri)
            guard Self.isOwnHost(request.head.headers.first(name: "host")) else { throw .foreignHost }
            try dispatch(route, request)
        } catch {
            refuse(error)
        }
    }

    private func dispatch(_ route: RuntimeRoute, _ request: Request) throws(RuntimeRefusal) {
        switch route {
        case .next: sandbox.next(self)
        case .response(let requestID):
            let limit = request.isStreaming ? limits.streamedPayload : limits.payload
            let response = Sandbox.Answer.response(request.bytes, midstreamError: request.midstreamError)
            sandbox.answer(requestID, request.isTooLarge ? .tooLarge(limit: limit) : response, on: self)
        case .error(let requestID):
            let error = Sandbox.Answer.error(request.bytes, type: request.errorType)
            sandbox.answer(requestID, request.isTooLarge ? .tooLarge(limit: limits.payload) : error, on: self)
        case .initError: sandbox.initError(request.bytes, type: request.errorType, on: self)
        }
    }

    /// Writes an answer's bytes, and goes on to what has come meanwhile.
    func write(_ answer: ByteBuffer, closes: Bool) {
        guard let context else { return }
        keepsAlive = nil
        guard !closes else {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(answer)).whenComplete { _ in bound.value.close(promise: nil) }
            return
        }
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        if !waiting.isEmpty { handle(waiting.removeFirst()) }
    }

    /// A page in a browser may reach the port under a name of its own (DNS rebinding); that name shows in `Host`.
    private static func isOwnHost(_ host: String?) -> Bool {
        guard let host else { return true }
        let name = host.utf8.prefix { $0 != UInt8(ascii: ":") }
        return name.elementsEqual("127.0.0.1".utf8) || name.elementsEqual("localhost".utf8)
    }
}

extension RuntimeConnection.Request {
    fileprivate var bytes: [UInt8] { body.map { Array($0.readableBytesView) } ?? [] }
    fileprivate var errorType: String? { head.headers.first(name: "lambda-runtime-function-error-type") }
    fileprivate var isStreaming: Bool {
        head.headers.first(name: "lambda-runtime-function-response-mode")?.lowercased() == "streaming"
    }

    /// What a function that streams its answer says at the end when it failed on the way.
    /// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming
    fileprivate var midstreamError: MidstreamError? {
        guard let type = trailers?.first(name: "lambda-runtime-function-error-type") else { return nil }
        let body = trailers?.first(name: "lambda-runtime-function-error-body")
        return MidstreamError(type: type, body: body.flatMap { Data(base64Encoded: $0) }.map(Array.init) ?? [])
    }
}
