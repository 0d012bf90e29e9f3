import HTTPTransport

/// The form of a request that both sides hash, so that what proxies may change does not matter.
struct CanonicalRequest {
    let text: String
    let signedHeaders: String

    /// - Parameter normalizesPath: every service but S3 resolves dots in the path and encodes it once more.
    init(_ request: HTTPRequest, normalizesPath: Bool, payloadHash: String) {
        let url = SplitURL(request.url)
        let fields = Self.fields(request, host: url.host)
        signedHeaders = fields.map(\.name).joined(separator: ";")
        let path = normalizesPath ? Self.withoutDots(url.path).uriEncoded(keepingSlashes: true) : url.path
        let lines = [request.method, path, Self.query(url.query)] + fields.map { "\($0.name):\($0.value)" }
        text = (lines + ["", signedHeaders, payloadHash]).joined(separator: "\n")
    }

    static func signedHeaders(_ request: HTTPRequest) -> String {
        fields(request, host: SplitURL(request.url).host).map(\.name).joined(separator: ";")
    }

    /// Proxies and tracing rewrite these on the way.
    private static let unsigned: Set = ["connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"]

    /// One field a name in lower case, sorted; runs of spaces count as one and repeated fields are joined in order.
    private static func fields(_ request: HTTPRequest, host: String) -> [(name: String, value: String)] {
        var values: [String: [String]] = [:]
        for (name, value) in request.headers.pairs where !unsigned.contains(name.lowercased()) {
            values[name.lowercased(), default: []].append(
                value.split(whereSeparator: \.isWhitespace).joined(separator: " "))
        }
        values["host"] = values["host"] ?? [host]
        return values.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.joined(separator: ",")) }
    }

    /// Sorted by name, then value, as they are encoded; a name alone gets its `=`.
    private static func query(_ query: Substring) -> String {
        let items = query.split(separator: "&", omittingEmptySubsequences: false).map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1]) : "")
        }
        guard !query.isEmpty else { return "" }
        return items.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4, and double slashes become one.
    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": break
            case "..": _ = kept.popLast()
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/") + (path.hasSuffix("/") && !kept.isEmpty ? "/" : "")
    }
}

/// A URL cut where the signature needs it.
struct SplitURL {
    /// As the `Host` field has it: without the scheme's own port.
    let host: String
    let path: String
    let query: Substring

    init(_ url: String) {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        query = parts.count > 1 ? parts[1] : ""
        let pieces = parts[0].split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        path = pieces.count > 3 ? "/\(pieces[3])" : "/"
        let authority = pieces.count > 2 ? pieces[2] : ""
        let ownPort = pieces[0] == "https:" ? ":443" : ":80"
        host = String(authority.hasSuffix(ownPort) ? authority.dropLast(ownPort.count) : authority).lowercased()
    }
}
