import AWSProtocol
import HTTPTypes
import HummingbirdCore
import NIOCore

/// Hummingbird's messages to ours and back.
enum Translation {
    static func request(_ request: Request) -> AWSProtocol.HTTPRequest {
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers = HTTPHeaders()
        if let host = request.head.authority { headers.add("Host", host) }
        for field in request.headers { headers.add(field.name.rawName, field.value) }
        let reader = BodyReader(request.body)
        return AWSProtocol.HTTPRequest(
            method: request.head.method.rawValue, path: String(parts[0]),
            query: parts.count > 1 ? String(parts[1]) : "", headers: headers, body: .stream { try await reader.next() })
    }

    /// The head of the answer. Content-Length comes from the body unless the service named it (HEAD).
    static func head(_ response: AWSProtocol.HTTPResponse, toHEAD: Bool) -> HTTPTypes.HTTPResponse {
        var fields = HTTPFields()
        for field in response.headers.fields {
            guard let name = HTTPField.Name(field.name) else { continue }
            fields.append(HTTPField(name: name, value: field.value))
        }
        if fields[.contentLength] == nil, response.status != 204, response.status != 304 {
            fields[.contentLength] = String(length(of: response.body))
        }
        return HTTPTypes.HTTPResponse(status: .init(code: response.status), headerFields: fields)
    }

    static func body(_ response: AWSProtocol.HTTPResponse) -> ResponseBody {
        switch response.body {
        case .bytes(let bytes):
            return bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .absent: return ResponseBody()
        case .file(let path, let offset, let length):
            return ResponseBody(contentLength: Int(length)) { writer in
                try await FilePieces.read(path, from: offset, length: length) { try await writer.write($0) }
                try await writer.finish(nil)
            }
        }
    }

    private static func length(of body: AWSProtocol.HTTPResponse.Body) -> Int64 {
        switch body {
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let length), .absent(let length): length
        }
    }
}

/// Gives a request body piece by piece.
private final class BodyReader: Sendable {
    // One task reads one request's body, a piece after the other: the service that answers that request.
    nonisolated(unsafe) private var iterator: RequestBody.AsyncIterator

    init(_ body: RequestBody) {
        iterator = body.makeAsyncIterator()
    }

    func next() async throws -> [UInt8]? {
        try await iterator.next().map { Array($0.readableBytesView) }
    }
}
