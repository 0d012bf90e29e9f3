package import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase
package import Foundation
import GRDB

/// The emulated S3. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
///
/// Rows lie in SQLite, bodies up to 64 KiB with them and longer ones in files. Every answer to a write is sent after
/// its commit, and a file is on disk before the row that names it.
package final class S3Service: AWSService {
    package static let schema = S3Schema.versions

    package let signingNames = ["s3"]

    let database: EmulatorDatabase
    let bodies: ObjectBodies
    let clock: any Timekeeper
    let limits: S3Limits
    let hostSuffixes: [String]
    let reportFault: @Sendable (any Error) -> Void
    let outbox: EventOutbox?

    /// - Parameters:
    ///   - folder: where bodies that are too large for a row lie (`StateFolder.objects`).
    ///   - hostSuffixes: the emulator's own names; `lake.localhost` then addresses the bucket `lake`.
    ///   - bodyGrace: how long a body's file outlives its object, for an answer that is about to open it.
    ///   - eventTargets: who takes the events of buckets; without one they go nowhere.
    ///   - reportFault: told what lies behind an answer 500.
    package init(
        database: EmulatorDatabase, bodies folder: URL, clock: any Timekeeper,
        durability: EmulatorDatabase.Durability = .full, limits: S3Limits = .aws,
        hostSuffixes: [String] = ["localhost"], bodyGrace: Duration = .seconds(10),
        eventTargets: (any ObjectEventTargets)? = nil,
        reportFault: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.database = database
        bodies = ObjectBodies(folder: folder, durability: durability, grace: bodyGrace)
        self.clock = clock
        self.limits = limits
        self.hostSuffixes = hostSuffixes
        self.reportFault = reportFault
        outbox = eventTargets.map { targets in
            EventOutbox(database: database, clock: clock, targets: targets, reportFault: reportFault)
        }
    }

    /// Clears away what a crash left half done, and begins to deliver events; to be called once, before the first
    /// request.
    ///
    /// - Returns: how many body files were removed.
    @discardableResult
    package func start() async throws -> Int {
        let removed = try await bodies.removeLeftovers(keeping: database.read { try S3Store.referencedFiles($0) })
        outbox?.start()
        return removed
    }

    /// Ends the delivery of events; those that wait go out in the next life.
    package func stop() async {
        await outbox?.stop()
    }

    package func respond(to request: AWSRequest) async -> HTTPResponse {
        await S3Wire(service: self, request: request).respond()
    }

    package func refusal(_ error: WireError, to request: AWSRequest) -> HTTPResponse {
        S3Wire.refusal(error, to: request)
    }
}

extension S3Service {
    /// Reads beside the writer, from one bucket.
    func read<Value: Sendable>(
        _ bucket: String, _ caller: S3Caller, _ body: @escaping @Sendable (Bucket, Database) throws -> Value
    ) async throws -> Value {
        try await database.read { db in
            try body(try Self.bucket(bucket, caller, db), db)
        }
    }

    /// Writes to one bucket, and removes the files that became superfluous once that is committed.
    func write<Value: Sendable>(
        _ bucket: String, _ caller: S3Caller,
        _ body: @escaping @Sendable (Bucket, Database) throws -> (Value, superfluous: [BodyFile])
    ) async throws -> Value {
        let (value, superfluous) = try await database.write { db in
            try body(try Self.bucket(bucket, caller, db), db)
        }
        bodies.retire(superfluous)
        outbox?.wakeIfNeeded()
        return value
    }

    /// The same for a write that brings a new body, which goes again when the write is refused.
    func write<Value: Sendable>(
        _ bucket: String, _ caller: S3Caller, bringing new: StoredBody,
        _ body: @escaping @Sendable (Bucket, Database) throws -> (Value, superfluous: [BodyFile])
    ) async throws -> Value {
        do {
            return try await write(bucket, caller, body)
        } catch let refusal as any ServiceError {
            if let file = new.file { bodies.retire([file]) }
            throw refusal
        }
    }

    static func bucket(_ name: String, _ caller: S3Caller, _ db: Database) throws -> Bucket {
        guard let bucket = try S3Store.bucket(name, account: caller.account, db) else {
            throw S3Error.noSuchBucket(name)
        }
        return bucket
    }
}
