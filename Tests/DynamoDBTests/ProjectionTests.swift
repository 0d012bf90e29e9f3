import AWSProtocol
import Testing

@testable import DynamoDB

@Suite struct `Projections` {
    @Test(arguments: [
        ("a", #"{"a":{"M":{"b":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},"c":{"S":"see"}}}}"#),
        ("a.c, d", #"{"a":{"M":{"c":{"S":"see"}}},"d":{"S":"dee"}}"#),
        ("a.b[2], a.b[0]", #"{"a":{"M":{"b":{"L":[{"N":"0"},{"N":"2"}]}}}}"#),
        ("a.b[1], a.c", #"{"a":{"M":{"b":{"L":[{"N":"1"}]},"c":{"S":"see"}}}}"#),
        ("l[0].x", #"{"l":{"L":[{"M":{"x":{"N":"1"}}}]}}"#),
        ("l[1].x, l[0].y", #"{"l":{"L":[{"M":{"y":{"N":"2"}}},{"M":{"x":{"N":"3"}}}]}}"#),
        ("l[0], l[1].y", #"{"l":{"L":[{"M":{"x":{"N":"1"},"y":{"N":"2"}}}]}}"#),
        ("bare", #"{"bare":{"M":{}}}"#),
        ("gone", "{}"), ("a.gone", "{}"), ("a.b[3]", "{}"), ("a.b.x", "{}"), ("d.x", "{}"), ("d[0]", "{}"),
        ("l[7].x, gone.x", "{}"), ("bare.x", "{}"), ("a.gone, d", #"{"d":{"S":"dee"}}"#),
    ])
    func `a projection takes what is there of what it names`(projection: String, shown: String) async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(
            """
            {"pk":{"S":"k"},"a":{"M":{"b":{"L":[{"N":"0"},{"N":"1"},{"N":"2"}]},"c":{"S":"see"}}},"d":{"S":"dee"},
            "l":{"L":[{"M":{"x":{"N":"1"},"y":{"N":"2"}}},{"M":{"x":{"N":"3"}}}]},"bare":{"M":{}}}
            """)
        let answer = try await world.call(
            "GetItem", ["TableName": "table", "Key": ["pk": ["S": "k"]], "ProjectionExpression": .string(projection)])
        #expect(try sameJSON(answer["Item"], shown))
    }

    /// What UPDATED_OLD and UPDATED_NEW show of nested attributes, with the oddities of lists that ScyllaDB's suite
    /// found in AWS: a path is looked up anew after the update, whatever has moved there.
    @Test(arguments: [
        ("UPDATED_OLD", "SET a.b = :v", #"{"a":{"M":{"b":{"S":"dog"}}}}"#),
        ("UPDATED_NEW", "SET a.b = :v", #"{"a":{"M":{"b":{"N":"7"}}}}"#),
        ("UPDATED_OLD", "SET a.c[1] = :v", #"{"a":{"M":{"c":{"L":[{"N":"2"}]}}}}"#),
        ("UPDATED_NEW", "SET a.c[1] = :v, a.b = :v", #"{"a":{"M":{"b":{"N":"7"},"c":{"L":[{"N":"7"}]}}}}"#),
        ("UPDATED_OLD", "REMOVE a.c[1], a.c[3]", #"{"a":{"M":{"c":{"L":[{"N":"2"}]}}}}"#),
        ("UPDATED_OLD", "SET a.x = :v", nil), ("UPDATED_NEW", "SET a.x = :v", #"{"a":{"M":{"x":{"N":"7"}}}}"#),
        ("UPDATED_NEW", "SET a.c[100] = :v", nil), ("UPDATED_NEW", "REMOVE d", nil),
        ("UPDATED_NEW", "REMOVE a.c[1]", #"{"a":{"M":{"c":{"L":[{"N":"3"}]}}}}"#),
        ("UPDATED_OLD", "SET n = :v", nil), ("UPDATED_NEW", "SET n = :v REMOVE d", #"{"n":{"N":"7"}}"#),
        ("UPDATED_OLD", "REMOVE d", #"{"d":{"S":"cat"}}"#),
    ])
    func `an update shows the parts that it changed`(values: String, update: String, shown: String?) async throws {
        let world = try World()
        try await world.makeTable()
        try await world.put(
            #"{"pk":{"S":"k"},"a":{"M":{"b":{"S":"dog"},"c":{"L":[{"N":"1"},{"N":"2"},{"N":"3"}]}}},"d":{"S":"cat"}}"#)
        var request: JSONObject = [
            "TableName": "table", "Key": ["pk": ["S": "k"]], "UpdateExpression": .string(update),
            "ReturnValues": .string(values),
        ]
        if update.contains(":v") { request.append("ExpressionAttributeValues", [":v": ["N": "7"]]) }
        let answer = try await world.call("UpdateItem", .object(request))
        if let shown {
            #expect(try sameJSON(answer["Attributes"], shown))
        } else {
            #expect(answer["Attributes"] == nil)
        }
    }
}
