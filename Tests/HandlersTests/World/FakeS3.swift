import Foundation
import HTTPTransport

/// Objects of one bucket in memory, as far as the functions use them.
struct FakeS3 {
    struct Object: Equatable {
        var body: [UInt8]
        var metadata: [String: String] = [:]
    }

    /// By key, without the bucket.
    var objects: [String: Object] = [:]

    mutating func answer(_ request: HTTPRequest) -> HTTPResponse {
        let parts = request.url.split(separator: "?", maxSplits: 1)
        let path = parts[0].split(separator: "/", maxSplits: 3, omittingEmptySubsequences: true)
        let key = path.count > 3 ? String(path[3]).removingPercentEncoding ?? "" : ""
        return switch request.method {
        case "PUT": put(key, request)
        case "DELETE": delete(key)
        case "GET" where key.isEmpty: list(parts.count > 1 ? String(parts[1]) : "")
        default: get(key, isHead: request.method == "HEAD")
        }
    }

    private mutating func put(_ key: String, _ request: HTTPRequest) -> HTTPResponse {
        guard request.headers["If-None-Match"] == nil || objects[key] == nil else {
            return .s3Error(412, "PreconditionFailed")
        }
        var object = Object(body: request.body)
        for (name, value) in request.headers.pairs where name.lowercased().hasPrefix("x-amz-meta-") {
            object.metadata[String(name.lowercased().dropFirst("x-amz-meta-".count))] = value
        }
        objects[key] = object
        return HTTPResponse(status: 200, headers: ["ETag": object.eTag])
    }

    private mutating func delete(_ key: String) -> HTTPResponse {
        objects[key] = nil
        return HTTPResponse(status: 204)
    }

    private func get(_ key: String, isHead: Bool) -> HTTPResponse {
        guard let object = objects[key] else {
            return isHead ? HTTPResponse(status: 404) : .s3Error(404, "NoSuchKey")
        }
        var headers: HTTPHeaders = ["ETag": object.eTag, "Content-Length": "\(object.body.count)"]
        for (name, value) in object.metadata { headers.add(name: "x-amz-meta-\(name)", value: value) }
        return HTTPResponse(status: 200, headers: headers, body: isHead ? [] : object.body)
    }

    /// Two keys a page, so that continuation is always met.
    private func list(_ query: String) -> HTTPResponse {
        let parameters = Dictionary(
            query.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
                return (parts[0], parts.count > 1 ? parts[1] : "")
            }
        ) { first, _ in first }
        let after = parameters["continuation-token"] ?? ""
        let keys = objects.keys.filter { $0.hasPrefix(parameters["prefix"] ?? "") && $0 > after }.sorted()
        let page = keys.prefix(2)
        var xml = "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>\(keys.count > 2)</IsTruncated>"
        if keys.count > 2, let last = page.last { xml += "<NextContinuationToken>\(last)</NextContinuationToken>" }
        for key in page {
            xml +=
                "<Contents><Key>\(key)</Key><Size>1</Size><ETag>\(objects[key]?.eTag.replacingOccurrences(of: "\"", with: "&quot;") ?? "")</ETag>"
            xml += "<LastModified>2026-03-01T12:00:00.000Z</LastModified></Contents>"
        }
        return HTTPResponse(status: 200, body: Array((xml + "</ListBucketResult>").utf8))
    }
}

extension FakeS3.Object {
    var eTag: String { "\"\(body.hashValue)\"" }
}

extension HTTPResponse {
    static func s3Error(_ status: Int, _ code: String) -> HTTPResponse {
        HTTPResponse(status: status, body: Array("<Error><Code>\(code)</Code><Message>no</Message></Error>".utf8))
    }

    static func json(_ json: JSON, status: Int = 200) throws -> HTTPResponse {
        HTTPResponse(status: status, body: try json.bytes)
    }
}
