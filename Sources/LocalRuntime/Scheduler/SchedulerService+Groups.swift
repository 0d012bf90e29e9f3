import EmulatorClock

/// Groups and their tags.
extension SchedulerService {
    /// - Throws: `SchedulerError.groupExists`, `.defaultGroup`
    func createGroup(_ id: ScheduleGroupID, tags: [String: String], clientToken: String?) async throws {
        guard id.name != "default" else { throw SchedulerError.groupExists(id.name) }
        guard tags.count <= limits.tags else { throw SchedulerError.tooManyTags(limit: limits.tags) }
        let now = clock.now
        try await write { store in
            let group = ScheduleGroup(id: id, created: now, modified: now, tags: tags)
            guard try store.insert(group, clientToken: clientToken) else { throw SchedulerError.groupExists(id.name) }
        }
    }

    /// - Throws: `SchedulerError.groupNotFound`
    func group(_ id: ScheduleGroupID) async throws -> ScheduleGroup {
        let now = clock.now
        return try await write { store in
            guard let group = try store.group(id, now: now) else { throw SchedulerError.groupNotFound(id.name) }
            return group
        }
    }

    /// By name; the default one is always among them.
    func groups(account: String, region: String) async throws -> [ScheduleGroup] {
        let now = clock.now
        return try await write { store in
            _ = try store.group(ScheduleGroupID(account: account, region: region, name: "default"), now: now)
            return try store.groups(account: account, region: region)
        }
    }

    /// Deletes a group and its schedules. (At AWS this takes a while, in the state DELETING.)
    func deleteGroup(_ id: ScheduleGroupID) async throws {
        guard id.name != "default" else { throw SchedulerError.defaultGroup }
        let now = clock.now
        try await write { store in
            guard try store.group(id, now: now) != nil else { throw SchedulerError.groupNotFound(id.name) }
            try store.delete(id)
        }
    }

    /// - Throws: `SchedulerError.resourceNotFound`
    func changeTags(
        of id: ScheduleGroupID, _ change: @escaping @Sendable (inout [String: String]) -> Void
    ) async throws {
        let (now, limits) = (clock.now, limits)
        try await write { store in
            guard var group = try store.group(id, now: now) else { throw SchedulerError.resourceNotFound(id.arn) }
            change(&group.tags)
            guard group.tags.count <= limits.tags else { throw SchedulerError.tooManyTags(limit: limits.tags) }
            group.modified = now
            try store.update(group)
        }
    }
}
