import AWSProtocol
import NIOHTTP1

/// SwiftNIO's requests as ours.
enum Translation {
    static func request(_ head: HTTPRequestHead, _ body: HTTPBody) -> HTTPRequest {
        let target = head.uri
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        var headers = AWSProtocol.HTTPHeaders(room: head.headers.count)
        for field in head.headers { headers.add(field.name, field.value) }
        return HTTPRequest(
            method: head.method.rawValue, path: mark.map { String(target[..<$0]) } ?? target,
            query: mark.map { String(target[target.utf8.index(after: $0)...]) } ?? "", headers: headers, body: body)
    }
}
