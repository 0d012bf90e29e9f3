import AWSProtocol
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
    func batchGetItem(_ call: Call) async throws -> Answer {
        let requests = call["RequestItems"]?.object?.members ?? []
        var parts: [BatchGet] = []
        for member in requests {
            let part = call.part(member.value.object ?? [:])
            parts.append(try CurrentWording.bare { try BatchGet(member.name, part, limits) })
        }
        if parts.reduce(0, { $0 + $1.wireKeys.count }) > limits.batchGetKeys {
            throw ValidationFailure.batch(.tooManyKeys)
        }
        for index in parts.indices {
            let table = try await table(named: parts[index].tableName, call)
            try parts[index].resolve(table, limits)
        }
        let (resolved, answerLimit) = (BatchGet.merged(parts), limits.batchGetAnswer_bytes)
        let found = try await database.read { db in
            let store = DynamoDBStore(db)
            return try resolved.map { part in
                try part.keys.map { try store.item(inTable: part.table?.id ?? 0, $0) }
            }
        }
        return Self.answer(resolved, found, CapacityReport(call), answerLimit)
    }

    private static func answer(
        _ parts: [BatchGet], _ found: [[Item?]], _ report: CapacityReport, _ limit_bytes: Int
    ) -> Answer {
        var (responses, unprocessed): (Answer, JSONObject) = ([:], [:])
        var capacities: [JSONValue] = []
        var bytes = 0
        for (part, items) in zip(parts, found) {
            guard let table = part.table else { continue }
            var (shown, leftOver) = ([Item](), [JSONValue]())
            var capacity = ConsumedCapacity(table)
            capacity.tableName = part.tableName
            for (item, wireKey) in zip(items, part.wireKeys) {
                let size = item?.sizeInBytes ?? 0
                if bytes > 0, bytes + size > limit_bytes {
                    leftOver.append(wireKey.wire)
                    continue
                }
                bytes += size
                capacity.table += ConsumedCapacity.read(bytes: size, isConsistent: part.isConsistent)
                if let item { shown.append(part.projection?.project(item) ?? item) }
            }
            responses.append(part.tableName, .items(shown))
            if !leftOver.isEmpty { unprocessed.append(part.tableName, part.rest(leftOver)) }
            capacities.append(capacity.wire(report))
        }
        var answer: Answer = ["Responses": .answer(responses), "UnprocessedKeys": .json(.object(unprocessed))]
        if report != .none { answer.append("ConsumedCapacity", json: .array(capacities)) }
        return answer
    }
}

/// The keys that a BatchGetItem wants of one table.
private struct BatchGet: Sendable {
    let tableName: String
    private(set) var wireKeys: [Item]
    let projection: ProjectionExpression?
    let isConsistent: Bool
    private let call: Call
    private(set) var table: TableDefinition?
    private(set) var keys: [EncodedKey] = []

    init(_ tableName: String, _ call: Call, _ limits: DynamoDBLimits) throws {
        self.tableName = tableName
        self.call = call
        try ExpressionParameters.checkMixture(
            call, expressions: ["ProjectionExpression"], legacy: ["AttributesToGet"])
        projection = try ProjectionExpression(call, limits)
        wireKeys = try (call["Keys"]?.array ?? []).map { try Item(wire: $0) }
        if Set(wireKeys).count < wireKeys.count { throw ValidationFailure.key(.duplicates) }
        isConsistent = call["ConsistentRead"]?.bool == true
    }

    mutating func resolve(_ table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) {
        self.table = table
        for key in wireKeys { keys.append(try table.encodedKey(key, limits)) }
        try table.checkScalarKeys(projection?.paths ?? [])
    }

    /// Takes together what a request wants of one table by its name and by its ARN.
    static func merged(_ parts: [BatchGet]) -> [BatchGet] {
        parts.reduce(into: []) { merged, part in
            guard let first = merged.firstIndex(where: { $0.table?.id == part.table?.id }) else {
                return merged.append(part)
            }
            for (wireKey, key) in zip(part.wireKeys, part.keys) where !merged[first].keys.contains(key) {
                merged[first].wireKeys.append(wireKey)
                merged[first].keys.append(key)
            }
        }
    }

    /// The same request for the keys that found no room in the answer.
    func rest(_ keys: [JSONValue]) -> JSONValue {
        var members = call.members
        members["Keys"] = .array(keys)
        return .object(members)
    }
}
