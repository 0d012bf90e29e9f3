import FoundationEssentials
import HTTPTransport

/// The shapes of DynamoDB's JSON protocol; members bear their names on the wire.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
enum DynamoDBWire {
    struct PutInput: Encodable {
        let TableName: String
        let Item: DynamoDBItem
        let ConditionExpression: String?
        let ExpressionAttributeNames: [String: String]?
        let ExpressionAttributeValues: DynamoDBItem?
        let ReturnValuesOnConditionCheckFailure: DynamoDBReturnValues?
    }

    struct UpdateInput: Encodable {
        let TableName: String
        let Key: DynamoDBItem
        let UpdateExpression: String
        let ConditionExpression: String?
        let ExpressionAttributeNames: [String: String]?
        let ExpressionAttributeValues: DynamoDBItem?
        let ReturnValues: DynamoDBReturnValues
        let ReturnValuesOnConditionCheckFailure: DynamoDBReturnValues?
    }

    struct WriteOutput: Decodable {
        let Attributes: DynamoDBItem?
    }

    struct GetInput: Encodable {
        let TableName: String
        let Key: DynamoDBItem
        let ConsistentRead: Bool
        let ProjectionExpression: String?
        let ExpressionAttributeNames: [String: String]?
    }

    struct GetOutput: Decodable {
        let Item: DynamoDBItem?
    }

    struct BatchGetInput: Encodable {
        let RequestItems: [String: Keys]
    }

    struct Keys: Codable {
        let Keys: [DynamoDBItem]
        let ConsistentRead: Bool?
    }

    struct BatchGetOutput: Decodable {
        let Responses: [String: [DynamoDBItem]]?
        let UnprocessedKeys: [String: Keys]?
    }

    struct BatchWriteInput: Encodable {
        let RequestItems: [String: [Write]]
    }

    struct Write: Codable {
        var PutRequest: Put?
        var DeleteRequest: Delete?

        struct Put: Codable { let Item: DynamoDBItem }
        struct Delete: Codable { let Key: DynamoDBItem }
    }

    struct BatchWriteOutput: Decodable {
        let UnprocessedItems: [String: [Write]]?
    }

    struct QueryInput: Encodable {
        let TableName: String
        let IndexName: String?
        let KeyConditionExpression: String
        let FilterExpression: String?
        let ExpressionAttributeNames: [String: String]?
        let ExpressionAttributeValues: DynamoDBItem?
        let ScanIndexForward: Bool
        let ConsistentRead: Bool
        let Limit: Int?
        let ExclusiveStartKey: DynamoDBItem?
    }

    struct QueryOutput: Decodable {
        let Items: [DynamoDBItem]?
        let LastEvaluatedKey: DynamoDBItem?
    }

    /// The refusal in an answer; a condition that does not hold is one of its own, and may bring the item.
    static func error(in response: HTTPResponse, operation: String) -> (any Error)? {
        let refusal = JSONWire.error(in: response, .dynamoDB, operation: operation)
        guard refusal?.code == "ConditionalCheckFailedException" else { return refusal }
        let found = try? JSONDecoder().decode(GetOutput.self, from: Data(response.body))
        return DynamoDBError.conditionalCheckFailed(existing: found?.Item)
    }
}
