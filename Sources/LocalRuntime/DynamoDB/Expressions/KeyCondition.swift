/// A condition on one key attribute, as a Query can follow it.
struct KeyCondition: Sendable {
    enum Comparison: Sendable {
        case equal(AttributeValue)
        case less(AttributeValue)
        case lessOrEqual(AttributeValue)
        case greater(AttributeValue)
        case greaterOrEqual(AttributeValue)
        case between(AttributeValue, AttributeValue)
        case beginsWith(AttributeValue)
    }

    var name: Text
    var comparison: Comparison

    var isEquality: Bool { if case .equal = comparison { true } else { false } }

    var values: [AttributeValue] {
        switch comparison {
        case .equal(let value), .less(let value), .lessOrEqual(let value), .greater(let value),
            .greaterOrEqual(let value), .beginsWith(let value):
            [value]
        case .between(let lower, let upper): [lower, upper]
        }
    }

    var condition: ConditionExpression {
        let path = ConditionExpression.Operand.path(DocumentPath(name))
        return switch comparison {
        case .equal(let value): .comparison(.equal, path, .value(value))
        case .less(let value): .comparison(.less, path, .value(value))
        case .lessOrEqual(let value): .comparison(.lessOrEqual, path, .value(value))
        case .greater(let value): .comparison(.greater, path, .value(value))
        case .greaterOrEqual(let value): .comparison(.greaterOrEqual, path, .value(value))
        case .between(let lower, let upper): .between(path, .value(lower), .value(upper))
        case .beginsWith(let value): .beginsWith(path, .value(value))
        }
    }
}

/// Why a condition is none that a Query can follow.
enum KeyConditionFailure: Error, Equatable {
    case invalidOperator(String)
    case nestedOperation
    case keyNotFirst(String)
    case severalNames
    case nestedAttribute
    case noKey
    case severalConditionsOnKey

    var message: String {
        switch self {
        case .invalidOperator(let name): "Invalid operator used in KeyConditionExpression: \(name)"
        case .nestedOperation:
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations"
        case .keyNotFirst(let name):
            "Invalid condition in KeyConditionExpression: "
                + "\(name) operator must have the key attribute as its first operand"
        case .severalNames:
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
        case .nestedAttribute:
            "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"
        case .noKey: "Invalid condition in KeyConditionExpression: No key attribute specified"
        case .severalConditionsOnKey:
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"
        }
    }
}

extension KeyCondition {
    /// The conditions of a KeyConditionExpression, one for each attribute that it names.
    static func conditions(of expression: ConditionExpression) throws(KeyConditionFailure) -> [KeyCondition] {
        var conditions: [KeyCondition] = []
        try collect(expression, into: &conditions)
        return conditions
    }

    private static func collect(
        _ expression: ConditionExpression, into conditions: inout [KeyCondition]
    ) throws(KeyConditionFailure) {
        if case .and(let parts) = expression {
            for part in parts { try collect(part, into: &conditions) }
            return
        }
        let condition = try condition(expression)
        if conditions.contains(where: { $0.name == condition.name }) { throw .severalConditionsOnKey }
        conditions.append(condition)
    }

    private static func condition(_ expression: ConditionExpression) throws(KeyConditionFailure) -> KeyCondition {
        switch expression {
        case .or: throw .invalidOperator("OR")
        case .not: throw .invalidOperator("NOT")
        case .isIn: throw .invalidOperator("IN")
        case .comparison(.notEqual, _, _): throw .invalidOperator("<>")
        case .attributeExists: throw .invalidOperator("attribute_exists")
        case .attributeNotExists: throw .invalidOperator("attribute_not_exists")
        case .attributeType: throw .invalidOperator("attribute_type")
        case .contains: throw .invalidOperator("contains")
        case .and: throw .noKey
        case .comparison(let comparator, let left, let right): return try comparison(comparator, left, right)
        case .between(let operand, let lower, let upper):
            guard case .path = operand else { throw .keyNotFirst("BETWEEN") }
            let (name, values) = try key([operand, lower, upper])
            return KeyCondition(name: name, comparison: .between(values[0], values[1]))
        case .beginsWith(let operand, let prefix):
            guard case .path = operand else { throw .keyNotFirst("begins_with") }
            let (name, values) = try key([operand, prefix])
            return KeyCondition(name: name, comparison: .beginsWith(values[0]))
        }
    }

    private static func comparison(
        _ comparator: Comparator, _ left: ConditionExpression.Operand, _ right: ConditionExpression.Operand
    ) throws(KeyConditionFailure) -> KeyCondition {
        let (name, values) = try key([left, right])
        guard let value = values.first else { throw .noKey }
        let isReversed = if case .path = left { false } else { true }
        let comparison: Comparison =
            switch (comparator, isReversed) {
            case (.less, false), (.greater, true): .less(value)
            case (.lessOrEqual, false), (.greaterOrEqual, true): .lessOrEqual(value)
            case (.greater, false), (.less, true): .greater(value)
            case (.greaterOrEqual, false), (.lessOrEqual, true): .greaterOrEqual(value)
            default: .equal(value)
            }
        return KeyCondition(name: name, comparison: comparison)
    }

    /// The one name among operands and the values beside it.
    private static func key(
        _ operands: [ConditionExpression.Operand]
    ) throws(KeyConditionFailure) -> (Text, [AttributeValue]) {
        var name: Text?
        var values: [AttributeValue] = []
        for operand in operands {
            switch operand {
            case .size: throw .nestedOperation
            case .value(let value): values.append(value)
            case .path(let path):
                if name != nil { throw .severalNames }
                if path.isNested { throw .nestedAttribute }
                name = path.head
            }
        }
        guard let name else { throw .noKey }
        return (name, values)
    }
}
