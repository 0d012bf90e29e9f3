import EmulatorClock
import Foundation
import TestSupport
import Testing

@testable import SQS

/// One standard queue as a list, with every rule written out as it is told: slow, and easy to believe.
struct QueueModel {
    struct Message {
        let body: String
        var visibleAt: Timestamp
        let sent: Timestamp
        var receives = 0
    }

    let visibilityTimeout: Duration
    let retention: Duration
    let maxReceiveCount: Int?
    var messages: [Message] = []
    var dead: [String] = []

    mutating func expire(_ now: Timestamp) {
        messages.removeAll { $0.sent + retention <= now }
    }

    mutating func send(_ body: String, delay: Duration, _ now: Timestamp) {
        messages.append(Message(body: body, visibleAt: now + delay, sent: now))
    }

    /// Whether `bodies` is an answer that a receive may give now, and what the queue is afterwards. Which of the visible
    /// messages come is the queue's choice.
    mutating func receive(_ bodies: [String], timeout: Duration?, _ now: Timestamp) -> Bool {
        expire(now)
        let until = now + (timeout ?? visibilityTimeout)
        for body in bodies {
            guard let index = messages.firstIndex(where: { $0.body == body && $0.visibleAt <= now }) else {
                return false
            }
            if let maxReceiveCount, messages[index].receives >= maxReceiveCount { return false }
            messages[index].receives += 1
            messages[index].visibleAt = until
        }
        return true
    }

    /// Messages that a receive at `now` could hand out.
    func available(_ now: Timestamp) -> [Message] {
        messages.filter { $0.visibleAt <= now && $0.receives < maxReceiveCount ?? .max }
    }

    mutating func bury(_ bodies: [String]) {
        messages.removeAll { bodies.contains($0.body) }
        dead += bodies
    }

    mutating func delete(_ body: String) {
        messages.removeAll { $0.body == body }
    }

    func counts(_ now: Timestamp) -> (visible: Int, inFlight: Int, delayed: Int) {
        let hidden = messages.filter { $0.visibleAt > now }
        return (
            messages.count - hidden.count, hidden.count { $0.receives > 0 }, hidden.count { $0.receives == 0 }
        )
    }
}

/// How many schedules are tried: few by default, as many as RIVULET_SCHEDULES says when somebody has the time.
private enum Schedules {
    static let count = ProcessInfo.processInfo.environment["RIVULET_SCHEDULES"].flatMap(UInt64.init) ?? 30
}

@Suite struct `A queue and its plain model` {
    private struct Held {
        let body: String
        let handle: String
        let receive: Int
    }

    @Test(arguments: 0..<Schedules.count)
    func `agree over any schedule`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let bench = try await Bench()
        let limit = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
        let queue: Queue
        var dead: Queue?
        let attributes = ["VisibilityTimeout": "7", "MessageRetentionPeriod": "60"]
        if let limit {
            let pair = try await bench.queueWithDeadLetters(after: limit, attributes)
            (queue, dead) = (pair.queue, pair.dead)
        } else {
            queue = try await bench.queue("orders", attributes)
        }
        var model = QueueModel(visibilityTimeout: .seconds(7), retention: .seconds(60), maxReceiveCount: limit)
        var held: [Held] = []
        for step in 0..<60 {
            let now = bench.clock.now
            model.expire(now)
            switch Int.random(in: 0..<10, using: &random) {
            case 0...2:
                let delay = Duration.seconds(Int.random(in: 0...4, using: &random))
                _ = try await bench.service.send(OutgoingMessage(body: "\(step)", delay: delay), to: queue)
                model.send("\(step)", delay: delay, now)
            case 3...5:
                let maximum = Int.random(in: 1...10, using: &random)
                let timeout =
                    Bool.random(using: &random) ? nil : Duration.seconds(Int.random(in: 1...9, using: &random))
                let available = model.available(now).count
                let messages = try await bench.service.receive(
                    from: queue, maximum: maximum, visibilityTimeout: timeout)
                #expect(messages.count == min(maximum, available), "seed \(seed), step \(step)")
                let isAllowed = model.receive(messages.map(\.body), timeout: timeout, now)
                #expect(isAllowed, "seed \(seed), step \(step)")
                held += messages.map { Held(body: $0.body, handle: $0.receiptHandle, receive: $0.receiveCount) }
                if let dead {
                    let buried = try await bench.service.peek(dead, limit: 100).map(\.body)
                    model.bury(buried.filter { body in !model.dead.contains(body) })
                }
            case 6:
                guard let chosen = held.randomElement(using: &random) else { break }
                try await bench.service.delete(chosen.handle, from: queue)
                // A handle of an earlier receive deletes nothing.
                if model.messages.first(where: { $0.body == chosen.body })?.receives == chosen.receive {
                    model.delete(chosen.body)
                }
            case 7:
                guard let chosen = held.randomElement(using: &random),
                    let index = model.messages.firstIndex(where: { $0.body == chosen.body })
                else { break }
                let timeout = Duration.seconds(Int.random(in: 0...9, using: &random))
                try await bench.service.changeVisibility(of: chosen.handle, in: queue, to: timeout)
                model.messages[index].visibleAt = now + timeout
            default:
                bench.clock.advance(by: .milliseconds(Int.random(in: 1...9_000, using: &random)))
                model.expire(bench.clock.now)
            }
            let counts = model.counts(bench.clock.now)
            let statistics = try await bench.service.statistics(of: queue)
            #expect(
                (statistics.visible, statistics.inFlight, statistics.delayed) == counts, "seed \(seed), step \(step)")
        }
    }

    /// In a FIFO queue whoever takes part sees each group's messages in the order in which they were sent, whatever
    /// fails, shows again or is deleted in between.
    @Test(arguments: 0..<Schedules.count)
    func `a FIFO queue keeps every group's order over any schedule`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let bench = try await Bench()
        let queue = try await bench.queue("orders.fifo", ["VisibilityTimeout": "7"])
        var waiting: [String: [Int]] = [:]
        var held: [ReceivedMessage] = []
        for step in 0..<80 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2:
                let group = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
                try await bench.send("\(step)", to: queue, group: group)
                waiting[group, default: []].append(step)
            case 3...4:
                let messages = try await bench.service.receive(
                    from: queue, maximum: Int.random(in: 1...10, using: &random))
                for (group, members) in Dictionary(grouping: messages, by: { $0.groupID ?? "" }) {
                    let numbers = members.compactMap { Int($0.body) }
                    // What comes is the front of what is left, without a gap.
                    #expect(
                        numbers == Array((waiting[group] ?? []).prefix(numbers.count)), "seed \(seed), step \(step)")
                }
                held = held.filter { old in !messages.contains { $0.messageID == old.messageID } } + messages
            case 5...6:
                // Deleted as a careful consumer does it: a group's first first.
                guard let chosen = held.randomElement(using: &random), let group = chosen.groupID,
                    waiting[group]?.first == Int(chosen.body)
                else { break }
                held.removeAll { $0.messageID == chosen.messageID }
                if (try? await bench.service.delete(chosen.receiptHandle, from: queue)) != nil {
                    waiting[group]?.removeFirst()
                }
            default:
                bench.clock.advance(by: .milliseconds(Int.random(in: 1...9_000, using: &random)))
            }
        }
        let left = waiting.values.reduce(0) { $0 + $1.count }
        #expect(try await bench.service.statistics(of: queue).total == left, "seed \(seed)")
    }
}
