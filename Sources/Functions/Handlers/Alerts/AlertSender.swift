import AWSClient
import FoundationEssentials
import Lake

/// Sends each alert once, whichever run sees its event first: the run claims it in a table, sends, and notes that it has.
///
/// A run that died between the two sends again when it is repeated; `alert_id` tells that it is the same alert.
struct AlertSender: Sendable {
    let rules: AlertRules
    private let sender: QueueSender
    private let table: String
    private let dynamoDB: DynamoDBClient
    private let now: @Sendable () -> Instant

    /// Nil without `ALERTS_QUEUE_URL`: nobody wants alerts.
    init?(_ settings: Settings, _ services: Services) throws {
        guard let queueURL = settings.text("ALERTS_QUEUE_URL") else { return nil }
        rules = try AlertRules(settings)
        table = try settings.text("ALERTS_TABLE", expected: "the table of alerts, whose key is id")
        sender = QueueSender(queueURL: queueURL, sqs: services.sqs, time: services.time)
        dynamoDB = services.dynamoDB
        now = services.now
    }

    /// Sends what no other run has claimed.
    ///
    /// - Returns: how many were sent.
    func send(_ alerts: [Alert], until deadline: Date?) async throws -> Int {
        let dynamoDB = dynamoDB.until(deadline)
        var claimed: [Alert] = []
        for alert in alerts where try await claim(alert, dynamoDB) { claimed.append(alert) }
        let messages = try claimed.map {
            SQSMessage(
                body: try $0.body, attributes: ["alert": .string($0.kind.rawValue), "run_id": .string($0.runID)])
        }
        let sent = try await sender.send(messages, until: deadline)
        for alert in claimed {
            try await dynamoDB.update(
                key: ["id": .s(alert.id)], in: table,
                DynamoDBExpression("SET sent_at = :now", values: [":now": .s("\(now())")]))
        }
        return sent.messages
    }

    private func claim(_ alert: Alert, _ dynamoDB: DynamoDBClient) async throws -> Bool {
        do {
            try await dynamoDB.put(
                [
                    "id": .s(alert.id), "run_id": .s(alert.runID), "collected_at": .s("\(alert.collectedAt)"),
                    "expires_at": .number(now().microseconds / 1_000_000 + Self.secondsKept),
                ], in: table,
                if: DynamoDBExpression(
                    "attribute_not_exists(id) OR (run_id = :run AND attribute_not_exists(sent_at))",
                    values: [":run": .s(alert.runID)]))
            return true
        } catch DynamoDBError.conditionalCheckFailed {
            return false
        }
    }

    /// Thirty days: no broadcast is longer.
    private static let secondsKept: Int64 = 30 * 86_400
}
