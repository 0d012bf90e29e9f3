import AWSClient
import Lake
package import LambdaRuntime

/// Puts one message for each stream of a run on the queue, with its tier, and alerts on another one, where that is given.
///
/// A stream that came twice goes once, as it was last seen. A repetition sends all again: the store takes each once.
package struct PublishToQueue: LambdaHandler {
    private let bucket: LakeBucket
    private let sender: QueueSender
    private let tiers: TierRule
    private let alerts: AlertSender?

    init(_ settings: Settings, _ services: Services) throws {
        bucket = try settings.lakeBucket(services)
        tiers = try TierRule(settings)
        alerts = try AlertSender(settings, services)
        let queueURL = try settings.text("QUEUE_URL", expected: "the URL of the queue of streams")
        sender = QueueSender(queueURL: queueURL, sqs: services.sqs, time: services.time)
    }

    package func handle(_ event: RunEvent, context: LambdaContext) async throws -> PublishAnswer {
        let bucket = bucket.until(context.callDeadline)
        let rows = try await lastSightings("\(event.bronze)", bucket)
        let messages = try rows.map(message)
        let sent = try await sender.send(messages, until: context.callDeadline)
        context.logger.info(
            "Sent the streams of one run.",
            ["run_id": event.runID.text, "messages": sent.messages, "batches": sent.batches, "resent": sent.resent])
        let alertCount = try await alert(rows, of: event.bronze, bucket, context)
        var metrics = context.metrics(namespace: "Rivulet")
        metrics.put("MessagesSent", Double(sent.messages), .count)
        metrics.put("MessagesResent", Double(sent.resent), .count)
        if let alertCount { metrics.put("AlertsSent", Double(alertCount), .count) }
        metrics.emit()
        return PublishAnswer(
            runID: event.runID.text, messages: sent.messages, batches: sent.batches, resent: sent.resent,
            alerts: alertCount)
    }

    /// The last row of each stream, in order; rows without an id are all kept, for the rules to refuse.
    private func lastSightings(_ key: String, _ bucket: LakeBucket) async throws -> [BronzeRow] {
        let rows = try await bucket.files([key]).flatMap { Array(try BronzeRows($0)) }
        let last = Dictionary(rows.enumerated().map { ($0.element.stream.id, $0.offset) }) { _, later in later }
        return rows.enumerated().filter { $0.element.stream.id == nil || last[$0.element.stream.id] == $0.offset }
            .map(\.element)
    }

    /// Sends the run's alerts, compared to the last complete pull before it; nil when nobody wants any.
    private func alert(
        _ rows: [BronzeRow], of bronze: BronzeKey, _ bucket: LakeBucket, _ context: LambdaContext
    ) async throws -> Int? {
        guard let alerts else { return nil }
        var earlier: [BronzeRow] = []
        if let collectedAt = rows.first?.collectedAt,
            let summary = try await bucket.metadata("\(bronze)").flatMap(PullSummary.init(metadata:)),
            let last = try await EarlierPulls(bucket: bucket).last(before: collectedAt, like: summary)
        {
            earlier = try await lastSightings(last.key, bucket)
        }
        let sent = try await alerts.send(alerts.rules.alerts(in: rows, after: earlier), until: context.callDeadline)
        context.logger.info("Sent alerts.", ["alerts": sent])
        return sent
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
    /// Nil where nobody wants alerts.
    let alerts: Int?

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case messages, batches, resent, alerts
    }
}
