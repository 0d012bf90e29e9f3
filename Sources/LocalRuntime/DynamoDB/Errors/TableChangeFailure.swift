/// About a change to a table that exists, and to what is kept about it.
package enum TableChangeFailure: Error, Equatable {
    case nothingToUpdate
    case sameThroughput(read: Int, write: Int)
    case sameIndexThroughput(index: String, read: Int, write: Int)
    case indexActionMissing
    case indexActionTwice(String)
    case indexActionAmbiguous
    case indexExists(String)
    case streamAlreadyEnabled(String)
    case noStreamToDisable(String)
    case deletionProtected(String)
    case attributeRedefined(existing: String, new: String)
    case timeToLiveAlreadyEnabled
    case timeToLiveAlreadyDisabled
    case timeToLiveOnOtherAttribute(String)
    case noARN(String)
    case invalidARN(String)
    case untaggableARN(String)
    case tagListEmpty
    case tagKeyListEmpty
    case duplicateTag
    case tooManyTags
    case invalidTag(String)
    case recoveryPeriodWithoutRecovery

    var message: String {
        let invalid = ValidationFailure.invalid
        return switch self {
        case .nothingToUpdate:
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
                + "SSESpecification or ReplicaUpdates is required"
        case .sameThroughput(let read, let write):
            "The provisioned throughput for the table will not change. The requested value equals the current value. "
                + "Current ReadCapacityUnits provisioned for the table: \(read). Requested ReadCapacityUnits: \(read). "
                + "Current WriteCapacityUnits provisioned for the table: \(write). "
                + "Requested WriteCapacityUnits: \(write). "
                + "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        case .sameIndexThroughput(let index, let read, let write):
            "The provisioned throughput for the index \(index) will not change. The requested value equals the current "
                + "value. Current ReadCapacityUnits provisioned for the index: \(read). "
                + "Requested ReadCapacityUnits: \(read). "
                + "Current WriteCapacityUnits provisioned for the index: \(write). "
                + "Requested WriteCapacityUnits: \(write). "
                + "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        case .indexActionMissing:
            invalid + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                + "GlobalSecondaryIndexUpdate.Delete must not be null"
        case .indexActionTwice(let name):
            invalid + "Only one global secondary index update per index is allowed simultaneously. Index: \(name)"
        case .indexActionAmbiguous:
            invalid + "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                + "GlobalSecondaryIndexUpdate.Delete may be specified"
        case .indexExists(let name): "Attempting to create an index which already exists: \(name)"
        case .streamAlreadyEnabled(let table): "Table already has an enabled stream: TableName: \(table)"
        case .noStreamToDisable(let table): "Table has no stream to disable: TableName: \(table)"
        case .deletionProtected(let arn):
            "Resource cannot be deleted as it is currently protected against deletion. "
                + "Disable deletion protection first. Resource: \(arn)"
        case .attributeRedefined(let existing, let new):
            invalid + "Attributes cannot be redefined. Please check that your attribute has the same type as "
                + "previously defined. Existing schema: \(existing) New schema: \(new)"
        case .timeToLiveAlreadyEnabled: "TimeToLive is already enabled"
        case .timeToLiveAlreadyDisabled: "TimeToLive is already disabled"
        case .timeToLiveOnOtherAttribute(let name):
            "TimeToLive is active on a different AttributeName: current AttributeName is \(name)"
        case .noARN(let text): invalid + "ARNs must start with 'arn:': \(text)"
        case .untaggableARN(let arn):
            invalid + "Invalid resource arn provided, only table or stream is accepted. "
                + "Provided resource arn: \(arn)"
        case .invalidARN(let arn): "Invalid TableArn: Invalid ResourceArn provided as input \(arn)"
        case .tagListEmpty: "Atleast one Tag needs to be provided as Input."
        case .tagKeyListEmpty: "Atleast one Tag Key needs to be provided as Input."
        case .duplicateTag: invalid + "Duplicate tag keys are not allowed"
        case .tooManyTags: "Too many tags: a resource may have at most 50"
        case .invalidTag(let text):
            invalid + "Tag keys and values may hold letters, numbers, spaces and + - = . _ : / @ only: \(text)"
        case .recoveryPeriodWithoutRecovery:
            invalid + "RecoveryPeriodInDays can be specified only when point in time recovery is enabled"
        }
    }
}
