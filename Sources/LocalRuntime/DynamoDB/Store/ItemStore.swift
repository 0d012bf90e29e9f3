import EmulatorDatabase
import GRDB

/// An item as a row, while the statement stands on it.
struct StoredItem {
    private let row: SQLRow

    /// - Parameter row: of the columns `size_bytes`, `body` and `partition_key`; the last only where it is asked for.
    init(_ row: SQLRow) {
        self.row = row
    }

    var size_bytes: Int { Int(row.integer(0)) }

    /// The item's partition key in the table, for telling segments of a parallel scan apart.
    func withPartitionKey<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try row.withBlob(2, body)
    }

    func item() throws -> Item {
        try row.withBlob(1) { try ItemCodec.decode($0) }
    }
}

extension DynamoDBStore {
    func item(inTable id: Int64, _ key: EncodedKey) throws -> Item? {
        let statement = try SQLStatement(
            db,
            """
            SELECT size_bytes, body FROM dynamodb_item
            WHERE table_id = ? AND partition_key = ? AND sort_key = ?
            """)
        return try statement.first(.integer(id), .blob(key.partition), .blob(key.sort)) { try StoredItem($0).item() }
    }

    func put(_ item: Item, inTable id: Int64, _ key: EncodedKey) throws {
        let statement = try SQLStatement(
            db,
            """
            INSERT INTO dynamodb_item (table_id, partition_key, sort_key, size_bytes, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET size_bytes = excluded.size_bytes, body = excluded.body
            """)
        try statement.run(
            .integer(id), .blob(key.partition), .blob(key.sort), SQLInput(item.sizeInBytes),
            .blob(ItemCodec.encode(item)))
    }

    func deleteItem(inTable id: Int64, _ key: EncodedKey) throws {
        try SQLStatement(db, "DELETE FROM dynamodb_item WHERE table_id = ? AND partition_key = ? AND sort_key = ?")
            .run(.integer(id), .blob(key.partition), .blob(key.sort))
    }

    /// The number of items and their sizes together.
    func contents(ofTable id: Int64) throws -> (count: Int, size_bytes: Int) {
        let row = try Row.fetchOne(
            db, sql: "SELECT COUNT(*), TOTAL(size_bytes) FROM dynamodb_item WHERE table_id = ?", arguments: [id])
        return (row?[0] ?? 0, Int((row?[1] as Double?) ?? 0))
    }

    /// The sizes of all items under one partition key, which is what an item collection is.
    func collectionSize_bytes(table id: Int64, partition: [UInt8]) throws -> Int {
        let total = try Double.fetchOne(
            db, sql: "SELECT TOTAL(size_bytes) FROM dynamodb_item WHERE table_id = ? AND partition_key = ?",
            arguments: [id, partition.blob])
        return Int(total ?? 0)
    }
}

/// Which rows a Query or Scan walks over, and from where.
struct KeyRange: Sendable {
    enum Space: Sendable {
        case table(Int64)
        case index(Int64, table: Int64)
    }

    /// One end of a range of sort keys.
    struct Bound: Sendable {
        var key: [UInt8]
        var isInclusive: Bool
    }

    /// Where a page ended: the key in the index, if it is one, and the item's own.
    struct Position: Sendable {
        var index: EncodedKey?
        var item: EncodedKey
    }

    var space: Space
    /// nil walks over all partitions.
    var partition: [UInt8]?
    var lower: Bound?
    var upper: Bound?
    var isAscending = true
    /// The walk starts behind this row.
    var start: Position?
}

extension DynamoDBStore {
    /// Walks over a range in key order until `visit` returns false.
    func walk(_ range: KeyRange, _ visit: (StoredItem) throws -> Bool) throws {
        let (sql, arguments) = Self.select(range)
        try SQLStatement(db, sql).walk(arguments) { try visit(StoredItem($0)) }
    }

    private static func select(_ range: KeyRange) -> (String, [SQLInput]) {
        let order: [String]
        var conditions: [String] = []
        var arguments: [SQLInput] = []
        let from: String
        switch range.space {
        case .table(let id):
            from = "dynamodb_item k"
            order = ["k.partition_key", "k.sort_key"]
            conditions.append("k.table_id = ?")
            arguments.append(.integer(id))
        case .index(let id, let tableID):
            // CROSS JOIN keeps SQLite from starting at the items.
            from = """
                dynamodb_index_entry k CROSS JOIN dynamodb_item i
                ON i.table_id = ? AND i.partition_key = k.item_partition_key AND i.sort_key = k.item_sort_key
                """
            order = ["k.partition_key", "k.sort_key", "k.item_partition_key", "k.item_sort_key"]
            arguments.append(.integer(tableID))
            conditions.append("k.index_id = ?")
            arguments.append(.integer(id))
        }
        if let partition = range.partition {
            conditions.append("k.partition_key = ?")
            arguments.append(.blob(partition))
        }
        append(range.lower, ">", to: &conditions, &arguments)
        append(range.upper, "<", to: &conditions, &arguments)
        append(range.start, order, range.isAscending, to: &conditions, &arguments)
        let row = if case .table = range.space { "k" } else { "i" }
        let direction = range.isAscending ? "" : " DESC"
        let sql = """
            SELECT \(row).size_bytes, \(row).body, \(row).partition_key FROM \(from)
            WHERE \(conditions.joined(separator: " AND "))
            ORDER BY \(order.map { $0 + direction }.joined(separator: ", "))
            """
        return (sql, arguments)
    }

    private static func append(
        _ bound: KeyRange.Bound?, _ comparator: String, to conditions: inout [String],
        _ arguments: inout [SQLInput]
    ) {
        guard let bound else { return }
        conditions.append("k.sort_key \(comparator)\(bound.isInclusive ? "=" : "") ?")
        arguments.append(.blob(bound.key))
    }

    private static func append(
        _ start: KeyRange.Position?, _ order: [String], _ isAscending: Bool, to conditions: inout [String],
        _ arguments: inout [SQLInput]
    ) {
        guard let start else { return }
        let keys = [start.index, start.item].compactMap { $0 }
        let marks = order.map { _ in "?" }.joined(separator: ", ")
        conditions.append("(\(order.joined(separator: ", "))) \(isAscending ? ">" : "<") (\(marks))")
        for key in keys { arguments += [.blob(key.partition), .blob(key.sort)] }
    }
}
