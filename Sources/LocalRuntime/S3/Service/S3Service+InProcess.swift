import AWSProtocol
import EmulatorDatabase
package import Foundation

/// What the demo, the console and the function loader ask of S3 without a wire between. Refusals are `ServiceError`s
/// in S3's words, e.g. `NoSuchKey`.
extension S3Service {
    /// Makes a bucket in us-east-1; one that is there already stays as it is.
    package func createBucket(_ name: String, account: String = defaultAccount) async throws {
        try await createBucket(name, S3Caller(account: account), locationConstraint: nil)
    }

    /// Stores an object and returns once it is durable.
    package func putObject(
        bucket: String, key: String, bytes: [UInt8], contentType: String? = nil, account: String = defaultAccount
    ) async throws {
        var object = ObjectToPut(key: ObjectKey(key))
        object.attributes.headers["content-type"] = contentType
        let expected = PayloadExpectations(
            length_bytes: Int64(bytes.count), limit_bytes: limits.singleUpload_bytes)
        _ = try await putObject(object, in: bucket, S3Caller(account: account), .bytes(bytes), expected)
    }

    /// The bytes of the latest version of an object.
    package func getObject(
        bucket: String, key: String, account: String = defaultAccount
    ) async throws -> [UInt8] {
        let (object, body) = try await getObject(ObjectKey(key), nil, in: bucket, S3Caller(account: account))
        let stream = try bodies.stream(body, 0..<object.version.size_bytes)
        return try await stream.collect(upTo: Int(object.version.size_bytes))
    }

    /// The keys of a bucket that start with `prefix`, in S3's order.
    package func listKeys(
        bucket: String, prefix: String = "", account: String = defaultAccount
    ) async throws -> [String] {
        try await objects(bucket, prefix, S3Caller(account: account)).map(\.key.text)
    }

    /// Names of the account's buckets, in order.
    package func listBuckets(account: String = defaultAccount) async throws -> [String] {
        try await listBuckets(S3Caller(account: account)).map(\.name)
    }

    /// Writes the objects under `prefix` as files below `folder`, a folder for each `/` of a key: a tree for anything
    /// that reads files. Files that are there already are replaced; large bodies are linked, not copied.
    ///
    /// - Returns: how many files were written.
    /// - Throws: `ExportError` for a key that is no path below the folder; nothing has been written then.
    @discardableResult
    package func export(
        bucket: String, prefix: String = "", to folder: URL, account: String = defaultAccount
    ) async throws -> Int {
        let caller = S3Caller(account: account)
        let files = try await objects(bucket, prefix, caller).filter { $0.key.bytes.last != UInt8(ascii: "/") }
        let paths = try files.map { try ExportPath($0.key, bucket: bucket) }
        for (file, path) in zip(files, paths) {
            let (_, body) = try await getObject(file.key, nil, in: bucket, caller)
            try await bodies.export(body, to: folder.appending(path: path.text))
        }
        return files.count
    }

    package static let defaultAccount = "000000000000"

    private func objects(_ bucket: String, _ prefix: String, _ caller: S3Caller) async throws -> [ObjectVersion] {
        let query = ListQuery(prefix: ObjectKey(prefix), limit: .max)
        return try await listObjects(query, in: bucket, caller).entries
    }
}

/// A key as a path below a folder.
struct ExportPath {
    let text: String

    /// - Throws: `ExportError.escapes` for a key that a file system would read otherwise than S3 does.
    init(_ key: ObjectKey, bucket: String) throws(ExportError) {
        let segments = key.text.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = segments.allSatisfy { segment in
            !segment.isEmpty && segment != "." && segment != ".." && segment.utf8.count <= 255
                && !segment.utf8.contains(0)
        }
        guard isPlain else { throw .escapes(bucket: bucket, key: key.text) }
        text = key.text
    }
}

/// Why objects could not be written as files.
package enum ExportError: Error, Equatable, CustomStringConvertible {
    case escapes(bucket: String, key: String)

    package var description: String {
        switch self {
        case .escapes(let bucket, let key):
            "The key '\(key)' of the bucket '\(bucket)' cannot be written as a path below a folder. "
                + "Nothing was exported: delete the object, or name a prefix that leaves it out."
        }
    }
}
