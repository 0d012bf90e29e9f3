import EmulatorClock
import GRDB

/// What became of a deletion.
struct Deletion: Sendable {
    /// The version that was deleted, or the marker that was set; nil in a bucket without versioning.
    var versionID: VersionID?
    var isDeleteMarker = false
}

/// One entry of DeleteObjects.
struct ObjectToDelete: Sendable {
    let key: ObjectKey
    /// As the client wrote it.
    let versionID: String?
    let condition: WriteCondition?
}

extension S3Service {
    func deleteObject(
        _ key: ObjectKey, _ versionID: VersionID?, in bucket: String, _ caller: S3Caller, _ condition: WriteCondition?
    ) async throws -> Deletion {
        let now = clock.now
        return try await write(bucket, caller) { [self] bucket, db in
            try delete(key, versionID, condition, in: bucket, caller, at: now, db)
        }
    }

    /// Deletes each entry for itself, all of them in one commit.
    func deleteObjects(
        _ entries: [ObjectToDelete], in bucket: String, _ caller: S3Caller
    ) async throws -> [(entry: ObjectToDelete, outcome: Result<Deletion, S3Error>)] {
        let now = clock.now
        return try await write(bucket, caller) { [self] bucket, db in
            var superfluous: [BodyFile] = []
            let outcomes = try entries.map { entry in
                do {
                    let (deletion, files) = try delete(
                        entry.key, Self.versionID(of: entry), entry.condition, in: bucket, caller, at: now, db,
                        isOneOfMany: true)
                    superfluous += files
                    return (entry, Result<Deletion, S3Error>.success(deletion))
                } catch let refusal as S3Error {
                    return (entry, .failure(refusal))
                }
            }
            return (outcomes, superfluous)
        }
    }

    private static func versionID(of entry: ObjectToDelete) throws(S3Error) -> VersionID? {
        guard let text = entry.versionID else { return nil }
        guard let versionID = VersionID(wire: text) else { throw .noSuchVersion(entry.key, text) }
        return versionID
    }

    /// - Parameter isOneOfMany: S3 tells of a key in a list of deletions even where nothing was there.
    private func delete(
        _ key: ObjectKey, _ versionID: VersionID?, _ condition: WriteCondition?, in bucket: Bucket, _ caller: S3Caller,
        at now: Timestamp, _ db: Database, isOneOfMany: Bool = false
    ) throws -> (Deletion, superfluous: [BodyFile]) {
        if let condition {
            try condition.check(try S3Store.version(versionID, of: key, in: bucket, db), key: key)
        }
        if let versionID {
            let deleted = try S3Store.delete(versionID, of: key, in: bucket, db)
            if deleted != nil { try note(ObjectEvent(.deleted, key, versionID), in: bucket, caller, at: now, db) }
            return (
                Deletion(versionID: versionID, isDeleteMarker: deleted?.wasDeleteMarker ?? false),
                deleted?.files ?? []
            )
        }
        guard bucket.versioning != nil else {
            let deleted = try S3Store.delete(.null, of: key, in: bucket, db)
            if deleted != nil || isOneOfMany {
                try note(ObjectEvent(.deleted, key, nil), in: bucket, caller, at: now, db)
            }
            return (Deletion(), deleted?.files ?? [])
        }
        let (marker, replaced) = try S3Store.insertDeleteMarker(key, in: bucket, at: now, db)
        try note(ObjectEvent(.deleteMarkerCreated, key, marker, etag: .ofNothing), in: bucket, caller, at: now, db)
        return (Deletion(versionID: marker, isDeleteMarker: true), replaced)
    }
}
