import FoundationEssentials
import HTTPTransport

/// What S3's answers mean. https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html
enum S3Wire {
    /// The refusal in an answer. One that takes long begins with 200 before S3 knows how it ends, so that a success may
    /// hold an error too.
    static func error(in response: HTTPResponse, operation: String) -> AWSError? {
        let succeeded = 200...299 ~= response.status
        let mayTurn = operation == "CompleteMultipartUpload"
        guard !succeeded || mayTurn else { return nil }
        let document = try? XMLElement(document: response.body)
        let body = document?.name == "Error" ? document : nil
        guard !succeeded || body != nil else { return nil }
        return AWSError(
            service: .s3, operation: operation, code: body?["Code"] ?? statusCode(response.status),
            message: body?["Message"] ?? "no message", status: response.status,
            requestID: response.headers["X-Amz-Request-Id"], retryAfter: response.retryAfter)
    }

    /// The failures that an answer to `HEAD` can only tell by its status.
    private static func statusCode(_ status: Int) -> String {
        switch status {
        case 304: "NotModified"
        case 403: "Forbidden"
        case 404: "NotFound"
        case 412: "PreconditionFailed"
        default: "HTTP\(status)"
        }
    }

    static func info(_ response: HTTPResponse, operation: String) throws -> S3ObjectInfo {
        let headers = response.headers
        let whole =
            headers["Content-Range"].flatMap { $0.split(separator: "/").last } ?? headers["Content-Length"]?[...]
        guard let eTag = headers["ETag"], let size = whole.flatMap({ Int($0) }) ?? chunkedSize(response) else {
            throw unreadable(operation, "ETag or Content-Length is missing")
        }
        let prefix = "x-amz-meta-"
        let metadata = headers.pairs.compactMap { name, value -> (String, String)? in
            let lower = name.lowercased()
            return lower.hasPrefix(prefix) ? (String(lower.dropFirst(prefix.count)), value) : nil
        }
        return S3ObjectInfo(
            eTag: eTag, size: size, contentType: headers["Content-Type"],
            metadata: Dictionary(metadata) { "\($0),\($1)" }, versionID: headers["X-Amz-Version-Id"])
    }

    /// Without a Content-Length the whole body has come in chunks.
    private static func chunkedSize(_ response: HTTPResponse) -> Int? {
        response.headers["Transfer-Encoding"] == nil ? nil : response.body.count
    }

    static func putResult(_ response: HTTPResponse, operation: String) throws -> S3PutResult {
        guard let eTag = response.headers["ETag"] else { throw unreadable(operation, "ETag is missing") }
        return S3PutResult(eTag: eTag, versionID: response.headers["X-Amz-Version-Id"])
    }

    static func document(_ response: HTTPResponse, operation: String) throws -> XMLElement {
        do {
            return try XMLElement(document: response.body)
        } catch {
            throw unreadable(operation, "it is not valid XML (\(error))")
        }
    }

    static func page(_ response: HTTPResponse) throws -> S3ListPage {
        let root = try document(response, operation: "ListObjectsV2")
        let isEncoded = root["EncodingType"] == "url"
        func plain(_ text: String) -> String { isEncoded ? text.uriDecoded : text }
        let objects = try root.all("Contents").map { line in
            guard let key = line["Key"], let size = line["Size"].flatMap({ Int($0) }),
                let lastModified = line["LastModified"].flatMap(date)
            else { throw unreadable("ListObjectsV2", "Key, Size or LastModified is missing") }
            return S3ListedObject(key: plain(key), eTag: line["ETag"] ?? "", size: size, lastModified: lastModified)
        }
        let isTruncated = root["IsTruncated"] == "true"
        let token = isTruncated ? root["NextContinuationToken"] : nil
        guard !isTruncated || token != nil else {
            throw unreadable("ListObjectsV2", "a truncated page has no NextContinuationToken")
        }
        let prefixes = root.all("CommonPrefixes").compactMap { $0["Prefix"].map(plain) }
        return S3ListPage(objects: objects, commonPrefixes: prefixes, continuationToken: token)
    }

    /// S3 writes milliseconds, others not always.
    private static func date(_ text: String) -> Date? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        return try? style.parse(text)
    }

    static func unreadable(_ operation: String, _ reason: String) -> AWSCallError {
        .unreadableAnswer(.s3, operation: operation, reason: reason)
    }
}
