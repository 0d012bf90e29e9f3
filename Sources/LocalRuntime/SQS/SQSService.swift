package import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase
import GRDB
import Synchronization

/// Amazon SQS: the queues, and what may be done with them. All state is in the database, all time from the clock.
///
/// The wire is one way in (`respond(to:)`); the functions here are the other, for what lives in the same process.
package final class SQSService: Sendable {
    let database: EmulatorDatabase
    let clock: any Timekeeper
    let limits: SQSLimits
    let tracer: Tracer
    let catalogue = QueueCatalogue()
    let longPolls: LongPolls
    let inFlightBound = InFlightBound()
    private let creationObservers = Mutex<[@Sendable (Queue) -> Void]>([])

    /// Takes up the queues that the database holds.
    package init(
        database: EmulatorDatabase, clock: any Timekeeper, limits: SQSLimits = .aws, tracer: Tracer = .off
    ) async throws {
        self.database = database
        self.clock = clock
        self.limits = limits
        self.tracer = tracer
        longPolls = LongPolls(clock: clock)
        catalogue.replaceAll(try await database.read { try QueueStore(db: $0).all() })
        try await resumeMoveTasks()
        clearAbandonedShelves()
    }

    /// The queue at that address.
    ///
    /// - Throws: `queueDoesNotExist`.
    package func resolve(_ address: QueueAddress) throws -> Queue {
        guard let queue = catalogue[address] else { throw SQSError.queueDoesNotExist }
        return queue
    }

    package func resolve(arn: String) throws -> Queue {
        guard let address = QueueAddress(arn: arn) else { throw SQSError.queueDoesNotExist }
        return try resolve(address)
    }

    /// Reads a URL by its last two parts alone: the emulator's address may have changed since it was given out. A bare
    /// name is a queue of the caller.
    package func resolve(url: String, account: String, region: String) throws -> Queue {
        let parts = url.utf8.split(separator: UInt8(ascii: "/"))
        guard let name = parts.last.map({ String(Substring($0)) }) else { throw SQSError.invalidAddress(url) }
        let owner = parts.dropLast().last.map { String(Substring($0)) } ?? account
        let isAccount = owner.utf8.count == 12 && owner.utf8.allSatisfy { (48...57).contains($0) }
        return try resolve(
            QueueAddress(account: isAccount ? owner : account, region: region, name: name))
    }

    /// Has `observer` told of every queue that is made from now on.
    package func onCreation(_ observer: @escaping @Sendable (Queue) -> Void) {
        creationObservers.withLock { $0.append(observer) }
    }

    func tellOfCreation(_ queue: Queue) {
        creationObservers.withLock { $0 }.forEach { $0(queue) }
    }

    /// Every queue of one account and region, in the order of the names.
    package func queues(account: String, region: String) -> [Queue] {
        catalogue.all { $0.address.account == account && $0.address.region == region }
    }

    /// Every queue there is.
    package var allQueues: [Queue] { catalogue.all { _ in true } }

    /// The counts as `GetQueueAttributes` gives them, exact at this moment.
    package func statistics(of queue: Queue) async throws -> QueueStatistics {
        let queue = try catalogue.current(queue)
        let now = clock.now
        if let known = try await database.read({ try MessageStore(db: $0).statistics(of: queue, now: now) }) {
            return known
        }
        return try await database.write { db in
            try MessageStore(db: db).expire(queue, now: now)
            return try MessageStore(db: db).statistics(of: queue, now: now)
                ?? QueueStatistics(visible: 0, inFlight: 0, delayed: 0)
        }
    }

    /// The counts of all queues at an instant, in one look. Of one that has passed it tells what can still be seen: a message
    /// that was deleted since is not counted, and one received since looks as it does now.
    package func statistics(at instant: Timestamp) async throws -> [(queue: Queue, statistics: QueueStatistics)] {
        let (queues, isPast) = (allQueues, instant < clock.now)
        let known = try await database.read { db in
            try queues.map { try MessageStore(db: db).statistics(of: $0, now: instant, isPast: isPast) }
        }
        var all: [(queue: Queue, statistics: QueueStatistics)] = []
        for (queue, statistics) in zip(queues, known) {
            if let statistics {
                all.append((queue, statistics))
            } else if let current = try? catalogue.current(queue) {
                // Its oldest have outlived their retention.
                all.append((queue, try await self.statistics(of: current)))
            }
        }
        return all
    }

    /// The oldest messages, whatever their state, without receiving them.
    package func peek(_ queue: Queue, limit: Int) async throws -> [PeekedMessage] {
        let (queue, now) = (try catalogue.current(queue), clock.now)
        return try await database.read { try MessageStore(db: $0).peek(queue, limit: limit, now: now) }
    }

    /// Whether a receive would find anything now. A FIFO queue may hold visible messages that nobody may have yet.
    package func hasReceivable(_ queue: Queue) async throws -> Bool {
        let (queue, now) = (try catalogue.current(queue), clock.now)
        return try await database.read { try MessageStore(db: $0).hasReceivable(in: queue, now: now) }
    }

    /// The earliest instant at which a hidden or delayed message becomes visible; nil when none is hidden.
    package func nextDue(of queue: Queue) async throws -> Timestamp? {
        let (queue, now) = (try catalogue.current(queue), clock.now)
        return try await database.read { try MessageStore(db: $0).nextDue(of: queue, after: now) }
    }
}
