import AWSProtocol
import EmulatorClock
import Testing

@testable import DynamoDB

@Suite struct `Transactions` {
    @Test func `a transaction does all of its actions`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"u"},"n":{"N":"1"}}"#)
        try await world.put(#"{"pk":{"S":"d"}}"#)
        try await world.put(#"{"pk":{"S":"c"},"ok":{"BOOL":true}}"#)
        let answer = try await world.call(
            "TransactWriteItems",
            json: """
                {"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"p"}}}},
                {"Update":{"TableName":"table","Key":{"pk":{"S":"u"}},"UpdateExpression":"ADD n :n",
                "ExpressionAttributeValues":{":n":{"N":"4"}}}},{"Delete":{"TableName":"table","Key":{"pk":{"S":"d"}}}},
                {"ConditionCheck":{"TableName":"table","Key":{"pk":{"S":"c"}},"ConditionExpression":"ok = :t",
                "ExpressionAttributeValues":{":t":{"BOOL":true}}}}],"ReturnConsumedCapacity":"TOTAL"}
                """)
        #expect(
            answer["ConsumedCapacity"]?.text
                == #"[{"TableName":"table","CapacityUnits":8.0,"WriteCapacityUnits":8.0}]"#)
        let items = try await world.service.scanAll(table: "table")
        #expect(
            items == [
                ["pk": .string("c"), "ok": .bool(true)], ["pk": .string("p")], ["pk": .string("u"), "n": .number(5)],
            ])
    }

    @Test func `one failed condition cancels all, and each action has its reason`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"there"},"x":{"N":"1"}}"#)
        let refusal = try await world.refusal(
            "TransactWriteItems",
            json: """
                {"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"new"}}}},
                {"Put":{"TableName":"table","Item":{"pk":{"S":"there"}},"ConditionExpression":"attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},
                {"Update":{"TableName":"table","Key":{"pk":{"S":"bad"}},"UpdateExpression":"SET a.b = :n",
                "ExpressionAttributeValues":{":n":{"N":"1"}}}}]}
                """)
        #expect(refusal.type == "com.amazonaws.dynamodb.v20120810#TransactionCanceledException")
        #expect(
            refusal.message == "Transaction cancelled, please refer cancellation reasons for specific reasons "
                + "[None, ConditionalCheckFailed, ValidationError]")
        #expect(
            try sameJSON(
                refusal.body["CancellationReasons"],
                """
                [{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"The conditional request failed",
                "Item":{"pk":{"S":"there"},"x":{"N":"1"}}},{"Code":"ValidationError",
                "Message":"The document path provided in the update expression is invalid for update"}]
                """))
        #expect(try await world.service.count(table: "table") == 1)
    }

    @Test func `a token makes a transaction happen once, for ten minutes`() async throws {
        let world = try World()
        try await world.makeTable()
        func add(_ number: Int) -> JSONValue {
            [
                "ClientRequestToken": "token",
                "TransactItems": [
                    [
                        "Update": [
                            "TableName": "table", "Key": ["pk": ["S": "k"]], "UpdateExpression": "ADD n :n",
                            "ExpressionAttributeValues": [":n": ["N": .string("\(number)")]],
                        ]
                    ]
                ],
            ]
        }
        for _ in 0..<3 { try await world.call("TransactWriteItems", add(1)) }
        #expect(try await world.get(#"{"pk":{"S":"k"}}"#)?["n"]?["N"] == "1")
        #expect(try await world.refusal("TransactWriteItems", add(2)).code == "IdempotentParameterMismatchException")
        world.clock.advance(by: .seconds(601))
        try await world.call("TransactWriteItems", add(2))
        #expect(try await world.get(#"{"pk":{"S":"k"}}"#)?["n"]?["N"] == "3")
    }

    @Test func `a transaction reads its items together`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"a"},"x":{"N":"1"},"y":{"N":"2"}}"#)
        let answer = try await world.call(
            "TransactGetItems",
            json: """
                {"TransactItems":[{"Get":{"TableName":"table","Key":{"pk":{"S":"a"}},"ProjectionExpression":"y"}},
                {"Get":{"TableName":"table","Key":{"pk":{"S":"b"}}}}],"ReturnConsumedCapacity":"TOTAL"}
                """)
        #expect(answer["Responses"] == [["Item": ["y": ["N": "2"]]], [:]])
        #expect(
            answer["ConsumedCapacity"]?.text
                == #"[{"TableName":"table","CapacityUnits":4.0,"ReadCapacityUnits":4.0}]"#)
    }

    static let schemaMismatch = "The provided key element does not match the schema"
    static let emptyKey =
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"

    @Test(arguments: [
        (
            #"{"Put":{"TableName":"table","Item":{"pk":{"N":"5"}}}}"#,
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
        ),
        (
            #"{"Put":{"TableName":"table","Item":{"pk":{"L":[]}}}}"#,
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: L"
        ),
        (#"{"Delete":{"TableName":"table","Key":{"pk":{"N":"5"}}}}"#, schemaMismatch),
        (#"{"Update":{"TableName":"table","Key":{"pk":{"N":"5"}},"UpdateExpression":"REMOVE a"}}"#, schemaMismatch),
        (
            #"{"ConditionCheck":{"TableName":"table","Key":{"pk":{"N":"5"}},"ConditionExpression":"attribute_exists(a)"}}"#,
            schemaMismatch
        ),
    ])
    func `a key that does not fit cancels with its reason`(action: String, message: String) async throws {
        let world = try World()
        try await world.makeTable()
        let refusal = try await world.refusal("TransactWriteItems", json: #"{"TransactItems":[\#(action)]}"#)
        #expect(refusal.code == "TransactionCanceledException")
        #expect(refusal.body["CancellationReasons"] == [["Code": "ValidationError", "Message": .string(message)]])
    }

    @Test(arguments: [
        (
            "TransactWriteItems", "",
            "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"
        ),
        (
            "TransactGetItems", "",
            "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"
        ),
        (
            "TransactWriteItems",
            #"{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}},{"Delete":{"TableName":"table","Key":{"pk":{"S":"a"}}}}"#,
            "Transaction request cannot include multiple operations on one item"
        ),
        (
            "TransactWriteItems", #"{"Put":{"TableName":"gone","Item":{"pk":{"S":"a"}}}}"#,
            "Requested resource not found"
        ),
        ("TransactWriteItems", #"{"Put":{"TableName":"table","Item":{"pk":{"S":""}}}}"#, emptyKey),
        ("TransactWriteItems", #"{"Delete":{"TableName":"table","Key":{"pk":{"S":""}}}}"#, emptyKey),
        (
            "TransactWriteItems", "{}",
            "The action or operation requested is invalid. Verify that the action is typed correctly."
        ),
        ("TransactGetItems", #"{"Get":{"TableName":"gone","Key":{"pk":{"S":"a"}}}}"#, "Requested resource not found"),
        (
            "TransactGetItems", #"{"Get":{"TableName":"table","Key":{"pk":{"S":"a"}},"ProjectionExpression":"!!!"}}"#,
            #"Invalid ProjectionExpression: Syntax error; token: "!", near: "!!""#
        ),
    ])
    func `a transaction that AWS refuses is refused in its words`(
        operation: String, actions: String, message: String
    ) async throws {
        let world = try World()
        try await world.makeTable()
        #expect(try await world.refusal(operation, json: #"{"TransactItems":[\#(actions)]}"#).message == message)
    }
}
