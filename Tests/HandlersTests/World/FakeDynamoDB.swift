import AWSClient
import Foundation
import HTTPTransport

/// Tables in memory, as far as the functions use them.
struct FakeDynamoDB {
    /// Items by table.
    var tables: [String: [DynamoDBItem]] = [:]
    /// The key attributes by table.
    let keys: [String: [String]]

    init(keys: [String: [String]]) {
        self.keys = keys
    }

    private struct Input: Decodable {
        var TableName: String?
        var Item: DynamoDBItem?
        var Key: DynamoDBItem?
        var ConditionExpression: String?
        var UpdateExpression: String?
        var ExpressionAttributeNames: [String: String]?
        var ExpressionAttributeValues: DynamoDBItem?
        var ReturnValuesOnConditionCheckFailure: String?
    }

    private struct BatchInput: Decodable {
        struct Keys: Decodable { let Keys: [DynamoDBItem] }
        struct Put: Decodable { let Item: DynamoDBItem }
        struct Write: Decodable { let PutRequest: Put }

        var reads: [String: Keys]?
        var writes: [String: [Write]]?

        enum Key: String, CodingKey { case RequestItems }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            reads = try? fields.decode([String: Keys].self, forKey: .RequestItems)
            writes = try? fields.decode([String: [Write]].self, forKey: .RequestItems)
        }
    }

    private struct Output: Encodable {
        var Item: DynamoDBItem?
        var Attributes: DynamoDBItem?
        var Responses: [String: [DynamoDBItem]]?
        var __type: String?
        var message: String?
    }

    mutating func answer(_ operation: String, _ body: [UInt8]) throws -> HTTPResponse {
        let decoder = JSONDecoder()
        switch operation {
        case "BatchGetItem", "BatchWriteItem":
            return try batch(try decoder.decode(BatchInput.self, from: Data(body)))
        default:
            let input = try decoder.decode(Input.self, from: Data(body))
            guard let table = input.TableName, keys[table] != nil else {
                return try respond(
                    Output(__type: "x#ResourceNotFoundException", message: "no table"), status: 400)
            }
            return try single(operation, table, input)
        }
    }

    private mutating func single(_ operation: String, _ table: String, _ input: Input) throws -> HTTPResponse {
        let key = (input.Key ?? input.Item ?? [:]).filter { keys[table]?.contains($0.key) ?? false }
        let index = tables[table]?.firstIndex { $0.matches(key) }
        let existing = index.flatMap { tables[table]?[$0] }
        guard operation != "GetItem" else { return try respond(Output(Item: existing)) }
        let scope = ExpressionScope(
            item: existing ?? [:], names: input.ExpressionAttributeNames ?? [:],
            values: input.ExpressionAttributeValues ?? [:])
        if let condition = input.ConditionExpression, !scope.holds(condition) {
            let shown = input.ReturnValuesOnConditionCheckFailure == nil ? nil : existing
            return try respond(
                Output(Item: shown, __type: "x#ConditionalCheckFailedException", message: "no"), status: 400)
        }
        let item = input.Item ?? scope.updated(input.UpdateExpression ?? "").merging(key) { _, key in key }
        if let index { tables[table]?[index] = item } else { tables[table, default: []].append(item) }
        return try respond(Output(Attributes: item))
    }

    private mutating func batch(_ input: BatchInput) throws -> HTTPResponse {
        var found: [String: [DynamoDBItem]] = [:]
        for (table, request) in input.reads ?? [:] {
            precondition(request.Keys.count <= 100, "DynamoDB takes 100 keys")
            found[table] = (tables[table] ?? []).filter { item in request.Keys.contains { item.matches($0) } }
        }
        for (table, writes) in input.writes ?? [:] {
            precondition(writes.count <= 25, "DynamoDB takes 25 writes")
            for item in writes.map(\.PutRequest.Item) {
                let key = item.filter { keys[table]?.contains($0.key) ?? false }
                tables[table, default: []].removeAll { $0.matches(key) }
                tables[table, default: []].append(item)
            }
        }
        return try respond(Output(Responses: found))
    }

    private func respond(_ output: Output, status: Int = 200) throws -> HTTPResponse {
        HTTPResponse(status: status, body: Array(try JSONEncoder().encode(output)))
    }
}

extension DynamoDBItem {
    fileprivate func matches(_ key: DynamoDBItem) -> Bool {
        key.allSatisfy { self[$0.key] == $0.value }
    }
}
