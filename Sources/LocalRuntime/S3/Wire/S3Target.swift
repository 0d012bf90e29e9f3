import AWSProtocol

/// What a request is about: nothing, a bucket, or an object in one.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
struct S3Target: Equatable {
    var bucket: String?
    var key: ObjectKey?

    init(bucket: String?, key: ObjectKey?) {
        self.bucket = bucket
        self.key = key
    }

    /// - Parameter hostSuffixes: the emulator's own names; what stands before one of them is a bucket.
    /// - Throws: `S3Error.invalidURI` when the path is not percent-encoded UTF-8, `.keyTooLong`, `.keyLeavesBucket`.
    init(path: String, host: String, hostSuffixes: [String], limits: S3Limits) throws(S3Error) {
        let path = path.hasPrefix("/") ? path.dropFirst() : path[...]
        var keyPath: Substring?
        if let bucket = Self.bucket(ofHost: host, hostSuffixes) {
            self.bucket = bucket
            keyPath = path
        } else if !path.isEmpty {
            let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let bucket = PercentEncoding.decode(parts[0]) else { throw .invalidURI(String(path)) }
            self.bucket = bucket
            keyPath = parts.count > 1 ? parts[1] : nil
        }
        guard let keyPath, !keyPath.isEmpty else { return }
        guard let text = PercentEncoding.decode(keyPath) else { throw .invalidURI(String(keyPath)) }
        let key = ObjectKey(text)
        guard key.bytes.count <= limits.key_bytes else {
            throw .keyTooLong(size: key.bytes.count, limit: limits.key_bytes)
        }
        guard !key.leavesBucket else { throw .keyLeavesBucket }
        self.key = key
    }

    /// `lake` of `lake.localhost:4566` and of `lake.s3.localhost`; nil for the emulator's own name.
    private static func bucket(ofHost host: String, _ suffixes: [String]) -> String? {
        let name = host.split(separator: ":").first.map { $0.lowercased() } ?? ""
        for suffix in suffixes where name.hasSuffix("." + suffix) {
            var labels = name.dropLast(suffix.count + 1).split(separator: ".", omittingEmptySubsequences: false)
            if labels.last == "s3" { labels.removeLast() }
            return labels.isEmpty ? nil : labels.joined(separator: ".")
        }
        return nil
    }
}
