import AWSProtocol
import Testing

@testable import DynamoDB

/// What updates do to an item, by AWS's own examples and the corners that its clients have found.
@Suite struct `Updates` {
    struct Case: Sendable {
        var before: String
        var update: String
        var values: String = "{}"
        var after: String
    }

    @Test(arguments: [
        Case(
            before: #"{"a":{"N":"1"}}"#, update: "SET a = a + :n", values: #"{":n":{"N":"2.5"}}"#,
            after: #"{"a":{"N":"3.5"}}"#),
        Case(
            before: #"{"a":{"N":"1"}}"#, update: "SET b = :n - a", values: #"{":n":{"N":"2"}}"#,
            after: #"{"a":{"N":"1"},"b":{"N":"1"}}"#),
        Case(before: #"{"a":{"S":"x"}}"#, update: "SET b = a REMOVE a", after: #"{"b":{"S":"x"}}"#),
        Case(
            before: #"{"a":{"S":"x"},"b":{"S":"y"}}"#, update: "SET a = b, b = a",
            after: #"{"a":{"S":"y"},"b":{"S":"x"}}"#),
        Case(
            before: "{}", update: "SET a = if_not_exists(a, :n)", values: #"{":n":{"N":"1"}}"#,
            after: #"{"a":{"N":"1"}}"#),
        Case(
            before: #"{"a":{"N":"7"}}"#, update: "SET a = if_not_exists(a, :n)", values: #"{":n":{"N":"1"}}"#,
            after: #"{"a":{"N":"7"}}"#),
        Case(
            before: #"{"l":{"L":[{"S":"a"}]}}"#, update: "SET l = list_append(l, :l)",
            values: #"{":l":{"L":[{"S":"b"}]}}"#, after: #"{"l":{"L":[{"S":"a"},{"S":"b"}]}}"#),
        Case(
            before: #"{"l":{"L":[{"S":"a"}]}}"#, update: "SET l = list_append(:l, l)",
            values: #"{":l":{"L":[{"S":"b"}]}}"#, after: #"{"l":{"L":[{"S":"b"},{"S":"a"}]}}"#),
        Case(
            before: #"{"m":{"M":{"x":{"N":"1"}}}}"#, update: "SET m.y = :n REMOVE m.x", values: #"{":n":{"N":"2"}}"#,
            after: #"{"m":{"M":{"y":{"N":"2"}}}}"#),
        Case(
            before: #"{"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"},{"N":"4"}]}}"#,
            update: "REMOVE l[1] SET l[3] = :n", values: #"{":n":{"N":"17"}}"#,
            after: #"{"l":{"L":[{"N":"0"},{"N":"2"},{"N":"17"},{"N":"4"}]}}"#),
        Case(
            before: #"{"l":{"L":[{"S":"a"}]}}"#, update: "SET l[9] = :x, l[5] = :y, l[7] = :z",
            values: #"{":x":{"N":"9"},":y":{"N":"5"},":z":{"N":"7"}}"#,
            after: #"{"l":{"L":[{"S":"a"},{"N":"5"},{"N":"7"},{"N":"9"}]}}"#),
        Case(
            before: #"{"l":{"L":[{"S":"a"},{"S":"b"},{"S":"c"}]}}"#, update: "REMOVE l[0], l[2], l[7]",
            after: #"{"l":{"L":[{"S":"b"}]}}"#),
        Case(
            before: #"{"l":{"L":[{"M":{"x":{"S":"1"},"y":{"S":"2"}}},{"S":"b"}]}}"#, update: "REMOVE l[1], l[0].x",
            after: #"{"l":{"L":[{"M":{"y":{"S":"2"}}}]}}"#),
        Case(before: #"{"l":{"L":[{"S":"a"}]}}"#, update: "REMOVE l[0]", after: #"{"l":{"L":[]}}"#),
        Case(before: "{}", update: "ADD n :n", values: #"{":n":{"N":"-3"}}"#, after: #"{"n":{"N":"-3"}}"#),
        Case(
            before: #"{"n":{"N":"5"}}"#, update: "ADD n :n", values: #"{":n":{"N":"-3"}}"#, after: #"{"n":{"N":"2"}}"#),
        Case(
            before: #"{"s":{"SS":["a","b"]}}"#, update: "ADD s :s", values: #"{":s":{"SS":["b","c"]}}"#,
            after: #"{"s":{"SS":["a","b","c"]}}"#),
        Case(
            before: #"{"m":{"M":{"s":{"NS":["1"]}}}}"#, update: "ADD m.s :s", values: #"{":s":{"NS":["2"]}}"#,
            after: #"{"m":{"M":{"s":{"NS":["1","2"]}}}}"#),
        Case(
            before: #"{"s":{"SS":["a","b"]}}"#, update: "DELETE s :s", values: #"{":s":{"SS":["b","c"]}}"#,
            after: #"{"s":{"SS":["a"]}}"#),
        Case(
            before: #"{"s":{"BS":["AA==","AQ=="]}}"#, update: "DELETE s :s", values: #"{":s":{"BS":["AA==","AQ=="]}}"#,
            after: "{}"),
        Case(
            before: #"{"a":{"S":"x"}}"#, update: "REMOVE gone DELETE also :s", values: #"{":s":{"SS":["b"]}}"#,
            after: #"{"a":{"S":"x"}}"#),
    ])
    func `an update does to the item what AWS does`(`case`: Case) async throws {
        let world = try World()
        try await world.makeTable()
        func whole(_ attributes: String) -> String {
            attributes == "{}" ? #"{"pk":{"S":"k"}}"# : #"{"pk":{"S":"k"},"# + attributes.dropFirst()
        }
        try await world.put(whole(`case`.before))
        var request: JSONObject = [
            "TableName": "table", "Key": ["pk": ["S": "k"]], "UpdateExpression": .string(`case`.update),
            "ReturnValues": "ALL_NEW",
        ]
        if `case`.values != "{}" { request.append("ExpressionAttributeValues", try JSONValue(parsing: `case`.values)) }
        let answer = try await world.call("UpdateItem", .object(request))
        #expect(try sameJSON(answer["Attributes"], whole(`case`.after)))
        #expect(try sameJSON(try await world.get(#"{"pk":{"S":"k"}}"#), whole(`case`.after)))
    }

    @Test(arguments: [
        ("SET b = gone", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET x = :n, y = x", "The provided expression refers to an attribute that does not exist in the item"),
        ("SET s = s + :n", "An operand in the update expression has an incorrect data type"),
        ("SET l = list_append(s, l)", "An operand in the update expression has an incorrect data type"),
        ("ADD s :n", "An operand in the update expression has an incorrect data type"),
        ("SET s.x = :n", "The document path provided in the update expression is invalid for update"),
        ("SET l.x = :n", "The document path provided in the update expression is invalid for update"),
        ("SET gone.x = :n", "The document path provided in the update expression is invalid for update"),
        ("SET s[0] = :n", "The document path provided in the update expression is invalid for update"),
        ("REMOVE gone.x", "The document path provided in the update expression is invalid for update"),
        ("REMOVE s[0]", "The document path provided in the update expression is invalid for update"),
        (
            "SET pk = :n",
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"
        ),
        (
            "REMOVE pk",
            "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"
        ),
    ])
    func `an update that cannot be done changes nothing`(update: String, message: String) async throws {
        let world = try World()
        try await world.makeTable()
        let item = #"{"pk":{"S":"k"},"s":{"S":"x"},"l":{"L":[]}}"#
        try await world.put(item)
        var request: JSONObject = [
            "TableName": "table", "Key": ["pk": ["S": "k"]], "UpdateExpression": .string(update),
        ]
        if update.contains(":n") { request.append("ExpressionAttributeValues", [":n": ["N": "1"]]) }
        let refusal = try await world.refusal("UpdateItem", .object(request))
        #expect(refusal.type == "com.amazon.coral.validate#ValidationException")
        #expect(refusal.message == message)
        #expect(try sameJSON(try await world.get(#"{"pk":{"S":"k"}}"#), item))
    }

    @Test func `an update makes the item where there is none, but not for taking away`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.call(
            "UpdateItem", json: #"{"TableName":"table","Key":{"pk":{"S":"none"}},"UpdateExpression":"REMOVE a.b"}"#)
        #expect(try await world.service.count(table: "table") == 0)
        try await world.call("UpdateItem", json: #"{"TableName":"table","Key":{"pk":{"S":"k"}}}"#)
        #expect(try sameJSON(try await world.get(#"{"pk":{"S":"k"}}"#), #"{"pk":{"S":"k"}}"#))
    }

    @Test(arguments: [
        ("NONE", nil), ("ALL_OLD", #"{"pk":{"S":"k"},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"o":{"S":"o"}}"#),
        ("UPDATED_OLD", #"{"m":{"M":{"x":{"N":"1"}}},"o":{"S":"o"}}"#),
        ("ALL_NEW", #"{"pk":{"S":"k"},"m":{"M":{"x":{"N":"9"},"y":{"N":"2"}}},"n":{"N":"9"}}"#),
        ("UPDATED_NEW", #"{"m":{"M":{"x":{"N":"9"}}},"n":{"N":"9"}}"#),
    ])
    func `ReturnValues shows what it names`(returnValues: String, shown: String?) async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"k"},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},"o":{"S":"o"}}"#)
        let answer = try await world.call(
            "UpdateItem",
            json: """
                {"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET m.x = :n, n = :n REMOVE o",
                "ExpressionAttributeValues":{":n":{"N":"9"}},"ReturnValues":"\(returnValues)"}
                """)
        guard let shown else {
            #expect(answer["Attributes"] == nil)
            return
        }
        #expect(try sameJSON(answer["Attributes"], shown))
    }

    /// The clause beside `SET b = :pad`, and what AWS was seen to charge for it.
    @Test(arguments: [
        ("", 0), (", c = abcdefghij", 45), (", c = m.z", 51), (", c = l[10]", 52), (", d.leaf = :s", 29),
        (", l = list_append(l, :l)", 87), (", n = n + :n", 72), (", n = n - :n", 75),
        (", c = if_not_exists(c, :s)", 76), (" ADD abcdefghij :n", 31), (" ADD ss :set", 22),
        (" REMOVE abcdefghij", 11), (" REMOVE m.yyyyyyyyyy", 16), (" REMOVE l[10]", 8), (" DELETE ss :set", 3),
    ])
    func `the expression of an update is as large as an item at most`(clause: String, charge: Int) throws {
        var attributes = ExpressionAttributes(
            names: [],
            values: [
                (":pad", .string("pad")), (":s", .string("s")), (":n", .number(DecimalNumber(1))),
                (":l", .list([.string("0123456789")])), (":set", .stringSet(["s"])),
            ])
        let update = try UpdateParser.parse("SET b = :pad" + clause, &attributes, limits: .aws)
        #expect(update.charge_bytes == 3 + 19 + 1 + 3 + charge)
    }

    @Test func `an update that makes the item too large is refused`() async throws {
        let world = try World()
        try await world.makeTable()
        let half = String(repeating: "x", count: 250_000)
        try await world.put(#"{"pk":{"S":"k"},"a":{"S":"\#(half)"}}"#)
        let refusal = try await world.refusal(
            "UpdateItem",
            json: """
                {"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET b = :b",
                "ExpressionAttributeValues":{":b":{"S":"\(half)"}}}
                """)
        #expect(refusal.message == "Item size to update has exceeded the maximum allowed size")
    }

    @Test func `AttributeUpdates does what it did before there were expressions`() async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(#"{"pk":{"S":"k"},"d":{"S":"x"},"n":{"N":"1"},"s":{"SS":["a","b"]},"l":{"L":[{"N":"1"}]}}"#)
        let answer = try await world.call(
            "UpdateItem",
            json: """
                {"TableName":"table","Key":{"pk":{"S":"k"}},"ReturnValues":"ALL_NEW","AttributeUpdates":{
                "p":{"Value":{"S":"new"}},"d":{"Action":"DELETE"},"n":{"Action":"ADD","Value":{"N":"2"}},
                "s":{"Action":"DELETE","Value":{"SS":["a"]}},"l":{"Action":"ADD","Value":{"L":[{"N":"2"}]}}},
                "Expected":{"d":{"Value":{"S":"x"}},"gone":{"Exists":false},
                "n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"0"},{"N":"5"}]}}}
                """)
        #expect(
            try sameJSON(
                answer["Attributes"],
                #"{"pk":{"S":"k"},"p":{"S":"new"},"n":{"N":"3"},"s":{"SS":["b"]},"l":{"L":[{"N":"1"},{"N":"2"}]}}"#))
    }
}
