import Lake
package import LambdaRuntime
import Synchronization

/// Stores the observations of one batch of messages, each once; a bad message fails alone.
package struct SQSToStore: LambdaHandler {
    private let table: RealtimeTable
    private let lake: LakeConfiguration

    init(_ settings: Settings, _ services: Services) throws {
        table = try RealtimeTable(settings, services.dynamoDB)
        lake = try settings.lake
    }

    package func handle(_ event: SQSEvent, context: LambdaContext) async throws -> BatchItemFailures {
        let counts = Mutex(Counts())
        let table = table.until(context.callDeadline)
        let failures = await event.processEach(atOnce: 10, logger: context.logger) { record in
            let outcome = try await process(record, table, context.logger)
            counts.withLock { $0[outcome, default: 0] += 1 }
        }
        report(counts.withLock { $0 }, of: event.records.count, failures, context)
        return failures
    }

    private typealias Counts = [Outcome: Int]

    /// What became of a good message.
    private enum Outcome: String, CaseIterable {
        case stored, unchanged
        /// Valid on Twitch, but below the lake's floor: nothing is stored, and nobody needs to look into it.
        case belowMinViewers = "below_min_viewers"
    }

    private func process(_ record: SQSEvent.Record, _ table: RealtimeTable, _ logger: LambdaLogger) async throws
        -> Outcome
    {
        let message = try StreamMessage(body: record.body)
        switch lake.outcome(of: message.stream, collectedAt: message.collectedAt, runID: message.runID) {
        case .quarantined(.belowMinViewers): return .belowMinViewers
        case .quarantined(let motivo):
            throw RejectedMessage(motivo: motivo.rawValue, runID: message.runID, rowNumber: message.rowNumber)
        case .stream(let stream):
            switch try await table.store(stream, rowNumber: message.rowNumber) {
            case .stored: return .stored
            case .unchanged:
                logger.debug("Stored before.", ["run_id": message.runID, "message_id": record.messageID])
                return .unchanged
            }
        }
    }

    private func report(
        _ counts: Counts, of records: Int, _ failures: BatchItemFailures, _ context: LambdaContext
    ) {
        let failed = failures.batchItemFailures.count
        context.logger.info(
            "Worked through one batch.",
            [
                "records": records, "stored": counts[.stored] ?? 0, "unchanged": counts[.unchanged] ?? 0,
                "below_min_viewers": counts[.belowMinViewers] ?? 0, "failed": failed,
            ])
        var metrics = context.metrics(namespace: "Rivulet")
        metrics.put("ObservationsStored", Double(counts[.stored] ?? 0), .count)
        metrics.put("ObservationsUnchanged", Double(counts[.unchanged] ?? 0), .count)
        metrics.put("MessagesSkipped", Double(counts[.belowMinViewers] ?? 0), .count)
        metrics.put("MessagesFailed", Double(failed), .count)
        metrics.emit()
    }
}

/// A message whose row breaks a rule of LAKE_SPEC 2.3: it goes to the dead-letter queue after its receives.
package struct RejectedMessage: Error, Equatable, CustomStringConvertible {
    package let motivo: String
    package let runID: String
    package let rowNumber: Int32

    package var description: String { "\(motivo) in row \(rowNumber) of run \(runID)" }
}
