/// A request to the Runtime API, by method and path.
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
enum RuntimeRoute: Equatable {
    case next
    case response(requestID: String)
    case error(requestID: String)
    case initError

    /// - Throws: what the path is answered with when it is none of these.
    init(method: String, uri: String) throws(RuntimeRefusal) {
        // Every second request is this one, and most of the others are answers.
        if uri == Self.nextPath, method == "GET" {
            self = .next
            return
        }
        if method == "POST", let requestID = Self.answeredRequest(uri) {
            self = .response(requestID: requestID)
            return
        }
        let path = uri.utf8.prefix { $0 != UInt8(ascii: "?") }
        let parts = path.split(separator: UInt8(ascii: "/")).map(Substring.init)
        guard parts.first == "2018-06-01", parts.count >= 3, parts[1] == "runtime" else {
            throw Self.refusal(of: parts)
        }
        switch (parts[2], parts.count) {
        case ("invocation", 4) where parts[3] == "next":
            try Self.require("GET", method)
            self = .next
        case ("invocation", 5) where parts[4] == "response":
            try Self.require("POST", method)
            self = .response(requestID: String(parts[3]))
        case ("invocation", 5) where parts[4] == "error":
            try Self.require("POST", method)
            self = .error(requestID: String(parts[3]))
        case ("init", 4) where parts[3] == "error":
            try Self.require("POST", method)
            self = .initError
        case ("restore", 4): throw .notImplemented("SnapStart's /runtime/restore/\(parts[3])")
        default: throw .notFound
        }
    }

    private static let nextPath = "/2018-06-01/runtime/invocation/next"
    /// The id in `/2018-06-01/runtime/invocation/ID/response`; nil for every other path.
    private static func answeredRequest(_ uri: String) -> String? {
        var uri = uri
        return uri.withUTF8 { bytes in
            let path = Bytes(UnsafeRawBufferPointer(bytes))
            guard let id = path.between("/2018-06-01/runtime/invocation/", "/response") else { return nil }
            return id.contains(UInt8(ascii: "/")) || id.contains(UInt8(ascii: "?")) ? nil : id.text
        }
    }

    private static func require(_ allowed: String, _ method: String) throws(RuntimeRefusal) {
        guard method == allowed else { throw .methodNotAllowed(allowed: allowed) }
    }

    /// The other interfaces of an execution environment, refused by name.
    private static func refusal(of parts: [Substring]) -> RuntimeRefusal {
        switch parts.dropFirst().first {
        case "extension": .notImplemented("the Extensions API (/\(parts.joined(separator: "/")))")
        case "telemetry": .notImplemented("the Telemetry API")
        case "logs": .notImplemented("the Logs API")
        default: .notFound
        }
    }
}
