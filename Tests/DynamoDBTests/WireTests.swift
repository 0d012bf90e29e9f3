import AWSProtocol
import Testing

@testable import DynamoDB

@Suite struct `The wire` {
    static func raw(_ world: World, target: String, body: String) async throws -> (Int, JSONValue) {
        let http = HTTPRequest(
            method: "POST", path: "/", headers: ["X-Amz-Target": target], body: .bytes(Array(body.utf8)))
        let response = await world.service.respond(
            to: AWSRequest(
                http: http, scope: CredentialScope(service: "dynamodb"), requestID: "request-id",
                host: "127.0.0.1:4566"))
        #expect(response.headers["content-type"] == "application/x-amz-json-1.0")
        #expect(response.headers["x-amzn-requestid"] == "request-id")
        return (response.status, try JSONValue(parsing: response.bytes))
    }

    @Test(
        arguments: [("", 0), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926), ("12345678901234567", 0x3FA4_3360)]
            as [(String, UInt32)])
    func `an answer carries the CRC-32 of its body`(text: String, checksum: UInt32) {
        let response = DynamoDBWire.response(Array(text.utf8), requestID: "id")
        #expect(response.headers["x-amz-crc32"] == "\(checksum)")
    }

    @Test(arguments: [
        ("DynamoDB_20120810.GetItem", "", 400, #"{"__type":"com.amazon.coral.service#SerializationException"}"#),
        ("DynamoDB_20120810.GetItem", "{", 400, #"{"__type":"com.amazon.coral.service#SerializationException"}"#),
        (
            "DynamoDB_20120810.GetItem", "[]", 400,
            #"{"__type":"com.amazon.coral.service#SerializationException","Message":"Start of structure or map found where not expected"}"#
        ),
        (
            "DynamoDB_20120810.Nonsense", "{}", 400,
            #"{"__type":"com.amazon.coral.service#UnknownOperationException","message":""}"#
        ),
        ("Other.GetItem", "{}", 400, #"{"__type":"com.amazon.coral.service#UnknownOperationException","message":""}"#),
        (
            "DynamoDB_20120810.ExecuteStatement", "{}", 501,
            #"{"__type":"com.amazon.coral.service#NotImplemented","message":"rivulet-local does not implement DynamoDB's ExecuteStatement."}"#
        ),
        (
            "DynamoDB_20120810.ListStreams", "{}", 400,
            #"{"__type":"com.amazon.coral.service#UnknownOperationException","message":""}"#
        ),
        (
            "DynamoDBStreams_20120810.GetItem", "{}", 400,
            #"{"__type":"com.amazon.coral.service#UnknownOperationException","message":""}"#
        ),
    ])
    func `what is no request is refused before it is looked into`(
        target: String, body: String, status: Int, answer: String
    ) async throws {
        let (got, value) = try await Self.raw(try World(), target: target, body: body)
        #expect(got == status)
        #expect(try sameJSON(value, answer))
    }

    @Test(arguments: [
        (#"{"TableName":23}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"TableName":34.56}"#, "DECIMAL_VALUE cannot be converted to String"),
        (#"{"TableName":true}"#, "TRUE_VALUE cannot be converted to String"),
        (#"{"TableName":[]}"#, "Unrecognized collection type class java.lang.String"),
        (#"{"TableName":{}}"#, "Start of structure or map found where not expected"),
        (#"{"ConsistentRead":"23"}"#, "Unexpected token received from parser"),
        (#"{"ConsistentRead":23}"#, "NUMBER_VALUE cannot be converted to Boolean"),
        (#"{"AttributesToGet":"x"}"#, "Unexpected field type"),
        (#"{"AttributesToGet":{}}"#, "Start of structure or map found where not expected"),
        (#"{"Key":"x"}"#, "Unexpected field type"),
        (
            #"{"Key":[]}"#,
            "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"
        ),
        (#"{"Key":{"a":"x"}}"#, "Unexpected value type in payload"),
        (#"{"Key":{"a":[]}}"#, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue"),
        (#"{"Key":{"a":{"N":123}}}"#, "NUMBER_VALUE cannot be converted to String"),
        (#"{"Key":{"a":{"B":"23456"}}}"#, "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
        (#"{"Key":{"a":{"B":"=+/="}}}"#, "Invalid last non-pad Base64 character dectected"),
        (#"{"Key":{"a":{"B":true}}}"#, "only base-64-encoded strings are convertible to bytes"),
        (#"{"Key":{"a":{"L":["x"]}}}"#, "Unexpected value type in payload"),
        (#"{"ExpressionAttributeNames":{"a":1}}"#, "NUMBER_VALUE cannot be converted to String"),
    ])
    func `JSON of the wrong type is refused as AWS's reader refuses it`(body: String, message: String) async throws {
        let (status, value) = try await Self.raw(try World(), target: "DynamoDB_20120810.GetItem", body: body)
        #expect(status == 400)
        #expect(value["__type"] == "com.amazon.coral.service#SerializationException")
        #expect(value["Message"] == .string(message))
    }

    static let longName = String(repeating: "a", count: 256)

    @Test(arguments: [
        (
            "PutItem", #"{"Item":{}}"#,
            "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null"
        ),
        (
            "PutItem", #"{"TableName":"","Item":{},"ReturnValues":"INVALID"}"#,
            "1 validation error detected: Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1"
        ),
        (
            "PutItem", #"{"TableName":"\#(longName)","Item":{}}"#,
            "1 validation error detected: Value '\(longName)' at 'tableName' failed to satisfy constraint: Member must have length less than or equal to 255"
        ),
        (
            "PutItem", #"{"TableName":"bad table!@#","Item":{}}"#,
            "1 validation error detected: Value 'bad table!@#' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        ),
        (
            "DeleteItem", #"{"TableName":"abc","Key":{},"ReturnValues":"INVALID","ReturnConsumedCapacity":"INVALID"}"#,
            "2 validation errors detected: Value 'INVALID' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'INVALID' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
        ),
        (
            "UpdateItem", #"{"TableName":"abc","Key":{},"ReturnValues":"INVALID","ReturnConsumedCapacity":"INVALID"}"#,
            "1 validation error detected: Value 'INVALID' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{}}}"#,
            "1 validation error detected: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"S":"x","N":"1"}}}"#,
            "1 validation error detected: Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"N":"dog"}}}"#,
            "1 validation error detected: The parameter cannot be converted to a numeric value: dog"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"N":""}}}"#,
            "1 validation error detected: The parameter cannot be converted to a numeric value: "
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"N":"1e126"}}}"#,
            "1 validation error detected: Number overflow. Attempting to store a number with magnitude larger than supported range"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"N":"1e-131"}}}"#,
            "1 validation error detected: Number underflow. Attempting to store a number with magnitude smaller than supported range"
        ),
        (
            "PutItem",
            #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"N":"123456789012345678901234567890123456789"}}}"#,
            "1 validation error detected: Attempting to store more than 38 significant digits in a Number"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"NULL":false}}}"#,
            "1 validation error detected: One or more parameter values were invalid: Null attribute value types must have the value of true"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"SS":[]}}}"#,
            "1 validation error detected: One or more parameter values were invalid: An string set  may not be empty"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"M":{"x":{"NS":[]}}}}}"#,
            "1 validation error detected: One or more parameter values were invalid: An number set  may not be empty"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"BS":[]}}}"#,
            "1 validation error detected: One or more parameter values were invalid: Binary sets should not be empty"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"SS":["a","a"]}}}"#,
            "1 validation error detected: One or more parameter values were invalid: Input collection [\"a\", \"a\"] contains duplicates."
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"},"a":{"NS":["1","1.0"]}}}"#,
            "1 validation error detected: One or more parameter values were invalid: Input collection contains duplicates."
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"a":{"S":"x"}}}"#,
            "One or more parameter values were invalid: Missing the key pk in the item"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"N":"5"}}}"#,
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":""}}}"#,
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"\#(String(repeating: "x", count: 2049))"}}}"#,
            "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"}},"ReturnValues":"ALL_NEW"}"#,
            "1 validation error detected: ReturnValues can only be ALL_OLD or NONE"
        ),
        (
            "PutItem",
            #"{"TableName":"table","Item":{"pk":{"S":"k"}},"Expected":{"pk":{"Exists":false}},"ConditionExpression":"attribute_not_exists(pk)"}"#,
            "1 validation error detected: Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"}},"ExpressionAttributeValues":{":v":{"S":"x"}}}"#,
            "1 validation error detected: ExpressionAttributeValues can only be specified when using expressions"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"}},"Expected":{"a":{"ComparisonOperator":"EQ"}}}"#,
            "1 validation error detected: One or more parameter values were invalid: Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a"
        ),
        (
            "PutItem", #"{"TableName":"table","Item":{"pk":{"S":"k"}},"Expected":{"a":{"Exists":true}}}"#,
            "1 validation error detected: One or more parameter values were invalid: Value must be provided when Exists is true for Attribute: a"
        ),
        (
            "UpdateItem", #"{"TableName":"table","Key":{"pk":{"S":"k"}},"AttributeUpdates":{"a":{"Action":"PUT"}}}"#,
            "1 validation error detected: One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified"
        ),
        (
            "UpdateItem",
            #"{"TableName":"table","Key":{"pk":{"S":"k"}},"AttributeUpdates":{"a":{"Action":"ADD","Value":{"S":"x"}}}}"#,
            "1 validation error detected: One or more parameter values were invalid: ADD action is not supported for the type S"
        ),
        (
            "UpdateItem",
            #"{"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET a = :v","ExpressionAttributeValues":{":v":{"S":"x"},":unused":{"S":"y"}}}"#,
            "1 validation error detected: Value provided in ExpressionAttributeValues unused in expressions: keys: {:unused}"
        ),
        (
            "UpdateItem",
            ##"{"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET a = :v","ExpressionAttributeValues":{":v":{"S":"x"}},"ExpressionAttributeNames":{"#unused":"y"}}"##,
            "1 validation error detected: Value provided in ExpressionAttributeNames unused in expressions: keys: {#unused}"
        ),
        (
            "UpdateItem",
            #"{"TableName":"table","Key":{"pk":{"S":"k"}},"UpdateExpression":"SET a = :n","ExpressionAttributeValues":{":n":{"N":"9.9e125"}},"ConditionExpression":"a.b = a.b"}"#,
            "1 validation error detected: Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b]"
        ),
        (
            "GetItem", #"{"TableName":"table","Key":{"pk":{"S":"k"},"x":{"S":"y"}}}"#,
            "The provided key element does not match the schema"
        ),
        ("GetItem", #"{"TableName":"table","Key":{}}"#, "The provided key element does not match the schema"),
        ("GetItem", #"{"TableName":"gone","Key":{"pk":{"S":"k"}}}"#, "Requested resource not found"),
        (
            "GetItem", #"{"TableName":"table","Key":{"pk":{"S":"k"}},"ProjectionExpression":"pk.a"}"#,
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk"
        ),
    ])
    func `an invalid request is refused in AWS's words`(
        operation: String, body: String, message: String
    ) async throws {
        let world = try World()
        try await world.makeTable()
        #expect(try await world.refusal(operation, json: body).message == message)
    }
}
