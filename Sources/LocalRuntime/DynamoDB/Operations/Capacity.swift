import AWSProtocol

/// How much of the consumed capacity an answer tells: `ReturnConsumedCapacity`.
enum CapacityReport: String, Sendable {
    case indexes = "INDEXES"
    case total = "TOTAL"
    case none = "NONE"

    init(_ call: Call) {
        self = call["ReturnConsumedCapacity"]?.string.flatMap(CapacityReport.init) ?? .none
    }
}

/// Capacity units that an operation used of one table and its indexes.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
struct ConsumedCapacity: Sendable {
    enum Kind: Sendable {
        case read
        case write
    }

    var tableName: String
    var table: Double = 0
    var globalIndexes: [String: Double] = [:]
    var localIndexes: [String: Double] = [:]
    /// Set for transactions, which tell reads and writes apart.
    var kind: Kind?

    init(_ table: TableDefinition) {
        tableName = table.name
    }

    var total: Double {
        table + globalIndexes.values.reduce(0, +) + localIndexes.values.reduce(0, +)
    }

    mutating func add(_ units: Double, to index: SecondaryIndex) {
        guard units > 0 else { return }
        if index.isGlobal {
            globalIndexes[index.name, default: 0] += units
        } else {
            localIndexes[index.name, default: 0] += units
        }
    }

    mutating func add(_ other: ConsumedCapacity) {
        table += other.table
        globalIndexes.merge(other.globalIndexes, uniquingKeysWith: +)
        localIndexes.merge(other.localIndexes, uniquingKeysWith: +)
    }

    /// Units of reading so many bytes: 4 KB each, half as much when a stale answer would do.
    static func read(bytes: Int, isConsistent: Bool) -> Double {
        Double(max(1, (bytes + 4095) / 4096)) * (isConsistent ? 1 : 0.5)
    }

    static func write(bytes: Int) -> Double {
        Double(max(1, (bytes + 1023) / 1024))
    }

    /// Units of one change of an item: the larger of both sizes, and for each index what changes in it.
    static func write(_ old: Item?, _ new: Item?, _ table: TableDefinition) -> ConsumedCapacity {
        var capacity = ConsumedCapacity(table)
        capacity.table = write(bytes: max(old?.sizeInBytes ?? 0, new?.sizeInBytes ?? 0))
        for index in table.indexes { capacity.add(write(old, new, index, table), to: index) }
        return capacity
    }

    private static func write(
        _ old: Item?, _ new: Item?, _ index: SecondaryIndex, _ table: TableDefinition
    ) -> Double {
        func entry(_ item: Item?) -> (key: EncodedKey, item: Item)? {
            guard let item, let key = index.key(of: item) else { return nil }
            return (key, index.projected(item, tableKeys: table.keySchema))
        }
        switch (entry(old), entry(new)) {
        case (nil, nil): return 0
        case (let before?, nil): return write(bytes: before.item.sizeInBytes)
        case (nil, let after?): return write(bytes: after.item.sizeInBytes)
        case (let before?, let after?):
            if before.key != after.key {
                return write(bytes: before.item.sizeInBytes) + write(bytes: after.item.sizeInBytes)
            }
            return before.item == after.item ? 0 : write(bytes: max(before.item.sizeInBytes, after.item.sizeInBytes))
        }
    }

    func wire(_ report: CapacityReport) -> JSONValue {
        var members: JSONObject = ["TableName": .string(tableName)]
        Self.append(total, kind, to: &members)
        if report == .indexes {
            members.append("Table", Self.units(table, kind))
            Self.append(globalIndexes, "GlobalSecondaryIndexes", kind, to: &members)
            Self.append(localIndexes, "LocalSecondaryIndexes", kind, to: &members)
        }
        return .object(members)
    }

    private static func units(_ units: Double, _ kind: Kind?) -> JSONValue {
        var members: JSONObject = [:]
        append(units, kind, to: &members)
        return .object(members)
    }

    private static func append(_ units: Double, _ kind: Kind?, to members: inout JSONObject) {
        members.append("CapacityUnits", .double(units))
        switch kind {
        case .read?: members.append("ReadCapacityUnits", .double(units))
        case .write?: members.append("WriteCapacityUnits", .double(units))
        case nil: break
        }
    }

    private static func append(
        _ indexes: [String: Double], _ name: String, _ kind: Kind?, to members: inout JSONObject
    ) {
        guard !indexes.isEmpty else { return }
        let entries = indexes.sorted { $0.key < $1.key }.map { ($0.key, units($0.value, kind)) }
        members.append(name, .object(JSONObject(entries)))
    }
}

extension Answer {
    /// Adds `ConsumedCapacity` where the request asked for it, under the table's name as the request has it: an ARN may
    /// stand for the name.
    mutating func append(_ capacity: ConsumedCapacity?, _ call: Call) {
        let report = CapacityReport(call)
        guard var capacity, report != .none else { return }
        capacity.tableName = call["TableName"]?.string ?? capacity.tableName
        append("ConsumedCapacity", json: capacity.wire(report))
    }

    /// Adds `ItemCollectionMetrics` where the request asked for it and the table has item collections: local indexes.
    mutating func appendMetrics(_ call: Call, _ table: TableDefinition, _ item: Item) {
        guard call["ReturnItemCollectionMetrics"]?.string == "SIZE",
            let metrics = Self.collectionMetrics(table, item)
        else { return }
        append("ItemCollectionMetrics", json: metrics)
    }

    /// The collection's key and its size, which AWS estimates to the gigabyte; none here comes near one.
    static func collectionMetrics(_ table: TableDefinition, _ item: Item) -> JSONValue? {
        let name = table.keySchema.partitionKey.name
        guard !table.settings.localIndexes.isEmpty, let value = item[name] else { return nil }
        return [
            "ItemCollectionKey": .object([name.string: value.wire]),
            "SizeEstimateRangeGB": [.double(0), .double(1)],
        ]
    }
}
