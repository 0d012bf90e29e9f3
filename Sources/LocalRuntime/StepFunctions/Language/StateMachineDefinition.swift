import AWSProtocol
import EmulatorClock

/// A state machine as the Amazon States Language writes it, checked and with every path and template read.
/// https://states-language.net/spec.html
struct StateMachineDefinition: Sendable, Equatable {
    var graph: StateGraph
    /// Seconds that an execution may last.
    var timeoutSeconds: Int?
}

/// States and where they start: the whole machine, a branch of a Parallel state, or what a Map does with each item.
struct StateGraph: Sendable, Equatable {
    var startAt: String
    var states: [String: State]
}

/// One state. Fields that a kind does not have keep their defaults.
struct State: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case pass(result: JSONValue?)
        case task(TaskState)
        case choice([ChoiceBranch], otherwise: String?)
        case wait(WaitLength)
        case succeed
        case fail(error: TextSource?, cause: TextSource?)
        case parallel([StateGraph])
        case map(MapState)
    }

    enum Transition: Sendable, Equatable {
        case next(String)
        case end
    }

    var name: String
    var kind: Kind
    var transition = Transition.end
    /// nil stands for `null`: the state gets `{}`.
    var inputPath: JSONPath? = .whole
    /// nil stands for `null`: the next state gets `{}`.
    var outputPath: JSONPath? = .whole
    var parameters: PayloadTemplate?
    var resultSelector: PayloadTemplate?
    var resultPath = ResultPath.replace
    var retriers: [Retrier] = []
    var catchers: [Catcher] = []
}

/// A number that is written down, or found in the input.
enum NumberSource: Sendable, Equatable {
    case fixed(Int)
    case path(JSONPath)
}

/// A text that is written down, found in the input, or made by a function.
enum TextSource: Sendable, Equatable {
    case fixed(String)
    case path(JSONPath)
    case intrinsic(Intrinsic)
}

struct TaskState: Sendable, Equatable {
    var resource: TaskResource
    var timeout: NumberSource?
    var heartbeat: NumberSource?
}

enum WaitLength: Sendable, Equatable {
    case seconds(Int)
    case secondsPath(JSONPath)
    case timestamp(Timestamp)
    case timestampPath(JSONPath)
}

struct MapState: Sendable, Equatable {
    var itemsPath: JSONPath
    var processor: StateGraph
    /// 0 sets no bound but the service's own.
    var maxConcurrency: NumberSource
}

/// `Retry`: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
struct Retrier: Sendable, Equatable {
    var errors: [String]
    var intervalSeconds = 1
    var maxAttempts = 3
    var backoffRate = 2.0
    var maxDelaySeconds: Int?
    var hasFullJitter = false

    /// How long to wait before the `attempt`th repetition, counted from 1.
    func delay(beforeAttempt attempt: Int, random: inout StepRandom) -> Duration {
        var seconds = Double(intervalSeconds)
        for _ in 1..<max(attempt, 1) where seconds < 1e9 { seconds *= backoffRate }
        seconds = min(seconds, Double(maxDelaySeconds ?? Int.max), 1e9)
        if hasFullJitter { seconds = Double.random(in: 0...max(seconds, 0), using: &random) }
        return .milliseconds(Int64((seconds * 1000).rounded()))
    }
}

/// `Catch`
struct Catcher: Sendable, Equatable {
    var errors: [String]
    var next: String
    var resultPath = ResultPath.replace
}
