import AWSProtocol
import Testing

@testable import DynamoDB

@Suite struct `Queries` {
    /// A table whose partition `p` holds the sort keys 0 to 9, and a second partition that must not be seen.
    static func numbers() async throws -> World {
        let world = try World()
        try await world.makeTable(sortKey: "N")
        for number in 0..<10 {
            try await world.put(#"{"pk":{"S":"p"},"sk":{"N":"\#(number)"},"even":{"BOOL":\#(number % 2 == 0)}}"#)
        }
        try await world.put(#"{"pk":{"S":"q"},"sk":{"N":"5"}}"#)
        return world
    }

    static func sortKeys(_ answer: JSONValue) -> [String] {
        (answer["Items"]?.array ?? []).compactMap { $0["sk"]?["N"]?.string ?? $0["sk"]?["S"]?.string }
    }

    @Test(arguments: [
        ("sk = :a", [3]), ("sk < :a", [0, 1, 2]), ("sk <= :a", [0, 1, 2, 3]), ("sk > :b", [8, 9]),
        ("sk >= :b", [7, 8, 9]),
        ("sk BETWEEN :a AND :b", [3, 4, 5, 6, 7]), (":a > sk", [0, 1, 2]), (":b <= sk", [7, 8, 9]),
        ("(sk = :a)", [3]), ("((sk) = (:a))", [3]),
    ])
    func `a sort key condition is a range`(condition: String, expected: [Int]) async throws {
        let world = try await Self.numbers()
        var values: JSONObject = [":p": ["S": "p"]]
        if condition.contains(":a") { values.append(":a", ["N": "3"]) }
        if condition.contains(":b") { values.append(":b", ["N": "7.0"]) }
        for forward in [true, false] {
            let answer = try await world.call(
                "Query",
                [
                    "TableName": "table", "KeyConditionExpression": .string("pk = :p AND \(condition)"),
                    "ExpressionAttributeValues": .object(values), "ScanIndexForward": .bool(forward),
                ])
            let keys = (forward ? expected : expected.reversed()).map(String.init)
            #expect(Self.sortKeys(answer) == keys)
            #expect(answer["Count"] == .integer(keys.count))
            #expect(answer["LastEvaluatedKey"] == nil)
        }
    }

    @Test func `numbers sort by value, strings by UTF-8, binaries by byte`() async throws {
        let world = try World()
        try await world.makeTable("numbers", sortKey: "N")
        for number in ["10", "9", "-1", "-10", "0", "1E100", "0.5", "-1E-130"] {
            try await world.put(#"{"pk":{"S":"p"},"sk":{"N":"\#(number)"}}"#, into: "numbers")
        }
        func query(_ table: String) async throws -> JSONValue {
            try await world.call(
                "Query",
                [
                    "TableName": .string(table), "KeyConditionExpression": "pk = :p",
                    "ExpressionAttributeValues": [":p": ["S": "p"]],
                ])
        }
        let numbers = Self.sortKeys(try await query("numbers"))
        #expect(numbers.prefix(2) == ["-10", "-1"])
        #expect(Array(numbers[3...6]) == ["0", "0.5", "9", "10"])
        try await world.makeTable("strings", sortKey: "S")
        for text in ["b", "a", "aa", "é", "z", "\u{FFFF}", "😀", "A"] {
            try await world.put(#"{"pk":{"S":"p"},"sk":{"S":"\#(text)"}}"#, into: "strings")
        }
        #expect(Self.sortKeys(try await query("strings")) == ["A", "a", "aa", "b", "z", "é", "\u{FFFF}", "😀"])
        try await world.makeTable("binaries", sortKey: "B")
        for bytes in ["gA==", "fw==", "fwA=", "AA=="] {
            try await world.put(#"{"pk":{"S":"p"},"sk":{"B":"\#(bytes)"}}"#, into: "binaries")
        }
        let binaries = (try await query("binaries")["Items"]?.array ?? []).compactMap { $0["sk"]?["B"]?.string }
        #expect(binaries == ["AA==", "fw==", "fwA=", "gA=="])
    }

    @Test func `begins_with finds a prefix and nothing behind it`() async throws {
        let world = try World()
        try await world.makeTable(sortKey: "B")
        for bytes in ["/g==", "/v8=", "/v//", "/wA=", "/v4="] {
            try await world.put(#"{"pk":{"S":"p"},"sk":{"B":"\#(bytes)"}}"#)
        }
        func find(_ prefix: String) async throws -> [String] {
            let answer = try await world.call(
                "Query",
                [
                    "TableName": "table", "KeyConditionExpression": "pk = :p AND begins_with(sk, :s)",
                    "ExpressionAttributeValues": [":p": ["S": "p"], ":s": ["B": .string(prefix)]],
                ])
            return (answer["Items"]?.array ?? []).compactMap { $0["sk"]?["B"]?.string }
        }
        #expect(try await find("/v8=") == ["/v8=", "/v//"])
        #expect(try await find("/g==") == ["/g==", "/v4=", "/v8=", "/v//"])
        #expect(try await find("/w==") == ["/wA="])
    }

    @Test(arguments: [true, false], 1...4)
    func `pages of any length make up the whole`(forward: Bool, limit: Int) async throws {
        let world = try await Self.numbers()
        var keys: [String] = []
        var start: JSONValue?
        repeat {
            var request: JSONObject = [
                "TableName": "table", "KeyConditionExpression": "pk = :p AND sk > :s",
                "ExpressionAttributeValues": [":p": ["S": "p"], ":s": ["N": "0"]], "Limit": .integer(limit),
                "ScanIndexForward": .bool(forward),
            ]
            if let start { request.append("ExclusiveStartKey", start) }
            let answer = try await world.call("Query", .object(request))
            keys += Self.sortKeys(answer)
            start = answer["LastEvaluatedKey"]
        } while start != nil
        let expected = (1...9).map(String.init)
        #expect(keys == (forward ? expected : expected.reversed()))
    }

    @Test func `a page ends where a megabyte has been read, before the filter`() async throws {
        let world = try World()
        try await world.makeTable(sortKey: "N")
        let filler = String(repeating: "x", count: 60_000)
        for number in 10..<30 {
            try await world.put(#"{"pk":{"S":"p"},"sk":{"N":"\#(number)"},"f":{"S":"\#(filler)"}}"#)
        }
        let answer = try await world.call(
            "Query",
            json: """
                {"TableName":"table","KeyConditionExpression":"pk = :p","FilterExpression":"attribute_not_exists(f)",
                "ExpressionAttributeValues":{":p":{"S":"p"}},"ReturnConsumedCapacity":"TOTAL"}
                """)
        #expect(answer["Count"] == 0)
        #expect(answer["ScannedCount"] == 18)
        #expect(answer["LastEvaluatedKey"]?["sk"]?["N"] == "27")
        #expect(answer["ConsumedCapacity"]?["CapacityUnits"] == .double(132))
    }

    @Test func `a filter and a projection change what is shown, not what is read`() async throws {
        let world = try await Self.numbers()
        let answer = try await world.call(
            "Query",
            json: """
                {"TableName":"table","KeyConditionExpression":"pk = :p","FilterExpression":"even = :t",
                "ProjectionExpression":"sk","ExpressionAttributeValues":{":p":{"S":"p"},":t":{"BOOL":true}}}
                """)
        #expect(answer["Count"] == 5)
        #expect(answer["ScannedCount"] == 10)
        #expect(answer["Items"]?.array?.first == ["sk": ["N": "0"]])
    }

    @Test func `KeyConditions and QueryFilter still work`() async throws {
        let world = try await Self.numbers()
        let answer = try await world.call(
            "Query",
            json: """
                {"TableName":"table","KeyConditions":{
                "pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"p"}]},
                "sk":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"6"}]}},
                "QueryFilter":{"even":{"ComparisonOperator":"EQ","AttributeValueList":[{"BOOL":false}]}},
                "AttributesToGet":["sk"]}
                """)
        #expect(Self.sortKeys(answer) == ["7", "9"])
    }

    @Test(arguments: [
        (
            #""KeyConditionExpression":"sk = :n","ExpressionAttributeValues":{":n":{"N":"1"}}"#,
            "Query condition missed key schema element: pk"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND a = :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Query condition missed key schema element: sk"
        ),
        (
            #""KeyConditionExpression":"pk < :p","ExpressionAttributeValues":{":p":{"S":"p"}}"#,
            "Query key condition not supported"
        ),
        (
            #""KeyConditionExpression":"pk = :n","ExpressionAttributeValues":{":n":{"N":"1"}}"#,
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND sk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}"#,
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
        ),
        (
            #""KeyConditionExpression":"pk = :p OR sk = :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Invalid operator used in KeyConditionExpression: OR"
        ),
        (
            #""KeyConditionExpression":"NOT pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}"#,
            "Invalid operator used in KeyConditionExpression: NOT"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND sk <> :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Invalid operator used in KeyConditionExpression: <>"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND sk IN (:n)","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Invalid operator used in KeyConditionExpression: IN"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND attribute_exists(sk)","ExpressionAttributeValues":{":p":{"S":"p"}}"#,
            "Invalid operator used in KeyConditionExpression: attribute_exists"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND size(sk) = :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND sk.foo = :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}}"#,
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
        ),
        (
            #""KeyConditionExpression":"pk = sk""#,
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
        ),
        (
            #""KeyConditionExpression":":p = :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Invalid condition in KeyConditionExpression: No key attribute specified"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND :n BETWEEN sk AND :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND sk = :n AND a = :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"1"}}"#,
            "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"
        ),
        (#""KeyConditionExpression":"""#, "Invalid KeyConditionExpression: The expression can not be empty;"),
        (
            "\"Limit\":5",
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"Limit":0"#,
            "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"Select":"INVALID_VALUE""#,
            "1 validation error detected: Value 'INVALID_VALUE' at 'select' failed to satisfy constraint: Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"FilterExpression":"sk > :p""#,
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"IndexName":"none""#,
            "The table does not have the specified index: none"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"},":q":{"S":"p"}}"#,
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:q}"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":""}}"#,
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"ExclusiveStartKey":{"pk":{"S":"p"}}"#,
            "The provided starting key is invalid: The provided key element does not match the schema"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"ExclusiveStartKey":{"pk":{"S":"q"},"sk":{"N":"1"}}"#,
            "The provided starting key is outside query boundaries based on provided conditions"
        ),
        (
            #""KeyConditionExpression":"pk = :p AND sk > :n","ExpressionAttributeValues":{":p":{"S":"p"},":n":{"N":"5"}},"ExclusiveStartKey":{"pk":{"S":"p"},"sk":{"N":"1"}}"#,
            "The provided starting key does not match the range key predicate"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"KeyConditions":{}"#,
            "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {KeyConditions} Expression parameters: {KeyConditionExpression}"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"Select":"COUNT","ProjectionExpression":"sk""#,
            "Cannot specify the ProjectionExpression when choosing to get only the Count"
        ),
        (
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"Select":"ALL_PROJECTED_ATTRIBUTES""#,
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
        ),
    ])
    func `a query that AWS refuses is refused in its words`(parameters: String, message: String) async throws {
        let world = try World()
        try await world.makeTable(sortKey: "N")
        let refusal = try await world.refusal("Query", json: #"{"TableName":"table",\#(parameters)}"#)
        #expect(refusal.message == message)
        #expect(refusal.code == "ValidationException")
    }
}
