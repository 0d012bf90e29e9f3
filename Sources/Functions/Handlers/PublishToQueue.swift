import AWSClient
import Lake
package import LambdaRuntime

/// Puts one message for each stream of a run on the queue, with its tier.
///
/// A stream that came twice goes once, as it was last seen. A repetition sends all again: the store takes each once.
package struct PublishToQueue: LambdaHandler {
    private let bucket: LakeBucket
    private let sender: QueueSender
    private let tiers: TierRule

    init(_ settings: Settings, _ services: Services) throws {
        bucket = try settings.lakeBucket(services)
        tiers = try TierRule(settings)
        let queueURL = try settings.text("QUEUE_URL", expected: "the URL of the queue of streams")
        sender = QueueSender(queueURL: queueURL, sqs: services.sqs, time: services.time)
    }

    package func handle(_ event: RunEvent, context: LambdaContext) async throws -> PublishAnswer {
        let file = try await bucket.until(context.callDeadline).files(["\(event.bronze)"])
        let rows = try file.flatMap { try lastSightings(BronzeRows($0)) }
        let messages = try rows.map(message)
        let sent = try await sender.send(messages, until: context.callDeadline)
        context.logger.info(
            "Sent the streams of one run.",
            ["run_id": event.runID.text, "messages": sent.messages, "batches": sent.batches, "resent": sent.resent])
        var metrics = context.metrics(namespace: "Rivulet")
        metrics.put("MessagesSent", Double(sent.messages), .count)
        metrics.put("MessagesResent", Double(sent.resent), .count)
        metrics.emit()
        return PublishAnswer(
            runID: event.runID.text, messages: sent.messages, batches: sent.batches, resent: sent.resent)
    }

    /// The last row of each stream, in order; rows without an id are all kept, for the rules to refuse.
    private func lastSightings(_ rows: BronzeRows) -> [BronzeRow] {
        let rows = Array(rows)
        let last = Dictionary(rows.enumerated().map { ($0.element.stream.id, $0.offset) }) { _, later in later }
        return rows.enumerated().filter { $0.element.stream.id == nil || last[$0.element.stream.id] == $0.offset }
            .map(\.element)
    }

    private func message(_ row: BronzeRow) throws -> SQSMessage {
        let tier = tiers.tier(
            startedAt: row.stream.startedAt.flatMap(Instant.init(startedAt:)), collectedAt: row.collectedAt,
            viewers: row.stream.viewerCount)
        return SQSMessage(
            body: try StreamMessage(row).body,
            attributes: ["run_id": .string(row.runID), "tier": .string(tier.rawValue)])
    }
}

/// What `publishToQueue` did.
package struct PublishAnswer: Sendable, Encodable {
    let runID: String
    let messages: Int
    let batches: Int
    let resent: Int

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case messages, batches, resent
    }
}
