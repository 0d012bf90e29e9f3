/// A request that DynamoDB understands but does not accept, in AWS's words.
///
/// The texts were compared with answers of AWS as dynalite's and ScyllaDB Alternator's suites and
/// paritysuite/dynamodb-conformance record them. Where AWS's regions differ, they are the words of long standing; what
/// AWS has reworded everywhere is in `CurrentWording`.
package enum ValidationFailure: Error, Equatable {
    case constraints([String])
    /// In words of its own.
    case worded(String)
    case value(ValueFailure)
    case key(KeyFailure)
    case expression(ExpressionParameterFailure)
    case read(ReadFailure)
    case batch(BatchFailure)
    case table(TableFailure)
    case tableChange(TableChangeFailure)
    case legacy(LegacyFailure)
    case stream(StreamFailure)

    package var message: String {
        switch self {
        case .constraints(let failures):
            "\(failures.count) validation error\(failures.count > 1 ? "s" : "") detected: "
                + failures.joined(separator: "; ")
        case .worded(let text): text
        case .value(let failure): failure.message
        case .key(let failure): failure.message
        case .expression(let failure): failure.message
        case .read(let failure): failure.message
        case .batch(let failure): failure.message
        case .table(let failure): failure.message
        case .tableChange(let failure): failure.message
        case .legacy(let failure): failure.message
        case .stream(let failure): failure.message
        }
    }

    static let invalid = "One or more parameter values were invalid: "
    static let notValid = "One or more parameter values are not valid. "
}

/// About values and items.
package enum ValueFailure: Error, Equatable {
    case empty
    case severalTypes
    case number(NumberFailure, text: String)
    case nullIsFalse
    case emptySet(AttributeType)
    case nullInSet(AttributeType)
    case duplicateStrings([String])
    case duplicateNumbers
    case duplicateBinaries([String])
    case nestingTooDeep
    case attributeNameEmpty
    case attributeNameTooLong
    case itemTooLarge
    case updatedItemTooLarge

    var message: String {
        let invalid = ValidationFailure.invalid
        return switch self {
        case .empty: "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
        case .severalTypes:
            "Supplied AttributeValue has more than one datatypes set, "
                + "must contain exactly one of the supported datatypes"
        case .number(let failure, let text): failure.message(for: text)
        case .nullIsFalse: invalid + "Null attribute value types must have the value of true"
        case .emptySet(.stringSet): invalid + "An string set  may not be empty"
        case .emptySet(.numberSet): invalid + "An number set  may not be empty"
        case .emptySet: invalid + "Binary sets should not be empty"
        case .nullInSet(.stringSet): invalid + "An string set may not have a null string as a member"
        case .nullInSet(.numberSet): invalid + "An number set may not have a null string as a member"
        case .nullInSet: invalid + "Binary sets may not contain null or empty values"
        case .duplicateStrings(let texts):
            invalid + "Input collection [\(texts.joined(separator: ", "))] contains duplicates."
        case .duplicateNumbers: "Input collection contains duplicates"
        case .duplicateBinaries(let texts):
            invalid + "Input collection [\(texts.joined(separator: ", "))]of type BS contains duplicates."
        case .nestingTooDeep:
            "Nesting Levels have exceeded supported limits: "
                + "Attributes in the item have nested levels beyond supported limit"
        case .attributeNameEmpty: "Empty attribute name"
        case .attributeNameTooLong: invalid + "Attribute name is too large, must be less than 65536 bytes"
        case .itemTooLarge: "Item size has exceeded the maximum allowed size"
        case .updatedItemTooLarge: "Item size to update has exceeded the maximum allowed size"
        }
    }
}

extension NumberFailure {
    func message(for text: String) -> String {
        switch self {
        case .notNumeric where text.isEmpty: "The parameter cannot be converted to a numeric value"
        case .notNumeric: "The parameter cannot be converted to a numeric value: \(text)"
        case .overflow:
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        case .underflow:
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        case .tooManyDigits: "Attempting to store more than 38 significant digits in a Number"
        }
    }
}

/// About keys of tables and indexes.
package enum KeyFailure: Error, Equatable {
    case mismatch
    case missing(Text)
    case typeMismatch(Text, expected: String, actual: String)
    case indexTypeMismatch(Text, expected: String, actual: String, index: String)
    case empty(Text, AttributeType)
    case emptyInIndex(Text, AttributeType, index: String)
    case emptyInIndexByUpdate(AttributeType)
    case unsupportedIndexKeyType
    case partitionKeyTooLong
    case sortKeyTooLong
    case notUpdatable(Text)
    case notScalar(Text)
    case indexKeyNotScalar(Text)
    case duplicates

    var message: String {
        let (invalid, notValid) = (ValidationFailure.invalid, ValidationFailure.notValid)
        return switch self {
        case .mismatch: "The provided key element does not match the schema"
        case .missing(let name): invalid + "Missing the key \(name.string) in the item"
        case .typeMismatch(let name, let expected, let actual):
            invalid + "Type mismatch for key \(name.string) expected: \(expected) actual: \(actual)"
        case .indexTypeMismatch(let name, let expected, let actual, let index):
            invalid + "Type mismatch for Index Key \(name.string) Expected: \(expected) Actual: \(actual) "
                + "IndexName: \(index)"
        case .empty(let name, let type):
            notValid + "The AttributeValue for a key attribute cannot contain an empty \(Self.word(type)) value. "
                + "Key: \(name.string)"
        case .emptyInIndex(let name, let type, let index):
            notValid + "A value specified for a secondary index key is not supported. "
                + "The AttributeValue for a key attribute cannot contain an empty \(Self.word(type)) value. "
                + "IndexName: \(index), IndexKey: \(name.string)"
        case .emptyInIndexByUpdate(let type):
            notValid + "The update expression attempted to update a secondary index key to a value that is not "
                + "supported. The AttributeValue for a key attribute cannot contain an empty \(Self.word(type)) value."
        case .unsupportedIndexKeyType:
            "The update expression attempted to update the secondary index key to unsupported type"
        case .partitionKeyTooLong:
            invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
        case .sortKeyTooLong:
            invalid + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
        case .notUpdatable(let name):
            invalid + "Cannot update attribute \(name.string). This attribute is part of the key"
        case .notScalar(let name):
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                + "Key: \(name.string)"
        case .indexKeyNotScalar(let name):
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                + "IndexKey: \(name.string)"
        case .duplicates: "Provided list of item keys contains duplicates"
        }
    }

    private static func word(_ type: AttributeType) -> String { type == .binary ? "binary" : "string" }
}

/// About expressions and the parameters around them.
package enum ExpressionParameterFailure: Error, Equatable {
    case invalid(parameter: String, message: String)
    case mixed(legacy: [String], expressions: [String])
    case namesWithoutExpression
    case valuesWithoutExpression([String])
    case namesEmpty
    case valuesEmpty
    case nameTooLong(bytes: Int)
    case emptyName(String)
    case valueNameTooLong
    case invalidName(String)
    case invalidValueName(String)
    case invalidValue(ValueFailure, key: String)
    case unusedNames([String])
    case unusedValues([String])
    case update(UpdateFailure)
    case returnValuesOnlyAllOld

    var message: String {
        switch self {
        case .invalid(let parameter, let message): "Invalid \(parameter): \(message)"
        case .mixed(let legacy, let expressions):
            "Can not use both expression and non-expression parameters in the same request: "
                + "Non-expression parameters: {\(legacy.joined(separator: ", "))} "
                + "Expression parameters: {\(expressions.joined(separator: ", "))}"
        case .namesWithoutExpression: "ExpressionAttributeNames can only be specified when using expressions"
        case .valuesWithoutExpression(let parameters):
            "ExpressionAttributeValues can only be specified when using expressions: "
                + "\(parameters.joined(separator: " and ")) \(parameters.count > 1 ? "are" : "is") null"
        case .namesEmpty: "ExpressionAttributeNames must not be empty"
        case .valuesEmpty: "ExpressionAttributeValues must not be empty"
        case .nameTooLong(let bytes):
            "ExpressionAttributeNames contains invalid key: "
                + "The expression attribute map contains a key that is too long; size of key: \(bytes)"
        case .emptyName(let key):
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key \(key)"
        case .valueNameTooLong:
            "ExpressionAttributeValues contains invalid key: "
                + "The expression attribute map contains a key that is too long;"
        case .invalidName(let key): "ExpressionAttributeNames contains invalid key: Syntax error; key: \"\(key)\""
        case .invalidValueName(let key):
            "ExpressionAttributeValues contains invalid key: Syntax error; key: \"\(key)\""
        case .invalidValue(let failure, let key):
            "ExpressionAttributeValues contains invalid value: \(failure.message) for key \(key)"
        case .unusedNames(let keys):
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {\(keys.joined(separator: ", "))}"
        case .unusedValues(let keys):
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {\(keys.joined(separator: ", "))}"
        case .update(let failure): failure.message
        case .returnValuesOnlyAllOld: "ReturnValues can only be ALL_OLD or NONE"
        }
    }
}

extension UpdateFailure {
    var message: String {
        switch self {
        case .attributeDoesNotExist:
            "The provided expression refers to an attribute that does not exist in the item"
        case .wrongOperandType: "An operand in the update expression has an incorrect data type"
        case .invalidPath: "The document path provided in the update expression is invalid for update"
        case .number(let failure): failure.message(for: "")
        }
    }
}
