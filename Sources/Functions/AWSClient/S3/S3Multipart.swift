import HTTPTransport

/// A body too long for one request. https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
extension S3Client {
    func putInParts(
        _ body: [UInt8], bucket: String, key: String, headers: HTTPHeaders, condition: S3WriteCondition?
    ) async throws -> S3PutResult {
        let uploadID = try await createUpload(bucket, key, headers)
        do {
            let parts = limits.parts(of: body.count).enumerated().map { (number: $0.offset + 1, range: $0.element) }
            let eTags = try await mapConcurrently(parts, atOnce: limits.atOnce) { number, range in
                try await uploadPart(bucket, key, uploadID, number: number, Array(body[range]))
            }
            return try await completeUpload(bucket, key, uploadID, eTags: eTags, condition)
        } catch {
            await abortUpload(bucket, key, uploadID)
            throw error
        }
    }

    private func createUpload(_ bucket: String, _ key: String, _ headers: HTTPHeaders) async throws -> String {
        let operation = "CreateMultipartUpload"
        let query = [(name: "uploads", value: "")]
        let response = try await send(operation, "POST", bucket, key, query: query, headers: headers)
        guard let uploadID = try S3Wire.document(response, operation: operation)["UploadId"] else {
            throw S3Wire.unreadable(operation, "UploadId is missing")
        }
        return uploadID
    }

    private func uploadPart(
        _ bucket: String, _ key: String, _ uploadID: String, number: Int, _ body: [UInt8]
    ) async throws -> String {
        let query = [(name: "partNumber", value: "\(number)"), (name: "uploadId", value: uploadID)]
        let response = try await send("UploadPart", "PUT", bucket, key, query: query, body: body)
        return try S3Wire.putResult(response, operation: "UploadPart").eTag
    }

    private func completeUpload(
        _ bucket: String, _ key: String, _ uploadID: String, eTags: [String], _ condition: S3WriteCondition?
    ) async throws -> S3PutResult {
        let operation = "CompleteMultipartUpload"
        let parts = eTags.enumerated().map { index, eTag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(eTag.xmlEscaped)</ETag></Part>"
        }
        let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
        let document = "<CompleteMultipartUpload xmlns=\"\(namespace)\">\(parts.joined())</CompleteMultipartUpload>"
        var headers: HTTPHeaders = ["Content-Type": "application/xml"]
        if let condition { headers.add(name: condition.header.name, value: condition.header.value) }
        let response = try await send(
            operation, "POST", bucket, key, query: [(name: "uploadId", value: uploadID)], headers: headers,
            body: Array(document.utf8))
        guard let eTag = try S3Wire.document(response, operation: operation)["ETag"] else {
            throw S3Wire.unreadable(operation, "ETag is missing")
        }
        return S3PutResult(eTag: eTag, versionID: response.headers["X-Amz-Version-Id"])
    }

    /// Frees what the parts take up, for which S3 charges.
    ///
    /// In a task of its own, for the caller's may be cancelled. That it fails too must not hide the first error: a
    /// bucket's lifecycle rule clears what is left.
    private func abortUpload(_ bucket: String, _ key: String, _ uploadID: String) async {
        await Task {
            _ = try? await send(
                "AbortMultipartUpload", "DELETE", bucket, key, query: [(name: "uploadId", value: uploadID)])
        }.value
    }
}
