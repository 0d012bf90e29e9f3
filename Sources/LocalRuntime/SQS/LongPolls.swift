import EmulatorClock
import Synchronization

/// Receivers that wait for a message, per queue, in the order in which they came.
///
/// A message that shows up by somebody's doing wakes one of them. One that shows up by the passing of time is waited
/// for by an alarm, one a queue, which also ends the polls whose time is over. Nothing is looked up at intervals.
final class LongPolls: Sendable {
    private struct Parked {
        let id: Int
        /// nil waits for as long as it takes.
        let deadline: Timestamp?
        let isEndable: Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    /// A queue on which somebody polls; it is forgotten with the last of them.
    private struct Watch {
        var polls = 0
        /// Counts arrivals, so that one between a look at the queue and the parking is not missed.
        var arrivals = 0
        var parked: [Parked] = []
        var due: Timestamp?
        var alarm: (instant: Timestamp, alarm: Alarm)?
    }

    private struct State {
        var nextID = 0
        var cancelledBeforeParking: Set<Int> = []
        var watches: [Int64: Watch] = [:]
        var observers: [Observer] = []
    }

    private struct Observer {
        let queue: Int64
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private let clock: any Timekeeper
    private let state = Mutex(State())

    init(clock: any Timekeeper) {
        self.clock = clock
    }

    /// Runs `poll` while the queue is watched: only then do its arrivals count.
    func watching<Value>(_ queue: Int64, _ poll: () async throws -> Value) async rethrows -> Value {
        state.withLock { $0.watches[queue, default: Watch()].polls += 1 }
        defer {
            state.withLock { state in
                state.watches[queue]?.polls -= 1
                if state.watches[queue]?.polls == 0 { state.watches.removeValue(forKey: queue)?.alarm?.alarm.cancel() }
            }
        }
        return try await poll()
    }

    func arrivals(in queue: Int64) -> Int {
        state.withLock { $0.watches[queue]?.arrivals ?? 0 }
    }

    /// Waits until a message arrives that is not among the `seen` arrivals, a hidden one is due, or `deadline` passes.
    ///
    /// - Parameter isParked: called when whatever will wake the poll is set, before it goes to sleep.
    /// - Throws: `CancellationError` when the task is cancelled first, `LongPollEnded` after `end()` when `isEndable`.
    func park(
        on queue: Int64, seen: Int, due: Timestamp?, until deadline: Timestamp?, isEndable: Bool = false,
        isParked: () -> Void = {}
    ) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        // A cancellation may come when the poll has been woken already; nobody asks for it then.
        defer { state.withLock { _ = $0.cancelledBeforeParking.remove(id) } }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let parked = Parked(id: id, deadline: deadline, isEndable: isEndable, continuation: continuation)
                enlist(parked, on: queue, seen: seen, due: due)
                isParked()
            }
        } onCancel: {
            cancel(id, on: queue)
        }
    }

    /// Returns once `count` polls are parked on the queue.
    func parked(_ count: Int, on queue: Int64) async {
        await withCheckedContinuation { continuation in
            let isSo = state.withLock { state in
                if state.watches[queue]?.parked.count ?? 0 == count { return true }
                state.observers.append(Observer(queue: queue, count: count, continuation: continuation))
                return false
            }
            if isSo { continuation.resume() }
        }
    }

    /// Messages showed up: as many polls are woken.
    func arrived(_ count: Int, in queue: Int64) {
        guard count > 0 else { return }
        wake(queue) { watch in
            watch.arrivals += 1
            let woken = Array(watch.parked.prefix(count))
            watch.parked.removeFirst(woken.count)
            return woken
        }
    }

    /// The queue changed in a way that every poll must look at: it was deleted, or its messages' delay was changed.
    func changed(_ queue: Int64) {
        arrived(.max, in: queue)
    }

    /// Ends every parked poll of a client before its time.
    func end() {
        let ended = state.withLock { state in
            state.watches.keys.flatMap { queue in
                let ended = state.watches[queue]?.parked.filter(\.isEndable) ?? []
                state.watches[queue]?.parked.removeAll(where: \.isEndable)
                return ended
            }
        }
        ended.forEach { $0.continuation.resume(throwing: LongPollEnded()) }
    }

    /// A message of the queue will show at `instant`.
    func becomesDue(at instant: Timestamp, in queue: Int64) {
        state.withLock { state in
            guard var watch = state.watches[queue] else { return }
            watch.due = min(watch.due ?? instant, instant)
            setAlarm(&watch, of: queue)
            state.watches[queue] = watch
        }
    }

    private func enlist(_ parked: Parked, on queue: Int64, seen: Int, due: Timestamp?) {
        enum Outcome { case parked, missedArrival, cancelled }
        let outcome: Outcome = state.withLock { state in
            if state.cancelledBeforeParking.remove(parked.id) != nil { return .cancelled }
            guard var watch = state.watches[queue], watch.arrivals == seen else { return .missedArrival }
            watch.parked.append(parked)
            if let due { watch.due = min(watch.due ?? due, due) }
            setAlarm(&watch, of: queue)
            state.watches[queue] = watch
            return .parked
        }
        switch outcome {
        case .parked: tellObservers(of: queue)
        case .missedArrival: parked.continuation.resume()
        case .cancelled: parked.continuation.resume(throwing: CancellationError())
        }
    }

    private func tellObservers(of queue: Int64) {
        let told: [Observer] = state.withLock { state in
            let count = state.watches[queue]?.parked.count ?? 0
            let told = state.observers.filter { $0.queue == queue && $0.count == count }
            state.observers.removeAll { $0.queue == queue && $0.count == count }
            return told
        }
        told.forEach { $0.continuation.resume() }
    }

    private func cancel(_ id: Int, on queue: Int64) {
        let parked: Parked? = state.withLock { state in
            guard let index = state.watches[queue]?.parked.firstIndex(where: { $0.id == id }) else {
                state.cancelledBeforeParking.insert(id)
                return nil
            }
            return state.watches[queue]?.parked.remove(at: index)
        }
        parked?.continuation.resume(throwing: CancellationError())
        if parked != nil { tellObservers(of: queue) }
    }

    private func wake(_ queue: Int64, _ choose: (inout Watch) -> [Parked]) {
        let woken: [Parked] = state.withLock { state in
            guard var watch = state.watches[queue] else { return [] }
            defer { state.watches[queue] = watch }
            return choose(&watch)
        }
        woken.forEach { $0.continuation.resume() }
        if !woken.isEmpty { tellObservers(of: queue) }
    }

    private func ring(_ queue: Int64) {
        let now = clock.now
        wake(queue) { watch in
            watch.alarm = nil
            var woken = watch.parked.filter { $0.deadline.map { $0 <= now } ?? false }
            if let due = watch.due, due <= now {
                watch.due = nil
                watch.arrivals += 1
                woken = watch.parked
            }
            watch.parked.removeAll { parked in woken.contains { $0.id == parked.id } }
            setAlarm(&watch, of: queue)
            return woken
        }
    }

    /// One alarm stands for the earliest deadline or due time of the queue.
    private func setAlarm(_ watch: inout Watch, of queue: Int64) {
        guard let earliest = (watch.parked.map(\.deadline) + [watch.due]).compactMap({ $0 }).min() else { return }
        if let alarm = watch.alarm, alarm.instant <= earliest { return }
        watch.alarm?.alarm.cancel()
        let alarm = clock.alarm(at: earliest, for: "a hidden message, or the end of a long poll") { [weak self] in
            self?.ring(queue)
        }
        watch.alarm = (earliest, alarm)
    }
}

/// A parked poll was ended before its time.
struct LongPollEnded: Error {}
