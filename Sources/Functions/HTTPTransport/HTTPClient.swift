/// Sends requests. A test gives a scripted one, `bootstrap` gives `CurlClient`.
package protocol HTTPClient: Sendable {
    /// Answers with whatever status the server chose.
    ///
    /// Throws `HTTPTransportError` when there is no whole answer, and `CancellationError` when the task was cancelled.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}

/// Why there was no whole answer.
package enum HTTPTransportError: Error, Equatable {
    /// The request's `timeout` passed.
    case timedOut
    /// Nothing was sent: the name is unknown, the port is closed, or the network has no way there.
    case couldNotConnect(String)
    /// The connection ended before the whole answer; the server may have acted on the request.
    case connectionLost(String)
    /// The server's certificate is not one that the trusted authorities vouch for, or TLS failed otherwise.
    case notTrusted(String)
    /// The answer was longer than this client takes, in bytes.
    case bodyTooLarge(limit: Int)
    /// The request cannot be written as HTTP.
    case invalidRequest(String)
    /// A library that the transport stands on is missing.
    case unavailable(String)
    /// libcurl gave up for a reason that is none of the above.
    case failed(String)
}

extension HTTPTransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "The request timed out."
        case .couldNotConnect(let reason): "Could not connect: \(reason)"
        case .connectionLost(let reason): "The connection was lost before the whole answer came: \(reason)"
        case .notTrusted(let reason):
            "No trusted TLS connection: \(reason). AWS_CA_BUNDLE or SSL_CERT_FILE may name another bundle."
        case .bodyTooLarge(let limit): "The answer's body is longer than \(limit) bytes."
        case .invalidRequest(let reason): "The request cannot be sent: \(reason)"
        case .unavailable(let reason): reason
        case .failed(let reason): "The request failed: \(reason)"
        }
    }
}
