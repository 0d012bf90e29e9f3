import EmulatorClock
import EmulatorDatabase
import GRDB

extension SQSService {
    /// Makes a queue, or finds the one of that name if it has the same values for all attributes given.
    ///
    /// - Parameter attributes: as on the wire, in the order in which they came.
    /// - Throws: `queueNameExists`, `queueDeletedRecently`, and whatever is wrong with an attribute.
    package func create(
        _ address: QueueAddress, attributes: [(name: String, value: String)] = [], tags: [String: String] = [:]
    ) async throws -> Queue {
        let settings = try AttributeReader.settings(ofNew: address, attributes, limits: limits)
        let names = attributes.map(\.name)
        let (queue, isNew) = try await change { [self] db in
            if let existing = catalogue[address] {
                try Self.checkSame(settings, existing.settings, names)
                return (existing, false)
            }
            let store = QueueStore(db: db)
            let now = clock.now
            guard try !store.wasDeleted(address, after: now - limits.deletedNameInterval) else {
                throw SQSError.queueDeletedRecently
            }
            try checkDeadLetterQueue(of: address, settings)
            try QueuePolicy(settings.policy, queueARN: address.arn).checkActions()
            let queue = try store.insert(address, settings, tags: tags, now: now)
            catalogue.set(queue)
            return (queue, true)
        }
        if isNew { tellOfCreation(queue) }
        return queue
    }

    /// Only what the request names is compared.
    private static func checkSame(_ new: QueueSettings, _ old: QueueSettings, _ names: [String]) throws {
        for name in names {
            guard let attribute = QueueAttributeName(rawValue: name) else { continue }
            guard new.text(of: attribute) == old.text(of: attribute) else {
                throw SQSError.queueNameExists(differing: name)
            }
        }
    }

    /// A dead-letter queue must be there, and must let this source use it.
    private func checkDeadLetterQueue(of source: QueueAddress, _ settings: QueueSettings) throws {
        guard let policy = settings.redrivePolicy else { return }
        func refusal(_ reason: String) -> SQSError { .value(policy.text, of: "RedrivePolicy", reason: reason) }
        guard let target = QueueAddress(arn: policy.deadLetterTargetARN).flatMap({ catalogue[$0] }) else {
            throw refusal("Dead letter target does not exist.")
        }
        guard target.settings.redriveAllowPolicy?.allows(source: source.arn) ?? true else {
            throw refusal("The redrive allow policy of the dead-letter queue does not allow this source queue.")
        }
    }

    /// Sets the attributes given and leaves the others.
    package func setAttributes(_ attributes: [(name: String, value: String)], of queue: Queue) async throws {
        try await change { [self] db in
            var queue = try catalogue.current(queue)
            var reader = AttributeReader(address: queue.address, limits: limits, settings: queue.settings)
            try reader.apply(attributes)
            if reader.settings.redrivePolicy != queue.settings.redrivePolicy {
                try checkDeadLetterQueue(of: queue.address, reader.settings)
            }
            if reader.settings.policy != queue.settings.policy {
                try QueuePolicy(reader.settings.policy, queueARN: queue.arn).checkActions()
            }
            if queue.settings.fifo != nil, reader.settings.delay != queue.settings.delay {
                try MessageStore(db: db).redelay(queue, by: reader.settings.delay)
                try GroupStore(db: db).refreshAll(of: queue)
            }
            queue.settings = reader.settings
            queue.lastModified = clock.now
            try QueueStore(db: db).update(queue)
            catalogue.set(queue)
        }
        longPolls.changed(queue.id)
    }

    package func delete(_ queue: Queue) async throws {
        try await change { [self] db in
            let queue = try catalogue.current(queue)
            try QueueStore(db: db).delete(queue, now: clock.now)
            catalogue.remove(queue)
        }
        longPolls.changed(queue.id)
        clearAbandonedShelves()
    }

    /// Deletes every message of the queue, those in flight included.
    ///
    /// - Throws: `purgeQueueInProgress` within sixty seconds of the last purge.
    package func purge(_ queue: Queue) async throws {
        try await change { [self] db in
            var queue = try catalogue.current(queue)
            let now = clock.now
            if let purged = queue.purged, now < purged + limits.purgeInterval {
                throw SQSError.purgeQueueInProgress(queue.address.name)
            }
            queue.purged = now
            try QueueStore(db: db).purge(&queue)
            try QueueStore(db: db).update(queue)
            catalogue.set(queue)
        }
        clearAbandonedShelves()
    }

    /// Clears what purges and deletions left behind, a little at a time, so that others get their turns in between.
    func clearAbandonedShelves() {
        Task { [database] in
            while (try? await database.write { try QueueStore(db: $0).clearAbandoned(1_000) }) == true {}
        }
    }

    /// The queues that send their given-up messages to this one.
    package func sources(ofDeadLetterQueue queue: Queue) -> [Queue] {
        catalogue.sources(ofDeadLetterQueue: queue.arn)
    }

    func changeTags(of queue: Queue, _ change: @escaping @Sendable (inout [String: String]) throws -> Void) async throws
    {
        try await self.change { [self] db in
            var queue = try catalogue.current(queue)
            try change(&queue.tags)
            try QueueStore(db: db).update(queue)
            catalogue.set(queue)
        }
    }

    func changePolicy(
        of queue: Queue, _ change: @escaping @Sendable (inout QueuePolicy) throws -> Void
    ) async throws {
        try await self.change { [self] db in
            var queue = try catalogue.current(queue)
            var policy = QueuePolicy(queue.settings.policy, queueARN: queue.arn)
            try change(&policy)
            queue.settings.policy = policy.text
            queue.lastModified = clock.now
            try QueueStore(db: db).update(queue)
            catalogue.set(queue)
        }
    }

    /// A write that also changes the catalogue. Should its commit fail, the catalogue is read anew.
    private func change<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await database.write(body)
        } catch let error as SQSError {
            throw error
        } catch {
            catalogue.replaceAll(try await database.read { try QueueStore(db: $0).all() })
            throw error
        }
    }
}
