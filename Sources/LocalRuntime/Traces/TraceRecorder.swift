package import AWSProtocol
package import EmulatorClock
package import EmulatorDatabase
import Synchronization

/// Gathers spans and events in memory and writes them together twice a second, so that whoever tells of them neither waits
/// for the disk nor has a commit of its own.
package final class TraceRecorder: TraceRecording {
    private struct State {
        var spans: Backlog<Span>
        var events: Backlog<InvokedEvent>
        /// Whether something was left out since the last write.
        var isFlooded = false
        /// Waits until it is time to write.
        var timer: Task<Void, Never>?
        /// The last of the writes, which come one after the other.
        var write: Task<Void, Never>?
        var isStopped = false
    }

    private let limits: TraceLimits
    private let store: TraceStore
    private let clock: any Timekeeper
    private let state: Mutex<State>

    package static let schema = TraceStore.schema

    package init(database: EmulatorDatabase, clock: any Timekeeper, limits: TraceLimits = .standard) {
        self.limits = limits
        self.clock = clock
        store = TraceStore(database: database, limits: limits)
        state = Mutex(State(spans: limits.spanBacklog, events: limits.eventBacklog))
    }

    package var now: Timestamp { clock.now }

    package func record(_ span: Span) {
        state.withLock { state in
            if state.spans.append(span) { state.isFlooded = true }
            setTimer(&state)
        }
    }

    package func keep(_ event: InvokedEvent) {
        guard event.payload.count <= min(limits.waitingEvents_bytes, limits.events_bytes) else { return }
        state.withLock { state in
            if state.events.append(event, weight: limits.weight(of: event)) { state.isFlooded = true }
            setTimer(&state)
        }
    }

    /// Returns once everything told before is in the database.
    package func flush() async {
        let write = state.withLock { state in
            let before = state.write
            let write = Task {
                await before?.value
                await self.writeWaiting()
            }
            state.write = write
            return write
        }
        await write.value
    }

    /// Writes the rest; what is told later is lost.
    package func stop() async {
        let timer = state.withLock { state in
            state.isStopped = true
            return state.timer
        }
        timer?.cancel()
        await flush()
    }

    /// The traces that went on last, the latest first.
    package func latest(_ count: Int) async throws -> [TraceSummary] {
        await flush()
        return try await store.latest(count)
    }

    /// The spans of a trace, in the order in which they began.
    ///
    /// - Parameter id: its root, a tracing header, or the id of a request that is a part of it.
    package func trace(_ id: String) async throws -> [Span] {
        await flush()
        let root = TraceContext(id)?.root ?? id
        let spans = try await store.spans(ofTrace: root)
        guard spans.isEmpty, let part = try await store.span(ofRequest: id) else { return spans }
        return try await store.spans(ofTrace: part.trace)
    }

    /// The event of an invocation; nil when it is not kept any more, or never was.
    package func event(ofRequest id: String) async throws -> InvokedEvent? {
        await flush()
        return try await store.event(ofRequest: id)
    }

    /// The event that a function was invoked with last.
    ///
    /// - Parameter arn: without a qualifier.
    package func lastEvent(ofFunction arn: String) async throws -> InvokedEvent? {
        await flush()
        return try await store.lastEvent(ofFunction: arn)
    }

    /// The invocation that bore that id, when its event is gone and its span is not.
    package func invocation(_ requestID: String) async throws -> Span? {
        await flush()
        return try await store.span(ofRequest: requestID)
    }

    private func setTimer(_ state: inout State) {
        guard state.timer == nil, !state.isStopped else { return }
        let interval = state.isFlooded ? limits.intervalInFlood : limits.interval
        state.isFlooded = false
        state.timer = Task { [weak self] in
            guard (try? await Task.sleep(for: interval)) != nil else { return }
            await self?.flush()
        }
    }

    private func writeWaiting() async {
        let (spans, events) = state.withLock { state in
            state.timer = nil
            return (state.spans.take(), state.events.take())
        }
        let told = events.flatMap { $0 }
        let newest = limits.newest(told)
        if newest.count < told.count { state.withLock { $0.isFlooded = true } }
        do {
            try await store.write(newest)
            for spans in spans {
                for start in stride(from: 0, to: spans.count, by: limits.rowsAtOnce) {
                    try await store.write(Array(spans[start...].prefix(limits.rowsAtOnce)))
                }
            }
        } catch {
            FaultLog.note(error)
        }
    }
}

extension TraceLimits {
    fileprivate var spanBacklog: Backlog<Span> {
        Backlog(kept: waitingSpans - waitingSpans / 4, pieceWeight: waitingSpans / 4)
    }

    fileprivate var eventBacklog: Backlog<InvokedEvent> {
        Backlog(kept: 2 * waitingEvents_bytes, pieceWeight: waitingEvents_bytes / 2)
    }

    /// The number of events and the bytes of their payloads are bounded: all that may wait of either weighs the same.
    fileprivate func weight(of event: InvokedEvent) -> Int {
        event.payload.count + waitingEvents_bytes / max(1, events)
    }

    /// The newest events, as many as may be written.
    fileprivate func newest(_ events: [InvokedEvent]) -> [InvokedEvent] {
        var (first, bytes) = (events.endIndex, 0)
        while first > events.startIndex, events.endIndex - first < self.events {
            bytes += events[first - 1].payload.count
            guard bytes <= waitingEvents_bytes else { break }
            first -= 1
        }
        return Array(events[first...])
    }
}
