import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
    func updateItem(_ call: Call) async throws -> Answer {
        let (limits, now) = (limits, clock.now)
        let update = try CurrentWording.counted { try Update(call, limits) }
        let table = try await table(of: call)
        let key = try update.key(in: table, limits)
        try update.checkCharge(limits)
        let (old, new, expiry) = try await database.write(undo: .none) { db in
            let writer = try ItemWriter(DynamoDBStore(db), table, at: now)
            let old = try writer.old(key)
            try update.condition.check(old)
            let new = try update.apply(to: old, in: table, limits)
            let expiry = old == nil && new == nil ? nil : try writer.replace(old, with: new, key)
            return (old, new, expiry)
        }
        expirySweep.note(expiry)
        var answer: Answer = [:]
        if let shown = update.shown(old, new), !shown.isEmpty { answer.append("Attributes", .item(shown)) }
        answer.append(CapacityReport(call) == .none ? nil : .write(old, new, table), call)
        answer.appendMetrics(call, table, update.wireKey)
        return answer
    }
}

/// The parameters of UpdateItem, or of an Update in a transaction, which are checked before the table is looked at.
struct Update: Sendable {
    enum ReturnValues: String, Sendable {
        case none = "NONE"
        case allOld = "ALL_OLD"
        case updatedOld = "UPDATED_OLD"
        case allNew = "ALL_NEW"
        case updatedNew = "UPDATED_NEW"
    }

    let wireKey: Item
    let update: UpdateExpression?
    let legacyUpdate: LegacyUpdate?
    let condition: WriteCondition
    let returnValues: ReturnValues

    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        try ExpressionParameters.checkMixture(
            call, expressions: ["UpdateExpression", "ConditionExpression"],
            legacy: ["AttributeUpdates", "Expected", "ConditionalOperator"])
        wireKey = try Item(wire: call["Key"] ?? [:])
        legacyUpdate = try LegacyUpdate(call, limits)
        let expected = try LegacyConditions.expected(call)
        var parameters = try ExpressionParameters(call, limits)
        update = try parameters.update()
        let expression = try parameters.condition("ConditionExpression")
        try parameters.finish()
        condition = try WriteCondition(expression ?? expected, call)
        returnValues = call["ReturnValues"]?.string.flatMap(ReturnValues.init) ?? .none
    }

    private var paths: [DocumentPath] {
        update?.actions.map(\.path) ?? legacyUpdate?.names.map { DocumentPath($0) } ?? []
    }

    func key(in table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        let key = try table.encodedKey(wireKey, limits)
        let heads = paths.map(\.head)
        for attribute in table.keySchema.attributes where heads.contains(attribute.name) {
            throw .key(.notUpdatable(attribute.name))
        }
        try checkIndexKeys(table)
        try table.checkScalarKeys(paths + (condition.condition?.paths ?? []))
        return key
    }

    /// Index keys that the request alone sets to a value that no such key may have.
    private func checkIndexKeys(_ table: TableDefinition) throws(ValidationFailure) {
        guard table.hasIndexes else { return }
        for (name, value) in literals {
            for index in table.indexesByName {
                for attribute in index.keySchema.attributes where attribute.name == name {
                    guard value.type.rawValue == attribute.type.rawValue else {
                        throw .key(
                            .indexTypeMismatch(
                                name, expected: attribute.type.rawValue, actual: value.type.rawValue,
                                index: index.name))
                    }
                    if value.isEmptyKey { throw .key(.emptyInIndexByUpdate(value.type)) }
                }
            }
        }
    }

    /// The attributes that are set to a value of the request as it is.
    private var literals: [(Text, AttributeValue)] {
        if let legacyUpdate { return legacyUpdate.literals }
        return (update?.actions ?? []).compactMap { action in
            switch action {
            case .set(let path, .value(let value)), .add(let path, let value):
                path.isNested ? nil : (path.head, value)
            default: nil
            }
        }
    }

    /// The item after the update; nil when there was none and the update only takes away.
    func apply(
        to old: Item?, in table: TableDefinition, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) -> Item? {
        if old == nil, onlyTakesAway { return nil }
        var new = old ?? wireKey
        if let update {
            do {
                new = try update.apply(to: new, exists: old != nil)
            } catch {
                throw .expression(.update(error))
            }
        }
        if let legacyUpdate { new = try legacyUpdate.apply(to: new, exists: old != nil) }
        try new.checkStructure(limits)
        if new.sizeInBytes > limits.item_bytes { throw .value(.updatedItemTooLarge) }
        try checkIndexKeyTypes(old, new, table, limits)
        return new
    }

    /// The rule of size that only UpdateItem has, whatever the item is and the condition says.
    func checkCharge(_ limits: DynamoDBLimits) throws(ValidationFailure) {
        guard let update, update.charge_bytes > limits.item_bytes else { return }
        throw .value(.updatedItemTooLarge)
    }

    private var onlyTakesAway: Bool {
        if let legacyUpdate { return legacyUpdate.onlyDeletes }
        guard let update else { return false }
        return update.actions.allSatisfy { action in
            switch action {
            case .remove, .delete: true
            case .set, .add: false
            }
        }
    }

    /// Looks at what the update changes; what was there before the index may stay as it is.
    private func checkIndexKeyTypes(
        _ old: Item?, _ item: Item, _ table: TableDefinition, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) {
        guard table.hasIndexes else { return }
        for index in table.indexesByName {
            var isChanged = false
            for attribute in index.keySchema.attributes {
                guard let value = item[attribute.name], value != old?[attribute.name] else { continue }
                guard value.type.rawValue == attribute.type.rawValue else { throw .key(.unsupportedIndexKeyType) }
                if value.isEmptyKey { throw .key(.emptyInIndexByUpdate(value.type)) }
                isChanged = true
            }
            if isChanged { try TableDefinition.checkSize(of: item, index, limits) }
        }
    }

    /// What `ReturnValues` asks for.
    func shown(_ old: Item?, _ new: Item?) -> Item? {
        switch returnValues {
        case .none: nil
        case .allOld: old
        case .allNew: new
        case .updatedOld: old.map { ProjectionExpression(paths: paths).project($0) }
        case .updatedNew: new.map { ProjectionExpression(paths: paths).project($0) }
        }
    }
}
