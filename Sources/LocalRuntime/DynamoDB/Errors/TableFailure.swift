/// About the definition of tables and indexes.
package enum TableFailure: Error, Equatable {
    case tableNameMissing
    case unitsWithPayPerRequest
    case unitsMissing
    case unitsOutOfBounds(String, Int)
    case keyWithoutDefinition
    case keysNotDefined(keys: [String], defined: [String])
    case sameKeyTwice
    case sameKeyAgain(String)
    case partitionKeyBehindSortKey
    case tooManyKeys(String, most: Int)
    case warmThroughputTooLow(String, wanted: Int, current: Int)
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
    case unknownTableClass
    case streamViewMissing
    case streamViewWithoutStream

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
        case .sameKeyAgain(let name): "Invalid KeySchema: Duplicate attribute name: \(name)"
        case .partitionKeyBehindSortKey:
            "Invalid KeySchema: All HASH key types must come before the RANGE key types"
        case .tooManyKeys(let type, let most):
            "Invalid KeySchema: The number of \(type) key types exceeds the limit of \(most)"
        case .warmThroughputTooLow(let name, let wanted, let current):
            invalid + "Requested \(name) for WarmThroughput: \(wanted) is lower than current WarmThroughput: \(current)"
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
        case .indexUnitsWithPayPerRequest(let name):
            invalid + "ProvisionedThroughput should not be specified for index: \(name) "
                + "when BillingMode is PAY_PER_REQUEST"
        case .indexUnitsMissing(let name):
            invalid + "ProvisionedThroughput must be specified for index: \(name)"
        case .unknownTableClass:
            "Invalid table-class parameter provided. Please try again with a valid table-class value: "
                + "[STANDARD, STANDARD_INFREQUENT_ACCESS]."
        case .streamViewMissing: invalid + "StreamViewType is required when StreamEnabled is true"
        case .streamViewWithoutStream: invalid + "StreamViewType must not be specified when StreamEnabled is false"
        }
    }
}
