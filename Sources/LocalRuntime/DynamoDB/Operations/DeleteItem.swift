import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html
    func deleteItem(_ call: Call) async throws -> Answer {
        let delete = try CurrentWording.counted { try Delete(call, limits) }
        let table = try await table(of: call)
        let key = try delete.key(in: table, limits)
        let report = CapacityReport(call)
        let showsOld = call["ReturnValues"]?.string == "ALL_OLD"
        let now = clock.now
        let old = try await database.write(undo: .none) { db in
            let writer = try ItemWriter(DynamoDBStore(db), table, at: now)
            let isOldNeeded =
                writer.needsOldItem || delete.condition.condition != nil || showsOld || report != .none
            let old = isOldNeeded ? try writer.old(key) : nil
            try delete.condition.check(old)
            try writer.replace(old, with: nil, key)
            return old
        }
        var answer: Answer = [:]
        if showsOld, let old { answer.append("Attributes", .item(old)) }
        answer.append(report == .none ? nil : .write(old, nil, table), call)
        answer.appendMetrics(call, table, delete.wireKey)
        return answer
    }
}

/// The parameters of DeleteItem, or of a Delete or ConditionCheck in a transaction, which are checked before the table
/// is looked at.
struct Delete: Sendable {
    let wireKey: Item
    let condition: WriteCondition

    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        try ExpressionParameters.checkMixture(
            call, expressions: ["ConditionExpression"], legacy: ["Expected", "ConditionalOperator"])
        wireKey = try Item(wire: call["Key"] ?? [:])
        if let values = call["ReturnValues"]?.string, values != "ALL_OLD", values != "NONE" {
            throw ValidationFailure.expression(.returnValuesOnlyAllOld)
        }
        condition = try WriteCondition(call, limits)
        for entry in wireKey.entries { try entry.value.checkDepth(limits) }
    }

    func key(in table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        let key = try table.encodedKey(wireKey, limits)
        try table.checkScalarKeys(condition.condition?.paths ?? [])
        return key
    }
}
