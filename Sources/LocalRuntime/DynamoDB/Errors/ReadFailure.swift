/// About Query and Scan.
package enum ReadFailure: Error, Equatable {
    case keyConditionMissing
    case keyCondition(String)
    case conditionCount
    case tooManyConditions(Int, attributes: Int)
    case sortKeyWithoutEqualities([Text], before: Text)
    case missedKeySchemaElement(Text)
    case keyConditionNotSupported
    case notIndexable
    case conditionTypeMismatch
    case filterOnKey(parameter: String, Text)
    case unknownIndex(String)
    case consistentReadOnGlobalIndex
    case allAttributesOfGlobalIndex(String)
    case projectionOfGlobalIndex(index: String, [Text])
    case allProjectedWithoutIndex
    case selectWithProjection(parameter: String, select: String)
    case specificWithoutProjection
    case startingKeyInvalid
    case startingKey(String)
    case startingKeyValue(ValueFailure)
    case startingKeyOutsideQuery
    case startingKeyAgainstSortKey
    case startingKeyCannotRestart
    case startingKeyOfOtherSegment(segment: Int, total: Int)
    case totalSegmentsMissing
    case segmentMissing
    case segmentTooLarge(segment: Int, total: Int)

    var message: String {
        let invalid = ValidationFailure.invalid
        return switch self {
        case .keyConditionMissing:
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        case .keyCondition(let message): message
        case .conditionCount: "Conditions can be of length 1 or 2 only"
        case .tooManyConditions(let count, let attributes):
            "The number of query conditions (\(count)) exceeds the number of key attributes defined in the schema "
                + "(\(attributes))"
        case .sortKeyWithoutEqualities(let names, let last):
            "RANGE key attributes \(names.map(\.string).joined(separator: ", ")) must have equality conditions "
                + "specified in the query because a condition is present on key attribute \(last.string)"
        case .missedKeySchemaElement(let name): "Query condition missed key schema element: \(name.string)"
        case .keyConditionNotSupported: "Query key condition not supported"
        case .notIndexable: "Attempted conditional constraint is not an indexable operation"
        case .conditionTypeMismatch: invalid + "Condition parameter type does not match schema type"
        case .filterOnKey(let parameter, let name):
            "\(parameter) can only contain non-primary key attributes: Primary key attribute: \(name.string)"
        case .unknownIndex(let name): "The table does not have the specified index: \(name)"
        case .consistentReadOnGlobalIndex: "Consistent reads are not supported on global secondary indexes"
        case .allAttributesOfGlobalIndex(let name):
            invalid + "Select type ALL_ATTRIBUTES is not supported for global secondary index \(name) "
                + "because its projection type is not ALL"
        case .projectionOfGlobalIndex(let index, let names):
            invalid
                + "Global secondary index \(index) does not project [\(names.map(\.string).joined(separator: ", "))]"
        case .allProjectedWithoutIndex:
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
        case .selectWithProjection(let parameter, let select):
            "Cannot specify the \(parameter) when choosing to get \(select == "COUNT" ? "only the Count" : select)"
        case .specificWithoutProjection:
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        case .startingKeyInvalid: "The provided starting key is invalid"
        case .startingKey(let message): "The provided starting key is invalid: \(message)"
        case .startingKeyValue(let failure): "The provided starting key is invalid: \(failure.message)"
        case .startingKeyOutsideQuery:
            "The provided starting key is outside query boundaries based on provided conditions"
        case .startingKeyAgainstSortKey: "The provided starting key does not match the range key predicate"
        case .startingKeyCannotRestart: "The query can return at most one row and cannot be restarted"
        case .startingKeyOfOtherSegment(let segment, let total):
            "The provided starting key is invalid: Invalid ExclusiveStartKey. "
                + "Please use ExclusiveStartKey with correct Segment. TotalSegments: \(total) Segment: \(segment)"
        case .totalSegmentsMissing:
            "The TotalSegments parameter is required but was not present in the request "
                + "when Segment parameter is present"
        case .segmentMissing:
            "The Segment parameter is required but was not present in the request "
                + "when parameter TotalSegments is present"
        case .segmentTooLarge(let segment, let total):
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                + "Segment: \(segment) is not less than TotalSegments: \(total)"
        }
    }
}

/// About batches and transactions.
package enum BatchFailure: Error, Equatable {
    case requestItemsMissing(operation: String)
    case tooManyKeys
    case emptyWriteRequest
    case repeatedItem
    case invalidAction
    case transactionTooLarge
    case payloadTooLarge(bytes: Int)

    var message: String {
        switch self {
        case .requestItemsMissing(let operation): "The requestItems parameter is required for \(operation)"
        case .tooManyKeys: "Too many items requested for the BatchGetItem call"
        case .emptyWriteRequest:
            "Supplied AttributeValue has more than one datatypes set, "
                + "must contain exactly one of the supported datatypes"
        case .repeatedItem: "Transaction request cannot include multiple operations on one item"
        case .invalidAction:
            "The action or operation requested is invalid. Verify that the action is typed correctly."
        case .transactionTooLarge: "Transaction aggregate size exceeded the 4MB limit"
        case .payloadTooLarge(let bytes):
            // AWS says it twice.
            "Transaction payload size cannot exceed 4MB. Payload Size: : "
                + "Transaction payload size cannot exceed 4MB. Payload Size: \(bytes)"
        }
    }
}

/// About the parameters that expressions have replaced.
package enum LegacyFailure: Error, Equatable {
    case operatorWithoutConditions
    case operatorOfOneCondition
    case valueAndList(String)
    case existsAndComparison(String)
    case valueMissing(comparison: String, String)
    case argumentCount(String)
    case mixedTypes
    case typeNotComparable(String, AttributeType)
    case boundsOutOfOrder
    case listWithoutComparison(String)
    case valueMissingForExists(exists: String, String)
    case valueWithoutExistence(String)
    case onlyDeleteWithoutValue
    case actionNotForType(String, AttributeType)
    case duplicateAttribute(String)
    case typeMismatchInUpdate

    var message: String {
        let invalid = ValidationFailure.invalid
        return switch self {
        case .operatorWithoutConditions: "ConditionalOperator cannot be used without Filter or Expected"
        case .operatorOfOneCondition:
            "ConditionalOperator can only be used when Filter or Expected has two or more elements"
        case .valueAndList(let name):
            invalid + "Value and AttributeValueList cannot be used together for Attribute: \(name)"
        case .existsAndComparison(let name):
            invalid + "Exists and ComparisonOperator cannot be used together for Attribute: \(name)"
        case .valueMissing(let comparison, let name):
            invalid + "Value or AttributeValueList must be used with ComparisonOperator: \(comparison) "
                + "for Attribute: \(name)"
        case .argumentCount(let comparison):
            invalid + "Invalid number of argument(s) for the \(comparison) ComparisonOperator"
        case .mixedTypes: invalid + "AttributeValues inside AttributeValueList must be of same type"
        case .typeNotComparable(let comparison, let type):
            invalid + "ComparisonOperator \(comparison) is not valid for \(type.rawValue) AttributeValue type"
        case .boundsOutOfOrder:
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        case .listWithoutComparison(let name):
            invalid + "AttributeValueList can only be used with a ComparisonOperator for Attribute: \(name)"
        case .valueMissingForExists(let exists, let name):
            invalid + "Value must be provided when Exists is \(exists) for Attribute: \(name)"
        case .valueWithoutExistence(let name):
            invalid + "Value cannot be used when Exists is false for Attribute: \(name)"
        case .onlyDeleteWithoutValue:
            invalid + "Only DELETE action is allowed when no attribute value is specified"
        case .actionNotForType("DELETE", let type):
            invalid + "DELETE action with value is not supported for the type \(type.rawValue)"
        case .actionNotForType(let action, let type):
            invalid + "\(action) action is not supported for the type \(type.rawValue)"
        case .duplicateAttribute(let name): invalid + "Duplicate value in attribute name: \(name)"
        case .typeMismatchInUpdate: "Type mismatch for attribute to update"
        }
    }
}
