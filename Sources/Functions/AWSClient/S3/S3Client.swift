package import FoundationEssentials
import HTTPTransport

/// Objects in buckets. A refusal is an `AWSError` with S3's code.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
package struct S3Client: Sendable {
    let session: AWSSession
    let limits: S3MultipartLimits

    package init(_ session: AWSSession, multipart limits: S3MultipartLimits = .aws) {
        self.session = session
        self.limits = limits
    }

    /// The same client with an end to all its calls.
    package func until(_ deadline: Date?) -> S3Client {
        S3Client(session.until(deadline), multipart: limits)
    }

    /// Writes an object, in parts when it is longer than 8 MiB.
    ///
    /// With a condition that does not hold, the code is `PreconditionFailed`. A retry after a lost answer may meet the
    /// object that the first try wrote: a key made from the content makes that harmless.
    ///
    /// - Parameter metadata: user metadata in ASCII; S3 lowers the names.
    @discardableResult
    package func put(
        _ body: [UInt8], bucket: String, key: String, contentType: String = "application/octet-stream",
        metadata: [String: String] = [:], condition: S3WriteCondition? = nil
    ) async throws -> S3PutResult {
        var headers: HTTPHeaders = ["Content-Type": contentType]
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            guard value.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
                throw AWSCallError.invalidInput(
                    .s3, operation: "PutObject", reason: "the metadata \(name) is not printable ASCII")
            }
            headers.add(name: "x-amz-meta-\(name.lowercased())", value: value)
        }
        guard body.count <= limits.threshold else {
            return try await putInParts(body, bucket: bucket, key: key, headers: headers, condition: condition)
        }
        if let condition { headers.add(name: condition.header.name, value: condition.header.value) }
        let response = try await send("PutObject", "PUT", bucket, key, headers: headers, body: body)
        return try S3Wire.putResult(response, operation: "PutObject")
    }

    /// Reads an object or a part of it. An absent key is `NoSuchKey`, a range beyond the end `InvalidRange`.
    package func get(bucket: String, key: String, range: S3ByteRange? = nil) async throws -> S3Object {
        let headers: HTTPHeaders = range.map { ["Range": $0.header] } ?? [:]
        let response = try await send("GetObject", "GET", bucket, key, headers: headers)
        return S3Object(info: try S3Wire.info(response, operation: "GetObject"), body: response.body)
    }

    /// Reads what S3 says of an object. An absent one is `NotFound`: the answer has no body to say more.
    package func head(bucket: String, key: String) async throws -> S3ObjectInfo {
        try S3Wire.info(await send("HeadObject", "HEAD", bucket, key), operation: "HeadObject")
    }

    /// Deletes an object; an absent one is as good as deleted.
    package func delete(bucket: String, key: String) async throws {
        _ = try await send("DeleteObject", "DELETE", bucket, key)
    }

    func send(
        _ operation: String, _ method: String, _ bucket: String, _ key: String? = nil,
        query: [(name: String, value: String)] = [], headers: HTTPHeaders = [:], body: [UInt8] = []
    ) async throws -> HTTPResponse {
        guard !bucket.isEmpty, key?.isEmpty != true else {
            // Without a key, an object's request would be one to its bucket.
            throw AWSCallError.invalidInput(.s3, operation: operation, reason: "the bucket or key is empty")
        }
        var url = session.configuration.endpoint(of: .s3).url(bucket: bucket, key: key)
        if !query.isEmpty { url += "?" + encodedQuery(query) }
        let request = HTTPRequest(method: method, url: url, headers: headers, body: body)
        return try await session.send(AWSCall(service: .s3, operation: operation, request: request))
    }
}

extension Endpoint {
    /// The bucket in the host on AWS, and in the path elsewhere. A name with dots goes into the path too, because AWS's
    /// certificate covers one label only.
    func url(bucket: String, key: String?) -> String {
        let path = "/" + (key?.uriEncoded(keepingSlashes: true) ?? "")
        guard isCustom || bucket.contains(".") else { return url(path: path, subdomain: bucket) }
        let bucketPath = "/" + bucket.uriEncoded()
        return url(path: key == nil ? bucketPath : bucketPath + path)
    }
}
