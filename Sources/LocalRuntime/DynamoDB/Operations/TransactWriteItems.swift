import AWSProtocol
import EmulatorClock
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
    func transactWriteItems(_ call: Call) async throws -> JSONObject {
        let actions = try (call["TransactItems"]?.array ?? []).map { try TransactAction($0, call, limits) }
        let payload_bytes = actions.reduce(0) { $0 + $1.payload_bytes }
        if payload_bytes > limits.transaction_bytes {
            throw ValidationFailure.batch(.payloadTooLarge(bytes: payload_bytes))
        }
        var tables: [TableDefinition] = []
        for action in actions { tables.append(try await table(of: action.call)) }
        let keys = try Self.keys(actions, tables, limits)
        if Set(zip(tables, keys).map { TransactKey(table: $0.id, key: $1) }).count < keys.count {
            throw ValidationFailure.batch(.repeatedItem)
        }
        let changes = try await commit(actions, tables, keys, call)
        changes.forEach { expirySweep.note($0.expiry) }
        var answer: JSONObject = [:]
        let report = CapacityReport(call)
        if report != .none {
            let capacities = zip(tables, changes).map { table, change in
                var capacity = ConsumedCapacity.write(change.old, change.new, table)
                capacity.add(capacity)
                return capacity
            }
            answer.append("ConsumedCapacity", .perTable(capacities, report, .write))
        }
        Self.appendMetrics(call, tables, actions, to: &answer)
        return answer
    }

    /// The keys of all actions. What is wrong with one cancels the transaction, and AWS looks no further then; but an
    /// empty key refuses the request.
    private static func keys(
        _ actions: [TransactAction], _ tables: [TableDefinition], _ limits: DynamoDBLimits
    ) throws -> [EncodedKey] {
        var keys: [EncodedKey] = []
        for (index, (action, table)) in zip(actions, tables).enumerated() {
            do {
                keys.append(try action.key(in: table, limits))
            } catch .key(.empty(let name, let type)) {
                throw ValidationFailure.key(.empty(name, type))
            } catch .key(.emptyInIndex(let name, let type, let index)) {
                throw ValidationFailure.key(.emptyInIndex(name, type, index: index))
            } catch .key(.emptyInIndexByUpdate(let type)) {
                throw ValidationFailure.key(.emptyInIndexByUpdate(type))
            } catch .key(.notUpdatable(let name)) {
                throw ValidationFailure.key(.notUpdatable(name))
            } catch {
                var reasons = [CancellationReason](repeating: .none, count: actions.count)
                reasons[index] = .validation(error)
                throw DynamoDBError.transactionCanceled(reasons)
            }
        }
        return keys
    }

    private func commit(
        _ actions: [TransactAction], _ tables: [TableDefinition], _ keys: [EncodedKey], _ call: Call
    ) async throws -> [TransactAction.Change] {
        let token = call["ClientRequestToken"]?.string
        let digest = Digest.of((call["TransactItems"] ?? [:]).bytes, .sha256)
        let (now, limits) = (clock.now, limits)
        return try await database.write { db in
            let store = DynamoDBStore(db)
            let known = try token.flatMap {
                try store.transactionDigest(account: call.account, region: call.region, token: $0, at: now)
            }
            if let known {
                guard known == digest else { throw DynamoDBError.idempotentParameterMismatch }
                return actions.map { _ in TransactAction.Change() }
            }
            let changes = try Self.changes(actions, tables, keys, store, at: now, limits)
            let written = try zip(zip(actions, tables), zip(keys, changes)).map { action, change in
                try action.0.write(change.1, action.1, change.0, store, at: now)
            }
            if let token {
                try store.insertTransaction(
                    account: call.account, region: call.region, token: token, digest: digest,
                    until: now + limits.idempotency, at: now)
            }
            return written
        }
    }

    /// What every action would do; all conditions are tried before anything is written.
    private static func changes(
        _ actions: [TransactAction], _ tables: [TableDefinition], _ keys: [EncodedKey], _ store: DynamoDBStore,
        at now: Timestamp, _ limits: DynamoDBLimits
    ) throws -> [TransactAction.Change] {
        var (changes, reasons) = ([TransactAction.Change](), [CancellationReason]())
        for ((action, table), key) in zip(zip(actions, tables), keys) {
            let old = try ItemWriter(store, table, at: now).old(key)
            do {
                changes.append(try action.change(old, table, limits))
                reasons.append(.none)
            } catch DynamoDBError.conditionalCheckFailed(let item) {
                reasons.append(.conditionalCheckFailed(item))
            } catch let failure as ValidationFailure {
                reasons.append(.validation(failure))
            }
        }
        guard changes.count == actions.count else { throw DynamoDBError.transactionCanceled(reasons) }
        return changes
    }

    private static func appendMetrics(
        _ call: Call, _ tables: [TableDefinition], _ actions: [TransactAction], to answer: inout JSONObject
    ) {
        guard call["ReturnItemCollectionMetrics"]?.string == "SIZE" else { return }
        var metrics: [(String, [JSONValue])] = []
        for (table, action) in zip(tables, actions) {
            guard action.isWrite, let entry = Answer.collectionMetrics(table, action.keyItem) else { continue }
            if let index = metrics.firstIndex(where: { $0.0 == table.name }) {
                metrics[index].1.append(entry)
            } else {
                metrics.append((table.name, [entry]))
            }
        }
        guard !metrics.isEmpty else { return }
        answer.append("ItemCollectionMetrics", .object(JSONObject(metrics.map { ($0.0, .array($0.1)) })))
    }
}

/// One action of a TransactWriteItems.
struct TransactAction: Sendable {
    private enum Kind: Sendable {
        case put(Put)
        case update(Update)
        case delete(Delete)
        case conditionCheck(Delete)
    }

    struct Change: Sendable {
        var old: Item?
        var new: Item?
        var expiry: Timestamp?
    }

    let call: Call
    private let kind: Kind

    init(_ wire: JSONValue, _ call: Call, _ limits: DynamoDBLimits) throws {
        let names = ["ConditionCheck", "Put", "Delete", "Update"].filter { wire[$0] != nil }
        guard names.count == 1, let name = names.first, let members = wire[name]?.object else {
            throw ValidationFailure.batch(.invalidAction)
        }
        self.call = call.action(members)
        kind =
            switch name {
            case "Put": .put(try Put(self.call, limits))
            case "Update": .update(try Update(self.call, limits))
            case "Delete": .delete(try Delete(self.call, limits))
            default: .conditionCheck(try Delete(self.call, limits))
            }
    }

    var isWrite: Bool {
        if case .conditionCheck = kind { false } else { true }
    }

    /// What the action brings with it; the items that it finds do not count.
    var payload_bytes: Int {
        keyItem.sizeInBytes + ((try? Item(wire: call["ExpressionAttributeValues"] ?? [:]))?.sizeInBytes ?? 0)
    }

    /// The item or key that the action names.
    var keyItem: Item {
        switch kind {
        case .put(let put): put.item
        case .update(let update): update.wireKey
        case .delete(let delete), .conditionCheck(let delete): delete.wireKey
        }
    }

    func key(in table: TableDefinition, _ limits: DynamoDBLimits) throws(ValidationFailure) -> EncodedKey {
        switch kind {
        case .put(let put): try put.key(in: table, limits)
        case .update(let update): try update.key(in: table, limits)
        case .delete(let delete), .conditionCheck(let delete): try delete.key(in: table, limits)
        }
    }

    /// What the action does to the item.
    ///
    /// - Throws: `DynamoDBError.conditionalCheckFailed`, `ValidationFailure`.
    func change(_ old: Item?, _ table: TableDefinition, _ limits: DynamoDBLimits) throws -> Change {
        switch kind {
        case .put(let put):
            try put.condition.check(old)
            return Change(old: old, new: put.item)
        case .update(let update):
            try update.condition.check(old)
            return Change(old: old, new: try update.apply(to: old, in: table, limits))
        case .delete(let delete):
            try delete.condition.check(old)
            return Change(old: old, new: nil)
        case .conditionCheck(let check):
            try check.condition.check(old)
            return Change(old: old, new: old)
        }
    }

    func write(
        _ change: Change, _ table: TableDefinition, _ key: EncodedKey, _ store: DynamoDBStore, at now: Timestamp
    ) throws -> Change {
        guard isWrite else { return change }
        var change = change
        change.expiry = try ItemWriter(store, table, at: now).replace(change.old, with: change.new, key)
        return change
    }
}
