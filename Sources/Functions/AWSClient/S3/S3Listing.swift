import HTTPTransport

extension S3Client {
    /// Every object whose key begins with `prefix`, page by page as the caller goes on.
    ///
    /// - Parameter startAfter: only keys that come later in the order of UTF-8 bytes.
    package func list(bucket: String, prefix: String = "", startAfter: String? = nil) -> Paged<S3ListedObject, String> {
        Paged { token in
            let page = try await listPage(bucket: bucket, prefix: prefix, startAfter: startAfter, token: token)
            return (page.objects, page.continuationToken)
        }
    }

    /// One page of a listing. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    ///
    /// - Parameters:
    ///   - delimiter: folds keys that share their beginning up to it into `commonPrefixes`.
    ///   - token: the page before's `continuationToken`.
    ///   - maxKeys: how many keys a page has at most; S3 gives no more than 1,000.
    package func listPage(
        bucket: String, prefix: String = "", delimiter: String? = nil, startAfter: String? = nil, token: String? = nil,
        maxKeys: Int? = nil
    ) async throws -> S3ListPage {
        // XML cannot hold every key, so that they are asked for in URL encoding.
        var query = [(name: "list-type", value: "2"), (name: "encoding-type", value: "url")]
        let optional = [
            ("prefix", prefix.isEmpty ? nil : prefix), ("delimiter", delimiter), ("start-after", startAfter),
            ("continuation-token", token), ("max-keys", maxKeys.map(String.init)),
        ]
        for case (let name, let value?) in optional { query.append((name: name, value: value)) }
        return try S3Wire.page(await send("ListObjectsV2", "GET", bucket, query: query))
    }
}
