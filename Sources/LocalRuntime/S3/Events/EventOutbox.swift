import EmulatorClock
import EmulatorDatabase
import Synchronization

/// Delivers the events that writes have left in the database. An event is written in the transaction of what it tells
/// of and removed once its target has it, so that a crash loses none and may repeat the last.
final class EventOutbox: Sendable {
    /// How long an event is tried for.
    static let retention = Duration.seconds(24 * 3600)
    private static let batch = 100

    private struct Tasks {
        var delivery: Task<Void, Never>?
        var alarm: Alarm?
    }

    private let database: EmulatorDatabase
    private let clock: any Timekeeper
    private let targets: any ObjectEventTargets
    private let reportFault: @Sendable (any Error) -> Void
    private let tasks = Mutex(Tasks())
    private let isPending = Mutex(false)
    private let deliveries = Mutex(0)
    /// Whoever waits until all is delivered that was due when he asked.
    private let fences = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let wakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(
        database: EmulatorDatabase, clock: any Timekeeper, targets: any ObjectEventTargets,
        reportFault: @escaping @Sendable (any Error) -> Void
    ) {
        self.database = database
        self.clock = clock
        self.targets = targets
        self.reportFault = reportFault
    }

    /// Begins to deliver, first of all what an earlier life left.
    func start() {
        tasks.withLock { tasks in
            guard tasks.delivery == nil else { return }
            tasks.delivery = Task { [weak self, stream = wakes.stream] in
                for await _ in stream { await self?.deliverAllDue() }
            }
        }
        wakes.continuation.yield()
    }

    func stop() async {
        let (delivery, alarm) = tasks.withLock { ($0.delivery, $0.alarm) }
        alarm?.cancel()
        delivery?.cancel()
        await delivery?.value
    }

    /// How many events were handed over or put off.
    var deliveryCount: Int { deliveries.withLock { $0 } }

    /// Returns once every event that is due has been handed over or put off; to be called between `start` and `stop`.
    func settled() async {
        await withCheckedContinuation { continuation in
            fences.withLock { $0.append(continuation) }
            wakes.continuation.yield()
        }
    }

    func isThere(_ arn: String) async -> Bool {
        await targets.isThere(arn)
    }

    /// To be called inside a transaction that leaves an event.
    func noteEvent() {
        isPending.withLock { $0 = true }
    }

    /// To be called after a commit.
    func wakeIfNeeded() {
        let mustWake = isPending.withLock { isPending in
            defer { isPending = false }
            return isPending
        }
        if mustWake { wakes.continuation.yield() }
    }

    private func deliverAllDue() async {
        let waiting = fences.withLock { fences in
            defer { fences = [] }
            return fences
        }
        defer { waiting.forEach { $0.resume() } }
        do {
            while !Task.isCancelled {
                let now = clock.now
                let events = try await database.read { try S3Store.dueEvents(at: now, limit: Self.batch, $0) }
                guard !events.isEmpty else { break }
                for event in events where !Task.isCancelled { try await deliver(event) }
            }
            setAlarm(for: try await database.read { try S3Store.nextEventDue($0) })
        } catch is CancellationError {
            // Stopped: what waits goes out in the next life.
        } catch {
            reportFault(error)
        }
    }

    /// Hands one event over, or puts it off: 1 s, 2 s, 4 s … up to five minutes.
    private func deliver(_ event: StoredEvent) async throws {
        defer { deliveries.withLock { $0 += 1 } }
        do {
            try await targets.deliver(event.body, to: event.arn)
            try await database.write { try S3Store.deleteEvent(event, $0) }
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            guard clock.now < event.createdAt + Self.retention else {
                reportFault(error)
                return try await database.write { try S3Store.deleteEvent(event, $0) }
            }
            let due = clock.now + .seconds(min(300, 1 << min(event.attempts, 9)))
            try await database.write { try S3Store.postponeEvent(event, until: due, $0) }
        }
    }

    private func setAlarm(for due: Timestamp?) {
        tasks.withLock { tasks in
            tasks.alarm?.cancel()
            tasks.alarm = due.map { due in
                clock.alarm(at: due, for: "the next try of an object's event") { [continuation = wakes.continuation] in
                    continuation.yield()
                }
            }
        }
    }
}
