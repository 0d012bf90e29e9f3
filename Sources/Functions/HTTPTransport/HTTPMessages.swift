/// One request, complete in memory.
package struct HTTPRequest: Sendable, Equatable {
    package var method: String

    /// The absolute URL, already percent-encoded: it goes out as it stands, `..` and `//` included.
    package var url: String

    package var headers: HTTPHeaders
    package var body: [UInt8]

    /// How long the whole exchange may take, from the name's look-up to the last byte of the answer.
    package var timeout: Duration

    package init(
        method: String = "GET", url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        timeout: Duration = .seconds(30)
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }
}

/// Shows neither headers, query nor body: tokens, signatures and secrets travel there.
extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        "\(method) \(url.prefix { $0 != "?" })"
    }

    package var debugDescription: String { description }

    package var customMirror: Mirror {
        Mirror(self, children: ["method": method, "bodyBytes": body.count])
    }
}

/// One answer, complete in memory. Every status is an answer, not an error.
package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
