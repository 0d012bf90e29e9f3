import EmulatorClock
import EmulatorDatabase
import GRDB

extension S3Service {
    /// Leaves an event for every target that the bucket has for it, in the transaction of what it tells of.
    func note(_ event: ObjectEvent, in bucket: Bucket, _ caller: S3Caller, at now: Timestamp, _ db: Database) throws {
        guard let outbox, let document = try S3Store.configuration(.notification, of: bucket, db) else { return }
        for route in try EventRoute.routes(in: document) where route.takes(event) {
            let id = try S3Store.nextEventID(db)
            let body = event.document(route.id, in: bucket, by: caller, at: now, sequencer: id)
            try S3Store.insertEvent(
                StoredEvent(id: id, arn: route.arn, body: body, attempts: 0, createdAt: now), db)
            outbox.noteEvent()
        }
    }

    /// Puts a notification configuration on a bucket. Its targets must exist, unless the client asks not to look; each
    /// queue among them gets a test event.
    func setNotifications(
        _ document: ConfigurationDocument, on name: String, _ caller: S3Caller, skipsValidation: Bool
    ) async throws {
        let routes = try EventRoute.routes(in: document)
        if !skipsValidation { try await checkTargets(routes) }
        let now = clock.now
        try await write(name, caller) { [outbox] bucket, db in
            try S3Store.setConfiguration(.notification, to: document, on: bucket, db)
            guard let outbox, !skipsValidation else { return ((), []) }
            for route in routes where route.isQueue {
                let body = ObjectEvent.test(for: bucket, by: caller, at: now)
                let id = try S3Store.nextEventID(db)
                try S3Store.insertEvent(
                    StoredEvent(id: id, arn: route.arn, body: body, attempts: 0, createdAt: now), db)
                outbox.noteEvent()
            }
            return ((), [])
        }
    }

    /// How many events were handed over or put off since the start.
    package var activityCount: Int { outbox?.deliveryCount ?? 0 }

    /// Returns once every event that is due has been handed over or put off; to be called between `start` and `stop`.
    package func settled() async {
        await outbox?.settled()
    }

    /// Whether every event has reached its target.
    package func isIdle() async throws -> Bool {
        try await database.read { try S3Store.nextEventDue($0) == nil }
    }

    private func checkTargets(_ routes: [EventRoute]) async throws {
        guard let outbox else { return }
        var missing: [S3Error.MissingDestination] = []
        for route in routes where await !outbox.isThere(route.arn) {
            missing.append(S3Error.MissingDestination(arn: route.arn, isQueue: route.isQueue))
        }
        guard missing.isEmpty else { throw S3Error.destinationsNotFound(missing) }
    }
}
