extension DynamoDBOperation {
    private static let streamARN = RequestShape.Member(
        "StreamArn", .string, .notNull, .minimumLength(37), .maximumLength(1024))

    static let listStreamsShape = RequestShape.structure(
        "ListStreamsInput",
        [
            .init("TableName", .string, .tableName, .minimumLength(3), .maximumLength(255)),
            .init("Limit", .integer, .minimum(1), .maximum(100)),
            .init("ExclusiveStartStreamArn", .string, .minimumLength(37), .maximumLength(1024)),
        ])

    static let describeStreamShape = RequestShape.structure(
        "DescribeStreamInput",
        [
            streamARN, .init("Limit", .integer, .minimum(1), .maximum(100)),
            .init("ExclusiveStartShardId", .string, .minimumLength(28), .maximumLength(65)),
            .init(
                "ShardFilter",
                .structure(
                    "ShardFilter",
                    [
                        .init("Type", .string, .oneOf("CHILD_SHARDS")),
                        .init("ShardId", .string, .minimumLength(28), .maximumLength(65)),
                    ])),
        ])

    static let getShardIteratorShape = RequestShape.structure(
        "GetShardIteratorInput",
        [
            streamARN, .init("ShardId", .string, .notNull, .minimumLength(28), .maximumLength(65)),
            .init(
                "ShardIteratorType", .string, .notNull,
                .oneOf("AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON")),
            .init("SequenceNumber", .string, .minimumLength(21), .maximumLength(40)),
        ])

    static let getRecordsShape = RequestShape.structure(
        "GetRecordsInput",
        [
            .init("ShardIterator", .string, .notNull, .minimumLength(1), .maximumLength(2048)),
            .init("Limit", .integer, .minimum(1), .maximum(1000)),
        ])
}
