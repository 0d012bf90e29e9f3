import AWSProtocol
import NIOHTTP1

/// SwiftNIO's messages to ours and back.
enum Translation {
    static func request(_ head: HTTPRequestHead, _ body: HTTPBody) -> HTTPRequest {
        let target = head.uri
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        var headers = AWSProtocol.HTTPHeaders()
        for field in head.headers { headers.add(field.name, field.value) }
        return HTTPRequest(
            method: head.method.rawValue, path: mark.map { String(target[..<$0]) } ?? target,
            query: mark.map { String(target[target.utf8.index(after: $0)...]) } ?? "", headers: headers, body: body)
    }

    /// The head of the answer. Content-Length comes from the body unless the service named it (HEAD).
    static func head(_ response: HTTPResponse, keepsAlive: Bool) -> HTTPResponseHead {
        var headers = NIOHTTP1.HTTPHeaders()
        headers.reserveCapacity(response.headers.fields.count + 2)
        var hasLength = false
        for field in response.headers.fields where isToken(field.name) {
            headers.add(name: field.name, value: onOneLine(field.value))
            hasLength = hasLength || field.name.equalsIgnoringASCIICase("content-length")
        }
        if !hasLength, response.status != 204, response.status != 304 {
            headers.add(name: "Content-Length", value: String(length(of: response.body)))
        }
        if !keepsAlive { headers.add(name: "Connection", value: "close") }
        return HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    }

    private static func length(of body: HTTPResponse.Body) -> Int64 {
        switch body {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let length), .absent(let length), .cut(_, let length): length
        }
    }

    /// Whether a name may stand in a header: RFC 9110, 5.6.2. Names come from users, too (S3's metadata).
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// A value in which no client can hide a further header.
    private static func onOneLine(_ value: String) -> String {
        func breaks(_ byte: UInt8) -> Bool { byte == 0 || byte == 10 || byte == 13 }
        guard value.utf8.contains(where: breaks) else { return value }
        return String(decoding: value.utf8.map { breaks($0) ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}
