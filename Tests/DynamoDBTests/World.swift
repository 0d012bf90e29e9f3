import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import Foundation

@testable import DynamoDB

/// A DynamoDB of its own for one test, called as the gateway calls it, at a clock that stands still.
final class World: Sendable {
    static let start = Timestamp(milliseconds: 1_772_388_000_000)

    let folder: URL
    let clock: VirtualClock
    let service: DynamoDBService
    let database: EmulatorDatabase

    init(limits: DynamoDBLimits = .aws, at folder: URL? = nil) throws {
        self.folder = folder ?? FileManager.default.temporaryDirectory.appending(path: "dynamodb-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        clock = VirtualClock(frozenAt: Self.start)
        database = try EmulatorDatabase(
            at: self.folder.appending(path: "state.sqlite"), durability: .fast, schema: DynamoDBService.schema)
        service = DynamoDBService(database: database, clock: clock, limits: limits)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// The answer to a request, refused or not.
    func answer(_ operation: String, _ body: JSONValue, account: String = "test", region: String = "us-east-1") async
        -> HTTPResponse
    {
        let isOfStreams = DynamoDBOperation(rawValue: operation)?.isOfStreams == true
        let http = HTTPRequest(
            method: "POST", path: "/",
            headers: ["X-Amz-Target": "\(isOfStreams ? "DynamoDBStreams" : "DynamoDB")_20120810.\(operation)"],
            body: .bytes(body.bytes))
        return await service.respond(
            to: AWSRequest(
                http: http, scope: CredentialScope(accessKeyID: account, region: region, service: "dynamodb"),
                requestID: "request", host: "127.0.0.1:4566"))
    }

    /// - Throws: `Refusal` when the operation is refused.
    @discardableResult
    func call(
        _ operation: String, _ body: JSONValue, account: String = "test", region: String = "us-east-1"
    ) async throws -> JSONValue {
        let response = await answer(operation, body, account: account, region: region)
        let value = response.bytes.isEmpty ? [:] : try JSONValue(parsing: response.bytes)
        guard response.status == 200 else { throw Refusal(response.status, value) }
        return value
    }

    /// The same with the request as a text.
    @discardableResult
    func call(_ operation: String, json: String) async throws -> JSONValue {
        try await call(operation, try JSONValue(parsing: json))
    }

    /// The refusal of a request that must be refused.
    func refusal(_ operation: String, _ body: JSONValue) async throws -> Refusal {
        do {
            let answer = try await call(operation, body)
            throw NotRefused(answer: answer.text)
        } catch let refusal as Refusal {
            return refusal
        }
    }

    func refusal(_ operation: String, json: String) async throws -> Refusal {
        try await refusal(operation, try JSONValue(parsing: json))
    }

    /// A table with a string partition key `pk` and, if asked for, a sort key `sk`.
    func makeTable(_ name: String = "table", sortKey: String? = nil) async throws {
        var definitions: [JSONValue] = [["AttributeName": "pk", "AttributeType": "S"]]
        var schema: [JSONValue] = [["AttributeName": "pk", "KeyType": "HASH"]]
        if let sortKey {
            definitions.append(["AttributeName": "sk", "AttributeType": .string(sortKey)])
            schema.append(["AttributeName": "sk", "KeyType": "RANGE"])
        }
        try await call(
            "CreateTable",
            [
                "TableName": .string(name), "AttributeDefinitions": .array(definitions), "KeySchema": .array(schema),
                "BillingMode": "PAY_PER_REQUEST",
            ])
    }

    /// A table with two global and two local indexes: `gsi1` (a: S, all), `gsi2` (a, b: S, with `data`), `lsi1` (a, all),
    /// `lsi2` (b, with `a`).
    func makeIndexedTable(_ name: String = "indexed") async throws {
        try await call(
            "CreateTable",
            json: """
                {"TableName":"\(name)","BillingMode":"PAY_PER_REQUEST",
                "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},
                {"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"a","AttributeType":"S"},
                {"AttributeName":"b","AttributeType":"S"}],
                "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
                "GlobalSecondaryIndexes":[
                {"IndexName":"gsi1","KeySchema":[{"AttributeName":"a","KeyType":"HASH"}],
                "Projection":{"ProjectionType":"ALL"}},
                {"IndexName":"gsi2","KeySchema":[{"AttributeName":"a","KeyType":"HASH"},
                {"AttributeName":"b","KeyType":"RANGE"}],
                "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["data"]}}],
                "LocalSecondaryIndexes":[
                {"IndexName":"lsi1","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
                {"AttributeName":"a","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}},
                {"IndexName":"lsi2","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},
                {"AttributeName":"b","KeyType":"RANGE"}],
                "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a"]}}]}
                """)
    }

    /// Puts an item given as DynamoDB JSON.
    func put(_ item: String, into table: String = "table") async throws {
        try await call("PutItem", ["TableName": .string(table), "Item": try JSONValue(parsing: item)])
    }

    /// The item as stored, in the order of the names; nil when there is none.
    func get(_ key: String, from table: String = "table") async throws -> JSONValue? {
        let answer = try await call("GetItem", ["TableName": .string(table), "Key": try JSONValue(parsing: key)])
        return answer["Item"]
    }
}

/// What a refused request was answered with.
struct Refusal: Error, Equatable, CustomStringConvertible {
    let status: Int
    let type: String
    let message: String
    let body: JSONValue

    init(_ status: Int, _ body: JSONValue) {
        self.status = status
        self.body = body
        type = body["__type"]?.string ?? ""
        message = (body["message"] ?? body["Message"])?.string ?? ""
    }

    /// The part of the type behind `#`.
    var code: String { type.split(separator: "#").last.map(String.init) ?? "" }

    var description: String { "\(code): \(message)" }
}

/// A request was answered that should have been refused.
struct NotRefused: Error {
    let answer: String
}

/// Whether two JSON texts say the same, whatever the order of their members.
func sameJSON(_ left: JSONValue?, _ right: String) throws -> Bool {
    func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.name, sorted($0.value)) }.sorted { $0.0 < $1.0 }))
        case .array(let values): .array(values.map(sorted))
        default: value
        }
    }
    guard let left else { return false }
    return sorted(left) == sorted(try JSONValue(parsing: right))
}
