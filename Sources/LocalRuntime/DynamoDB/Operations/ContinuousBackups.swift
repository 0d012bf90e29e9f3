import AWSProtocol
import EmulatorClock

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html
    func describeContinuousBackups(_ call: Call) async throws -> JSONObject {
        ["ContinuousBackupsDescription": try await backedUpTable(call).backupsDescription(at: clock.now)]
    }

    /// Stores and answers whether point-in-time recovery is on; there is nothing yet to recover with.
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html
    func updateContinuousBackups(_ call: Call) async throws -> JSONObject {
        let specification = call["PointInTimeRecoverySpecification"] ?? [:]
        let isEnabled = specification["PointInTimeRecoveryEnabled"]?.bool == true
        let period = specification["RecoveryPeriodInDays"]?.flooredInteger
        if !isEnabled, period != nil { throw ValidationFailure.tableChange(.recoveryPeriodWithoutRecovery) }
        let now = clock.now
        let changed = try await change(try await backedUpTable(call)) { table, _ in
            guard isEnabled else {
                table.settings.pointInTimeRecovery = nil
                return
            }
            let old = table.settings.pointInTimeRecovery
            table.settings.pointInTimeRecovery = PointInTimeRecovery(
                enabledAt_ms: old?.enabledAt_ms ?? now.milliseconds,
                recoveryPeriod_days: period ?? old?.recoveryPeriod_days ?? 35)
        }
        return ["ContinuousBackupsDescription": changed.backupsDescription(at: now)]
    }

    private func backedUpTable(_ call: Call) async throws -> TableDefinition {
        do {
            return try await describedTable(call)
        } catch DynamoDBError.tableNotFound(let name) {
            throw DynamoDBError.tableNotFoundForBackups(name)
        }
    }
}

extension TableDefinition {
    fileprivate func backupsDescription(at now: Timestamp) -> JSONValue {
        var recovery: JSONObject = ["PointInTimeRecoveryStatus": "DISABLED"]
        if let settings = settings.pointInTimeRecovery {
            let period = Duration.seconds(settings.recoveryPeriod_days * 86_400)
            let earliest = max(settings.enabledAt_ms, (now - period).milliseconds)
            recovery = [
                "PointInTimeRecoveryStatus": "ENABLED",
                "RecoveryPeriodInDays": .integer(settings.recoveryPeriod_days),
                "EarliestRestorableDateTime": .seconds(earliest),
                "LatestRestorableDateTime": .seconds(now.milliseconds),
            ]
        }
        return ["ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": .object(recovery)]
    }
}
