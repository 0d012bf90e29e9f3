/// A request in the one form over which client and service compute the signature.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
struct CanonicalRequest {
    let text: String

    init(_ request: HTTPRequest, signedHeaders: [String], isS3: Bool, payloadHash: String) {
        let headers = signedHeaders.map { "\($0):\(Self.value(of: $0, in: request.headers))\n" }.joined()
        text = [
            request.method, Self.path(request.path, isS3: isS3), Self.query(request.query), headers,
            signedHeaders.joined(separator: ";"), payloadHash,
        ].joined(separator: "\n")
    }

    /// S3 encodes each key once; everybody else encodes what stands in the request line once more, its dots resolved.
    private static func path(_ path: String, isS3: Bool) -> String {
        guard !isS3 else { return PercentEncoding.encode(PercentEncoding.decode(path) ?? path, keepsSlash: true) }
        var steps: [Substring] = []
        for step in path.split(separator: "/") where step != "." {
            if step == ".." { _ = steps.popLast() } else { steps.append(step) }
        }
        let slash = path.hasSuffix("/") && !steps.isEmpty ? "/" : ""
        return PercentEncoding.encode("/" + steps.joined(separator: "/") + slash, keepsSlash: true)
    }

    private static func query(_ query: String) -> String {
        query.split(separator: "&").compactMap { pair -> (String, String)? in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = recoded(parts[0])
            guard name != "X-Amz-Signature" else { return nil }
            return (name, parts.count > 1 ? recoded(parts[1]) : "")
        }
        .sorted {
            $0.0 == $1.0
                ? $0.1.utf8.lexicographicallyPrecedes($1.1.utf8) : $0.0.utf8.lexicographicallyPrecedes($1.0.utf8)
        }
        .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private static func recoded(_ text: Substring) -> String {
        PercentEncoding.encode(PercentEncoding.decode(text) ?? String(text))
    }

    /// Every value of the name, without blanks at the ends and no two in a row.
    static func value(of name: String, in headers: HTTPHeaders) -> String {
        headers.fields.filter { $0.name.equalsIgnoringASCIICase(name) }
            .map { $0.value.split(separator: " ").joined(separator: " ") }.joined(separator: ",")
    }
}
