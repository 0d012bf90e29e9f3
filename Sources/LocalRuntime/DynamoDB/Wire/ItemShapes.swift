extension DynamoDBOperation {
    static let putItemShape = RequestShape.structure(
        "PutItemInput",
        [
            returnConsumedCapacity, itemTableName, .init("Item", .attributes, .notNull), conditionalOperator, expected,
            returnValues, returnItemCollectionMetrics, returnValuesOnFailure, .init("ConditionExpression", .string),
            values, names,
        ])

    static let getItemShape = RequestShape.structure(
        "GetItemInput",
        [
            returnConsumedCapacity, attributesToGet, itemTableName, .init("Key", .attributes, .notNull),
            .init("ConsistentRead", .boolean), .init("ProjectionExpression", .string), names,
        ])

    static let updateItemShape = RequestShape.structure(
        "UpdateItemInput",
        [
            returnConsumedCapacity, itemTableName, returnItemCollectionMetrics, returnValues, returnValuesOnFailure,
            conditionalOperator, .init("Key", .attributes, .notNull), expected,
            .init(
                "AttributeUpdates",
                .map(
                    .structure(
                        "AttributeValueUpdate",
                        [.init("Action", .string, .oneOf("DELETE", "PUT", "ADD")), .init("Value", .attributeValue)]))),
            .init("ConditionExpression", .string), .init("UpdateExpression", .string), values, names,
        ])

    static let deleteItemShape = RequestShape.structure(
        "DeleteItemInput",
        [
            returnConsumedCapacity, itemTableName, returnValues, returnItemCollectionMetrics, returnValuesOnFailure,
            .init("Key", .attributes, .notNull), conditionalOperator, expected, .init("ConditionExpression", .string),
            values, names,
        ])

    static let queryShape = RequestShape.structure(
        "QueryInput",
        [
            .init("Limit", .integer, .minimum(1).tersely), .init("ExclusiveStartKey", .attributes),
            returnConsumedCapacity, attributesToGet, .init("QueryFilter", conditions), select, conditionalOperator,
            .init("KeyConditions", conditions), itemTableName, .init("ConsistentRead", .boolean), indexName,
            .init("ScanIndexForward", .boolean), .init("KeyConditionExpression", .string),
            .init("FilterExpression", .string), .init("ProjectionExpression", .string), values, names,
        ])

    static let scanShape = RequestShape.structure(
        "ScanInput",
        [
            .init("Limit", .integer, .minimum(1)), returnConsumedCapacity, attributesToGet,
            .init("Segment", .integer, .minimum(0), .maximum(999_999)), select,
            .init("ScanFilter", conditions), conditionalOperator,
            .init("TotalSegments", .integer, .minimum(1), .maximum(1_000_000)), requiredTableName,
            .init("ExclusiveStartKey", .attributes), .init("ConsistentRead", .boolean), indexName,
            .init("FilterExpression", .string), .init("ProjectionExpression", .string), values, names,
        ])

    static let batchGetItemShape = RequestShape.structure(
        "BatchGetItemInput",
        [
            .init(
                "RequestItems",
                .map(
                    .structure(
                        "KeysAndAttributes",
                        [
                            .init(
                                "Keys", .list(.attributes), .notNull, .minimumLength(1).tersely,
                                .maximumLength(100).tersely),
                            attributesToGet, .init("ConsistentRead", .boolean),
                            .init("ProjectionExpression", .string), names,
                        ])), .notNull, .minimumLength(1).tersely, .tableNames),
            returnConsumedCapacity,
        ])

    static let batchWriteItemShape = RequestShape.structure(
        "BatchWriteItemInput",
        [
            returnConsumedCapacity, returnItemCollectionMetrics,
            .init(
                "RequestItems",
                .map(
                    .list(
                        .structure(
                            "WriteRequest",
                            [
                                .init(
                                    "PutRequest",
                                    .structure("PutRequest", [.init("Item", .attributes, .notNull)])),
                                .init(
                                    "DeleteRequest",
                                    .structure("DeleteRequest", [.init("Key", .attributes, .notNull)])),
                            ]))), .notNull, .valueLength(1...25), .tableNames),
        ])

    static let transactGetItemsShape = RequestShape.structure(
        "TransactGetItemsInput",
        [
            returnConsumedCapacity,
            .init(
                "TransactItems",
                .list(
                    .structure(
                        "TransactGetItem",
                        [
                            .init(
                                "Get",
                                .structure(
                                    "Get",
                                    [
                                        .init("Key", .attributes, .notNull), requiredTableName,
                                        .init("ProjectionExpression", .string), names,
                                    ]), .notNull)
                        ])), .notNull, .minimumLength(1), .maximumLength(100)),
        ])

    static let transactWriteItemsShape = RequestShape.structure(
        "TransactWriteItemsInput",
        [
            .init("ClientRequestToken", .string, .minimumLength(1), .maximumLength(36)),
            returnConsumedCapacity, returnItemCollectionMetrics,
            .init(
                "TransactItems",
                .list(
                    .structure(
                        "TransactWriteItem",
                        [
                            .init(
                                "ConditionCheck",
                                transactAction(
                                    "ConditionCheck", .init("Key", .attributes, .notNull),
                                    .init("ConditionExpression", .string, .notNull))),
                            .init(
                                "Put",
                                transactAction(
                                    "Put", .init("Item", .attributes, .notNull), .init("ConditionExpression", .string))
                            ),
                            .init(
                                "Delete",
                                transactAction(
                                    "Delete", .init("Key", .attributes, .notNull),
                                    .init("ConditionExpression", .string))),
                            .init(
                                "Update",
                                transactAction(
                                    "Update", .init("Key", .attributes, .notNull),
                                    .init("UpdateExpression", .string, .notNull),
                                    .init("ConditionExpression", .string))),
                        ])), .notNull, .minimumLength(1), .maximumLength(100)),
        ])

    private static func transactAction(_ name: String, _ members: RequestShape.Member...) -> RequestShape {
        .structure(name, members + [requiredTableName, names, values, returnValuesOnFailure])
    }
}
