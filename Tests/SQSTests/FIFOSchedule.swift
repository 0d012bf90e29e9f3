import EmulatorClock
import SQS
import TestSupport

/// A FIFO queue over any calls and the passing of time: whoever takes part sees each group's messages in the order in
/// which they were sent, whatever fails, shows again or is deleted in between.
struct FIFOSchedule {
    private let bench: Bench
    private let queue: Queue
    /// What is left of each group, in its order.
    private var waiting: [String: [Int]] = [:]
    private var held: [ReceivedMessage] = []
    private var sent = 0

    init() async throws {
        bench = try await Bench()
        queue = try await bench.queue("orders.fifo", ["VisibilityTimeout": "7"])
    }

    mutating func step(_ random: inout SeededGenerator) async throws {
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2: try await send(&random)
        case 3...4: try await receive(&random)
        case 5...6: try await delete(&random)
        default: bench.clock.advance(by: .milliseconds(Int.random(in: 1...9_000, using: &random)))
        }
    }

    func finish() async throws {
        let left = waiting.values.reduce(0) { $0 + $1.count }
        let total = try await bench.service.statistics(of: queue).total
        try agree(total == left, "\(total) messages are left in the queue, \(left) in the model")
    }

    private mutating func send(_ random: inout SeededGenerator) async throws {
        let group = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
        sent += 1
        try await bench.send("\(sent)", to: queue, group: group)
        waiting[group, default: []].append(sent)
    }

    private mutating func receive(_ random: inout SeededGenerator) async throws {
        let messages = try await bench.service.receive(from: queue, maximum: Int.random(in: 1...10, using: &random))
        for (group, members) in Dictionary(grouping: messages, by: { $0.groupID ?? "" }) {
            let numbers = members.compactMap { Int($0.body) }
            // What comes is the front of what is left, without a gap.
            let front = Array((waiting[group] ?? []).prefix(numbers.count))
            try agree(numbers == front, "of group \(group) came \(numbers), not \(front)")
        }
        held = held.filter { old in !messages.contains { $0.messageID == old.messageID } } + messages
    }

    /// Deletes as a careful consumer does: a group's first first.
    private mutating func delete(_ random: inout SeededGenerator) async throws {
        guard let chosen = held.randomElement(using: &random), let group = chosen.groupID,
            waiting[group]?.first == Int(chosen.body)
        else { return }
        held.removeAll { $0.messageID == chosen.messageID }
        if (try? await bench.service.delete(chosen.receiptHandle, from: queue)) != nil {
            waiting[group]?.removeFirst()
        }
    }
}
