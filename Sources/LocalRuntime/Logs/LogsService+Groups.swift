import EmulatorClock
import EmulatorDatabase

/// Groups, streams and tags.
extension LogsService {
    /// - Throws: `LogsError.groupExists`
    package func create(_ group: LogGroup) async throws {
        try await database.write { db in
            guard try LogsStore(db).insert(group) != nil else { throw LogsError.groupExists }
        }
    }

    /// - Throws: `LogsError.groupNotFound`
    package func group(_ id: LogGroupID) async throws -> LogGroup {
        try await database.read { try LogsStore($0).existing(id).group }
    }

    /// Deletes a group with its streams, events and filters.
    package func delete(_ id: LogGroupID) async throws {
        await flush()
        try await database.write { db in
            let store = LogsStore(db)
            try store.deleteGroup(store.existing(id).key)
        }
    }

    /// The groups of an account and region in the order of their names, from the one after `marker` on.
    package func groups(account: String, region: String, after marker: String = "") async throws -> [LogGroup] {
        await flush()
        return try await database.read {
            try LogsStore($0).groups(account: account, region: region, after: marker)
        }
    }

    /// Changes a group's retention or tags.
    package func change(_ id: LogGroupID, _ body: @escaping @Sendable (inout LogGroup) -> Void) async throws {
        try await database.write { db in
            let store = LogsStore(db)
            var (key, group) = try store.existing(id)
            body(&group)
            try store.update(key, to: group)
        }
        try await sweep.noteNext()
    }

    /// - Throws: `LogsError.groupNotFound`, `.streamExists`
    package func createStream(_ name: String, in group: LogGroupID) async throws {
        let now = clock.now
        try await database.write { db in
            let store = LogsStore(db)
            guard try store.insertStream(name, inGroup: store.existing(group).key, at: now) != nil else {
                throw LogsError.streamExists
            }
        }
    }

    package func deleteStream(_ name: String, in group: LogGroupID) async throws {
        await flush()
        try await database.write { db in
            let store = LogsStore(db)
            try store.deleteStream(store.existingStream(name, inGroup: store.existing(group).key))
        }
    }

    /// The streams of a group in the order of their names.
    package func streams(of group: LogGroupID) async throws -> [LogStreamSummary] {
        await flush()
        return try await database.read { db in
            let store = LogsStore(db)
            return try store.streams(ofGroup: store.existing(group).key)
        }
    }
}

extension LogsStore {
    /// - Throws: `LogsError.groupNotFound`
    func existing(_ id: LogGroupID) throws -> (key: Int64, group: LogGroup) {
        guard let found = try group(id) else { throw LogsError.groupNotFound }
        return found
    }

    /// - Throws: `LogsError.streamNotFound`
    func existingStream(_ name: String, inGroup group: Int64) throws -> Int64 {
        guard let key = try streamKey(name, inGroup: group) else { throw LogsError.streamNotFound }
        return key
    }
}
