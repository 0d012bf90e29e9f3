import AWSProtocol
import Testing

@testable import DynamoDB

@Suite struct `Batches` {
    @Test func `a batch writes to several tables and reads them back`() async throws {
        let world = try World()
        try await world.makeTable("one")
        try await world.makeTable("two", sortKey: "N")
        let answer = try await world.call(
            "BatchWriteItem",
            json: """
                {"RequestItems":{"one":[{"PutRequest":{"Item":{"pk":{"S":"a"},"x":{"N":"1"}}}},
                {"PutRequest":{"Item":{"pk":{"S":"b"}}}}],"two":[{"PutRequest":{"Item":{"pk":{"S":"c"},"sk":{"N":"1"}}}}]},
                "ReturnConsumedCapacity":"TOTAL"}
                """)
        #expect(answer["UnprocessedItems"] == [:])
        #expect(
            answer["ConsumedCapacity"]?.text
                == #"[{"TableName":"one","CapacityUnits":2.0},{"TableName":"two","CapacityUnits":1.0}]"#)
        try await world.call(
            "BatchWriteItem", json: #"{"RequestItems":{"one":[{"DeleteRequest":{"Key":{"pk":{"S":"b"}}}}]}}"#)
        let read = try await world.call(
            "BatchGetItem",
            json: """
                {"RequestItems":{"one":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"b"}}],"ProjectionExpression":"#x",
                "ExpressionAttributeNames":{"#x":"x"}},"two":{"Keys":[{"pk":{"S":"c"},"sk":{"N":"1.0"}}]}}}
                """)
        #expect(read["Responses"]?["one"] == [["x": ["N": "1"]]])
        #expect(read["Responses"]?["two"]?.array?.count == 1)
        #expect(read["UnprocessedKeys"] == [:])
    }

    @Test func `what finds no room in an answer is left to the next call`() async throws {
        var limits = DynamoDBLimits.aws
        limits.batchGetAnswer_bytes = 250
        let world = try World(limits: limits)
        try await world.makeTable()
        let filler = String(repeating: "x", count: 100)
        for key in ["a", "b", "c"] { try await world.put(#"{"pk":{"S":"\#(key)"},"f":{"S":"\#(filler)"}}"#) }
        let request = #"{"table":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"b"}},{"pk":{"S":"c"}}],"ConsistentRead":true}}"#
        let answer = try await world.call("BatchGetItem", json: #"{"RequestItems":\#(request)}"#)
        #expect(answer["Responses"]?["table"]?.array?.count == 2)
        #expect(
            try sameJSON(answer["UnprocessedKeys"], #"{"table":{"Keys":[{"pk":{"S":"c"}}],"ConsistentRead":true}}"#))
    }

    static let keys = (0...100).map { #"{"pk":{"S":"\#($0)"}}"# }.joined(separator: ",")
    static let puts = (0...25).map { #"{"PutRequest":{"Item":{"pk":{"S":"\#($0)"}}}}"# }.joined(separator: ",")

    @Test(arguments: [
        (
            "BatchGetItem", "{}",
            "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: "
                + "Member must have length greater than or equal to 1"
        ),
        (
            "BatchGetItem", #"{"table":{"Keys":[{"pk":{"S":"a"}},{"pk":{"S":"a"}}]}}"#,
            "Provided list of item keys contains duplicates"
        ),
        (
            "BatchGetItem", #"{"table":{"Keys":[\#(keys)]}}"#,
            "1 validation error detected: Value at 'RequestItems.table.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100"
        ),
        (
            "BatchGetItem", #"{"table":{"Keys":[{"sk":{"S":"a"}}]}}"#,
            "The provided key element does not match the schema"
        ),
        (
            "BatchGetItem",
            #"{"table":{"Keys":[{"pk":{"S":"a"}}],"AttributesToGet":["a"],"ProjectionExpression":"a"}}"#,
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}"
        ),
        ("BatchGetItem", #"{"gone":{"Keys":[{"pk":{"S":"a"}}]}}"#, "Requested resource not found"),
        ("BatchWriteItem", "{}", "The requestItems parameter is required for BatchWriteItem"),
        (
            "BatchWriteItem",
            #"{"table":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"a"}}}}]}"#,
            "Provided list of item keys contains duplicates"
        ),
        (
            "BatchWriteItem", #"{"table":[{"PutRequest":{"Item":{"pk":{"N":"5"}}}}]}"#,
            "The provided key element does not match the schema"
        ),
        (
            "BatchWriteItem", #"{"table":[{"PutRequest":{"Item":{"pk":{"S":""}}}}]}"#,
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
        (
            "BatchWriteItem", #"{"table":[{}]}"#,
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        ),
        ("BatchWriteItem", #"{"gone":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}}]}"#, "Requested resource not found"),
    ])
    func `a batch that AWS refuses is refused in its words`(
        operation: String, items: String, message: String
    ) async throws {
        let world = try World()
        try await world.makeTable()
        #expect(try await world.refusal(operation, json: #"{"RequestItems":\#(items)}"#).message == message)
    }

    @Test func `more than 25 writes are too many`() async throws {
        let world = try World()
        try await world.makeTable()
        let message = try await world.refusal(
            "BatchWriteItem", json: #"{"RequestItems":{"table":[\#(Self.puts)]}}"#
        ).message
        #expect(
            message.hasPrefix(
                "1 validation error detected: Value '{table=[WriteRequest(putRequest=PutRequest(item={pk="))
        #expect(
            message.hasSuffix(
                "]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: "
                    + "[Member must have length less than or equal to 25, Member must have length greater than or equal to 1]"
            ))
    }
}
