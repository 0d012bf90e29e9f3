import AWSProtocol

/// A refusal of the Runtime API. Texts and statuses as AWS's runtime interface emulator sends them.
package enum RuntimeRefusal: Error, Sendable, Equatable {
    case invalidRequestID
    case invalidStateTransition(from: String, to: String)
    case requestEntityTooLarge(limit: Int)
    case notFound
    case methodNotAllowed(allowed: String)
    case foreignHost
    case notImplemented(String)

    package var status: Int {
        switch self {
        case .invalidRequestID: 400
        case .invalidStateTransition, .foreignHost: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestEntityTooLarge: 413
        case .notImplemented: 501
        }
    }

    var reasonPhrase: String {
        switch self {
        case .invalidRequestID: "Bad Request"
        case .invalidStateTransition, .foreignHost: "Forbidden"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .requestEntityTooLarge: "Request Entity Too Large"
        case .notImplemented: "Not Implemented"
        }
    }

    package var errorType: String {
        switch self {
        case .invalidRequestID: "InvalidRequestID"
        case .invalidStateTransition: "InvalidStateTransition"
        case .requestEntityTooLarge: "RequestEntityTooLarge"
        case .notFound: "NotFound"
        case .methodNotAllowed: "MethodNotAllowed"
        case .foreignHost: "AccessDenied"
        case .notImplemented: "NotImplemented"
        }
    }

    package var message: String {
        switch self {
        case .invalidRequestID: "Invalid request ID"
        case .invalidStateTransition(let from, let to):
            "State transition from \(from) to \(to) failed for runtime. Error: State transition is not allowed"
        case .requestEntityTooLarge(let limit): "Exceeded maximum allowed payload size (\(limit) bytes)."
        case .notFound: "404 page not found"
        case .methodNotAllowed(let allowed): "Only \(allowed) is allowed here"
        case .foreignHost: "The Runtime API answers on the address in AWS_LAMBDA_RUNTIME_API only"
        case .notImplemented(let what): "rivulet-local does not implement \(what)"
        }
    }

    /// The answer's body.
    var body: [UInt8] {
        switch self {
        case .notFound: return Array("\(message)\n".utf8)
        case .methodNotAllowed: return []
        default:
            let body: JSONValue = ["errorMessage": .string(message), "errorType": .string(errorType)]
            return body.bytes + [UInt8(ascii: "\n")]
        }
    }
}
