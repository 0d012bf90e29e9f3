import Foundation
import GRDB

/// An item as a row, while the cursor stands on it.
struct StoredItem {
    private let row: Row

    init(_ row: Row) {
        self.row = row
    }

    var size_bytes: Int { row[0] }

    /// The item's partition key in the table, for telling segments of a parallel scan apart.
    func withPartitionKey<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        try row.withUnsafeData(atIndex: 2) { data in
            try (data ?? Data()).withUnsafeBytes(body)
        }
    }

    func item() throws -> Item {
        try row.withUnsafeData(atIndex: 1) { data in
            try (data ?? Data()).withUnsafeBytes { try ItemCodec.decode($0) }
        }
    }
}

extension DynamoDBStore {
    func item(inTable id: Int64, _ key: EncodedKey) throws -> Item? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT size_bytes, body FROM dynamodb_item
                WHERE table_id = ? AND partition_key = ? AND sort_key = ?
                """)
        let rows = try Row.fetchCursor(statement, arguments: [id, key.partition.blob, key.sort.blob])
        return try rows.next().map { try StoredItem($0).item() }
    }

    func put(_ item: Item, inTable id: Int64, _ key: EncodedKey) throws {
        try execute(
            """
            INSERT INTO dynamodb_item (table_id, partition_key, sort_key, size_bytes, body) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET size_bytes = excluded.size_bytes, body = excluded.body
            """,
            [id, key.partition.blob, key.sort.blob, item.sizeInBytes, ItemCodec.encode(item).blob])
    }

    func deleteItem(inTable id: Int64, _ key: EncodedKey) throws {
        try execute(
            "DELETE FROM dynamodb_item WHERE table_id = ? AND partition_key = ? AND sort_key = ?",
            [id, key.partition.blob, key.sort.blob])
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
        let rows = try Row.fetchCursor(try db.cachedStatement(sql: sql), arguments: arguments)
        while let row = try rows.next() {
            guard try visit(StoredItem(row)) else { return }
        }
    }

    private static func select(_ range: KeyRange) -> (String, StatementArguments) {
        let order: [String]
        var conditions: [String] = []
        var arguments: [any DatabaseValueConvertible] = []
        let from: String
        switch range.space {
        case .table(let id):
            from = "dynamodb_item k"
            order = ["k.partition_key", "k.sort_key"]
            conditions.append("k.table_id = ?")
            arguments.append(id)
        case .index(let id, let tableID):
            // CROSS JOIN keeps SQLite from starting at the items.
            from = """
                dynamodb_index_entry k CROSS JOIN dynamodb_item i
                ON i.table_id = ? AND i.partition_key = k.item_partition_key AND i.sort_key = k.item_sort_key
                """
            order = ["k.partition_key", "k.sort_key", "k.item_partition_key", "k.item_sort_key"]
            arguments.append(tableID)
            conditions.append("k.index_id = ?")
            arguments.append(id)
        }
        if let partition = range.partition {
            conditions.append("k.partition_key = ?")
            arguments.append(partition.blob)
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
        return (sql, StatementArguments(arguments))
    }

    private static func append(
        _ bound: KeyRange.Bound?, _ comparator: String, to conditions: inout [String],
        _ arguments: inout [any DatabaseValueConvertible]
    ) {
        guard let bound else { return }
        conditions.append("k.sort_key \(comparator)\(bound.isInclusive ? "=" : "") ?")
        arguments.append(bound.key.blob)
    }

    private static func append(
        _ start: KeyRange.Position?, _ order: [String], _ isAscending: Bool, to conditions: inout [String],
        _ arguments: inout [any DatabaseValueConvertible]
    ) {
        guard let start else { return }
        let keys = [start.index, start.item].compactMap { $0 }
        let marks = order.map { _ in "?" }.joined(separator: ", ")
        conditions.append("(\(order.joined(separator: ", "))) \(isAscending ? ">" : "<") (\(marks))")
        for key in keys { arguments += [key.partition.blob, key.sort.blob] }
    }
}
