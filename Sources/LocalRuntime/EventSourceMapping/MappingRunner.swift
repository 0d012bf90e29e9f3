import AWSProtocol
import EmulatorClock
import SQS
import Synchronization

/// Carries one mapping out: gathers batches from its queue and hands each to a task of its own.
final class MappingRunner: Sendable {
    /// What the gathering side is doing.
    enum Phase: Equatable {
        /// Between two steps: something is about to happen.
        case looking
        /// The queue gave nothing; a message that shows will wake it.
        case parked
        /// A batch is being filled until its window ends.
        case gathering(until: Timestamp)
        /// All slots are taken, or throttled batches hold everything up.
        case waitingForSlot
        case ended
    }

    private struct State {
        var phase = Phase.looking
        /// Batches that are being handled and do not wait for time to pass.
        var active = 0
        var metrics = MappingMetrics()
    }

    let mapping: EventSourceMapping
    let queue: Queue
    private let queues: SQSService
    private let clock: any Timekeeper
    private let limits: MappingLimits
    private let handling: BatchHandling
    private let slots: ConcurrencySlots
    private let activity: Activity
    private let observer: MappingService.MetricsObserver?
    private let state = Mutex(State())

    init(
        _ mapping: EventSourceMapping, queue: Queue, queues: SQSService, functions: any FunctionInvoking,
        clock: any Timekeeper, limits: MappingLimits, activity: Activity, tracer: Tracer,
        observer: MappingService.MetricsObserver?
    ) throws {
        self.mapping = mapping
        self.queue = queue
        self.queues = queues
        self.clock = clock
        self.limits = limits
        self.activity = activity
        self.observer = observer
        handling = BatchHandling(
            mapping: mapping, queue: queue, queues: queues, functions: functions, clock: clock, limits: limits,
            filter: try MessageFilter(mapping.settings.filters), tracer: tracer)
        let concurrency = mapping.settings.concurrency(limits)
        slots = ConcurrencySlots(
            clock: clock, initial: concurrency.initial, maximum: concurrency.maximum,
            growthInterval: limits.growthInterval)
    }

    var metrics: MappingMetrics { state.withLock { $0.metrics } }

    /// Whether something is being done, or about to be done, without the clock having to move.
    var isBusy: Bool {
        let (phase, active) = state.withLock { ($0.phase, $0.active) }
        if active > 0 { return true }
        return switch phase {
        case .looking: true
        case .waitingForSlot: slots.hasFree
        case .gathering(let deadline): clock.now >= deadline
        case .parked, .ended: false
        }
    }

    /// Whether a receivable message would be taken now.
    var takesMessages: Bool {
        switch state.withLock({ $0.phase }) {
        case .parked, .gathering: true
        case .looking, .waitingForSlot, .ended: false
        }
    }

    /// Gathers until the task is cancelled or the queue is gone. Batches that were begun are finished on their own.
    func run() async {
        defer { enter(.ended) }
        while !Task.isCancelled {
            do {
                enter(.waitingForSlot)
                let free = try await slots.free()
                enter(.looking)
                for batch in try await batches(atMost: free) { begin(batch) }
            } catch {
                // The queue was deleted, or the emulator is going down; a new queue of the name starts anew.
                return
            }
        }
    }

    private func batches(atMost free: Int) async throws -> [[ReceivedMessage]] {
        let size = mapping.settings.batchSize
        let window = mapping.settings.maximumBatchingWindow
        // Batches of a FIFO queue are claimed one by one, so that a group never lies in two of them.
        let isSingle = window > .zero || queue.settings.fifo != nil
        let messages = try await queues.receiveWhenAvailable(
            from: queue, maximum: isSingle ? size : size * free
        ) { parks in
            if parks { slots.shrink() }
            enter(parks ? .parked : .looking)
        }
        count { $0.polled += messages.count }
        guard window > .zero else {
            return stride(from: 0, to: messages.count, by: size).map { Array(messages[$0...].prefix(size)) }
        }
        return [try await fill(messages, until: clock.now + window)]
    }

    /// Adds to a batch until it is full or its window is over.
    private func fill(_ first: [ReceivedMessage], until deadline: Timestamp) async throws -> [ReceivedMessage] {
        var batch = first
        var bytes = first.reduce(0) { $0 + $1.body.utf8.count }
        let size = mapping.settings.batchSize
        while batch.count < size, bytes < limits.payload, clock.now < deadline, !Task.isCancelled {
            let more = try? await queues.receiveWhenAvailable(
                from: queue, maximum: size - batch.count, until: deadline
            ) { parks in enter(parks ? .gathering(until: deadline) : .looking) }
            enter(.looking)
            guard let more, !more.isEmpty else { break }
            count { $0.polled += more.count }
            // What showed again during a long window is in the batch already, under a handle that is stale by now.
            let again = Set(more.lazy.filter { $0.receiveCount > 1 }.map(\.messageID))
            if !again.isEmpty { batch.removeAll { again.contains($0.messageID) } }
            batch += more
            bytes = batch.reduce(0) { $0 + $1.body.utf8.count }
        }
        return batch
    }

    /// Hands a batch over. Its task is not a child of the gathering one: what a function has begun is not broken off
    /// when the mapping is disabled.
    private func begin(_ batch: [ReceivedMessage]) {
        slots.take()
        changeActive(by: 1)
        Task {
            await handling.handle(batch, waiting: waitOut) { count($0) }
            slots.release()
            changeActive(by: -1)
        }
    }

    /// Waits until `instant` on the clock; meanwhile the batch counts as idle and no other is begun.
    @Sendable private func waitOut(until instant: Timestamp) async {
        await slots.backingOff {
            await withCheckedContinuation { continuation in
                clock.alarm(at: instant, for: "the next try of a throttled batch") { [self] in
                    changeActive(by: 1)
                    continuation.resume()
                }
                changeActive(by: -1)
            }
        }
    }

    private func changeActive(by change: Int) {
        state.withLock { $0.active += change }
        activity.changed()
    }

    private func enter(_ phase: Phase) {
        state.withLock { $0.phase = phase }
        activity.changed()
    }

    @Sendable private func count(_ change: (inout MappingMetrics) -> Void) {
        var more = MappingMetrics()
        change(&more)
        state.withLock { $0.metrics += more }
        observer?(mapping, more)
    }
}
