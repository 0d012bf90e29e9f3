/// AWS's limits, as a value that a test can shrink.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
package struct DynamoDBLimits: Sendable {
    package var item_bytes: Int
    package var partitionKey_bytes: Int
    package var sortKey_bytes: Int
    package var attributeName_bytes: Int
    package var nestingDepth: Int
    package var expression_bytes: Int
    package var expressionOperators: Int
    /// A `#name` or `:value`, its mark included.
    package var placeholder_bytes: Int
    /// Values of one IN.
    package var inOperands: Int
    /// What a Query or Scan reads before it stops and hands out a `LastEvaluatedKey`.
    package var page_bytes: Int
    package var batchGetKeys: Int
    /// What a BatchGetItem answers before the rest is left to `UnprocessedKeys`.
    package var batchGetAnswer_bytes: Int
    package var batchWriteRequests: Int
    package var transactItems: Int
    package var transaction_bytes: Int
    /// How long a `ClientRequestToken` is remembered.
    package var idempotency: Duration
    package var request_bytes: Int
    package var localIndexes: Int
    package var globalIndexes: Int
    package var tags: Int

    package static let aws = DynamoDBLimits(
        item_bytes: 409_600, partitionKey_bytes: 2048, sortKey_bytes: 1024, attributeName_bytes: 65_535,
        nestingDepth: 32, expression_bytes: 4096, expressionOperators: 300, placeholder_bytes: 255, inOperands: 100,
        page_bytes: 1_048_576,
        batchGetKeys: 100, batchGetAnswer_bytes: 16_777_216, batchWriteRequests: 25, transactItems: 100,
        transaction_bytes: 4_194_304, idempotency: .seconds(600), request_bytes: 16_777_216, localIndexes: 5,
        globalIndexes: 20, tags: 50)
}
