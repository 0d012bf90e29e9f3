import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
    func putItem(_ call: Call) async throws -> Answer {
        let put = try CurrentWording.counted { try Put(call, limits) }
        let table = try await table(of: call)
        let key = try put.key(in: table, limits)
        let report = CapacityReport(call)
        let showsOld = call["ReturnValues"]?.string == "ALL_OLD"
        let now = clock.now
        let (old, expiry) = try await database.write(undo: .none) { db in
            let writer = try ItemWriter(DynamoDBStore(db), table, at: now)
            let isOldNeeded =
                writer.needsOldItem || put.condition.condition != nil || showsOld || report != .none
            let old = isOldNeeded ? try writer.old(key) : nil
            try put.condition.check(old)
            return (old, try writer.replace(old, with: put.item, key))
        }
        expirySweep.note(expiry)
        var answer: Answer = [:]
        if showsOld, let old { answer.append("Attributes", .item(old)) }
        answer.append(report == .none ? nil : .write(old, put.item, table), call)
        answer.appendMetrics(call, table, put.item)
        return answer
    }
}

/// The parameters of PutItem, or of a Put in a transaction, which are checked before the table is looked at.
struct Put: Sendable {
    let item: Item
    let condition: WriteCondition

    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        try ExpressionParameters.checkMixture(
            call, expressions: ["ConditionExpression"], legacy: ["Expected", "ConditionalOperator"])
        item = try Item(wire: call["Item"] ?? [:])
        if let values = call["ReturnValues"]?.string, values != "ALL_OLD", values != "NONE" {
            throw ValidationFailure.expression(.returnValuesOnlyAllOld)
        }
        try item.checkStructure(limits)
        if item.sizeInBytes > limits.item_bytes { throw ValidationFailure.value(.itemTooLarge) }
        condition = try WriteCondition(call, limits)
    }

    func key(in table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        let key = try table.encodedKey(ofItem: item, limits)
        try table.checkIndexKeys(of: item, limits)
        try table.checkScalarKeys(condition.condition?.paths ?? [])
        return key
    }
}

extension WriteCondition {
    /// The condition of a request that has no other expression.
    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        var parameters = try ExpressionParameters(call, limits)
        let condition = try parameters.condition("ConditionExpression")
        try parameters.finish()
        try self.init(condition ?? LegacyConditions.expected(call), call)
    }

    init(_ condition: ConditionExpression?, _ call: Call) throws {
        self.condition = condition
        showsItemOnFailure = call["ReturnValuesOnConditionCheckFailure"]?.string == "ALL_OLD"
    }
}
