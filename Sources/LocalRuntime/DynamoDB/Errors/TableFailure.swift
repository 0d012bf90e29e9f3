/// About the definition of tables and indexes.
package enum TableFailure: Error, Equatable {
    case tableNameMissing
    case unitsWithPayPerRequest
    case unitsMissing
    case unitsOutOfBounds(String, Int)
    case keyWithoutDefinition
    case keysNotDefined(keys: [String], defined: [String])
    case sameKeyTwice
    case firstKeyNotHash
    case secondKeyNotRange
    case definitionsNotUsed
    case definitionsNotIndexed(used: [String], unused: [String])
    case definedTwice(String)
    case indexListEmpty(isGlobal: Bool)
    case localIndexWithoutTableSortKey
    case localIndexWithoutSortKey(String)
    case localIndexOtherPartitionKey(index: String, indexKey: String, tableKey: String)
    case projectionTypeMissing
    case nonKeyAttributesNotAllowed(String)
    case nonKeyAttributesMissing
    case duplicateIndex(String)
    case tooManyLocalIndexes(Int)
    case tooManyGlobalIndexes(Int)
    case indexUnitsWithPayPerRequest(String)
    case indexUnitsMissing(String)
    case nothingToUpdate
    case sameThroughput(read: Int, write: Int)
    case sameIndexThroughput(index: String, read: Int, write: Int)
    case indexActionMissing
    case indexActionTwice(String)
    case indexActionAmbiguous
    case indexDoesNotExist(String)
    case indexExists(String)
    case deletionProtected(String)
    case attributeRedefined(String)
    case streamViewMissing
    case streamViewWithoutStream
    case timeToLiveAlreadyEnabled
    case timeToLiveAlreadyDisabled
    case timeToLiveOnOtherAttribute(String)
    case invalidARN(String)
    case tagListEmpty
    case tagKeyListEmpty
    case duplicateTag
    case tooManyTags
    case recoveryPeriodWithoutRecovery

    var message: String {
        let invalid = ValidationFailure.invalid
        return switch self {
        case .tableNameMissing: "The parameter 'TableName' is required but was not present in the request"
        case .unitsWithPayPerRequest:
            invalid + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified "
                + "when BillingMode is PAY_PER_REQUEST"
        case .unitsMissing:
            invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified "
                + "when BillingMode is PROVISIONED"
        case .unitsOutOfBounds(let name, let value): "Given value \(value) for \(name) is out of bounds"
        case .keyWithoutDefinition: "Invalid KeySchema: Some index key attribute have no definition"
        case .keysNotDefined(let keys, let defined):
            invalid + "Some index key attributes are not defined in AttributeDefinitions. "
                + "Keys: [\(keys.joined(separator: ", "))], AttributeDefinitions: [\(defined.joined(separator: ", "))]"
        case .sameKeyTwice: "Both the Hash Key and the Range Key element in the KeySchema have the same name"
        case .firstKeyNotHash: "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
        case .secondKeyNotRange: "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
        case .definitionsNotUsed:
            invalid + "Number of attributes in KeySchema does not exactly match "
                + "number of attributes defined in AttributeDefinitions"
        case .definitionsNotIndexed(let used, let unused):
            invalid + "Some AttributeDefinitions are not used. AttributeDefinitions: "
                + "[\((used + unused).joined(separator: ", "))], keys used: [\(used.joined(separator: ", "))]"
        case .definedTwice(let name):
            invalid + "Cannot have duplicate definitions of an attribute: \(name)"
        case .indexListEmpty(let isGlobal):
            invalid + "List of \(isGlobal ? "Global" : "Local")SecondaryIndexes is empty"
        case .localIndexWithoutTableSortKey:
            invalid + "Table KeySchema does not have a range key, which is required "
                + "when specifying a LocalSecondaryIndex"
        case .localIndexWithoutSortKey(let name):
            invalid + "Index KeySchema does not have a range key for index: \(name)"
        case .localIndexOtherPartitionKey(let index, let indexKey, let tableKey):
            invalid + "Index KeySchema does not have the same leading hash key as table KeySchema "
                + "for index: \(index). index hash key: \(indexKey), table hash key: \(tableKey)"
        case .projectionTypeMissing: invalid + "Unknown ProjectionType: null"
        case .nonKeyAttributesNotAllowed(let type):
            invalid + "ProjectionType is \(type), but NonKeyAttributes is specified"
        case .nonKeyAttributesMissing: invalid + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
        case .duplicateIndex(let name): invalid + "Duplicate index name: \(name)"
        case .tooManyLocalIndexes(let limit):
            invalid + "Number of LocalSecondaryIndexes exceeds per-table limit of \(limit)"
        case .tooManyGlobalIndexes(let limit):
            invalid + "GlobalSecondaryIndex count exceeds the per-table limit of \(limit)"
        default: updateMessage
        }
    }

    private var updateMessage: String {
        let invalid = ValidationFailure.invalid
        return switch self {
        case .indexUnitsWithPayPerRequest(let name):
            invalid + "ProvisionedThroughput should not be specified for index: \(name) "
                + "when BillingMode is PAY_PER_REQUEST"
        case .indexUnitsMissing(let name):
            invalid + "ProvisionedThroughput must be specified for index: \(name)"
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
        case .indexDoesNotExist(let name): invalid + "Requested resource not found: Index: \(name)"
        case .indexExists(let name): "Attempting to create an index which already exists: \(name)"
        case .deletionProtected(let arn):
            "Resource cannot be deleted as it is currently protected against deletion. "
                + "Disable deletion protection first. Resource: \(arn)"
        case .attributeRedefined(let name):
            invalid + "Attempting to redefine the type of attribute: \(name)"
        case .streamViewMissing: invalid + "StreamViewType is required when StreamEnabled is true"
        case .streamViewWithoutStream: invalid + "StreamViewType must not be specified when StreamEnabled is false"
        case .timeToLiveAlreadyEnabled: "TimeToLive is already enabled"
        case .timeToLiveAlreadyDisabled: "TimeToLive is already disabled"
        case .timeToLiveOnOtherAttribute(let name):
            "TimeToLive is active on a different AttributeName: current AttributeName is \(name)"
        case .invalidARN(let arn): "Invalid TableArn: Invalid ResourceArn provided as input \(arn)"
        case .tagListEmpty: "Atleast one Tag needs to be provided as Input."
        case .tagKeyListEmpty: "Atleast one Tag Key needs to be provided as Input."
        case .duplicateTag: invalid + "Duplicate tag keys are not allowed"
        case .tooManyTags: "Too many tags: a resource may have at most 50"
        case .recoveryPeriodWithoutRecovery:
            invalid + "RecoveryPeriodInDays can be specified only when point in time recovery is enabled"
        default: ""
        }
    }
}
