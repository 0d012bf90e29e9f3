import AWSProtocol
import EmulatorClock

/// One thread of an execution: the machine itself, a branch of a Parallel state, an iteration of a Map state.
struct Lane: Sendable {
    /// The lane whose Parallel or Map state this one belongs to.
    let parent: Int?
    /// Which branch or iteration of it.
    let index: Int
    let graph: StateGraph
    /// The Map item that this lane, or one around it, works on: `$$.Map.Item`.
    let item: MapItem?
    /// The id of the last event on this lane.
    var lastEvent: Int
    /// The state that it is in; nil between states.
    var visit: Visit?
}

struct MapItem: Sendable {
    let index: Int
    let value: JSONValue
}

/// One stay in a state, all its retries included.
struct Visit: Sendable {
    let state: State
    let enteredEvent: Int
    let enteredAt: Timestamp
    /// As the state before gave it.
    let rawInput: JSONValue
    /// After `InputPath`.
    var input: JSONValue
    /// How often each retrier was used.
    var attempts: [Int: Int] = [:]
    var phase = Phase.entering

    enum Phase: Sendable {
        case entering
        case waiting(timer: Int)
        case running(Running)
        case backingOff(timer: Int)
        case branched(Fan)
    }

    var retryCount: Int { attempts.values.reduce(0, +) }
}

/// A task under way.
struct Running: Sendable {
    let task: Int
    var timeoutTimer: Int?
    var heartbeatTimer: Int?
    var heartbeatSeconds: Int?
}

/// Branches or iterations under way.
struct Fan: Sendable {
    var lanes: Set<Int> = []
    var results: [JSONValue?]
    /// The items that no iteration has been started for; the index of the next one.
    var items: [JSONValue] = []
    var nextItem = 0
    var isComplete: Bool { lanes.isEmpty && nextItem == items.count }
}
