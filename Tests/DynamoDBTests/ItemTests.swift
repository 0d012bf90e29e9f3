import AWSProtocol
import EmulatorDatabase
import Testing

@testable import DynamoDB

@Suite struct `Items` {
    @Test func `every type comes back as it was put`() async throws {
        let world = try World()
        try await world.makeTable()
        let item = """
            {"pk":{"S":"k"},"b":{"B":"AAEC"},"bs":{"BS":["AA==","AQ=="]},"e":{"S":""},"f":{"BOOL":false},
            "l":{"L":[{"S":"x"},{"N":"1"},{"M":{"deep":{"NULL":true}}}]},"m":{"M":{}},"n":{"N":"-12.5"},
            "ns":{"NS":["-1","0","2.5"]},"nul":{"NULL":true},"ss":{"SS":["a","b"]},"t":{"BOOL":true},"é":{"S":"ü"}}
            """
        try await world.put(item)
        #expect(try sameJSON(try await world.get(#"{"pk":{"S":"k"}}"#), item))
    }

    @Test func `an absent item is answered with nothing`() async throws {
        let world = try World()
        try await world.makeTable()
        #expect(try await world.call("GetItem", json: #"{"TableName":"table","Key":{"pk":{"S":"k"}}}"#) == [:])
    }

    @Test func `keys that only Unicode finds equal are two keys`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put("{\"pk\":{\"S\":\"\u{E9}\"},\"n\":{\"N\":\"1\"}}")
        try await world.put("{\"pk\":{\"S\":\"e\u{301}\"},\"n\":{\"N\":\"2\"}}")
        #expect(try await world.service.count(table: "table") == 2)
        let item = try await world.get("{\"pk\":{\"S\":\"\u{E9}\"}}")
        #expect(item?["n"]?["N"] == "1")
    }

    @Test func `an item put again takes the place of the old one, which is answered where asked for`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"k"},"old":{"S":"x"}}"#)
        let answer = try await world.call(
            "PutItem", json: #"{"TableName":"table","Item":{"pk":{"S":"k"},"new":{"S":"y"}},"ReturnValues":"ALL_OLD"}"#)
        #expect(try sameJSON(answer["Attributes"], #"{"pk":{"S":"k"},"old":{"S":"x"}}"#))
        #expect(try sameJSON(try await world.get(#"{"pk":{"S":"k"}}"#), #"{"pk":{"S":"k"},"new":{"S":"y"}}"#))
    }

    @Test func `a failed condition changes nothing and shows the item where asked for`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"k"},"n":{"N":"1"}}"#)
        let refusal = try await world.refusal(
            "PutItem",
            json: """
                {"TableName":"table","Item":{"pk":{"S":"k"}},"ConditionExpression":"attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure":"ALL_OLD"}
                """)
        #expect(refusal.type == "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException")
        #expect(refusal.message == "The conditional request failed")
        #expect(try sameJSON(refusal.body["Item"], #"{"pk":{"S":"k"},"n":{"N":"1"}}"#))
        #expect(try await world.get(#"{"pk":{"S":"k"}}"#)?["n"] != nil)
    }

    @Test func `a deleted item is gone, and deleting it again is no fault`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"k"}}"#)
        for _ in 0..<2 { try await world.call("DeleteItem", json: #"{"TableName":"table","Key":{"pk":{"S":"k"}}}"#) }
        #expect(try await world.get(#"{"pk":{"S":"k"}}"#) == nil)
    }

    @Test func `accounts and regions have tables of their own`() async throws {
        let world = try World()
        try await world.makeTable()
        let list: JSONValue = [:]
        #expect(try await world.call("ListTables", list)["TableNames"] == ["table"])
        #expect(try await world.call("ListTables", list, account: "111111111111")["TableNames"] == [])
        #expect(try await world.call("ListTables", list, region: "eu-west-2")["TableNames"] == [])
    }

    @Test func `items outlive the service`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"k"},"n":{"N":"7"}}"#)
        try await world.database.close()
        let next = try World(at: world.folder)
        #expect(try await next.get(#"{"pk":{"S":"k"}}"#)?["n"]?["N"] == "7")
    }

    /// AWS's rule, measured: an update's own record is held to the limit, too.
    @Test(arguments: [
        ("SET b = :v", 409_600 - 19), ("SET b = :v, c = :c", 409_600 - 38), ("SET b = :v REMOVE r", 409_600 - 21),
    ])
    func `an update counts what it writes and a few bytes for each action`(expression: String, most: Int) async throws {
        let world = try World()
        try await world.makeTable()
        func update(to size: Int) async throws {
            let rest = "pk".utf8.count + "K".utf8.count + "b".utf8.count + (expression.contains("c =") ? 2 : 0)
            var values: JSONObject = [":v": ["S": .string(String(repeating: "x", count: size - rest))]]
            if expression.contains(":c") { values.append(":c", ["S": "y"]) }
            try await world.put(#"{"pk":{"S":"K"},"r":{"S":"z"}}"#)
            if !expression.contains("REMOVE") { try await world.put(#"{"pk":{"S":"K"}}"#) }
            try await world.call(
                "UpdateItem",
                [
                    "TableName": "table", "Key": ["pk": ["S": "K"]], "UpdateExpression": .string(expression),
                    "ExpressionAttributeValues": .object(values),
                ])
        }
        try await update(to: most)
        await #expect(throws: Refusal.self) { try await update(to: most + 1) }
    }

    @Test func `an item of just 400 KB is taken, one byte more is not`() async throws {
        let world = try World()
        try await world.makeTable()
        // The names pk and p are three bytes, the key's value one.
        let fits = String(repeating: "x", count: 409_600 - 4)
        try await world.put(#"{"pk":{"S":"k"},"p":{"S":"\#(fits)"}}"#)
        let refusal = try await world.refusal(
            "PutItem", json: #"{"TableName":"table","Item":{"pk":{"S":"k"},"p":{"S":"\#(fits)x"}}}"#)
        #expect(refusal.message == "1 validation error detected: Item size has exceeded the maximum allowed size")
    }

    @Test func `maps may lie 31 deep in an attribute, not 32`() async throws {
        let world = try World()
        try await world.makeTable()
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"M":{"n":"#, count: depth) + #"{"S":"leaf"}"# + String(repeating: "}}", count: depth)
        }
        try await world.put(#"{"pk":{"S":"k"},"d":\#(nested(31))}"#)
        let refusal = try await world.refusal(
            "PutItem", json: #"{"TableName":"table","Item":{"pk":{"S":"k"},"d":\#(nested(32))}}"#)
        #expect(
            refusal.message == "1 validation error detected: Nesting Levels have exceeded supported limits: "
                + "Attributes in the item have nested levels beyond supported limit")
    }
}
