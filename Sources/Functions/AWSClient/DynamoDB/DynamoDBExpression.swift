/// A condition, update, key condition or filter, with what its placeholders stand for.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package struct DynamoDBExpression: Sendable, Equatable {
    package var text: String

    /// Attribute names by their `#placeholder`.
    package var names: [String: String]

    /// Values by their `:placeholder`.
    package var values: [String: AttributeValue]

    package init(_ text: String, names: [String: String] = [:], values: [String: AttributeValue] = [:]) {
        self.text = text
        self.names = names
        self.values = values
    }

    /// Holds when no item has the key: `attribute_not_exists` of the partition key's attribute.
    package static func itemIsAbsent(partitionKey: String) -> DynamoDBExpression {
        DynamoDBExpression("attribute_not_exists(#partitionKey)", names: ["#partitionKey": partitionKey])
    }
}

/// The placeholders of all expressions of one request, which share two tables.
struct DynamoDBPlaceholders {
    let names: [String: String]?
    let values: [String: AttributeValue]?

    init(_ expressions: DynamoDBExpression?...) {
        let given = expressions.compactMap { $0 }
        names = Self.merge(given.map(\.names))
        values = Self.merge(given.map(\.values))
    }

    /// Nil when there is none: DynamoDB refuses an empty table.
    private static func merge<Value: Equatable>(_ tables: [[String: Value]]) -> [String: Value]? {
        let merged = tables.reduce(into: [:]) { merged, table in
            merged.merge(table) { first, second in
                precondition(first == second, "two expressions of a request use a placeholder for different things")
                return first
            }
        }
        return merged.isEmpty ? nil : merged
    }
}

/// Which attributes a write answers with.
package enum DynamoDBReturnValues: String, Sendable, Encodable {
    case none = "NONE"
    case allOld = "ALL_OLD"
    case updatedOld = "UPDATED_OLD"
    case allNew = "ALL_NEW"
    case updatedNew = "UPDATED_NEW"
}

/// What only DynamoDB can refuse or leave undone.
package enum DynamoDBError: Error, Sendable, Equatable {
    /// The condition does not hold, and nothing was written. The item comes when the call asked for it.
    case conditionalCheckFailed(existing: DynamoDBItem?)

    /// The table was too busy for the rest of a batch, however often it was asked again.
    case unprocessed(table: String, count: Int)
}

extension DynamoDBError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .conditionalCheckFailed: "DynamoDB: the write's condition does not hold."
        case .unprocessed(let table, let count):
            "DynamoDB left \(count) requests of a batch to the table \(table) undone; repeat them later."
        }
    }
}
