import AWSProtocol
import Testing

@testable import DynamoDB

@Suite struct `Scans` {
    @Test(arguments: [1, 3, 7])
    func `segments share the table out, each item once`(total: Int) async throws {
        let world = try World()
        try await world.makeTable(sortKey: "N")
        for number in 0..<60 { try await world.put(#"{"pk":{"S":"p\#(number % 20)"},"sk":{"N":"\#(number)"}}"#) }
        var seen: [String] = []
        var segmentsWithItems = 0
        for segment in 0..<total {
            var start: JSONValue?
            let before = seen.count
            repeat {
                var request: JSONObject = [
                    "TableName": "table", "Segment": .integer(segment), "TotalSegments": .integer(total), "Limit": 7,
                ]
                if let start { request.append("ExclusiveStartKey", start) }
                let answer = try await world.call("Scan", .object(request))
                seen += `Queries`.sortKeys(answer)
                start = answer["LastEvaluatedKey"]
            } while start != nil
            segmentsWithItems += seen.count > before ? 1 : 0
        }
        #expect(segmentsWithItems * 2 > total)
        #expect(seen.compactMap { Int($0) }.sorted() == Array(0..<60))
    }

    @Test func `a count shows no items`() async throws {
        let world = try await `Queries`.numbers()
        let answer = try await world.call(
            "Scan",
            json: """
                {"TableName":"table","Select":"COUNT","FilterExpression":"even = :t",
                "ExpressionAttributeValues":{":t":{"BOOL":true}}}
                """)
        #expect(answer["Items"] == nil)
        #expect(answer["Count"] == 5)
        #expect(answer["ScannedCount"] == 11)
    }

    @Test func `ScanFilter still works`() async throws {
        let world = try await `Queries`.numbers()
        let answer = try await world.call(
            "Scan",
            json: """
                {"TableName":"table","ConditionalOperator":"OR","ScanFilter":{
                "sk":{"ComparisonOperator":"IN","AttributeValueList":[{"N":"1"},{"N":"2"}]},
                "even":{"ComparisonOperator":"NULL"}}}
                """)
        #expect(`Queries`.sortKeys(answer).sorted() == ["1", "2", "5"])
    }

    @Test(arguments: [
        (
            #""Segment":0"#,
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
        ),
        (
            #""TotalSegments":4"#,
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
        ),
        (
            #""Segment":5,"TotalSegments":5"#,
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than TotalSegments: 5"
        ),
        (
            #""Segment":-1,"TotalSegments":5"#,
            "1 validation error detected: Value '-1' at 'segment' failed to satisfy constraint: Member must have value greater than or equal to 0"
        ),
        (
            #""Limit":0"#,
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"
        ),
        (
            #""ExclusiveStartKey":{"pk":{"S":"x"},"z":{"S":"y"}}"#,
            "The provided starting key is invalid: The provided key element does not match the schema"
        ),
        (
            #""ExclusiveStartKey":{"pk":{"S":""},"sk":{"N":"1"}}"#,
            "The provided starting key is invalid: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
        (
            #""FilterExpression":"pk.a = :a","ExpressionAttributeValues":{":a":{"S":"x"}}"#,
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk"
        ),
        (
            #""ScanFilter":{"a":{"ComparisonOperator":"LT","AttributeValueList":[{"BOOL":true}]}}"#,
            "One or more parameter values were invalid: ComparisonOperator LT is not valid for BOOL AttributeValue type"
        ),
        (
            #""ScanFilter":{"a":{"ComparisonOperator":"EQ"}}"#,
            "One or more parameter values were invalid: Invalid number of argument(s) for the EQ ComparisonOperator"
        ),
        (
            #""AttributesToGet":["a","a"]"#,
            "One or more parameter values were invalid: Duplicate value in attribute name: a"
        ),
        (
            ##""ExpressionAttributeNames":{"#a":"a"}"##,
            "ExpressionAttributeNames can only be specified when using expressions"
        ),
        (
            #""ExpressionAttributeValues":{":a":{"S":"a"}}"#,
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"
        ),
        (#""FilterExpression":"a = :a","ExpressionAttributeValues":{}"#, "ExpressionAttributeValues must not be empty"),
        (
            #""FilterExpression":"a = :a","ExpressionAttributeValues":{"a":{"S":"x"}}"#,
            #"ExpressionAttributeValues contains invalid key: Syntax error; key: "a""#
        ),
        (
            #""FilterExpression":"a = :a","ExpressionAttributeValues":{":a":{"N":"x"}}"#,
            "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :a"
        ),
        (
            ##""FilterExpression":"#a = :a","ExpressionAttributeNames":{"a":"x"}"##,
            #"ExpressionAttributeNames contains invalid key: Syntax error; key: "a""#
        ),
    ])
    func `a scan that AWS refuses is refused in its words`(parameters: String, message: String) async throws {
        let world = try World()
        try await world.makeTable(sortKey: "N")
        let refusal = try await world.refusal("Scan", json: #"{"TableName":"table",\#(parameters)}"#)
        #expect(refusal.message == message)
    }
}
