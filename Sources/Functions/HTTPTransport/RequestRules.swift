extension HTTPRequest {
    /// Refuses what would write a second request or field into the first.
    func validate() throws {
        guard !method.isEmpty, method.utf8.allSatisfy(\.isTokenByte) else {
            throw HTTPTransportError.invalidRequest("the method is not an HTTP token")
        }
        guard url.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw HTTPTransportError.invalidRequest("the URL has a character that is not percent-encoded")
        }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw HTTPTransportError.invalidRequest("the URL does not begin with http:// or https://")
        }
        for (name, value) in headers.pairs {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenByte) else {
                throw HTTPTransportError.invalidRequest("a header's name is not an HTTP token")
            }
            guard !value.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A || $0 == 0 }) else {
                throw HTTPTransportError.invalidRequest("the header \(name) holds a line break")
            }
        }
    }

    /// The fields in libcurl's notation, with its own `Expect` and `Accept` silenced: the first makes every upload wait
    /// for a go-ahead, and neither was asked for.
    var fieldLines: [String] {
        // "Name;" sends an empty value, "Name:" would send nothing at all.
        let lines = headers.pairs.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        return lines + ["Expect", "Accept"].filter { headers[$0] == nil }.map { "\($0):" }
    }

    /// Whether the URL's host is this machine.
    var isToLoopback: Bool {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return false }
        let authority = parts[2].prefix { $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last ?? ""
        if host.hasPrefix("[") { return host.hasPrefix("[::1]") }
        let name = host.prefix { $0 != ":" }
        return name == "localhost" || name.hasSuffix(".localhost") || name.hasPrefix("127.")
    }
}

extension UInt8 {
    /// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
    var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
