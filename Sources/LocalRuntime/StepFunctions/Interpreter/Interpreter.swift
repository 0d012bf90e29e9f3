package import AWSProtocol
package import EmulatorClock

/// An execution as a value: what happens goes in, what is to be done comes out. It does no I/O and reads no clock, so
/// feeding it the same occurrences again leads to the same place; that is how executions survive a restart.
package struct Interpreter: Sendable {
    /// What can happen to an execution from outside.
    package enum Occurrence: Sendable, Equatable {
        case started
        case timerFired(Int)
        case taskEnded(Int, TaskOutcome)
        /// `SendTaskSuccess`, `SendTaskFailure`
        case taskReported(Int, TaskOutcome)
        case heartbeat(Int)
        case stopped(error: String?, cause: String?)
    }

    /// What is to be done because of it, in this order.
    package enum Command: Sendable, Equatable {
        case startTask(Int, TaskCall)
        case cancelTask(Int)
        case startTimer(Int, Timestamp)
        case cancelTimer(Int)
    }

    package enum Outcome: Sendable, Equatable {
        case succeeded(JSONValue)
        case failed(error: String?, cause: String?)
        case timedOut
        case aborted(error: String?, cause: String?)
    }

    enum TimerPurpose: Sendable {
        case executionTimeout
        case wait(lane: Int)
        case retry(lane: Int)
        case taskTimeout(lane: Int)
        case heartbeat(lane: Int)

        /// For people who ask what the clock is waited for.
        var text: String {
            switch self {
            case .executionTimeout: "the timeout of an execution"
            case .wait: "a Wait state"
            case .retry: "the retry of a state"
            case .taskTimeout: "the timeout of a Task state"
            case .heartbeat: "the heartbeat of a Task state"
            }
        }
    }

    /// A state that a lane is to enter next.
    struct Arrival {
        let lane: Int
        let state: String
        let input: JSONValue
    }

    let definition: StateMachineDefinition
    let identity: ExecutionIdentity
    let limits: ExecutionLimits
    var random: StepRandom
    var lanes: [Int: Lane] = [:]
    var timers: [Int: (purpose: TimerPurpose, deadline: Timestamp)] = [:]
    var tasks: [Int: (lane: Int, call: TaskCall, isSubmitted: Bool)] = [:]
    var arrivals: [Arrival] = []
    var commands: [Command] = []
    var now: Timestamp
    private var lastEventID = 0
    private var lastID = 0
    private var isHistoryFull = false

    /// How it ended; nil while it runs.
    package private(set) var outcome: Outcome?
    /// Events since they were last taken.
    private var events: [HistoryEvent] = []

    init(_ definition: StateMachineDefinition, _ identity: ExecutionIdentity, limits: ExecutionLimits = .aws) {
        self.definition = definition
        self.identity = identity
        self.limits = limits
        random = StepRandom(seed: identity.seed)
        now = identity.startedAt
    }

    /// Takes in what happened at `instant`.
    ///
    /// - Returns: what is to be done, or nil when the occurrence means nothing here: its timer or task is none of the
    ///   execution's (any more), or the execution has ended. Nothing has changed then.
    package mutating func apply(_ occurrence: Occurrence, at instant: Timestamp) -> [Command]? {
        guard outcome == nil, concerns(occurrence) else { return nil }
        now = instant
        commands = []
        switch occurrence {
        case .started: start()
        case .timerFired(let id): fire(id)
        case .taskEnded(let id, let taskOutcome): taskEnded(id, taskOutcome)
        case .taskReported(let id, let taskOutcome): taskReported(id, taskOutcome)
        case .heartbeat(let id): heartbeat(id)
        case .stopped(let error, let cause):
            // No event led to it.
            note(.executionAborted(StateFailure(error: error, cause: cause)), after: 0)
            end(.aborted(error: error, cause: cause))
        }
        run()
        return commands
    }

    /// The events since the last call, in order.
    package mutating func takeEvents() -> [HistoryEvent] {
        defer { events = [] }
        return events
    }

    /// What is under way and was not seen to end: after a restart it is begun anew.
    package var pending: [Command] {
        tasks.filter { !$0.value.isSubmitted }.sorted { $0.key < $1.key }.map { .startTask($0.key, $0.value.call) }
            + timers.sorted { $0.key < $1.key }.map { .startTimer($0.key, $0.value.deadline) }
    }

    /// What a timer is set for, for people.
    func purpose(ofTimer id: Int) -> String {
        timers[id]?.purpose.text ?? "an execution"
    }

    private func concerns(_ occurrence: Occurrence) -> Bool {
        switch occurrence {
        case .started: lastEventID == 0
        case .stopped: true
        case .timerFired(let id): timers[id] != nil
        case .taskEnded(let id, _): tasks[id].map { !$0.isSubmitted } ?? false
        case .taskReported(let id, _), .heartbeat(let id): tasks[id]?.call.token != nil
        }
    }

    private mutating func start() {
        note(.executionStarted(input: identity.input, roleARN: identity.roleARN), after: 0)
        if let seconds = definition.timeoutSeconds {
            _ = setTimer(.executionTimeout, at: now + .seconds(seconds))
        }
        // The first state's entry names no event before it, not even the start.
        let root = addLane(Lane(parent: nil, index: 0, graph: definition.graph, item: nil, lastEvent: 0))
        arrivals.append(Arrival(lane: root, state: definition.graph.startAt, input: identity.input))
    }

    /// Lets every lane go on until it waits for something or the execution ends.
    private mutating func run() {
        var next = 0
        while outcome == nil, next < arrivals.count {
            let arrival = arrivals[next]
            next += 1
            if lanes[arrival.lane] != nil { enter(arrival) }
            if isHistoryFull, outcome == nil { endWithFullHistory() }
        }
        arrivals = []
    }

    private mutating func endWithFullHistory() {
        let failure = StateFailure(
            error: StateFailure.runtime,
            cause: "The execution reached the maximum number of history events (\(limits.historyEvents)).")
        endFailed(failure, after: rootEvent)
    }

    /// Writes an event; the last one of a full history is kept for the execution's end.
    @discardableResult
    mutating func note(_ note: HistoryNote, after previous: Int) -> Int {
        guard lastEventID < limits.historyEvents - 1 || note.isEnd else {
            isHistoryFull = true
            return previous
        }
        lastEventID += 1
        let content = note.content
        events.append(
            HistoryEvent(
                id: lastEventID, previousID: previous, instant: now, type: content.type,
                details: content.details.map { (name: $0.0, value: $0.1) }))
        return lastEventID
    }

    /// Writes an event of a lane, which goes on from it.
    @discardableResult
    mutating func note(_ note: HistoryNote, in lane: Int) -> Int {
        let id = self.note(note, after: lanes[lane]?.lastEvent ?? 0)
        lanes[lane]?.lastEvent = id
        return id
    }

    mutating func end(_ outcome: Outcome) {
        self.outcome = outcome
        commands.removeAll { if case .startTask = $0 { true } else if case .startTimer = $0 { true } else { false } }
        commands += tasks.keys.sorted().map { .cancelTask($0) } + timers.keys.sorted().map { .cancelTimer($0) }
        tasks = [:]
        timers = [:]
        lanes = [:]
    }

    mutating func endFailed(_ failure: StateFailure, after event: Int) {
        note(.executionFailed(failure), after: event)
        end(.failed(error: failure.error, cause: failure.cause))
    }

    mutating func addLane(_ lane: Lane) -> Int {
        lastID += 1
        lanes[lastID] = lane
        return lastID
    }

    mutating func setTimer(_ purpose: TimerPurpose, at deadline: Timestamp) -> Int {
        lastID += 1
        timers[lastID] = (purpose, deadline)
        commands.append(.startTimer(lastID, deadline))
        return lastID
    }

    mutating func dropTimer(_ id: Int?) {
        guard let id, timers.removeValue(forKey: id) != nil else { return }
        commands.append(.cancelTimer(id))
    }

    mutating func addTask(_ call: TaskCall, lane: Int) -> Int {
        lastID += 1
        tasks[lastID] = (lane, call, false)
        commands.append(.startTask(lastID, call))
        return lastID
    }

    mutating func dropTask(_ id: Int?) {
        guard let id, tasks.removeValue(forKey: id) != nil else { return }
        commands.append(.cancelTask(id))
    }

    private var rootEvent: Int { lanes.min { $0.key < $1.key }?.value.lastEvent ?? 0 }
}

extension HistoryNote {
    /// Whether nothing can come after it.
    fileprivate var isEnd: Bool {
        switch self {
        case .executionSucceeded, .executionFailed, .executionAborted, .executionTimedOut: true
        default: false
        }
    }
}
