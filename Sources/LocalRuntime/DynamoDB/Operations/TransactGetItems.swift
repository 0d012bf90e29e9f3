import AWSProtocol
import EmulatorDatabase

extension DynamoDBService {
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html
    func transactGetItems(_ call: Call) async throws -> Answer {
        let calls = (call["TransactItems"]?.array ?? []).map { call.action($0["Get"]?.object ?? [:]) }
        let gets = try calls.map { try Get($0, limits) }
        var tables: [TableDefinition] = []
        for call in calls { tables.append(try await table(of: call)) }
        var (keys, reasons) = ([EncodedKey](), [CancellationReason]())
        for (get, table) in zip(gets, tables) {
            do {
                keys.append(try get.key(in: table, limits))
                reasons.append(.none)
            } catch {
                if case .key(.empty) = error { throw error }
                reasons.append(.validation(error))
            }
        }
        guard keys.count == gets.count else { throw DynamoDBError.transactionCanceled(reasons) }
        if Set(zip(tables, keys).map { TransactKey(table: $0.id, key: $1) }).count < keys.count {
            throw ValidationFailure.batch(.repeatedItem)
        }
        let wanted = Array(zip(tables.map(\.id), keys))
        let items = try await database.read { db in
            try wanted.map { try DynamoDBStore(db).item(inTable: $0, $1) }
        }
        if items.reduce(0, { $0 + ($1?.sizeInBytes ?? 0) }) > limits.transaction_bytes {
            throw ValidationFailure.batch(.transactionTooLarge)
        }
        let responses = zip(gets, items).map { get, item -> Answer in
            item.map { ["Item": .item(get.shown($0))] } ?? [:]
        }
        var answer: Answer = ["Responses": .answers(responses)]
        let report = CapacityReport(call)
        if report != .none {
            // A transaction reads twice: once to prepare, once to commit.
            answer.append(
                "ConsumedCapacity",
                json: .perTable(tables, report, .read) {
                    2 * ConsumedCapacity.read(bytes: items[$0]?.sizeInBytes ?? 0, isConsistent: true)
                })
        }
        return answer
    }
}

/// An item of one of several tables.
struct TransactKey: Hashable {
    let table: Int64
    let key: EncodedKey
}

extension JSONValue {
    /// Capacities of the actions of a transaction, added up by table.
    static func perTable(
        _ tables: [TableDefinition], _ report: CapacityReport, _ kind: ConsumedCapacity.Kind,
        _ units: (Int) -> Double
    ) -> JSONValue {
        perTable(
            tables.enumerated().map { index, table in
                var capacity = ConsumedCapacity(table)
                capacity.table = units(index)
                return capacity
            }, report, kind)
    }

    static func perTable(
        _ capacities: [ConsumedCapacity], _ report: CapacityReport, _ kind: ConsumedCapacity.Kind
    ) -> JSONValue {
        var sums: [ConsumedCapacity] = []
        for capacity in capacities {
            if let index = sums.firstIndex(where: { $0.tableName == capacity.tableName }) {
                sums[index].add(capacity)
            } else {
                var first = capacity
                first.kind = kind
                sums.append(first)
            }
        }
        return .array(sums.map { $0.wire(report) })
    }
}
