import AWSProtocol
import EmulatorClock
import NIOCore
import NIOHTTP1

/// One connection: gathers requests, has them answered one after the other, and writes the answers.
///
/// A small body is handed over whole, and answered on this connection's event loop. Any other is handed over in pieces
/// as they are asked for, on other threads: taking it may be long work.
final class ServerConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Arrival {
        case nothing
        case whole(HTTPRequestHead, [UInt8])
        case pieces(IncomingBody)
        case complete
    }

    /// Bodies up to this many bytes are gathered before they are handed over.
    private static let largestGathered = 256 * 1024

    /// Completes when the channel is closed and nothing is answered any more.
    let ended: EventLoopFuture<Void>

    private let endedPromise: EventLoopPromise<Void>
    private let respond: HTTPServer.Responder
    private let executor: EventLoopExecutor
    private let clients: EagerClients
    private var socket: Int32?
    private var context: ChannelHandlerContext?
    private var arrival = Arrival.nothing
    private var answering: Task<Void, Never>?
    /// Whether the client has a part of the present answer.
    private var hasBegunAnswer = false
    private var keepsAlive = true
    /// What came of later requests while this one was answered.
    private var pipelined = CircularBuffer<HTTPServerRequestPart>()
    private var hasHeldBackRead = false
    private var isInputClosed = false
    private var lastRequest = (number: 0, answered: ContinuousClock.now)
    /// Whether the present request came at once after the last answer, and no other client's between.
    private var isEager = false

    init(channel: any Channel, respond: @escaping HTTPServer.Responder) {
        self.respond = respond
        executor = EventLoopExecutor(channel.eventLoop)
        clients = EagerClients.of(channel.eventLoop)
        endedPromise = channel.eventLoop.makePromise()
        ended = endedPromise.futureResult
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        socket = clients.opened(context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .complete = arrival { pipelined.append(part) } else { take(part, context) }
    }

    /// Nothing is read while a body waits to be taken, or a later request for its turn.
    func read(context: ChannelHandlerContext) {
        var isFull = !pipelined.isEmpty
        if case .pieces(let body) = arrival { isFull = isFull || !body.wantsMore }
        if isFull { hasHeldBackRead = true } else { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ServerEnds:
            answering?.cancel()
            context.close(promise: nil)
        case ChannelEvent.inputClosed:
            isInputClosed = true
            // A client may have said all it wants and still wait for the answer.
            if case .complete = arrival, answering != nil { return }
            context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let socket { clients.closed(socket) }
        socket = nil
        if case .pieces(let body) = arrival { body.fail(ConnectionClosed()) }
        arrival = .nothing
        if answering == nil { endedPromise.succeed() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError, !hasBegunAnswer {
            let refusal = AnswerHead(HTTPResponse(status: 400), keepsAlive: false)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: refusal.bytes)), promise: nil)
        }
        context.close(promise: nil)
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, arrival) {
        case (.head(let head), _): begin(head, context)
        case (.body(let piece), .whole(let head, var bytes)):
            arrival = .nothing
            bytes.append(contentsOf: piece.readableBytesView)
            arrival = .whole(head, bytes)
        case (.body(let piece), .pieces(let body)): body.add(piece)
        case (.end, .whole(let head, let bytes)):
            arrival = .complete
            answer(Translation.request(head, .bytes(bytes)), on: executor, context)
        case (.end, .pieces(let body)):
            body.finish()
            arrival = .complete
            if answering == nil { turnToNext(context) }
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        keepsAlive = head.isKeepAlive && head.version == .http1_1
        let number = EagerClients.nextNumber()
        isEager = number == lastRequest.number + 1 && .now - lastRequest.answered <= Attention.patience
        lastRequest.number = number
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let leave = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")
            context.writeAndFlush(wrapOutboundOut(leave), promise: nil)
        }
        let isChunked = head.headers.contains(name: "transfer-encoding")
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard isChunked || length > Self.largestGathered else { return arrival = .whole(head, []) }
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let body = IncomingBody { eventLoop.execute { connection.value.resumeReading() } }
        arrival = .pieces(body)
        answer(Translation.request(head, .stream { try await body.next() }), on: globalConcurrentExecutor, context)
    }

    private func answer(_ request: HTTPRequest, on executor: any TaskExecutor, _ context: ChannelHandlerContext) {
        let (respond, keepsAlive, channel) = (respond, keepsAlive && !isInputClosed, context.channel)
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        clients.answering += 1
        answering = Task(executorPreference: executor) {
            let response = await respond(request)
            let head = AnswerHead(response, keepsAlive: keepsAlive)
            let isHEAD = request.method == "HEAD"
            if case .file(let path, let offset, let length) = response.body, !isHEAD {
                channel.eventLoop.onLoop { connection.value.hasBegunAnswer = true }
                let isWhole = await channel.write(head, filePiecesOf: path, from: offset, length: length)
                channel.eventLoop.onLoop { connection.value.answered(isWhole: isWhole) }
            } else if case .cut(let bytes, _) = response.body, !isHEAD {
                channel.eventLoop.onLoop { connection.value.write(head, bytes, isWhole: false) }
            } else {
                channel.eventLoop.onLoop { connection.value.write(head, isHEAD ? [] : response.bytes) }
            }
        }
    }

    /// Head and body go in one buffer, by one system call.
    private func write(_ head: AnswerHead, _ body: [UInt8], isWhole: Bool = true) {
        guard let context else { return answered(isWhole: false) }
        var answer = ByteBufferAllocator().buffer(capacity: head.bytes.count + body.count)
        answer.writeBytes(head.bytes)
        answer.writeBytes(body)
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        answered(isWhole: isWhole)
        lastRequest.answered = .now
        guard isEager else { return }
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { connection.value.clients.wait() }
    }

    private func answered(isWhole: Bool) {
        clients.answering -= 1
        answering = nil
        hasBegunAnswer = false
        guard let context, context.channel.isActive else { return endedPromise.succeed() }
        switch arrival {
        case _ where !isWhole: context.close(promise: nil)
        case .complete: turnToNext(context)
        // What is left of a body that nobody asked for is read and dropped.
        case .pieces(let body): body.abandon()
        default: break
        }
    }

    private func turnToNext(_ context: ChannelHandlerContext) {
        arrival = .nothing
        guard keepsAlive, !isInputClosed || !pipelined.isEmpty else { return context.close(promise: nil) }
        while answering == nil, let part = pipelined.popFirst() { take(part, context) }
        resumeReading()
    }

    private func resumeReading() {
        guard hasHeldBackRead, let context else { return }
        hasHeldBackRead = false
        read(context: context)
    }
}

/// The client went before its request's body was whole.
struct ConnectionClosed: Error {}

extension EventLoop {
    /// Runs `body` on this loop, at once when it is the caller's.
    fileprivate func onLoop(_ body: @escaping @Sendable () -> Void) {
        if inEventLoop { body() } else { execute(body) }
    }
}
