package import AWSProtocol

/// Why DynamoDB refuses a request, each failure in AWS's name.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
package enum DynamoDBError: ServiceError, Equatable {
    case validation(ValidationFailure)
    case serialization(String?)
    case unknownOperation
    /// The table of an item operation, or an index of a change.
    case resourceNotFound
    case tableNotFound(String)
    /// The same, in the words of the backup operations.
    case tableNotFoundForBackups(String)
    case resourceOfARNNotFound(String)
    case accessDenied(account: String, operation: String, resource: String)
    case tableAlreadyExists(String)
    case conditionalCheckFailed(Item?)
    case transactionCanceled([CancellationReason])
    case idempotentParameterMismatch
    case tooManyIndexUpdates
    case streamNotFound(String)
    case shardNotFound(String, stream: String)
    /// An iterator was kept for too long.
    case expiredIterator
    /// What an iterator or a sequence number leads to is no longer kept.
    case trimmedDataAccess

    package var wire: WireError {
        switch self {
        case .validation(let failure): WireError("ValidationException", failure.message)
        case .serialization(let message): WireError("SerializationException", message ?? "")
        case .unknownOperation: WireError("UnknownOperationException", "")
        case .resourceNotFound: WireError("ResourceNotFoundException", "Requested resource not found")
        case .tableNotFound(let name):
            WireError("ResourceNotFoundException", "Requested resource not found: Table: \(name) not found")
        case .tableNotFoundForBackups(let name): WireError("TableNotFoundException", "Table not found: \(name)")
        case .resourceOfARNNotFound(let arn):
            WireError("ResourceNotFoundException", "Requested resource not found: ResourcArn: \(arn) not found")
        case .accessDenied(let account, let operation, let resource):
            WireError(
                "AccessDeniedException",
                "User: arn:aws:iam::\(account):root is not authorized to perform: "
                    + "dynamodb:\(operation) on resource: \(resource)")
        case .tableAlreadyExists(let name):
            WireError("ResourceInUseException", "Table already exists: \(name)")
        case .conditionalCheckFailed(let item):
            WireError(
                "ConditionalCheckFailedException", "The conditional request failed",
                details: item.map { ["Item": $0.wire] } ?? [:])
        case .transactionCanceled(let reasons):
            WireError(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                    + "[\(reasons.map(\.code).joined(separator: ", "))]",
                details: ["CancellationReasons": .array(reasons.map(\.wire))])
        case .idempotentParameterMismatch:
            WireError("IdempotentParameterMismatchException", "")
        case .tooManyIndexUpdates:
            WireError(
                "LimitExceededException",
                "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
        case .streamNotFound(let arn):
            WireError("ResourceNotFoundException", "Requested resource not found: Stream: \(arn) not found")
        case .shardNotFound(let shard, let stream):
            WireError(
                "ResourceNotFoundException",
                "Requested resource not found: Shard \(shard) in Stream: \(stream) not found")
        case .expiredIterator:
            WireError("ExpiredIteratorException", "The shard iterator is more than 15 minutes old: get another one.")
        case .trimmedDataAccess:
            WireError(
                "TrimmedDataAccessException",
                "The operation attempted to read past the oldest stream record in a shard.")
        }
    }

    /// How the answer spells the message's member; two of the refusals that are not DynamoDB's own take a capital.
    var messageMember: String? {
        switch self {
        case .serialization(nil): nil
        case .serialization, .accessDenied: "Message"
        default: "message"
        }
    }

    /// What stands before `#` in `__type`.
    var namespace: String {
        switch self {
        case .validation: "com.amazon.coral.validate"
        case .serialization, .unknownOperation, .accessDenied: "com.amazon.coral.service"
        default: "com.amazonaws.dynamodb.v20120810"
        }
    }
}

/// Why one action of a transaction would not be done.
package struct CancellationReason: Sendable, Equatable {
    package let code: String
    package var message: String?
    package var item: Item?

    static let none = CancellationReason(code: "None", message: nil, item: nil)

    static func conditionalCheckFailed(_ item: Item?) -> CancellationReason {
        CancellationReason(
            code: "ConditionalCheckFailed", message: "The conditional request failed", item: item)
    }

    static func validation(_ failure: ValidationFailure) -> CancellationReason {
        CancellationReason(code: "ValidationError", message: failure.message, item: nil)
    }

    var wire: JSONValue {
        var members: JSONObject = ["Code": .string(code)]
        if let message { members.append("Message", .string(message)) }
        if let item { members.append("Item", item.wire) }
        return .object(members)
    }
}
