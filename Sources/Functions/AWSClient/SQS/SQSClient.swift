package import FoundationEssentials

/// Messages to queues. A refused request is an `AWSError`, a refused message a line of the result.
///
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/Welcome.html
package struct SQSClient: Sendable {
    private let session: AWSSession
    private let limits: SQSBatchLimits
    private let atOnce: Int

    /// - Parameter atOnce: how many requests of one `sendMessageBatch` are under way together.
    package init(_ session: AWSSession, limits: SQSBatchLimits = .aws, atOnce: Int = 4) {
        self.session = session
        self.limits = limits
        self.atOnce = atOnce
    }

    /// The same client with an end to all its calls.
    package func until(_ deadline: Date?) -> SQSClient {
        SQSClient(session.until(deadline), limits: limits, atOnce: atOnce)
    }

    /// The URL of a queue; without one of that name the code is `QueueDoesNotExist`.
    package func getQueueURL(name: String, ownerAccountID: String? = nil) async throws -> String {
        let input = SQSWire.GetQueueURLInput(QueueName: name, QueueOwnerAWSAccountId: ownerAccountID)
        let output: SQSWire.GetQueueURLOutput = try await session.call(.sqs, "GetQueueUrl", input)
        return output.QueueUrl
    }

    /// Sends any number of messages, as many in a request as fit.
    ///
    /// An entry that the queue could not take is sent again, with the session's pauses and tries; what then is still
    /// refused, or is the sender's fault, comes back as failed. When a whole request fails for good, its error is
    /// thrown, and other requests' messages may have been sent: after a repetition, receivers meet some twice, as SQS
    /// may always do.
    ///
    /// Messages of groups go request after request in the order given; but an entry sent again may come after a later
    /// one of its group.
    package func sendMessageBatch(_ messages: [SQSMessage], to queueURL: String) async throws -> SQSBatchResult {
        let plan = SQSBatchPlan(messages, limits)
        let isOrdered = messages.contains { $0.groupID != nil }
        let results = try await mapConcurrently(plan.requests, atOnce: isOrdered ? 1 : atOnce) { indices in
            try await send(indices, of: messages, to: queueURL)
        }
        return SQSBatchResult(
            sent: results.flatMap(\.sent).sorted { $0.index < $1.index },
            failed: (plan.tooLong + results.flatMap(\.failed)).sorted { $0.index < $1.index })
    }

    /// Sends one request's entries, and again those that failed without being at fault.
    private func send(
        _ indices: [Int], of messages: [SQSMessage], to queueURL: String
    ) async throws -> SQSBatchResult {
        var sent: [SQSBatchResult.Sent] = []
        var failed: [SQSBatchResult.Failed] = []
        var waiting = indices
        for tried in 1...session.retry.tries {
            let outcome = try await sendOnce(waiting, of: messages, to: queueURL)
            sent += outcome.sent
            failed += outcome.failed.filter(\.isSenderFault)
            let again = outcome.failed.filter { !$0.isSenderFault }
            guard !again.isEmpty else { break }
            guard tried < session.retry.tries, try await session.pause(after: tried) else {
                failed += again
                break
            }
            waiting = again.map(\.index)
        }
        return SQSBatchResult(sent: sent, failed: failed)
    }

    private func sendOnce(
        _ indices: [Int], of messages: [SQSMessage], to queueURL: String
    ) async throws -> SQSBatchResult {
        let entries = indices.map { SQSWire.Entry(id: $0, messages[$0]) }
        let input = SQSWire.SendBatchInput(QueueUrl: queueURL, Entries: entries)
        let output: SQSWire.SendBatchOutput = try await session.call(.sqs, "SendMessageBatch", input)
        let successes = Dictionary(output.Successful?.map { ($0.Id, $0) } ?? []) { first, _ in first }
        let failures = Dictionary(output.Failed?.map { ($0.Id, $0) } ?? []) { first, _ in first }
        var sent: [SQSBatchResult.Sent] = []
        var failed: [SQSBatchResult.Failed] = []
        for index in indices {
            if let success = successes[String(index)] {
                sent.append(.init(index: index, messageID: success.MessageId))
            } else {
                failed.append(.init(index: index, failures[String(index)]))
            }
        }
        return SQSBatchResult(sent: sent, failed: failed)
    }
}

/// Which messages go together into a request.
struct SQSBatchPlan {
    private(set) var requests: [[Int]] = []

    /// Messages that fit into no request: sent with others, they would take those down with them.
    private(set) var tooLong: [SQSBatchResult.Failed] = []

    init(_ messages: [SQSMessage], _ limits: SQSBatchLimits) {
        var bytes = 0
        for (index, message) in messages.enumerated() {
            let count = message.byteCount
            guard count <= limits.bytes else {
                tooLong.append(.init(index: index, tooLongFor: limits))
                continue
            }
            if let last = requests.last, last.count < limits.entries, bytes + count <= limits.bytes {
                requests[requests.count - 1].append(index)
                bytes += count
            } else {
                requests.append([index])
                bytes = count
            }
        }
    }
}

extension SQSBatchResult.Failed {
    /// An entry that the answer does not mention may or may not have been taken: it counts as failed, lest it be lost.
    fileprivate init(index: Int, _ failure: SQSWire.Failure?) {
        self.init(
            index: index, code: failure?.Code ?? "NotInAnswer",
            message: failure.map { $0.Message ?? "no message" } ?? "The answer does not mention the entry.",
            isSenderFault: failure?.SenderFault ?? false)
    }

    fileprivate init(index: Int, tooLongFor limits: SQSBatchLimits) {
        self.init(
            index: index, code: "InvalidParameterValue",
            message: "The message is longer than \(limits.bytes) bytes, its attributes included.", isSenderFault: true)
    }
}
