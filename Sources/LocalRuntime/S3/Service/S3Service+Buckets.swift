import EmulatorClock
import EmulatorDatabase
import GRDB

extension S3Service {
    /// - Parameter locationConstraint: the region of the request's document; nil when there was none.
    /// - Returns: whether the bucket was not there before.
    @discardableResult
    func createBucket(_ name: String, _ caller: S3Caller, locationConstraint: String?) async throws -> Bool {
        guard BucketName.isValid(name) else { throw S3Error.invalidBucketName(name) }
        let location = try Self.location(locationConstraint, caller)
        let now = clock.now
        return try await database.write { db in
            guard try S3Store.bucket(name, account: caller.account, db) == nil else {
                // Of all regions only the oldest lets its owner create a bucket again.
                guard location == "us-east-1" else { throw S3Error.bucketAlreadyOwnedByYou(name) }
                return false
            }
            try S3Store.insertBucket(name, account: caller.account, location: location, at: now, db)
            let bucket = try Self.bucket(name, caller, db)
            for kind in BucketConfiguration.allCases {
                guard let document = kind.ofNewBuckets else { continue }
                try S3Store.setConfiguration(kind, to: document, on: bucket, db)
            }
            return true
        }
    }

    private static func location(_ constraint: String?, _ caller: S3Caller) throws -> String {
        switch constraint {
        case nil:
            guard caller.region == "us-east-1" else { throw S3Error.illegalLocationConstraint("unspecified") }
            return caller.region
        case "EU" where caller.region == "us-east-1" || caller.region == "eu-west-1": return "EU"
        case "EU": throw S3Error.illegalLocationConstraint("EU")
        case "us-east-1", "": throw S3Error.invalidLocationConstraint(constraint ?? "")
        case let region? where !Region.isKnown(region): throw S3Error.invalidLocationConstraint(region)
        case let region?:
            guard region == caller.region || caller.region == "us-east-1" else {
                throw S3Error.illegalLocationConstraint(region)
            }
            return region
        }
    }

    func bucket(_ name: String, _ caller: S3Caller) async throws -> Bucket {
        try await read(name, caller) { bucket, _ in bucket }
    }

    func listBuckets(_ caller: S3Caller) async throws -> [Bucket] {
        try await database.read { try S3Store.buckets(account: caller.account, $0) }
    }

    func deleteBucket(_ name: String, _ caller: S3Caller) async throws {
        try await write(name, caller) { bucket, db in
            guard try !S3Store.holdsAnything(bucket, db) else {
                throw S3Error.bucketNotEmpty(name, hasVersions: bucket.versioning != nil)
            }
            return ((), try S3Store.deleteBucket(bucket, db))
        }
    }

    func setVersioning(_ versioning: Bucket.Versioning, on name: String, _ caller: S3Caller) async throws {
        try await write(name, caller) { bucket, db in
            (try S3Store.setVersioning(versioning, on: bucket, db), [])
        }
    }

    /// Whether Object Ownership makes the bucket's owner the owner of every object, and access control lists void.
    func leavesAllToOwner(_ name: String, _ caller: S3Caller) async throws -> Bool {
        try await read(name, caller) { bucket, db in
            try S3Store.configuration(.ownershipControls, of: bucket, db)?.text.contains("BucketOwnerEnforced") ?? false
        }
    }

    /// A document of a bucket as it was put, or what S3 says of a bucket on which none was.
    func configuration(
        _ kind: BucketConfiguration, of name: String, _ caller: S3Caller
    ) async throws -> ConfigurationDocument {
        try await read(name, caller) { bucket, db in
            if let document = try S3Store.configuration(kind, of: bucket, db) { return document }
            guard let document = kind.inAbsence else {
                throw S3Error.configurationNotFound(kind, bucket: name)
            }
            return document
        }
    }

    /// Puts a document on a bucket, or takes it away with nil.
    func setConfiguration(
        _ kind: BucketConfiguration, to document: ConfigurationDocument?, on name: String, _ caller: S3Caller
    ) async throws {
        try await write(name, caller) { bucket, db in
            if let document {
                try S3Store.setConfiguration(kind, to: document, on: bucket, db)
            } else {
                try S3Store.deleteConfiguration(kind, of: bucket, db)
            }
            return ((), [])
        }
    }
}
