import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSClient

@Suite struct `Items in tables` {
    private func client(_ http: ScriptedHTTP, time: ManualTime = ManualTime()) throws -> DynamoDBClient {
        DynamoDBClient(try AWSSession.test(http, time: time.time()))
    }

    @Test func `a put carries its condition`() async throws {
        let http = ScriptedHTTP(.ok())
        try await client(http).put(
            ["k": "a", "n": .number(7)], in: "t", if: .itemIsAbsent(partitionKey: "k"), returnsExisting: true)
        #expect(
            http.requests.map(\.jsonCall) == [
                ##"DynamoDB_20120810.PutItem {"ConditionExpression":"attribute_not_exists(#partitionKey)","##
                    + ##""ExpressionAttributeNames":{"#partitionKey":"k"},"Item":{"k":{"S":"a"},"n":{"N":"7"}},"##
                    + ##""ReturnValuesOnConditionCheckFailure":"ALL_OLD","TableName":"t"}"##
            ])
        #expect(http.requests[0].headers["Content-Type"] == "application/x-amz-json-1.0")
    }

    @Test func `a put without condition sends no empty tables`() async throws {
        let http = ScriptedHTTP(.ok())
        try await client(http).put(["k": "a"], in: "t")
        #expect(http.requests.map(\.text) == [#"{"Item":{"k":{"S":"a"}},"TableName":"t"}"#])
    }

    @Test func `a condition that does not hold is an error of its own, with the item`() async throws {
        let http = ScriptedHTTP(
            .jsonError("ConditionalCheckFailedException"),
            .status(400, #"{"__type":"x#ConditionalCheckFailedException","Item":{"k":{"S":"a"}}}"#))
        let client = try client(http)
        for existing in [nil, ["k": "a"] as DynamoDBItem] {
            await #expect(throws: DynamoDBError.conditionalCheckFailed(existing: existing)) {
                try await client.put(["k": "a"], in: "t", if: .itemIsAbsent(partitionKey: "k"))
            }
        }
        #expect(http.requests.count == 2)
    }

    @Test func `other refusals are AWS's`() async throws {
        let http = ScriptedHTTP(.jsonError("ResourceNotFoundException"))
        let error = await #expect(throws: AWSError.self) { try await client(http).put(["k": "a"], in: "t") }
        #expect(error?.code == "ResourceNotFoundException")
        #expect(error?.operation == "PutItem")
    }

    @Test func `an update joins the placeholders of update and condition`() async throws {
        let http = ScriptedHTTP(.ok(#"{"Attributes":{"n":{"N":"2"}}}"#))
        let attributes = try await client(http).update(
            key: ["k": "a"], in: "t", DynamoDBExpression("SET #n = :n", names: ["#n": "n"], values: [":n": .number(2)]),
            if: DynamoDBExpression("#n < :n OR #s = :s", names: ["#n": "n", "#s": "s"], values: [":s": true]),
            returning: .allNew)
        #expect(attributes == ["n": .number(2)])
        #expect(
            http.requests.map(\.jsonCall) == [
                ##"DynamoDB_20120810.UpdateItem {"ConditionExpression":"#n < :n OR #s = :s","##
                    + ##""ExpressionAttributeNames":{"#n":"n","#s":"s"},"##
                    + ##""ExpressionAttributeValues":{":n":{"N":"2"},":s":{"BOOL":true}},"Key":{"k":{"S":"a"}},"##
                    + ##""ReturnValues":"ALL_NEW","TableName":"t","UpdateExpression":"SET #n = :n"}"##
            ])
    }

    @Test func `a get finds an item or nothing`() async throws {
        let http = ScriptedHTTP(.ok(#"{"Item":{"k":{"S":"a"}}}"#), .ok())
        let client = try client(http)
        let projection = DynamoDBExpression("#k", names: ["#k": "k"])
        #expect(
            try await client.get(key: ["k": "a"], in: "t", isConsistent: true, projection: projection) == ["k": "a"])
        #expect(try await client.get(key: ["k": "b"], in: "t") == nil)
        #expect(
            http.requests.map(\.text) == [
                ##"{"ConsistentRead":true,"ExpressionAttributeNames":{"#k":"k"},"Key":{"k":{"S":"a"}},"##
                    + ##""ProjectionExpression":"#k","TableName":"t"}"##,
                #"{"ConsistentRead":false,"Key":{"k":{"S":"b"}},"TableName":"t"}"#,
            ])
    }

    @Test func `a query goes on where the page before ended`() async throws {
        let http = ScriptedHTTP(
            .ok(#"{"Items":[{"r":{"N":"1"}},{"r":{"N":"2"}}],"LastEvaluatedKey":{"r":{"N":"2"}}}"#),
            .ok(#"{"Items":[],"LastEvaluatedKey":{"r":{"N":"9"}}}"#), .ok(#"{"Items":[{"r":{"N":"10"}}]}"#))
        let items = try await client(http).query(
            "t", index: "i", where: DynamoDBExpression("k = :k", values: [":k": "a"]), isAscending: false, pageSize: 2
        ).collect()
        #expect(items.map { $0["r"]?.int } == [1, 2, 10])
        let head = #"{"#
        let rest =
            #""ExpressionAttributeValues":{":k":{"S":"a"}},"IndexName":"i","KeyConditionExpression":"k = :k","#
            + #""Limit":2,"ScanIndexForward":false,"TableName":"t"}"#
        #expect(
            http.requests.map(\.text) == [
                head + #""ConsistentRead":false,"# + rest,
                head + #""ConsistentRead":false,"ExclusiveStartKey":{"r":{"N":"2"}},"# + rest,
                head + #""ConsistentRead":false,"ExclusiveStartKey":{"r":{"N":"9"}},"# + rest,
            ])
    }

    @Test func `a query that is left early asks for no more pages`() async throws {
        let http = ScriptedHTTP(.ok(#"{"Items":[{"r":{"N":"1"}}],"LastEvaluatedKey":{"r":{"N":"1"}}}"#))
        for try await _ in try client(http).query("t", where: DynamoDBExpression("k = :k")) { break }
        #expect(http.requests.count == 1)
    }
}

@Suite struct `Batches of items` {
    private func client(_ http: ScriptedHTTP, time: ManualTime = ManualTime()) throws -> DynamoDBClient {
        DynamoDBClient(try AWSSession.test(http, time: time.time()))
    }

    private func key(_ number: Int) -> DynamoDBItem { ["k": .number(number)] }

    @Test func `a write goes in chunks of twenty-five puts and deletes`() async throws {
        let http = ScriptedHTTP(.ok(#"{"UnprocessedItems":{}}"#))
        let writes = (0..<30).map { $0 == 29 ? DynamoDBWrite.delete(key: key($0)) : .put(key($0)) }
        try await client(http).batchWrite(writes, to: "t")
        #expect(http.requests.map { $0.text.components(separatedBy: "Request\"").count - 1 } == [25, 5])
        #expect(http.requests[0].text.hasPrefix(#"{"RequestItems":{"t":[{"PutRequest":{"Item":{"k":{"N":"0"}}}},"#))
        #expect(http.requests[1].text.hasSuffix(#"{"DeleteRequest":{"Key":{"k":{"N":"29"}}}}]}}"#))
    }

    @Test func `what is left unwritten goes again after a pause`() async throws {
        let left = #"{"PutRequest":{"Item":{"k":{"N":"1"}}}}"#
        let http = ScriptedHTTP(.ok(#"{"UnprocessedItems":{"t":[\#(left)]}}"#), .ok())
        let time = ManualTime()
        try await client(http, time: time).batchWrite([.put(key(0)), .put(key(1))], to: "t")
        #expect(http.requests.count == 2)
        #expect(http.requests[1].text == #"{"RequestItems":{"t":[\#(left)]}}"#)
        #expect(time.sleeps == [.milliseconds(500)])
    }

    @Test func `a table that takes nothing ends in an error that counts`() async throws {
        let left = #"{"PutRequest":{"Item":{"k":{"N":"1"}}}}"#
        let http = ScriptedHTTP(.ok(#"{"UnprocessedItems":{"t":[\#(left)]}}"#))
        await #expect(throws: DynamoDBError.unprocessed(table: "t", count: 1)) {
            try await client(http).batchWrite([.put(key(1))], to: "t")
        }
        #expect(http.requests.count == 3)
    }

    @Test func `a table that takes one at a time gets there`() async throws {
        let http = ScriptedHTTP { request, _ in
            let input = try JSONDecoder().decode(DynamoDBWire.BatchWriteOutput.self, from: Data(request.asUnprocessed))
            let rest = (input.UnprocessedItems?["t"] ?? []).dropFirst().compactMap { $0.PutRequest?.Item["k"]?.int }
            let lines = rest.map { #"{"PutRequest":{"Item":{"k":{"N":"\#($0)"}}}}"# }
            let body = #"{"UnprocessedItems":{"t":[\#(lines.joined(separator: ","))]}}"#
            return HTTPResponse(status: 200, body: Array(body.utf8))
        }
        try await client(http).batchWrite((0..<8).map { .put(key($0)) }, to: "t")
        #expect(http.requests.count == 8)
    }

    @Test func `a read goes in chunks of a hundred, and again for what was left unread`() async throws {
        let http = ScriptedHTTP(
            .ok(
                #"{"Responses":{"t":[{"k":{"N":"0"}}]},"UnprocessedKeys":{"t":{"Keys":[{"k":{"N":"7"}}],"#
                    + #""ConsistentRead":true}}}"#),
            .ok(#"{"Responses":{"t":[{"k":{"N":"7"}},{"k":{"N":"100"}}]},"UnprocessedKeys":{}}"#))
        let items = try await client(http).batchGet(keys: (0..<101).map(key), in: "t", isConsistent: true)
        #expect(items == [key(0), key(7), key(100)])
        #expect(http.requests.count == 2)
        #expect(
            http.requests[1].text
                == #"{"RequestItems":{"t":{"ConsistentRead":true,"Keys":[{"k":{"N":"100"}},{"k":{"N":"7"}}]}}}"#)
    }

    @Test func `no key is no request`() async throws {
        let http = ScriptedHTTP(.ok())
        #expect(try await client(http).batchGet(keys: [], in: "t").isEmpty)
        try await client(http).batchWrite([], to: "t")
        #expect(http.requests.isEmpty)
    }
}

extension HTTPRequest {
    /// A batch write's request has the shape of its answer but for one name.
    fileprivate var asUnprocessed: String.UTF8View {
        text.replacing("RequestItems", with: "UnprocessedItems").utf8
    }
}

@Suite struct `Attribute values` {
    @Test(arguments: [
        (AttributeValue.s("ü\n"), #"{"S":"ü\n"}"#), (.n("1E-5"), #"{"N":"1E-5"}"#), (.b([0, 1, 2]), #"{"B":"AAEC"}"#),
        (.bool(false), #"{"BOOL":false}"#), (.null, #"{"NULL":true}"#), (.l([]), #"{"L":[]}"#),
        (.m(["a": .l(["b", .null])]), #"{"M":{"a":{"L":[{"S":"b"},{"NULL":true}]}}}"#),
        (.ss(["b", "a"]), #"{"SS":["a","b"]}"#),
        (.ns(["2", "1"]), #"{"NS":["1","2"]}"#), (.bs([[1], [0]]), #"{"BS":["AA==","AQ=="]}"#), (.s(""), #"{"S":""}"#),
    ])
    func `each type has its wire form`(value: AttributeValue, wire: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == wire)
        #expect(try JSONDecoder().decode(AttributeValue.self, from: Data(wire.utf8)) == value)
    }

    @Test(arguments: ["{}", #"{"S":"a","N":"1"}"#, #"{"X":"a"}"#, #"{"N":1}"#, #"{"B":"?"}"#, "[]"])
    func `anything else is refused`(wire: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(AttributeValue.self, from: Data(wire.utf8)) }
    }

    @Test func `values are read back as Swift's`() {
        #expect(AttributeValue.number(-3).int == -3)
        #expect(AttributeValue.number(0.1).double == 0.1)
        #expect(AttributeValue.n("1.5").int == nil)
        #expect(AttributeValue.s("7").int == nil)
        #expect(AttributeValue.s("a").string == "a")
        #expect(AttributeValue.bool(true).boolean == true)
        #expect(AttributeValue.l(["a"]).list == ["a"])
    }
}
