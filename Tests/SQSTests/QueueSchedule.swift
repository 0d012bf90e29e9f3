import EmulatorClock
import SQS
import TestSupport

/// A standard queue and its model side by side, over any calls and the passing of time.
struct QueueSchedule {
    private struct Held {
        let body: String
        let handle: String
        let receive: Int
    }

    private let bench: Bench
    private let queue: Queue
    private let dead: Queue?
    private var model: QueueModel
    private var held: [Held] = []
    private var sent = 0

    /// Draws whether the queue gives messages up, and when.
    init(_ random: inout SeededGenerator) async throws {
        bench = try await Bench()
        let limit = Bool.random(using: &random) ? Int.random(in: 1...3, using: &random) : nil
        let attributes = ["VisibilityTimeout": "7", "MessageRetentionPeriod": "60"]
        if let limit {
            let pair = try await bench.queueWithDeadLetters(after: limit, attributes)
            (queue, dead) = (pair.queue, pair.dead)
        } else {
            (queue, dead) = (try await bench.queue("orders", attributes), nil)
        }
        model = QueueModel(visibilityTimeout: .seconds(7), retention: .seconds(60), maxReceiveCount: limit)
    }

    mutating func step(_ random: inout SeededGenerator) async throws {
        model.expire(bench.clock.now)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: try await send(&random)
        case 3...5: try await receive(&random)
        case 6: try await delete(&random)
        case 7: try await change(&random)
        default: bench.clock.advance(by: .milliseconds(Int.random(in: 1...9_000, using: &random)))
        }
        model.expire(bench.clock.now)
        let counts = model.counts(bench.clock.now)
        let found = try await bench.service.statistics(of: queue)
        try agree(
            (found.visible, found.inFlight, found.delayed) == counts,
            "the queue counts \(found.visible) visible, \(found.inFlight) in flight, \(found.delayed) delayed; "
                + "the model \(counts)")
    }

    private mutating func send(_ random: inout SeededGenerator) async throws {
        let delay = Duration.seconds(Int.random(in: 0...4, using: &random))
        sent += 1
        _ = try await bench.service.send(OutgoingMessage(body: "\(sent)", delay: delay), to: queue)
        model.send("\(sent)", delay: delay, bench.clock.now)
    }

    private mutating func receive(_ random: inout SeededGenerator) async throws {
        let maximum = Int.random(in: 1...10, using: &random)
        let timeout = Bool.random(using: &random) ? nil : Duration.seconds(Int.random(in: 1...9, using: &random))
        let available = model.available(bench.clock.now).count
        let messages = try await bench.service.receive(from: queue, maximum: maximum, visibilityTimeout: timeout)
        try agree(
            messages.count == min(maximum, available),
            "\(messages.count) messages came of \(available), asked for \(maximum)")
        let isAllowed = model.receive(messages.map(\.body), timeout: timeout, bench.clock.now)
        try agree(isAllowed, "the model could not have handed out \(messages.map(\.body))")
        held += messages.map { Held(body: $0.body, handle: $0.receiptHandle, receive: $0.receiveCount) }
        guard let dead else { return }
        let buried = try await bench.service.peek(dead, limit: 100).map(\.body)
        model.bury(buried.filter { body in !model.dead.contains(body) })
    }

    private mutating func delete(_ random: inout SeededGenerator) async throws {
        guard let chosen = held.randomElement(using: &random) else { return }
        try await bench.service.delete(chosen.handle, from: queue)
        // A handle of an earlier receive deletes nothing that is in other hands.
        if let message = model.messages.first(where: { $0.body == chosen.body }),
            message.receives == chosen.receive || message.visibleAt <= bench.clock.now
        {
            model.delete(chosen.body)
        }
    }

    private mutating func change(_ random: inout SeededGenerator) async throws {
        guard let chosen = held.randomElement(using: &random),
            let index = model.messages.firstIndex(where: { $0.body == chosen.body })
        else { return }
        let timeout = Duration.seconds(Int.random(in: 0...9, using: &random))
        try await bench.service.changeVisibility(of: chosen.handle, in: queue, to: timeout)
        model.messages[index].visibleAt = bench.clock.now + timeout
    }
}
