import NIOCore
import NIOHTTP1

/// One connection of a bootstrap to its environment's Runtime API: gathers requests, hands them to the sandbox, and
/// writes what it answers. The pipeline in front lets no second request through before the first is answered.
final class RuntimeConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let sandbox: Sandbox
    private let largestBody: Int
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body: ByteBuffer?
    private var isTooLarge = false

    init(sandbox: Sandbox, largestBody: Int) {
        self.sandbox = sandbox
        self.largestBody = largestBody
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
            self.head = head
            body = nil
            isTooLarge = false
        case .body(var piece): take(&piece)
        case .end:
            guard let head else { return }
            handle(head)
            body = nil
        }
    }

    func close() {
        context?.close(promise: nil)
    }

    /// Past the limit the body is read on, but not kept: the bootstrap should learn of it rather than see its pipe break.
    private func take(_ piece: inout ByteBuffer) {
        let size = (body?.readableBytes ?? 0) + piece.readableBytes
        guard !isTooLarge, size <= largestBody else {
            isTooLarge = true
            body = nil
            return
        }
        if body == nil { body = piece } else { body?.writeBuffer(&piece) }
    }

    private func handle(_ head: HTTPRequestHead) {
        do throws(RuntimeRefusal) {
            let route = try RuntimeRoute(method: head.method.rawValue, uri: head.uri)
            guard Self.isOwnHost(head.headers.first(name: "host")) else { throw .foreignHost }
            try dispatch(route, head)
        } catch {
            refuse(error)
        }
    }

    private func dispatch(_ route: RuntimeRoute, _ head: HTTPRequestHead) throws(RuntimeRefusal) {
        let body = body.map { Array($0.readableBytesView) } ?? []
        let errorType = head.headers.first(name: "lambda-runtime-function-error-type")
        switch route {
        case .next: sandbox.next(self)
        case .response(let requestID):
            if let mode = head.headers.first(name: "lambda-runtime-function-response-mode"), mode == "streaming" {
                throw .notImplemented("response streaming")
            }
            sandbox.answer(requestID, isTooLarge ? .tooLarge : .response(body), on: self)
        case .error(let requestID):
            sandbox.answer(requestID, isTooLarge ? .tooLarge : .error(body, type: errorType), on: self)
        case .initError: sandbox.initError(body, type: errorType, on: self)
        }
    }

    /// A page in a browser may reach the port under a name of its own (DNS rebinding); that name shows in `Host`.
    private static func isOwnHost(_ host: String?) -> Bool {
        guard let host else { return true }
        let name = host.prefix { $0 != ":" }
        return name == "127.0.0.1" || name == "localhost"
    }
}

extension RuntimeConnection {
    /// `200` with an event.
    func deliver(_ invocation: Invocation, deadline: Int64) {
        var headers = HTTPHeaders()
        headers.reserveCapacity(8)
        headers.add(name: "Content-Type", value: "application/json")
        headers.add(name: "Lambda-Runtime-Aws-Request-Id", value: invocation.requestID)
        headers.add(name: "Lambda-Runtime-Deadline-Ms", value: String(deadline))
        headers.add(name: "Lambda-Runtime-Invoked-Function-Arn", value: invocation.functionARN)
        headers.add(name: "Lambda-Runtime-Trace-Id", value: invocation.traceID)
        if let context = invocation.clientContext { headers.add(name: "Lambda-Runtime-Client-Context", value: context) }
        if let identity = invocation.cognitoIdentity {
            headers.add(name: "Lambda-Runtime-Cognito-Identity", value: identity)
        }
        write(.ok, headers, invocation.payload)
    }

    /// `202`: the answer has been taken.
    func accept() {
        write(.accepted, ["Content-Type": "application/json"], Self.accepted)
    }

    func refuse(_ refusal: RuntimeRefusal) {
        let headers: HTTPHeaders =
            switch refusal {
            case .notFound: ["Content-Type": "text/plain; charset=utf-8"]
            case .methodNotAllowed(let allowed): ["Allow": allowed]
            default: ["Content-Type": "application/json"]
            }
        write(HTTPResponseStatus(statusCode: refusal.status), headers, refusal.body)
    }

    private static let accepted = Array("{\"status\":\"OK\"}\n".utf8)

    private func write(_ status: HTTPResponseStatus, _ headers: HTTPHeaders, _ bytes: [UInt8]) {
        guard let context, let request = head else { return }
        var response = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        response.headers.add(name: "Content-Length", value: String(bytes.count))
        if !request.isKeepAlive { response.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if !bytes.isEmpty {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))), promise: nil)
        }
        guard request.isKeepAlive else {
            // The loop holds both until the write is done.
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
            return
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
