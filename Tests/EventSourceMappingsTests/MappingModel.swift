import AWSProtocol
import EmulatorClock
import Synchronization
import TestSupport

@testable import EventSourceMappings

/// One mapping as a list of messages with every rule written out: which event may come when, and what its answer does. It
/// knows nothing of how the mapping works; it is told each event and each answer, and objects.
final class MappingModel: Sendable {
    struct Rules: Sendable {
        var isFIFO = false
        var reports = false
        var batchSize = 10
        var visibility: Duration = .seconds(30)
        /// A batch may have been received this long before it comes.
        var window: Duration = .zero
        var maxReceives = 3
        var maximumConcurrency = 10
    }

    struct Message {
        let body: String
        let group: String
        let isFiltered: Bool
        /// From when on it may be received.
        var shows: Timestamp
        var receives = 0
        var isDone = false
    }

    private struct State {
        var messages: [Message] = []
        var underWay = 0
        /// Batches that were throttled: when each comes again, if it does, by its messages and their receives.
        var throttled: [[String]: Timestamp] = [:]
        var objections: [String] = []
    }

    let rules: Rules
    private let state = Mutex(State())

    init(_ rules: Rules) {
        self.rules = rules
    }

    /// What the mapping did that no rule allows.
    var objections: [String] { state.withLock { $0.objections } }

    func sent(_ message: Message) {
        state.withLock { $0.messages.append(message) }
    }

    /// The bodies that must lie in the dead-letter queue at the end: neither done nor kept out by the filter.
    var dead: Set<String> {
        state.withLock { state in Set(state.messages.filter { !$0.isDone && !$0.isFiltered }.map(\.body)) }
    }

    /// How often each of the dead was received.
    var receivesOfDead: [Int] {
        state.withLock { state in state.messages.filter { !$0.isDone && !$0.isFiltered }.map(\.receives) }
    }

    /// An event came; whether it is the same batch again after a throttling.
    func began(_ records: [Record], at now: Timestamp) {
        state.withLock { state in
            let bodies = records.map(\.body)
            state.underWay += 1
            object(
                state.underWay <= rules.maximumConcurrency, "\(state.underWay) batches at once", &state)
            object(!records.isEmpty && records.count <= rules.batchSize, "a batch of \(records.count)", &state)
            object(Set(bodies).count == bodies.count, "\(bodies) names a message twice", &state)
            if let due = state.throttled.removeValue(forKey: records.map(\.key)) {
                object(now == due, "the throttled batch \(bodies) came again at \(now), due at \(due)", &state)
                return
            }
            for record in records { receive(record, now, &state) }
        }
    }

    private func receive(_ record: Record, _ now: Timestamp, _ state: inout State) {
        guard let index = state.messages.firstIndex(where: { $0.body == record.body }) else {
            return object(false, "\(record.body) was never sent", &state)
        }
        let message = state.messages[index]
        object(!message.isFiltered, "\(record.body) came past the filter", &state)
        object(!message.isDone, "\(record.body) came again after it was done", &state)
        object(message.shows <= now, "\(record.body) came at \(now), hidden until \(message.shows)", &state)
        object(message.receives < rules.maxReceives, "\(record.body) came after its last receive", &state)
        object(record.receiveCount == message.receives + 1, "\(record.body) counts \(record.receiveCount)", &state)
        if rules.isFIFO {
            // Whatever was sent earlier into the group is done, dead, kept out, or comes in the same batch.
            let earlier = state.messages[..<index].filter { other in
                other.group == message.group && !other.isDone && !other.isFiltered
                    && other.shows != now + rules.visibility - rules.window
                    && (other.receives < rules.maxReceives || other.shows > now)
            }
            object(earlier.isEmpty, "\(record.body) came before \(earlier.map(\.body))", &state)
        }
        state.messages[index].receives += 1
        state.messages[index].shows = now + rules.visibility - rules.window
    }

    /// The event was answered: `done` are through, the others show again when their time comes.
    func ended(_ records: [Record], done: Set<String>) {
        state.withLock { state in
            state.underWay -= 1
            for index in state.messages.indices where done.contains(state.messages[index].body) {
                state.messages[index].isDone = true
            }
        }
    }

    /// The event was throttled for the `tries`-th time: it may come again after 1, 2, 4 … seconds.
    func throttled(_ records: [Record], tries: Int, at now: Timestamp) {
        state.withLock { state in
            state.underWay -= 1
            state.throttled[records.map(\.key)] = now + .seconds(1 << (tries - 1))
        }
    }

    private func object(_ isAllowed: Bool, _ text: String, _ state: inout State) {
        if !isAllowed { state.objections.append(text) }
    }
}

/// A function whose answers are drawn from a seed and from what it is asked, not from the order in which batches happen to
/// run: the same schedule meets the same answers each time.
final class WhimsicalFunction: FunctionInvoking {
    private let model: MappingModel
    private let clock: VirtualClock
    private let seed: UInt64
    private let throttles = Mutex<[[String]: Int]>([:])

    init(model: MappingModel, clock: VirtualClock, seed: UInt64) {
        self.model = model
        self.clock = clock
        self.seed = seed
    }

    func timeout(ofFunctionARN functionARN: String) async throws -> Duration? { .seconds(3) }

    func invoke(functionARN: String, payload: [UInt8]) async -> FunctionOutcome {
        let records = Record.all(in: payload)
        model.began(records, at: clock.now)
        var random = generator(for: records)
        if Int.random(in: 0..<6, using: &random) == 0 {
            let tries = throttles.withLock { throttles in
                throttles[records.map(\.key), default: 0] += 1
                return throttles[records.map(\.key)] ?? 1
            }
            model.throttled(records, tries: tries, at: clock.now)
            return .throttled
        }
        let (outcome, done) = answer(records, &random)
        model.ended(records, done: done)
        return outcome
    }

    private func generator(for records: [Record]) -> SeededGenerator {
        let tries = throttles.withLock { $0[records.map(\.key)] ?? 0 }
        let text = "\(seed) \(tries) " + records.map(\.key).joined(separator: " ")
        return SeededGenerator(seed: text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
    }

    /// The documented table: what is answered, and which of the batch that makes done.
    private func answer(_ records: [Record], _ random: inout SeededGenerator) -> (FunctionOutcome, Set<String>) {
        let all = Set(records.map(\.body))
        func reporting(_ text: String, _ done: Set<String>) -> (FunctionOutcome, Set<String>) {
            (.success(Array(text.utf8)), model.rules.reports ? done : all)
        }
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return (.functionError([], type: "Unhandled"), [])
        case 1: return reporting("null", all)
        case 2: return reporting(#"{"batchItemFailures":null}"#, all)
        case 3: return reporting("no json", [])
        case 4: return reporting(#"{"batchItemFailures":[{"itemIdentifier":"nobody"}]}"#, [])
        case 5: return reporting(#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, [])
        default:
            var failed = records.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
            // As AWS asks of functions behind a FIFO queue: whatever follows the first failure fails, too.
            if model.rules.isFIFO, let first = failed.first, let index = records.firstIndex(of: first) {
                failed = Array(records[index...])
            }
            let names = failed.map { #"{"itemIdentifier":"\#($0.id)"}"# }.joined(separator: ",")
            return reporting(#"{"batchItemFailures":[\#(names)]}"#, all.subtracting(failed.map(\.body)))
        }
    }
}

extension Record {
    /// Tells one receive of a message from another.
    var key: String { "\(body)#\(receiveCount)" }
}
