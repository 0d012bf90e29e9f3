package import AWSProtocol

extension S3Service {
    /// The operation by S3's own name, and the bucket with the key.
    package func spanSubject(of request: AWSRequest) -> SpanSubject? {
        let http = request.http
        let target = try? S3Target(path: http.path, host: request.host, hostSuffixes: hostSuffixes, limits: limits)
        guard let target else { return SpanSubject("S3", http.method, http.path) }
        let operation = S3Routing.operation(
            method: http.method, target: target, query: S3Routing.parameters(of: request.query.byName),
            isCopy: http.headers["x-amz-copy-source"] != nil)
        let resource = [target.bucket, target.key?.text].compactMap { $0 }.joined(separator: "/")
        return SpanSubject("S3", operation ?? http.method, resource)
    }
}
