/// Why the Runtime API could not be spoken with.
enum RuntimeAPIError: Error, Equatable {
    case notConfigured
    case notAnAddress(String)
    case unresolved(host: String, String)
    case unreachable(authority: String, code: CInt)
    case lost(String)
    case malformed(MalformedResponse)
    case refused(status: Int, body: String)
    case noRequestID

    var text: String {
        switch self {
        case .notConfigured:
            "AWS_LAMBDA_RUNTIME_API is not set: start this program as a Lambda bootstrap, or through rivulet-local"
        case .notAnAddress(let value):
            "AWS_LAMBDA_RUNTIME_API is '\(value)', which is not 'host:port'"
        case .unresolved(let host, let reason):
            "the Runtime API's host '\(host)' has no address: \(reason)"
        case .unreachable(let authority, let code):
            "no Runtime API at \(authority): \(POSIX.text(code))"
        case .lost(let reason):
            "the connection to the Runtime API broke: \(reason)"
        case .malformed(let reason):
            "the Runtime API's answer is not understood: \(reason.text)"
        case .refused(let status, let body):
            "the Runtime API answered \(status): \(body)"
        case .noRequestID:
            "the Runtime API gave an event without a usable Lambda-Runtime-Aws-Request-Id"
        }
    }
}
