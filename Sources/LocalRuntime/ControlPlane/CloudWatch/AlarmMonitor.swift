import AWSProtocol
package import EmulatorClock
import EmulatorDatabase
import Synchronization

/// Measures gauges and evaluates alarms each minute of the clock, while there are any.
///
/// Most minutes change nothing: no alarm was put, no metric that one watches has a new value, every gauge stands where it
/// stood, and the passing of time alone makes no difference yet. Then nothing is evaluated, and nobody who waits for the
/// emulator to come to rest waits for the next minute.
final class AlarmMonitor: Sendable {
    /// What was seen when the alarms were last evaluated.
    private struct Outlook {
        var alarms: [CloudWatchAlarms.Stored] = []
        /// Gauges that an alarm watches.
        var gauges: [MetricKey: Double] = [:]
        var watched: Set<MetricKey> = []
        /// When a state changes if everything stays as it is.
        var nextChange: Timestamp?
        /// From then on it must be evaluated anew in any case.
        var end = Timestamp(milliseconds: .min)
    }

    private struct State {
        var isRunning = false
        var alarm: Alarm?
        var round: Task<Void, Never>?
        var isChanged = true
        var outlook = Outlook()
    }

    private let foundation: ControlFoundation
    private let metrics: MetricStore
    private let gauges: any GaugeSource
    private let actions: AlarmActions
    private let state = Mutex(State())

    init(_ foundation: ControlFoundation, metrics: MetricStore, gauges: any GaugeSource, actions: AlarmActions) {
        self.foundation = foundation
        self.metrics = metrics
        self.gauges = gauges
        self.actions = actions
    }

    func start() async throws {
        state.withLock { $0.isRunning = true }
        try await alarmsChanged()
    }

    func stop() async {
        let (alarm, round) = state.withLock { state in
            defer { state = State() }
            return (state.alarm, state.round)
        }
        alarm?.cancel()
        round?.cancel()
        await round?.value
    }

    /// An alarm was put, or put into a state by hand.
    func alarmsChanged() async throws {
        forgetWhatWasSeen()
        if try await hasAlarms() { setClock(foundation.clock.now.floored(to: 60) + .seconds(60)) }
    }

    func forgetWhatWasSeen() {
        state.withLock { $0.isChanged = true }
    }

    /// Whether an evaluation would find anything new, now or at an instant that is known.
    private var isWork: Bool {
        metrics.hasNews || state.withLock { $0.isChanged || $0.outlook.nextChange != nil }
    }

    private func hasAlarms() async throws -> Bool {
        try await foundation.database.read { try CloudWatchAlarms.every($0).isEmpty == false }
    }

    private func setClock(_ minute: Timestamp) {
        state.withLock { state in
            guard state.isRunning, state.alarm == nil else { return }
            state.alarm = foundation.clock.recurringAlarm(
                at: minute, for: "the evaluation of alarms", isWork: { [weak self] in self?.isWork ?? false }
            ) { [weak self] in await self?.begin(from: minute) }
        }
    }

    private func begin(from minute: Timestamp) async {
        let round = state.withLock { state -> Task<Void, Never>? in
            guard state.isRunning else { return nil }
            state.alarm = nil
            state.round = Task { [former = state.round] in
                await former?.value
                await run(from: minute)
            }
            return state.round
        }
        await round?.value
    }

    private func run(from minute: Timestamp) async {
        do {
            try await catchUp(from: minute)
            guard try await hasAlarms() else { return }
        } catch is CancellationError {
            return
        } catch {
            forgetWhatWasSeen()
            FaultLog.note(error)
        }
        setClock(foundation.clock.now.floored(to: 60) + .seconds(60))
    }

    /// Looks at each minute that has ended since, for the clock may have been set past many at once; at most a day's.
    private func catchUp(from first: Timestamp) async throws {
        let last = foundation.clock.now.floored(to: 60)
        var minute = max(first, last - .seconds(86_400))
        while minute <= last {
            try Task.checkCancellation()
            try await look(at: minute)
            minute = minute + .seconds(60)
        }
    }
}

extension AlarmMonitor {
    /// Measures, and evaluates all alarms if anything may be different.
    ///
    /// - Parameter minute: a whole one, which has just ended.
    func look(at minute: Timestamp) async throws {
        let measured = await gauges.gauges(at: minute)
        for gauge in measured { metrics.measure(gauge, at: minute - .seconds(60)) }
        let alarms = try await foundation.database.read(CloudWatchAlarms.every)
        let hasNews = metrics.takeNews()
        let mustEvaluate = state.withLock { state in
            let outlook = state.outlook
            let held = Self.held(measured, outlook.watched)
            defer { state.isChanged = false }
            return state.isChanged || hasNews || alarms != outlook.alarms || held != outlook.gauges
                || minute >= outlook.end
        }
        guard mustEvaluate else { return }
        let outlook = try await evaluate(alarms, at: minute, measured)
        state.withLock { $0.outlook = outlook }
    }

    private func evaluate(
        _ alarms: [CloudWatchAlarms.Stored], at minute: Timestamp, _ measured: [Gauge]
    ) async throws -> Outlook {
        let parsed = try alarms.map { (stored: try $0.alarm, alarm: try $0.alarm.alarm) }
        let watched = Set(parsed.flatMap { $0.alarm.stats.values.map(\.metric) })
        metrics.watch(watched)
        let held = Self.held(measured, watched)
        var outlook = Outlook(alarms: alarms, gauges: held, watched: watched, end: minute + AlarmWindow.farthest)
        for (stored, alarm) in parsed {
            let window = try await window(of: alarm, at: minute, holding: held)
            let (state, reason) = AlarmRules(alarm: alarm).state(window.ended, after: stored.state)
            if state != stored.state { try await actions.change(stored, to: state, reason: reason, at: minute) }
            if let change = window.nextChange(after: state) {
                outlook.nextChange = min(outlook.nextChange ?? change, change)
            }
        }
        if let change = outlook.nextChange { outlook.end = min(outlook.end, change) }
        return outlook
    }

    private func window(
        of alarm: MetricAlarm, at minute: Timestamp, holding gauges: [MetricKey: Double]
    ) async throws -> AlarmWindow {
        let start = minute.floored(to: alarm.period) - .seconds(alarm.period * alarm.evaluationPeriods)
        var values: [String: [Timestamp: StatisticSet]] = [:]
        for (id, stat) in alarm.stats {
            values[id] = try await metrics.values(of: stat.metric, from: start, period: alarm.period)
        }
        return AlarmWindow(alarm, at: minute, values, holding: gauges)
    }

    private static func held(_ measured: [Gauge], _ watched: Set<MetricKey>) -> [MetricKey: Double] {
        measured.reduce(into: [:]) { held, gauge in
            if watched.contains(gauge.metric) { held[gauge.metric] = gauge.value }
        }
    }
}

/// What stands somewhere, such as the depth of a queue.
package struct Gauge: Sendable {
    package let metric: MetricKey
    package let value: Double

    package init(_ metric: MetricKey, _ value: Double) {
        self.metric = metric
        self.value = value
    }
}

/// Who knows all gauges of the emulator.
package protocol GaugeSource: Sendable {
    /// What they read at an instant; for one that has passed, as far as the present still tells.
    func gauges(at instant: Timestamp) async -> [Gauge]
}
