import AWSProtocol
import NIOHTTP1

/// The status line and the headers of an answer, as they go over the wire.
struct AnswerHead {
    let bytes: [UInt8]

    /// Content-Length comes from the body unless the service named it (HEAD).
    init(_ response: HTTPResponse, keepsAlive: Bool) {
        let statusLine = Self.statusLine(response.status)
        let fields = response.headers.fields
        let room = fields.reduce(statusLine.utf8.count + 128) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        bytes = [UInt8](unsafeUninitializedCapacity: room) { place, count in
            var text = HeadText(place)
            text.add(statusLine)
            var hasLength = false
            for field in fields where Self.isToken(field.name) {
                text.add(field.name, field.value)
                hasLength = hasLength || field.name.equalsIgnoringASCIICase("content-length")
            }
            if !hasLength, response.status != 204, response.status != 304 {
                text.add("Content-Length", String(Self.length(of: response.body)))
            }
            if !keepsAlive { text.add("Connection", "close") }
            text.add("\r\n")
            count = text.count
        }
    }

    private static func statusLine(_ status: Int) -> String {
        guard status != 200 else { return "HTTP/1.1 200 OK\r\n" }
        return "HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n"
    }

    private static func length(of body: HTTPResponse.Body) -> Int64 {
        switch body {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let length), .absent(let length), .cut(_, let length): length
        }
    }

    /// Whether a name may stand in a header: RFC 9110, 5.6.2. Names come from users, too (S3's metadata).
    private static func isToken(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { bytes in !bytes.isEmpty && bytes.allSatisfy { isTokenByte[Int($0)] } }
    }

    private static let isTokenByte = (UInt8.min...UInt8.max).map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// Text on its way into room that was measured before.
private struct HeadText {
    private let room: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ room: UnsafeMutableBufferPointer<UInt8>) {
        self.room = room
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            count += UnsafeMutableBufferPointer(rebasing: room[count...]).initialize(fromContentsOf: bytes)
        }
    }

    mutating func add(_ name: String, _ value: String) {
        add(name)
        add(": ")
        let start = count
        add(value)
        // On one line: no client can hide a further header in a value.
        for place in start..<count where room[place] < 0x0E && [0, 10, 13].contains(room[place]) {
            room[place] = UInt8(ascii: " ")
        }
        add("\r\n")
    }
}
