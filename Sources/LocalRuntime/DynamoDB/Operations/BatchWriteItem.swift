import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    func batchWriteItem(_ call: Call) async throws -> JSONObject {
        let requests = call["RequestItems"]?.object?.members ?? []
        guard !requests.isEmpty else {
            throw ValidationFailure.batch(.requestItemsMissing(operation: "BatchWriteItem"))
        }
        var parts: [BatchWrite] = []
        for member in requests { parts.append(try BatchWrite(member.name, member.value.array ?? [], limits)) }
        for index in parts.indices {
            let table = try await table(named: parts[index].tableName, call)
            try parts[index].resolve(table, limits)
        }
        let report = CapacityReport(call)
        let (resolved, now) = (parts, clock.now)
        let outcomes = try await database.write(undo: .none) { db in
            // Every table is looked at before any is written to.
            let writers = try resolved.map { try $0.writer(DynamoDBStore(db), at: now) }
            return try zip(resolved, writers).map { try $0.write($1, wantsCapacity: report != .none) }
        }
        for outcome in outcomes { outcome.expiries.forEach { expirySweep.note($0) } }
        var answer: JSONObject = ["UnprocessedItems": .object([:])]
        let metrics = parts.compactMap { part in part.metrics(call).map { (part.tableName, $0) } }
        if !metrics.isEmpty { answer.append("ItemCollectionMetrics", .object(JSONObject(metrics))) }
        if report != .none {
            answer.append("ConsumedCapacity", .array(outcomes.map { $0.capacity.wire(report) }))
        }
        return answer
    }
}

/// The puts and deletes that a BatchWriteItem does in one table.
private struct BatchWrite: Sendable {
    private enum Request: Sendable {
        case put(Item)
        case delete(Item)

        var item: Item {
            switch self {
            case .put(let item), .delete(let item): item
            }
        }
    }

    struct Outcome: Sendable {
        var capacity: ConsumedCapacity
        var expiries: [Timestamp] = []
    }

    let tableName: String
    private var requests: [Request] = []
    private var keys: [EncodedKey] = []
    private var table: TableDefinition?

    init(_ tableName: String, _ wire: [JSONValue], _ limits: DynamoDBLimits) throws(ValidationFailure) {
        self.tableName = tableName
        for request in wire {
            switch (request["PutRequest"], request["DeleteRequest"]) {
            case (let put?, nil):
                let item = try Item(wire: put["Item"] ?? [:])
                try item.checkStructure(limits)
                if item.sizeInBytes > limits.item_bytes { throw .value(.itemTooLarge) }
                requests.append(.put(item))
            case (nil, let delete?): requests.append(.delete(try Item(wire: delete["Key"] ?? [:])))
            default: throw .batch(.emptyWriteRequest)
            }
        }
    }

    mutating func resolve(_ table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) {
        self.table = table
        for request in requests {
            switch request {
            case .put(let item):
                keys.append(try table.encodedKey(ofBatchItem: item, limits))
                try table.checkIndexKeys(of: item, limits)
            case .delete(let key): keys.append(try table.encodedKey(key, limits))
            }
        }
        if Set(keys).count < keys.count { throw .key(.duplicates) }
    }

    func writer(_ store: DynamoDBStore, at now: Timestamp) throws -> ItemWriter {
        guard let table else { preconditionFailure("a batch is written after its table was found") }
        return try ItemWriter(store, table, at: now)
    }

    func write(_ writer: ItemWriter, wantsCapacity: Bool) throws -> Outcome {
        let table = writer.table
        var outcome = Outcome(capacity: ConsumedCapacity(table))
        outcome.capacity.tableName = tableName
        for (request, key) in zip(requests, keys) {
            let old = writer.needsOldItem || wantsCapacity ? try writer.old(key) : nil
            let new: Item? = if case .put(let item) = request { item } else { nil }
            if let expiry = try writer.replace(old, with: new, key) { outcome.expiries.append(expiry) }
            if wantsCapacity { outcome.capacity.add(.write(old, new, table)) }
        }
        return outcome
    }

    /// The item collections that were written to, where the request asked for them.
    func metrics(_ call: Call) -> JSONValue? {
        guard call["ReturnItemCollectionMetrics"]?.string == "SIZE", let table else { return nil }
        var seen: Set<[UInt8]> = []
        let metrics = zip(requests, keys).compactMap { request, key in
            seen.insert(key.partition).inserted ? Answer.collectionMetrics(table, request.item) : nil
        }
        return metrics.isEmpty ? nil : .array(metrics)
    }
}
