import AWSClient
import FoundationEssentials
import Lake

/// The lake's objects.
struct LakeBucket: Sendable {
    let name: String
    let s3: S3Client

    init(_ name: String, _ s3: S3Client) {
        self.name = name
        self.s3 = s3
    }

    /// The same bucket with an end to all its calls.
    func until(_ deadline: Date?) -> LakeBucket {
        LakeBucket(name, s3.until(deadline))
    }

    func read(_ key: String) async throws -> [UInt8] {
        do {
            return try await s3.get(bucket: name, key: key).body
        } catch let error as AWSError where error.code == "NoSuchKey" {
            throw LakeObjectError.absent(bucket: name, key: key)
        }
    }

    /// The metadata of an object, or nil when there is no object.
    func metadata(_ key: String) async throws -> [String: String]? {
        do {
            return try await s3.head(bucket: name, key: key).metadata
        } catch let error as AWSError where error.code == "NotFound" {
            return nil
        }
    }

    /// Writes an object that is never changed; false when the key is taken.
    func putOnce(_ body: [UInt8], _ key: String, metadata: [String: String] = [:]) async throws -> Bool {
        do {
            try await s3.put(
                body, bucket: name, key: key, contentType: Self.contentType, metadata: metadata,
                condition: .ifNoneMatch)
            return true
        } catch let error as AWSError where error.code == "PreconditionFailed" {
            return false
        }
    }

    /// Whole files, in the order of the keys, several fetched at once.
    func files(_ keys: [String]) async throws -> [ParquetSource] {
        try await withThrowingTaskGroup(of: (Int, ParquetSource).self) { group in
            var sources: [Int: ParquetSource] = [:]
            for (index, key) in keys.enumerated() {
                if index >= Self.atOnce, let (done, source) = try await group.next() { sources[done] = source }
                group.addTask { (index, ParquetSource(name: key, bytes: try await read(key))) }
            }
            for try await (done, source) in group { sources[done] = source }
            return keys.indices.compactMap { sources[$0] }
        }
    }

    func put(_ body: [UInt8], _ key: String) async throws {
        try await s3.put(body, bucket: name, key: key, contentType: Self.contentType)
    }

    /// A Parquet object as a listing shows it: equal when it has not changed.
    struct Listed: Sendable, Equatable {
        let key: String
        let eTag: String
    }

    /// The Parquet objects below a folder, in the order of their keys' bytes.
    func parquet(in folder: String) async throws -> [Listed] {
        try await s3.list(bucket: name, prefix: folder + "/").collect()
            .filter { $0.key.hasSuffix(".parquet") }.map { Listed(key: $0.key, eTag: $0.eTag) }
    }

    /// Makes something of the objects that `list` finds, and makes it again when others stand there afterwards.
    ///
    /// So two jobs over the same partition may overlap in any way: the one that wrote last has seen the last inputs.
    ///
    /// - Returns: what the last `make` gave.
    func settle<Made>(
        _ list: () async throws -> [Listed], _ make: ([ParquetSource]) async throws -> Made
    ) async throws -> Made {
        var inputs = try await list()
        for _ in 0..<Self.settleLimit {
            let made = try await make(try await files(inputs.map(\.key)))
            let after = try await list()
            guard after != inputs else { return made }
            inputs = after
        }
        throw LakeObjectError.neverStill(example: inputs.last?.key ?? "none")
    }

    /// Makes `body` the folder's only Parquet object, or leaves none when it is nil.
    ///
    /// The name is always the same, so that a repetition overwrites, and a reader sees the old rows or the new ones. Other
    /// objects, which an earlier layout may have left, go last: at no moment are rows missing.
    func replace(folder: String, with body: [UInt8]?) async throws {
        let part = folder + "/part-00000.parquet"
        if let body { try await put(body, part) }
        for object in try await parquet(in: folder) where body == nil || object.key != part {
            try await s3.delete(bucket: name, key: object.key)
        }
    }

    private static let atOnce = 8
    private static let settleLimit = 5

    /// https://www.iana.org/assignments/media-types/application/vnd.apache.parquet
    private static let contentType = "application/vnd.apache.parquet"
}

/// An object that does not hold what its key promises.
package enum LakeObjectError: Error, Equatable {
    case absent(bucket: String, key: String)
    case notByExtract(key: String)
    /// The inputs of a job changed again each time it had read them.
    case neverStill(example: String)
}

extension LakeObjectError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent(let bucket, let key):
            "There is no object \(key) in the bucket \(bucket); run the step that writes it first."
        case .neverStill(let example):
            "The job's inputs (\(example) and its neighbours) changed during each of its attempts; repeat the job later."
        case .notByExtract(let key):
            "The object \(key) was not written by extract, so its counts are unknown; move it away or pull under another run_id."
        }
    }
}
