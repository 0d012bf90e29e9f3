import AWSProtocol

/// The parameters that expressions have replaced, read into the same conditions.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
enum LegacyConditions {
    /// `Expected`.
    static func expected(_ call: Call) throws(ValidationFailure) -> ConditionExpression? {
        guard let members = call["Expected"]?.object?.members, !members.isEmpty else { return nil }
        var conditions: [ConditionExpression] = []
        for member in members { conditions.append(try expectation(member.name, member.value)) }
        return combine(conditions, call)
    }

    /// `QueryFilter` and `ScanFilter`.
    static func filter(_ call: Call, _ parameter: String) throws(ValidationFailure) -> ConditionExpression? {
        guard let members = call[parameter]?.object?.members, !members.isEmpty else { return nil }
        var conditions: [ConditionExpression] = []
        for member in members {
            let (comparison, values) = try arguments(member.value)
            conditions.append(condition(Text(member.name), comparison, values))
        }
        return combine(conditions, call)
    }

    /// `KeyConditions`.
    static func keyConditions(_ call: Call) throws(ValidationFailure) -> [KeyCondition]? {
        guard let members = call["KeyConditions"]?.object?.members else { return nil }
        var conditions: [KeyCondition] = []
        for member in members {
            let (name, values) = try arguments(member.value)
            let comparison: KeyCondition.Comparison
            switch name {
            case "EQ": comparison = .equal(values[0])
            case "LT": comparison = .less(values[0])
            case "LE": comparison = .lessOrEqual(values[0])
            case "GT": comparison = .greater(values[0])
            case "GE": comparison = .greaterOrEqual(values[0])
            case "BEGINS_WITH": comparison = .beginsWith(values[0])
            case "BETWEEN": comparison = .between(values[0], values[1])
            default: throw .read(.notIndexable)
            }
            conditions.append(KeyCondition(name: Text(member.name), comparison: comparison))
        }
        return conditions
    }

    /// `AttributesToGet`.
    static func attributesToGet(
        _ call: Call, _ limits: DynamoDBLimits
    ) throws(ValidationFailure) -> ProjectionExpression? {
        guard let names = call["AttributesToGet"]?.array?.compactMap(\.string) else { return nil }
        var seen: Set<Text> = []
        for name in names {
            if name.utf8.count > limits.attributeName_bytes { throw .value(.attributeNameTooLong) }
            if !seen.insert(Text(name)).inserted { throw .legacy(.duplicateAttribute(name)) }
        }
        return ProjectionExpression(paths: names.map { DocumentPath(Text($0)) })
    }

    /// `ConditionalOperator` needs conditions to combine.
    static func checkOperator(_ call: Call) throws(ValidationFailure) {
        guard call["ConditionalOperator"] != nil else { return }
        let count = ["Expected", "QueryFilter", "ScanFilter"].reduce(0) { $0 + (call[$1]?.object?.members.count ?? 0) }
        if count == 0 { throw .legacy(.operatorWithoutConditions) }
        if count == 1 { throw .legacy(.operatorOfOneCondition) }
    }

    private static func combine(_ conditions: [ConditionExpression], _ call: Call) -> ConditionExpression {
        call["ConditionalOperator"]?.string == "OR" ? .or(conditions) : .and(conditions)
    }

    private static func expectation(
        _ name: String, _ wire: JSONValue
    ) throws(ValidationFailure) -> ConditionExpression {
        let (value, list) = (wire["Value"], wire["AttributeValueList"])
        if value != nil, list != nil { throw .legacy(.valueAndList(name)) }
        if let comparison = wire["ComparisonOperator"]?.string {
            if wire["Exists"] != nil { throw .legacy(.existsAndComparison(name)) }
            if comparison != "NULL", comparison != "NOT_NULL", value == nil, list == nil {
                throw .legacy(.valueMissing(comparison: comparison, name))
            }
            let values = try read(list?.array ?? value.map { [$0] } ?? [])
            try check(comparison, values)
            return condition(Text(name), comparison, values)
        }
        if list != nil { throw .legacy(.listWithoutComparison(name)) }
        let exists = wire["Exists"]?.bool
        guard exists != false else {
            if value != nil { throw .legacy(.valueWithoutExistence(name)) }
            return .attributeNotExists(DocumentPath(Text(name)))
        }
        guard let value else {
            throw .legacy(.valueMissingForExists(exists: exists.map { "\($0)" } ?? "null", name))
        }
        return condition(Text(name), "EQ", [try AttributeValue(wire: value)])
    }

    private static func arguments(
        _ wire: JSONValue
    ) throws(ValidationFailure) -> (comparison: String, values: [AttributeValue]) {
        let comparison = wire["ComparisonOperator"]?.string ?? ""
        let values = try read(wire["AttributeValueList"]?.array ?? [])
        try check(comparison, values)
        return (comparison, values)
    }

    private static func read(_ wire: [JSONValue]) throws(ValidationFailure) -> [AttributeValue] {
        var values: [AttributeValue] = []
        for element in wire { values.append(try AttributeValue(wire: element)) }
        return values
    }

    /// Number and types of the arguments of a comparison.
    private static func check(_ comparison: String, _ values: [AttributeValue]) throws(ValidationFailure) {
        let isCountRight =
            switch comparison {
            case "NULL", "NOT_NULL": values.isEmpty
            case "IN": !values.isEmpty
            case "BETWEEN": values.count == 2
            default: values.count == 1
            }
        guard isCountRight else { throw .legacy(.argumentCount(comparison)) }
        guard let type = values.first?.type else { return }
        if values.contains(where: { $0.type != type }) { throw .legacy(.mixedTypes) }
        let isTypeRight =
            switch comparison {
            case "EQ", "NE": true
            case "BEGINS_WITH": [.string, .binary].contains(type)
            default: [.string, .number, .binary].contains(type)
            }
        guard isTypeRight else { throw .legacy(.typeNotComparable(comparison, type)) }
        if comparison == "BETWEEN", let order = values[0].order(to: values[1]), order > 0 {
            throw .legacy(.boundsOutOfOrder)
        }
    }

    private static func condition(
        _ name: Text, _ comparison: String, _ values: [AttributeValue]
    ) -> ConditionExpression {
        let path = DocumentPath(name)
        let operand = ConditionExpression.Operand.path(path)
        let arguments = values.map { ConditionExpression.Operand.value($0) }
        return switch comparison {
        case "NULL": .attributeNotExists(path)
        case "NOT_NULL": .attributeExists(path)
        case "EQ": .comparison(.equal, operand, arguments[0])
        case "NE": .comparison(.notEqual, operand, arguments[0])
        case "LT": .comparison(.less, operand, arguments[0])
        case "LE": .comparison(.lessOrEqual, operand, arguments[0])
        case "GT": .comparison(.greater, operand, arguments[0])
        case "GE": .comparison(.greaterOrEqual, operand, arguments[0])
        case "BEGINS_WITH": .beginsWith(operand, arguments[0])
        case "CONTAINS": .contains(operand, arguments[0])
        case "NOT_CONTAINS": .and([.attributeExists(path), .not(.contains(operand, arguments[0]))])
        case "IN": .isIn(operand, arguments)
        default: .between(operand, arguments[0], arguments[1])
        }
    }
}
