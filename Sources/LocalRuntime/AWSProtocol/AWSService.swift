/// A service behind the gateway. `respond` never throws: a refusal is an answer, too.
package protocol AWSService: Sendable {
    /// The signing names that reach it, e.g. `["sqs"]`.
    var signingNames: [String] { get }

    func respond(to request: AWSRequest) async -> HTTPResponse

    /// The answer for a refusal that was made before the service saw the request, in the service's own format.
    func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse

    /// What a request does to what, as a trace tells of it; nil when the service tells of it by itself.
    func spanSubject(of request: AWSRequest) -> SpanSubject?
}

extension AWSService {
    package func spanSubject(of request: AWSRequest) -> SpanSubject? { RequestSubject.of(request) }
}

/// The AWS JSON protocols: operation in `X-Amz-Target`, JSON both ways.
/// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
package enum AWSJSON {
    package enum Version: String, Sendable {
        case v1_0 = "application/x-amz-json-1.0"
        case v1_1 = "application/x-amz-json-1.1"
    }

    /// The operation of `X-Amz-Target: <prefix>.<Operation>`; nil when the header is absent or of another service.
    package static func operation(of request: HTTPRequest, prefix: String) -> String? {
        guard let target = request.headers["x-amz-target"]?.utf8, target.starts(with: prefix.utf8) else { return nil }
        let rest = target.dropFirst(prefix.utf8.count)
        return rest.first == UInt8(ascii: ".") ? String(Substring(rest.dropFirst())) : nil
    }

    package static func response(
        _ value: JSONValue, _ version: Version, requestID: String, status: Int = 200
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": version.rawValue, "x-amzn-RequestId": requestID],
            body: .bytes(value.bytes))
    }

    /// - Parameter namespace: what stands before `#` in `__type`, e.g. `com.amazonaws.sqs`.
    package static func refusal(
        _ error: WireError, _ version: Version, namespace: String, requestID: String
    ) -> HTTPResponse {
        var members: JSONObject = ["__type": .string("\(namespace)#\(error.code)"), "message": .string(error.message)]
        error.details.members.forEach { members.append($0.name, $0.value) }
        var response = response(.object(members), version, requestID: requestID, status: error.status)
        if let queryCode = error.queryCode {
            let fault = error.isSenderFault ? "Sender" : "Receiver"
            response.headers.add("x-amzn-query-error", "\(queryCode);\(fault)")
        }
        return response
    }
}
