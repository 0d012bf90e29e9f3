package import FoundationEssentials

/// Items in tables. A refusal is an `AWSError` with DynamoDB's code, but a condition that does not hold is a
/// `DynamoDBError`.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
package struct DynamoDBClient: Sendable {
    let session: AWSSession
    let limits: DynamoDBBatchLimits

    package init(_ session: AWSSession, limits: DynamoDBBatchLimits = .aws) {
        self.session = session
        self.limits = limits
    }

    /// The same client with an end to all its calls.
    package func until(_ deadline: Date?) -> DynamoDBClient {
        DynamoDBClient(session.until(deadline), limits: limits)
    }

    /// Writes an item in place of any with its key.
    ///
    /// A retry after a lost answer may meet the item that the first try wrote, and then fail its own condition: with
    /// `returnsExisting` the caller can see whether it is the same one.
    ///
    /// - Parameter returnsExisting: whether `conditionalCheckFailed` brings the item that stands in the way.
    package func put(
        _ item: DynamoDBItem, in table: String, if condition: DynamoDBExpression? = nil, returnsExisting: Bool = false
    ) async throws {
        let placeholders = DynamoDBPlaceholders(condition)
        let input = DynamoDBWire.PutInput(
            TableName: table, Item: item, ConditionExpression: condition?.text,
            ExpressionAttributeNames: placeholders.names, ExpressionAttributeValues: placeholders.values,
            ReturnValuesOnConditionCheckFailure: returnsExisting ? .allOld : nil)
        let _: DynamoDBWire.WriteOutput = try await session.call(.dynamoDB, "PutItem", input)
    }

    /// Changes an item, or makes it when there is none.
    ///
    /// An update that adds, such as a counter's, is applied twice when an answer is lost and the call tried again.
    ///
    /// - Returns: the attributes that `returning` asks for.
    @discardableResult
    package func update(
        key: DynamoDBItem, in table: String, _ update: DynamoDBExpression, if condition: DynamoDBExpression? = nil,
        returning: DynamoDBReturnValues = .none, returnsExisting: Bool = false
    ) async throws -> DynamoDBItem? {
        let placeholders = DynamoDBPlaceholders(update, condition)
        let input = DynamoDBWire.UpdateInput(
            TableName: table, Key: key, UpdateExpression: update.text, ConditionExpression: condition?.text,
            ExpressionAttributeNames: placeholders.names, ExpressionAttributeValues: placeholders.values,
            ReturnValues: returning, ReturnValuesOnConditionCheckFailure: returnsExisting ? .allOld : nil)
        let output: DynamoDBWire.WriteOutput = try await session.call(.dynamoDB, "UpdateItem", input)
        return output.Attributes
    }

    /// Reads an item; nil when there is none.
    ///
    /// - Parameters:
    ///   - isConsistent: whether every write that has been answered is seen.
    ///   - projection: the attributes that are wanted; all without it.
    package func get(
        key: DynamoDBItem, in table: String, isConsistent: Bool = false, projection: DynamoDBExpression? = nil
    ) async throws -> DynamoDBItem? {
        let input = DynamoDBWire.GetInput(
            TableName: table, Key: key, ConsistentRead: isConsistent, ProjectionExpression: projection?.text,
            ExpressionAttributeNames: DynamoDBPlaceholders(projection).names)
        let output: DynamoDBWire.GetOutput = try await session.call(.dynamoDB, "GetItem", input)
        return output.Item
    }

    /// The items of one partition in the order of their sort key, page by page as the caller goes on.
    ///
    /// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
    ///
    /// - Parameter pageSize: how many items a page reads at most, before the filter; 1 MiB of them without it.
    package func query(
        _ table: String, index: String? = nil, where keyCondition: DynamoDBExpression,
        filter: DynamoDBExpression? = nil, isAscending: Bool = true, isConsistent: Bool = false, pageSize: Int? = nil
    ) -> Paged<DynamoDBItem, DynamoDBItem> {
        let placeholders = DynamoDBPlaceholders(keyCondition, filter)
        return Paged { start in
            let input = DynamoDBWire.QueryInput(
                TableName: table, IndexName: index, KeyConditionExpression: keyCondition.text,
                FilterExpression: filter?.text, ExpressionAttributeNames: placeholders.names,
                ExpressionAttributeValues: placeholders.values, ScanIndexForward: isAscending,
                ConsistentRead: isConsistent, Limit: pageSize, ExclusiveStartKey: start)
            let output: DynamoDBWire.QueryOutput = try await session.call(.dynamoDB, "Query", input)
            return (output.Items ?? [], output.LastEvaluatedKey)
        }
    }
}
