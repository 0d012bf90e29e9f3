import AWSProtocol
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
    func getItem(_ call: Call) async throws -> Answer {
        let get = try CurrentWording.bare { try Get(call, limits) }
        let table = try await table(of: call)
        let key = try get.key(in: table, limits)
        let item = try database.look { try DynamoDBStore($0).item(inTable: table.id, key) }
        var answer: Answer = [:]
        if let item { answer.append("Item", .item(get.shown(item))) }
        var capacity = ConsumedCapacity(table)
        capacity.table = ConsumedCapacity.read(
            bytes: item?.sizeInBytes ?? 0, isConsistent: call["ConsistentRead"]?.bool == true)
        answer.append(capacity, call)
        return answer
    }
}

/// The parameters of GetItem, or of a Get in a transaction, which are checked before the table is looked at.
struct Get: Sendable {
    let wireKey: Item
    let projection: ProjectionExpression?

    init(_ call: Call, _ limits: DynamoDBLimits) throws {
        try ExpressionParameters.checkMixture(
            call, expressions: ["ProjectionExpression"], legacy: ["AttributesToGet"])
        wireKey = try Item(wire: call["Key"] ?? [:])
        projection = try ProjectionExpression(call, limits)
    }

    func key(in table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        let key = try table.encodedKey(wireKey, limits)
        try table.checkScalarKeys(projection?.paths ?? [])
        return key
    }

    func shown(_ item: Item) -> Item {
        projection?.project(item) ?? item
    }
}

extension ProjectionExpression {
    /// The projection of a request that has no other expression, by either parameter.
    init?(_ call: Call, _ limits: DynamoDBLimits) throws {
        let legacy = try LegacyConditions.attributesToGet(call, limits)
        var parameters = try ExpressionParameters(call, limits)
        let projection = try parameters.projection()
        try parameters.finish()
        guard let result = projection ?? legacy else { return nil }
        self = result
    }
}
