import NIOCore
import NIOHTTP1

/// What the Runtime API answers, put together as bytes: an event goes out in one buffer, by one system call.
extension RuntimeConnection {
    /// `200` with an event.
    func deliver(_ invocation: Invocation, deadline: Int64) {
        send(invocation.payload) { answer in
            answer.writeStaticString(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ")
            answer.writeString(invocation.requestID)
            answer.writeStaticString("\r\nLambda-Runtime-Deadline-Ms: ")
            answer.writeString(String(deadline))
            answer.writeStaticString("\r\nLambda-Runtime-Invoked-Function-Arn: ")
            answer.writeString(invocation.functionARN)
            answer.writeStaticString("\r\nLambda-Runtime-Trace-Id: ")
            answer.writeString(invocation.traceID.asHeaderValue)
            if let context = invocation.clientContext {
                answer.writeString("\r\nLambda-Runtime-Client-Context: \(context.asHeaderValue)")
            }
            if let identity = invocation.cognitoIdentity {
                answer.writeString("\r\nLambda-Runtime-Cognito-Identity: \(identity.asHeaderValue)")
            }
        }
    }

    /// `202`: the answer has been taken.
    func accept() {
        send(Self.accepted) { $0.writeStaticString("HTTP/1.1 202 Accepted\r\nContent-Type: application/json") }
    }

    func refuse(_ refusal: RuntimeRefusal) {
        let status = HTTPResponseStatus(statusCode: refusal.status)
        let field =
            switch refusal {
            case .notFound: "Content-Type: text/plain; charset=utf-8"
            case .methodNotAllowed(let allowed): "Allow: \(allowed)"
            default: "Content-Type: application/json"
            }
        send(refusal.body) { $0.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n\(field)") }
    }

    private static let accepted = Array("{\"status\":\"OK\"}\n".utf8)

    /// - Parameter writeHead: writes status line and headers, without the last line's end.
    private func send(_ body: [UInt8], _ writeHead: (inout ByteBuffer) -> Void) {
        guard let keepsAlive else { return }
        var answer = ByteBufferAllocator().buffer(capacity: body.count + 512)
        writeHead(&answer)
        if !keepsAlive { answer.writeStaticString("\r\nConnection: close") }
        answer.writeStaticString("\r\nContent-Length: ")
        answer.writeString(String(body.count))
        answer.writeStaticString("\r\n\r\n")
        answer.writeBytes(body)
        write(answer, closes: !keepsAlive)
    }
}

extension String {
    /// Without what would end the line: a caller's header becomes one of ours.
    fileprivate var asHeaderValue: String {
        utf8.contains { $0 < 0x20 || $0 == 0x7F }
            ? String(filter { !$0.isNewline && $0.asciiValue ?? 0x20 >= 0x20 }) : self
    }
}
