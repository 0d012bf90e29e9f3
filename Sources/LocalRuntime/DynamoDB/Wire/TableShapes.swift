extension DynamoDBOperation {
    private static let keySchema = keySchema(most: 2)

    private static func keySchema(most: Int) -> RequestShape.Member {
        RequestShape.Member(
            "KeySchema",
            .list(
                .structure(
                    "KeySchemaElement",
                    [
                        .init("AttributeName", .string, .notNull, .minimumLength(1), .maximumLength(255)),
                        .init("KeyType", .string, .notNull, .oneOf("HASH", "RANGE")),
                    ])), .notNull, .minimumLength(1), .maximumLength(most))
    }

    private static let attributeDefinitions = RequestShape.list(
        .structure(
            "AttributeDefinition",
            [
                .init("AttributeName", .string, .notNull, .minimumLength(1), .maximumLength(255)),
                .init("AttributeType", .string, .notNull, .oneOf("B", "N", "S")),
            ]))

    private static let provisionedThroughput = RequestShape.structure(
        "ProvisionedThroughput",
        [
            .init("WriteCapacityUnits", .long, .notNull, .minimum(1)),
            .init("ReadCapacityUnits", .long, .notNull, .minimum(1)),
        ])

    private static let onDemandThroughput = RequestShape.structure(
        "OnDemandThroughput", [.init("MaxReadRequestUnits", .long), .init("MaxWriteRequestUnits", .long)])

    private static let warmThroughput = RequestShape.structure(
        "WarmThroughput",
        [.init("ReadUnitsPerSecond", .long, .minimum(1)), .init("WriteUnitsPerSecond", .long, .minimum(1))])

    private static let projection = RequestShape.Member(
        "Projection",
        .structure(
            "Projection",
            [
                .init("ProjectionType", .string, .oneOf("ALL", "INCLUDE", "KEYS_ONLY")),
                .init(
                    "NonKeyAttributes", .list(.string), .minimumLength(1), .maximumLength(20), .elementLength(1...255)),
            ]), .notNull)

    private static let newIndexName = RequestShape.Member(
        "IndexName", .string, .notNull, .tableName, .minimumLength(3), .maximumLength(255))

    private static let sseSpecification = RequestShape.structure(
        "SSESpecification",
        [
            .init("Enabled", .boolean), .init("SSEType", .string, .oneOf("AES256", "KMS")),
            .init("KMSMasterKeyId", .string),
        ])

    private static let streamSpecification = RequestShape.structure(
        "StreamSpecification",
        [
            .init("StreamEnabled", .boolean, .notNull),
            .init(
                "StreamViewType", .string, .oneOf("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")),
        ])

    private static let globalIndex = RequestShape.structure(
        "GlobalSecondaryIndex",
        [
            newIndexName, keySchema(most: 8), projection, .init("ProvisionedThroughput", provisionedThroughput),
            .init("OnDemandThroughput", onDemandThroughput), .init("WarmThroughput", warmThroughput),
        ])

    static let createTableShape = RequestShape.structure(
        "CreateTableInput",
        [
            .init("AttributeDefinitions", attributeDefinitions, .notNull),
            .init("TableName", .string, .tableName, .minimumLength(3), .maximumLength(255)),
            .init("BillingMode", .string, .oneOf("PROVISIONED", "PAY_PER_REQUEST")),
            .init("ProvisionedThroughput", provisionedThroughput), keySchema,
            .init("GlobalSecondaryIndexes", .list(globalIndex)),
            .init(
                "LocalSecondaryIndexes",
                .list(.structure("LocalSecondaryIndex", [newIndexName, keySchema, projection]))),
            .init("StreamSpecification", streamSpecification),
            .init("SSESpecification", sseSpecification), .init("Tags", .list(tag)),
            .init("TableClass", .string),
            .init("DeletionProtectionEnabled", .boolean), .init("OnDemandThroughput", onDemandThroughput),
            .init("ResourcePolicy", .string), .init("WarmThroughput", warmThroughput),
        ])

    static let updateTableShape = RequestShape.structure(
        "UpdateTableInput",
        [
            requiredTableName, .init("AttributeDefinitions", attributeDefinitions),
            .init("BillingMode", .string, .oneOf("PROVISIONED", "PAY_PER_REQUEST")),
            .init("ProvisionedThroughput", provisionedThroughput),
            .init(
                "GlobalSecondaryIndexUpdates",
                .list(
                    .structure(
                        "GlobalSecondaryIndexUpdate",
                        [
                            .init(
                                "Update",
                                .structure(
                                    "UpdateGlobalSecondaryIndexAction",
                                    [
                                        newIndexName, .init("ProvisionedThroughput", provisionedThroughput),
                                        .init("OnDemandThroughput", onDemandThroughput),
                                        .init("WarmThroughput", warmThroughput),
                                    ])),
                            .init("Create", globalIndex),
                            .init("Delete", .structure("DeleteGlobalSecondaryIndexAction", [newIndexName])),
                        ]))),
            .init("StreamSpecification", streamSpecification), .init("SSESpecification", sseSpecification),
            .init("TableClass", .string),
            .init("DeletionProtectionEnabled", .boolean), .init("OnDemandThroughput", onDemandThroughput),
            .init("WarmThroughput", warmThroughput),
        ])
}
