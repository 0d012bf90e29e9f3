import AWSProtocol
import Testing

@testable import DynamoDB

@Suite struct `Indexes` {
    static func query(
        _ world: World, _ index: String, _ condition: String, _ values: JSONValue, _ more: JSONObject = [:]
    ) async throws -> JSONValue {
        var request: JSONObject = [
            "TableName": "indexed", "IndexName": .string(index), "KeyConditionExpression": .string(condition),
            "ExpressionAttributeValues": values,
        ]
        more.members.forEach { request.append($0.name, $0.value) }
        return try await world.call("Query", .object(request))
    }

    static func filled() async throws -> World {
        let world = try World()
        try await world.makeIndexedTable()
        try await world.put(
            #"{"pk":{"S":"p"},"sk":{"S":"1"},"a":{"S":"x"},"b":{"S":"2"},"data":{"S":"d1"},"o":{"S":"o"}}"#,
            into: "indexed")
        try await world.put(
            #"{"pk":{"S":"p"},"sk":{"S":"2"},"a":{"S":"x"},"b":{"S":"1"},"data":{"S":"d2"}}"#, into: "indexed")
        try await world.put(#"{"pk":{"S":"q"},"sk":{"S":"3"},"a":{"S":"x"}}"#, into: "indexed")
        try await world.put(#"{"pk":{"S":"p"},"sk":{"S":"4"}}"#, into: "indexed")
        return world
    }

    @Test func `an index holds the items that have its keys, in the order of its keys`() async throws {
        let world = try await Self.filled()
        let all = try await Self.query(world, "gsi1", "a = :a", [":a": ["S": "x"]])
        #expect(`Queries`.sortKeys(all) == ["1", "2", "3"])
        let both = try await Self.query(world, "gsi2", "a = :a", [":a": ["S": "x"]])
        #expect(`Queries`.sortKeys(both) == ["2", "1"])
        let local = try await Self.query(world, "lsi2", "pk = :p", [":p": ["S": "p"]])
        #expect(`Queries`.sortKeys(local) == ["2", "1"])
    }

    @Test func `an index shows what it projects`() async throws {
        let world = try await Self.filled()
        let global = try await Self.query(world, "gsi2", "a = :a AND b = :b", [":a": ["S": "x"], ":b": ["S": "2"]])
        #expect(
            try sameJSON(
                global["Items"]?.array?.first,
                #"{"pk":{"S":"p"},"sk":{"S":"1"},"a":{"S":"x"},"b":{"S":"2"},"data":{"S":"d1"}}"#))
        let local = try await Self.query(world, "lsi2", "pk = :p AND b = :b", [":p": ["S": "p"], ":b": ["S": "2"]])
        #expect(
            try sameJSON(
                local["Items"]?.array?.first, #"{"pk":{"S":"p"},"sk":{"S":"1"},"a":{"S":"x"},"b":{"S":"2"}}"#))
        let fetched = try await Self.query(
            world, "lsi2", "pk = :p AND b = :b", [":p": ["S": "p"], ":b": ["S": "2"]],
            ["Select": "ALL_ATTRIBUTES", "ReturnConsumedCapacity": "INDEXES"])
        #expect(fetched["Items"]?.array?.first?["o"]?["S"] == "o")
        #expect(fetched["ConsumedCapacity"]?["CapacityUnits"] == .double(1))
        #expect(fetched["ConsumedCapacity"]?["Table"]?["CapacityUnits"] == .double(0.5))
        #expect(fetched["ConsumedCapacity"]?["LocalSecondaryIndexes"]?["lsi2"]?["CapacityUnits"] == .double(0.5))
    }

    @Test func `an index follows every write`() async throws {
        let world = try await Self.filled()
        try await world.call(
            "UpdateItem",
            json: """
                {"TableName":"indexed","Key":{"pk":{"S":"p"},"sk":{"S":"1"}},"UpdateExpression":"SET a = :a",
                "ExpressionAttributeValues":{":a":{"S":"y"}}}
                """)
        try await world.call("DeleteItem", json: #"{"TableName":"indexed","Key":{"pk":{"S":"p"},"sk":{"S":"2"}}}"#)
        try await world.put(#"{"pk":{"S":"q"},"sk":{"S":"3"}}"#, into: "indexed")
        #expect(`Queries`.sortKeys(try await Self.query(world, "gsi1", "a = :a", [":a": ["S": "x"]])) == [])
        #expect(`Queries`.sortKeys(try await Self.query(world, "gsi1", "a = :a", [":a": ["S": "y"]])) == ["1"])
    }

    @Test(arguments: ["gsi1", "gsi2", "lsi1"])
    func `pages of an index make up the whole, also where its keys are equal`(index: String) async throws {
        let world = try World()
        try await world.makeIndexedTable()
        for number in 10..<25 {
            try await world.put(
                #"{"pk":{"S":"p"},"sk":{"S":"\#(number)"},"a":{"S":"x"},"b":{"S":"y"}}"#, into: "indexed")
        }
        for forward in [true, false] {
            for operation in ["Query", "Scan"] {
                var (keys, start): ([String], JSONValue?) = ([], nil)
                repeat {
                    var more: JSONObject = ["TableName": "indexed", "IndexName": .string(index), "Limit": 4]
                    if operation == "Query" {
                        more.append("KeyConditionExpression", .string(index == "lsi1" ? "pk = :k" : "a = :k"))
                        more.append("ExpressionAttributeValues", [":k": ["S": .string(index == "lsi1" ? "p" : "x")]])
                        more.append("ScanIndexForward", .bool(forward))
                    }
                    if let start { more.append("ExclusiveStartKey", start) }
                    let answer = try await world.call(operation, .object(more))
                    keys += `Queries`.sortKeys(answer)
                    start = answer["LastEvaluatedKey"]
                } while start != nil
                #expect(keys.count == 15)
                #expect(Set(keys).count == 15)
            }
        }
    }

    @Test func `an index made later holds the items that were there`() async throws {
        let world = try World()
        try await world.makeTable(sortKey: "S")
        for number in 0..<5 {
            try await world.put(#"{"pk":{"S":"p"},"sk":{"S":"\#(number)"},"n":{"N":"\#(-number)"},"g":{"S":"g"}}"#)
        }
        let answer = try await world.call(
            "UpdateTable",
            json: """
                {"TableName":"table","AttributeDefinitions":[{"AttributeName":"g","AttributeType":"S"},
                {"AttributeName":"n","AttributeType":"N"}],"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"later",
                "KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],
                "Projection":{"ProjectionType":"KEYS_ONLY"}}}]}
                """)
        #expect(answer["TableDescription"]?["TableStatus"] == "UPDATING")
        let found = try await world.call(
            "Query",
            json: """
                {"TableName":"table","IndexName":"later","KeyConditionExpression":"g = :g",
                "ExpressionAttributeValues":{":g":{"S":"g"}}}
                """)
        #expect(`Queries`.sortKeys(found) == ["4", "3", "2", "1", "0"])
        try await world.call(
            "UpdateTable",
            json: #"{"TableName":"table","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"later"}}]}"#)
        let table = try await world.call("DescribeTable", ["TableName": "table"])["Table"]
        #expect(table?["GlobalSecondaryIndexes"] == nil)
        #expect(table?["AttributeDefinitions"]?.array?.count == 2)
    }

    @Test(arguments: [
        (
            #""a":{"N":"5"}"#,
            "One or more parameter values were invalid: Type mismatch for Index Key a Expected: S Actual: N IndexName: gsi1"
        ),
        (
            #""a":{"L":[]}"#,
            "One or more parameter values were invalid: Type mismatch for Index Key a Expected: S Actual: L IndexName: gsi1"
        ),
        (
            #""a":{"S":""}"#,
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: gsi1, IndexKey: a"
        ),
    ])
    func `an index key of the wrong kind is refused`(attribute: String, message: String) async throws {
        let world = try World()
        try await world.makeIndexedTable()
        let item = #"{"pk":{"S":"p"},"sk":{"S":"s"},\#(attribute)}"#
        for request in [
            ("PutItem", #"{"TableName":"indexed","Item":\#(item)}"#),
            ("BatchWriteItem", #"{"RequestItems":{"indexed":[{"PutRequest":{"Item":\#(item)}}]}}"#),
        ] {
            #expect(try await world.refusal(request.0, json: request.1).message == message)
        }
    }

    @Test func `what a write costs its indexes is told by index`() async throws {
        let world = try World()
        try await world.makeIndexedTable()
        func units(_ operation: String, _ request: String) async throws -> String {
            let answer = try await world.call(operation, json: request)
            return answer["ConsumedCapacity"]?.text ?? ""
        }
        let put =
            #"{"TableName":"indexed","Item":{"pk":{"S":"p"},"sk":{"S":"s"},"a":{"S":"x"}},"ReturnConsumedCapacity":"INDEXES"}"#
        #expect(
            try await units("PutItem", put)
                == #"{"TableName":"indexed","CapacityUnits":3.0,"Table":{"CapacityUnits":1.0},"#
                + #""GlobalSecondaryIndexes":{"gsi1":{"CapacityUnits":1.0}},"LocalSecondaryIndexes":{"lsi1":{"CapacityUnits":1.0}}}"#
        )
        // The same once more changes no index.
        #expect(
            try await units("PutItem", put)
                == #"{"TableName":"indexed","CapacityUnits":1.0,"Table":{"CapacityUnits":1.0}}"#)
        let move =
            #"{"TableName":"indexed","Key":{"pk":{"S":"p"},"sk":{"S":"s"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"S":"y"}},"ReturnConsumedCapacity":"TOTAL"}"#
        #expect(try await units("UpdateItem", move) == #"{"TableName":"indexed","CapacityUnits":5.0}"#)
    }
}
