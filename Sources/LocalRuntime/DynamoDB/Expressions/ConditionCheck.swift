/// Turns a condition as written into one that can be tried, and finds what is wrong with it.
struct ConditionCheck {
    private var context: ExpressionContext

    /// - Returns: the condition, and the attributes with what it used of them marked.
    static func check(
        _ syntax: ConditionSyntax, _ attributes: inout ExpressionAttributes
    ) throws(ExpressionFailure) -> ConditionExpression {
        var check = ConditionCheck(context: ExpressionContext(attributes))
        let condition = check.condition(syntax)
        if let failure = check.context.failure { throw failure }
        attributes = check.context.attributes
        return condition
    }

    private mutating func condition(_ syntax: ConditionSyntax) -> ConditionExpression {
        switch syntax {
        case .and(let conditions): return .and(conditions.map { condition($0) })
        case .or(let conditions): return .or(conditions.map { condition($0) })
        case .not(let inner): return .not(condition(inner))
        case .comparison, .between, .isIn, .function:
            let before = context
            let result = primitive(syntax)
            context.keepFaults(ofEarlierConditions: before)
            return result
        }
    }

    private mutating func primitive(_ syntax: ConditionSyntax) -> ConditionExpression {
        switch syntax {
        case .comparison(let comparator, let left, let right):
            let operands = [left, right].map { comparand($0, of: comparator) }
            refuseSame(operands, comparator.rawValue)
            return .comparison(comparator, operands[0], operands[1])
        case .between(let operand, let lower, let upper):
            let operands = [operand, lower, upper].map { self.operand($0, isComparand: true) }
            operands.forEach { requireOrder($0, "BETWEEN") }
            checkBounds(operands[1], operands[2])
            return .between(operands[0], operands[1], operands[2])
        case .isIn(let operand, let others):
            let operands = ([operand] + others).map { self.operand($0, isComparand: true) }
            return .isIn(operands[0], Array(operands.dropFirst()))
        case .function(let name, let operands): return function(name, operands)
        case .and, .or, .not: preconditionFailure("no primitive condition")
        }
    }

    private mutating func comparand(_ syntax: OperandSyntax, of comparator: Comparator) -> ConditionExpression.Operand {
        let operand = operand(syntax, isComparand: true)
        if comparator != .equal, comparator != .notEqual { requireOrder(operand, comparator.rawValue) }
        return operand
    }

    /// An operand of a comparison or a function. Of the functions only `size` may be one.
    private mutating func operand(_ syntax: OperandSyntax, isComparand: Bool) -> ConditionExpression.Operand {
        switch syntax {
        case .path(let path): return .path(context.path(path))
        case .value(let placeholder): return .value(context.value(placeholder))
        case .function(let name, let operands):
            guard name == "size" else {
                _ = function(name, operands)
                context.note(.misusedFunction, .misusedFunction(name))
                return .value(.null)
            }
            return .size(sizeOperand(operands))
        }
    }

    private mutating func function(_ name: String, _ syntaxes: [OperandSyntax]) -> ConditionExpression {
        guard let arity = ExpressionFunctions.ofConditions[name] else {
            context.note(.unknownFunction, Self.refusal(ofFunction: name))
            syntaxes.forEach { _ = operand($0, isComparand: false) }
            return .and([])
        }
        if name == "size" {
            _ = sizeOperand(syntaxes)
            context.note(.misusedFunction, .misusedFunction(name))
            return .and([])
        }
        let operands = syntaxes.map { operand($0, isComparand: false) }
        guard operands.count == arity else {
            context.note(.operandCount, .wrongOperandCount(name, operands.count))
            return .and([])
        }
        refuseSame(operands, name)
        switch name {
        case "attribute_exists": return .attributeExists(path(operands[0], of: name))
        case "attribute_not_exists": return .attributeNotExists(path(operands[0], of: name))
        case "attribute_type": return .attributeType(operands[0], typeName(operands[1], of: name))
        case "begins_with":
            operands.forEach { require([.string, .binary], of: $0, name) }
            return .beginsWith(operands[0], operands[1])
        default: return .contains(operands[0], operands[1])
        }
    }

    private static func refusal(ofFunction name: String) -> ExpressionFailure {
        ExpressionFunctions.isKnown(name) ? .functionNotAllowedInCondition(name) : .unknownFunction(name)
    }

    private mutating func sizeOperand(_ syntaxes: [OperandSyntax]) -> ConditionExpression.Operand {
        let operands = syntaxes.map { operand($0, isComparand: false) }
        guard operands.count == 1 else {
            context.note(.operandCount, .wrongOperandCount("size", operands.count))
            return .value(.null)
        }
        if let type = operands[0].knownType, [.number, .bool, .null].contains(type) {
            context.note(.operandType, .wrongOperandType("size", type: type.rawValue))
        }
        return operands[0]
    }
}

extension ConditionCheck {
    private mutating func path(_ operand: ConditionExpression.Operand, of name: String) -> DocumentPath {
        if case .path(let path) = operand { return path }
        context.note(.operandType, .needsDocumentPath(name))
        return DocumentPath("")
    }

    private mutating func typeName(_ operand: ConditionExpression.Operand, of name: String) -> AttributeType {
        guard case .value(.string(let text)) = operand else {
            let type = operand.knownType?.rawValue ?? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
            context.note(.operandType, .wrongOperandType(name, type: type))
            return .null
        }
        if let type = AttributeType(rawValue: text.string) { return type }
        context.note(.operandType, .unknownTypeName(text.string))
        return .null
    }

    private mutating func require(_ types: [AttributeType], of operand: ConditionExpression.Operand, _ name: String) {
        guard let type = operand.knownType, !types.contains(type) else { return }
        context.note(.operandType, .wrongOperandType(name, type: type.rawValue))
    }

    private mutating func requireOrder(_ operand: ConditionExpression.Operand, _ name: String) {
        require([.string, .number, .binary], of: operand, name)
    }

    private mutating func refuseSame(_ operands: [ConditionExpression.Operand], _ name: String) {
        guard operands.count == 2, case .path(let first) = operands[0], case .path(let second) = operands[1],
            first == second
        else { return }
        context.note(.operandsNotDistinct, .operandsNotDistinct(name, first))
    }

    private mutating func checkBounds(_ lower: ConditionExpression.Operand, _ upper: ConditionExpression.Operand) {
        guard case .value(let lower) = lower, case .value(let upper) = upper else { return }
        if lower.type != upper.type {
            context.note(.operandType, .boundsOfDifferentTypes(lower, upper))
        } else if let order = lower.order(to: upper), order > 0 {
            context.note(.operandType, .boundsOutOfOrder(lower, upper))
        }
    }
}

extension ConditionExpression.Operand {
    /// The type, where the request alone tells it.
    fileprivate var knownType: AttributeType? {
        switch self {
        case .path: nil
        case .value(let value): value.type
        case .size: .number
        }
    }
}
