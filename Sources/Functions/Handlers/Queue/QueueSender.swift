import AWSClient
import FoundationEssentials
import HTTPTransport
import Twitch

/// Sends messages ten a request and repeats what the queue did not take, entry by entry.
struct QueueSender: Sendable {
    let queueURL: String
    let sqs: SQSClient
    let time: TimeAndChance

    /// How often a request of ten goes out at most, the first time included.
    static let rounds = 5
    static let batchSize = 10
    /// Requests under way together.
    static let atOnce = 4

    struct Sent: Sendable, Equatable {
        var messages = 0
        var batches = 0
        /// Messages that went out once more, each time counted.
        var resent = 0
    }

    /// - Throws: `QueueSendError` when entries are still not taken at the end; the others have been sent.
    func send(_ messages: [SQSMessage], until deadline: Date?) async throws -> Sent {
        let sqs = sqs.until(deadline)
        let batches = stride(from: 0, to: messages.count, by: Self.batchSize).map {
            Array(messages[$0..<min($0 + Self.batchSize, messages.count)])
        }
        var sent = Sent(messages: messages.count, batches: batches.count)
        var failures = QueueSendError(total: messages.count)
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for (index, batch) in batches.enumerated() {
                if index >= Self.atOnce, let outcome = try await group.next() { failures.add(outcome, to: &sent) }
                group.addTask { try await send(batch, sqs, until: deadline) }
            }
            for try await outcome in group { failures.add(outcome, to: &sent) }
        }
        guard failures.count == 0 else { throw failures }
        return sent
    }

    fileprivate struct Outcome: Sendable {
        var resent = 0
        var failed = 0
        var reason = ""
    }

    private func send(_ batch: [SQSMessage], _ sqs: SQSClient, until deadline: Date?) async throws -> Outcome {
        var outcome = Outcome()
        var waiting = batch
        for round in 1...Self.rounds {
            let (again, refused, reason) = try await sendOnce(waiting, sqs)
            outcome.failed += refused
            if !reason.isEmpty { outcome.reason = reason }
            let delay = RetryRules.twitch.backoff(failures: round, random: time.random())
            guard !again.isEmpty, round < Self.rounds, isBefore(deadline, after: delay) else {
                outcome.failed += again.count
                break
            }
            try await time.sleep(delay)
            outcome.resent += again.count
            waiting = again
        }
        return outcome
    }

    /// The messages that are worth another attempt, how many are not, and why.
    private func sendOnce(
        _ batch: [SQSMessage], _ sqs: SQSClient
    ) async throws -> (again: [SQSMessage], refused: Int, reason: String) {
        do {
            let failed = try await sqs.sendMessageBatch(batch, to: queueURL).failed
            let again = failed.filter { !$0.isSenderFault }.map { batch[$0.index] }
            return (again, failed.count - again.count, failed.first.map { "\($0.code): \($0.message)" } ?? "")
        } catch let error as AWSError where error.isTransient {
            return (batch, 0, "\(error)")
        } catch let error as HTTPTransportError {
            return (batch, 0, "\(error)")
        }
    }

    private func isBefore(_ deadline: Date?, after delay: Duration) -> Bool {
        guard let deadline else { return true }
        return time.now() + delay < .seconds(deadline.timeIntervalSince1970)
    }
}

/// Messages that the queue did not take, however often they were sent.
package struct QueueSendError: Error, Equatable {
    package let total: Int
    package fileprivate(set) var count = 0
    /// What the queue said of one of them.
    package fileprivate(set) var reason = ""

    init(total: Int) {
        self.total = total
    }

    fileprivate mutating func add(_ outcome: QueueSender.Outcome, to sent: inout QueueSender.Sent) {
        sent.resent += outcome.resent
        guard outcome.failed > 0 else { return }
        count += outcome.failed
        reason = outcome.reason
    }
}

extension QueueSendError: CustomStringConvertible {
    package var description: String {
        "\(count) of \(total) messages could not be sent; one of them: \(reason). Repeat the step: it does no harm."
    }
}
