import AWSProtocol
import GRDB

/// A Query or a Scan, once it is known what it walks over.
struct ReadPlan: Sendable {
    enum Select: String, Sendable {
        case allAttributes = "ALL_ATTRIBUTES"
        case allProjected = "ALL_PROJECTED_ATTRIBUTES"
        case specific = "SPECIFIC_ATTRIBUTES"
        case count = "COUNT"
    }

    /// One of several parts of a parallel scan.
    struct Segment: Sendable {
        var number: Int
        var total: Int

        /// Whether a partition belongs to this part, by a hash of its key.
        func contains(_ partition: some Sequence<UInt8>) -> Bool {
            // FNV-1a, and MurmurHash3's last step: short keys alone would leave the high bits as they were.
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in partition { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
            hash = (hash ^ (hash >> 33)) &* 0xC4CE_B9FE_1A85_EC53
            return Int(((hash >> 32) * UInt64(total)) >> 32) == number
        }
    }

    var table: TableDefinition
    var index: SecondaryIndex?
    var range: KeyRange
    var filter: ConditionExpression?
    var projection: ProjectionExpression?
    var select: Select
    var segment: Segment?
    var limit: Int?
    var isConsistent: Bool

    /// What of an item the read sees, and pays for.
    func view(_ item: Item) -> Item {
        guard let index, !fetchesFromTable else { return item }
        return index.projected(item, tableKeys: table.keySchema)
    }

    /// A local index gets what it does not hold from the table.
    var fetchesFromTable: Bool {
        guard let index, !index.isGlobal, index.projection != .all else { return false }
        if select == .allAttributes { return true }
        return (projection?.paths ?? []).contains { !holds($0.head, index) }
    }

    func holds(_ name: Text, _ index: SecondaryIndex) -> Bool {
        if table.keySchema.contains(name) || index.keySchema.contains(name) { return true }
        return switch index.projection {
        case .all: true
        case .keysOnly: false
        case .include(let names): names.contains(name)
        }
    }
}

/// What one Query or Scan read.
struct ReadPage: Sendable {
    var items: [Item] = []
    var count = 0
    var scannedCount = 0
    var index_bytes = 0
    var table_bytes = 0
    /// The key of the last item that was read, when there may be more behind it.
    var lastKey: Item?

    static func read(_ plan: ReadPlan, _ store: DynamoDBStore, _ limits: DynamoDBLimits) throws -> ReadPage {
        var page = ReadPage()
        try store.walk(plan.range) { row in
            if let segment = plan.segment, try !row.withPartitionKey({ segment.contains($0) }) { return true }
            let item = try row.item()
            page.take(item, plan)
            let isFull = page.scannedCount == plan.limit || page.index_bytes + page.table_bytes >= limits.page_bytes
            if isFull { page.lastKey = plan.table.key(of: item, with: plan.index) }
            return !isFull
        }
        return page
    }

    private mutating func take(_ item: Item, _ plan: ReadPlan) {
        let seen = plan.view(item)
        scannedCount += 1
        if let index = plan.index {
            index_bytes += index.projected(item, tableKeys: plan.table.keySchema).sizeInBytes
            if plan.fetchesFromTable { table_bytes += item.sizeInBytes }
        } else {
            table_bytes += item.sizeInBytes
        }
        if let filter = plan.filter, !filter.holds(for: seen) { return }
        count += 1
        if plan.select != .count { items.append(plan.projection?.project(seen) ?? seen) }
    }

    func answer(_ plan: ReadPlan, _ call: Call) -> Answer {
        var answer: Answer = [:]
        if plan.select != .count { answer.append("Items", .items(items)) }
        answer.append("Count", json: .integer(count))
        answer.append("ScannedCount", json: .integer(scannedCount))
        if let lastKey { answer.append("LastEvaluatedKey", .item(lastKey)) }
        answer.append(capacity(plan), call)
        return answer
    }

    private func capacity(_ plan: ReadPlan) -> ConsumedCapacity {
        var capacity = ConsumedCapacity(plan.table)
        if let index = plan.index {
            capacity.add(ConsumedCapacity.read(bytes: index_bytes, isConsistent: plan.isConsistent), to: index)
            if plan.fetchesFromTable {
                capacity.table = ConsumedCapacity.read(bytes: table_bytes, isConsistent: plan.isConsistent)
            }
        } else {
            capacity.table = ConsumedCapacity.read(bytes: table_bytes, isConsistent: plan.isConsistent)
        }
        return capacity
    }
}

extension ReadPlan.Select {
    /// The parameter `Select` or what stands for it, and the rules about it.
    init(_ call: Call) throws(ValidationFailure) {
        let named = call["Select"]?.string.flatMap(Self.init)
        let projection = ["ProjectionExpression", "AttributesToGet"].first { call[$0] != nil }
        if let projection, let named, named != .specific {
            throw .read(.selectWithProjection(parameter: projection, select: named.rawValue))
        }
        if named == .allProjected, call["IndexName"] == nil { throw .read(.allProjectedWithoutIndex) }
        if named == .specific, projection == nil { throw .read(.specificWithoutProjection) }
        self = named ?? (projection != nil ? .specific : call["IndexName"] != nil ? .allProjected : .allAttributes)
    }
}

extension ReadPlan {
    /// The rules that depend on the index.
    func checkIndex() throws(ValidationFailure) {
        guard let index, index.isGlobal else { return }
        if select == .allAttributes, index.projection != .all {
            throw .read(.allAttributesOfGlobalIndex(index.name))
        }
        let missing = (projection?.paths ?? []).map(\.head).filter { !holds($0, index) }
        if !missing.isEmpty { throw .read(.projectionOfGlobalIndex(index: index.name, missing)) }
    }

    /// The index of a request; a global one cannot be read consistently.
    static func index(_ call: Call, _ table: TableDefinition) throws(ValidationFailure) -> SecondaryIndex? {
        guard let name = call["IndexName"]?.string else { return nil }
        guard let index = table.index(named: name) else { throw .read(.unknownIndex(name)) }
        if index.isGlobal, call["ConsistentRead"]?.bool == true { throw .read(.consistentReadOnGlobalIndex) }
        return index
    }

    /// Where a page begins: the keys of table and index in `ExclusiveStartKey`.
    static func position(
        _ key: Item, _ table: TableDefinition, _ index: SecondaryIndex?, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) -> KeyRange.Position {
        let names = Set((table.keySchema.attributes + (index?.keySchema.attributes ?? [])).map(\.name))
        guard key.count == names.count, key.entries.allSatisfy({ names.contains($0.name) }) else {
            throw .read(index == nil ? .startingKey(KeyFailure.mismatch.message) : .startingKeyInvalid)
        }
        var indexKey: EncodedKey?
        if let index {
            indexKey = EncodedKey(of: key, index.keySchema)
            if indexKey == nil { throw .key(.mismatch) }
        }
        do {
            return KeyRange.Position(index: indexKey, item: try table.encodedKey(table.key(of: key), limits))
        } catch {
            throw .read(.startingKey(error.message))
        }
    }

    static func space(_ table: TableDefinition, _ index: SecondaryIndex?) -> KeyRange.Space {
        index.map { .index($0.id, table: table.id) } ?? .table(table.id)
    }
}

/// `ExclusiveStartKey`, whose values AWS checks before the table is known.
func startKey(_ call: Call) throws(ValidationFailure) -> Item? {
    guard let wire = call["ExclusiveStartKey"] else { return nil }
    do {
        return try Item(wire: wire)
    } catch {
        guard case .value(let failure) = error else { throw error }
        throw .read(.startingKeyValue(failure))
    }
}
