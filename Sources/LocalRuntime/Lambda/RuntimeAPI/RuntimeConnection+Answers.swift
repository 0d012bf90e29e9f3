import NIOCore
import NIOHTTP1

/// What the Runtime API answers, put together as bytes: an event goes out in one buffer, by one system call.
extension RuntimeConnection {
    /// `200` with an event.
    func deliver(_ invocation: Invocation, deadline: Int64) {
        var head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: "
        head += invocation.requestID
        head += "\r\nLambda-Runtime-Deadline-Ms: \(deadline)\r\nLambda-Runtime-Invoked-Function-Arn: "
        head += invocation.functionARN
        head += "\r\nLambda-Runtime-Trace-Id: "
        head += invocation.traceID.asHeaderValue
        if let context = invocation.clientContext {
            head += "\r\nLambda-Runtime-Client-Context: \(context.asHeaderValue)"
        }
        if let identity = invocation.cognitoIdentity {
            head += "\r\nLambda-Runtime-Cognito-Identity: \(identity.asHeaderValue)"
        }
        send(head, invocation.payload)
    }

    /// `202`: the answer has been taken.
    func accept() {
        send("HTTP/1.1 202 Accepted\r\nContent-Type: application/json", Self.accepted)
    }

    func refuse(_ refusal: RuntimeRefusal) {
        let status = HTTPResponseStatus(statusCode: refusal.status)
        let field =
            switch refusal {
            case .notFound: "Content-Type: text/plain; charset=utf-8"
            case .methodNotAllowed(let allowed): "Allow: \(allowed)"
            default: "Content-Type: application/json"
            }
        send("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n\(field)", refusal.body)
    }

    private static let accepted = Array("{\"status\":\"OK\"}\n".utf8)

    private func send(_ head: String, _ body: [UInt8]) {
        guard let context, let request = current else { return }
        var answer = context.channel.allocator.buffer(capacity: head.utf8.count + body.count + 64)
        answer.writeString(head)
        if !request.head.isKeepAlive { answer.writeString("\r\nConnection: close") }
        answer.writeString("\r\nContent-Length: \(body.count)\r\n\r\n")
        answer.writeBytes(body)
        write(answer, closes: !request.head.isKeepAlive)
    }
}

extension String {
    /// Without what would end the line: a caller's header becomes one of ours.
    fileprivate var asHeaderValue: String {
        utf8.contains { $0 < 0x20 || $0 == 0x7F }
            ? String(filter { !$0.isNewline && $0.asciiValue ?? 0x20 >= 0x20 }) : self
    }
}
