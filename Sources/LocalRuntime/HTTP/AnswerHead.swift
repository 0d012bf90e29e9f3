import AWSProtocol
import NIOHTTP1

/// The status line and the headers of an answer, as they go over the wire.
struct AnswerHead {
    private(set) var bytes: [UInt8] = []

    /// Content-Length comes from the body unless the service named it (HEAD).
    init(_ response: HTTPResponse, keepsAlive: Bool) {
        bytes.reserveCapacity(512)
        addStatusLine(response.status)
        var hasLength = false
        for field in response.headers.fields where Self.isToken(field.name) {
            add(field.name, field.value)
            hasLength = hasLength || field.name.equalsIgnoringASCIICase("content-length")
        }
        if !hasLength, response.status != 204, response.status != 304 {
            add("Content-Length", String(Self.length(of: response.body)))
        }
        if !keepsAlive { add("Connection", "close") }
        bytes.append(text: "\r\n")
    }

    private mutating func addStatusLine(_ status: Int) {
        guard status != 200 else { return bytes.append(text: "HTTP/1.1 200 OK\r\n") }
        let phrase = HTTPResponseStatus(statusCode: status).reasonPhrase
        bytes.append(text: "HTTP/1.1 \(status) \(phrase)\r\n")
    }

    private mutating func add(_ name: String, _ value: String) {
        bytes.append(text: name)
        bytes.append(text: ": ")
        let start = bytes.count
        bytes.append(text: value)
        // On one line: no client can hide a further header in a value.
        bytes.withUnsafeMutableBufferPointer { bytes in
            for place in start..<bytes.count where bytes[place] < 0x0E && [0, 10, 13].contains(bytes[place]) {
                bytes[place] = UInt8(ascii: " ")
            }
        }
        bytes.append(text: "\r\n")
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
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+.^_`|~".utf8.contains(byte)
                }
            }
    }
}
