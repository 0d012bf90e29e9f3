extension DynamoDBOperation {
    var shape: RequestShape {
        switch self {
        case .createTable: Self.createTableShape
        case .updateTable: Self.updateTableShape
        case .describeTable, .deleteTable, .describeTimeToLive, .describeContinuousBackups:
            .structure("\(rawValue)Input", [Self.requiredTableName])
        case .listTables:
            .structure(
                "ListTablesInput",
                [
                    .init("ExclusiveStartTableName", .string, .tableName, .minimumLength(3), .maximumLength(255)),
                    .init("Limit", .integer, .minimum(1), .maximum(100)),
                ])
        case .putItem: Self.putItemShape
        case .getItem: Self.getItemShape
        case .updateItem: Self.updateItemShape
        case .deleteItem: Self.deleteItemShape
        case .query: Self.queryShape
        case .scan: Self.scanShape
        case .batchGetItem: Self.batchGetItemShape
        case .batchWriteItem: Self.batchWriteItemShape
        case .transactGetItems: Self.transactGetItemsShape
        case .transactWriteItems: Self.transactWriteItemsShape
        case .updateTimeToLive: Self.updateTimeToLiveShape
        case .tagResource:
            .structure(
                "TagResourceInput",
                [.init("ResourceArn", .string, .notNull), .init("Tags", .list(Self.tag), .notNull)])
        case .untagResource:
            .structure(
                "UntagResourceInput",
                [.init("ResourceArn", .string, .notNull), .init("TagKeys", .list(.string), .notNull)])
        case .listTagsOfResource:
            .structure(
                "ListTagsOfResourceInput",
                [.init("NextToken", .string), .init("ResourceArn", .string, .notNull)])
        case .updateContinuousBackups:
            .structure(
                "UpdateContinuousBackupsInput",
                [
                    Self.requiredTableName,
                    .init(
                        "PointInTimeRecoverySpecification",
                        .structure(
                            "PointInTimeRecoverySpecification",
                            [
                                .init("PointInTimeRecoveryEnabled", .boolean, .notNull),
                                .init("RecoveryPeriodInDays", .integer, .minimum(1), .maximum(35)),
                            ]), .notNull),
                ])
        case .describeEndpoints, .describeLimits: .structure("\(rawValue)Input", [])
        case .listStreams: Self.listStreamsShape
        case .describeStream: Self.describeStreamShape
        case .getShardIterator: Self.getShardIteratorShape
        case .getRecords: Self.getRecordsShape
        }
    }

    static let requiredTableName = RequestShape.Member(
        "TableName", .string, .notNull, .minimumLength(1), .tableName, .maximumLength(255))

    /// As the operations on items, which newer parts of AWS check, have it.
    static let itemTableName = RequestShape.Member(
        "TableName", .string, .notNull, .minimumLength(1).tersely, .tableName, .maximumLength(255))

    static let returnConsumedCapacity = RequestShape.Member(
        "ReturnConsumedCapacity", .string, .oneOf("INDEXES", "TOTAL", "NONE"))
    static let returnItemCollectionMetrics = RequestShape.Member(
        "ReturnItemCollectionMetrics", .string, .oneOf("SIZE", "NONE"))
    static let returnValues = RequestShape.Member(
        "ReturnValues", .string, .oneOf("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"))
    static let returnValuesOnFailure = RequestShape.Member(
        "ReturnValuesOnConditionCheckFailure", .string, .oneOf("ALL_OLD", "NONE"))
    static let conditionalOperator = RequestShape.Member("ConditionalOperator", .string, .oneOf("OR", "AND"))
    static let attributesToGet = RequestShape.Member(
        "AttributesToGet", .list(.string), .minimumLength(1), .maximumLength(255))
    static let names = RequestShape.Member("ExpressionAttributeNames", .map(.string))
    static let values = RequestShape.Member("ExpressionAttributeValues", .attributes)
    static let select = RequestShape.Member(
        "Select", .string,
        .oneOf("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"))
    static let indexName = RequestShape.Member(
        "IndexName", .string, .tableName, .minimumLength(3), .maximumLength(255))

    static let comparisonOperators = Constraint.oneOf(
        "IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE",
        "CONTAINS")
    static let expected = RequestShape.Member(
        "Expected",
        .map(
            .structure(
                "ExpectedAttributeValue",
                [
                    .init("AttributeValueList", .list(.attributeValue)),
                    .init("ComparisonOperator", .string, comparisonOperators), .init("Exists", .boolean),
                    .init("Value", .attributeValue),
                ])))
    static let conditions = RequestShape.map(
        .structure(
            "Condition",
            [
                .init("AttributeValueList", .list(.attributeValue)),
                .init("ComparisonOperator", .string, .notNull, comparisonOperators),
            ]))

    static let tag = RequestShape.structure(
        "Tag",
        [
            .init("Key", .string, .notNull, .minimumLength(1), .maximumLength(128)),
            .init("Value", .string, .notNull, .maximumLength(256)),
        ])

    private static let updateTimeToLiveShape = RequestShape.structure(
        "UpdateTimeToLiveInput",
        [
            requiredTableName,
            .init(
                "TimeToLiveSpecification",
                .structure(
                    "TimeToLiveSpecification",
                    [
                        .init("Enabled", .boolean, .notNull),
                        .init("AttributeName", .string, .notNull, .minimumLength(1), .maximumLength(255)),
                    ]), .notNull),
        ])
}
