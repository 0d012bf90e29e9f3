import AWSProtocol

/// What the Runtime API answers, put together as bytes.
extension RuntimeConnection {
    /// `200` with an event.
    func deliver(_ invocation: Invocation, deadline: Int64) {
        var head: [UInt8] = []
        head.reserveCapacity(512)
        head.append(text: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: ")
        head.append(text: invocation.requestID)
        head.append(text: "\r\nLambda-Runtime-Deadline-Ms: ")
        head.append(text: String(deadline))
        head.append(text: "\r\nLambda-Runtime-Invoked-Function-Arn: ")
        head.append(text: invocation.functionARN)
        head.append(text: "\r\nLambda-Runtime-Trace-Id: ")
        head.append(text: invocation.trace.header.asHeaderValue)
        if let context = invocation.clientContext {
            head.append(text: "\r\nLambda-Runtime-Client-Context: \(context.asHeaderValue)")
        }
        if let identity = invocation.cognitoIdentity {
            head.append(text: "\r\nLambda-Runtime-Cognito-Identity: \(identity.asHeaderValue)")
        }
        send(head: &head, invocation.payload)
    }

    /// `202`: the answer has been taken.
    func accept() {
        send("HTTP/1.1 202 Accepted\r\nContent-Type: application/json", Self.accepted)
    }

    func refuse(_ refusal: RuntimeRefusal) {
        let field =
            switch refusal {
            case .notFound: "Content-Type: text/plain; charset=utf-8"
            case .methodNotAllowed(let allowed): "Allow: \(allowed)"
            default: "Content-Type: application/json"
            }
        send("HTTP/1.1 \(refusal.status) \(refusal.reasonPhrase)\r\n\(field)", refusal.body)
    }

    private static let accepted = Array("{\"status\":\"OK\"}\n".utf8)
}

extension String {
    /// Without what would end the line: a caller's header becomes one of ours.
    fileprivate var asHeaderValue: String {
        var text = self
        let isClean = text.withUTF8 { bytes in bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
        return isClean ? self : String(filter { !$0.isNewline && $0.asciiValue ?? 0x20 >= 0x20 })
    }
}
