/// A condition as it is written.
indirect enum ConditionSyntax {
    case comparison(Comparator, OperandSyntax, OperandSyntax)
    case between(OperandSyntax, OperandSyntax, OperandSyntax)
    case isIn(OperandSyntax, [OperandSyntax])
    case function(String, [OperandSyntax])
    case and([ConditionSyntax])
    case or([ConditionSyntax])
    case not(ConditionSyntax)
}

enum Comparator: String, Sendable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

/// Reads the grammar of condition, filter and key condition expressions.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
struct ConditionParser {
    private static let keywords: Set = ["AND", "OR", "NOT", "BETWEEN", "IN"]

    private var stream: TokenStream
    private let limits: DynamoDBLimits

    /// What parentheses may hold: a condition, or an operand of the comparison that goes on behind them.
    private enum Term {
        case condition(ConditionSyntax, isParenthesized: Bool)
        case operand(OperandSyntax, isParenthesized: Bool)

        var isParenthesized: Bool {
            switch self {
            case .condition(_, let flag), .operand(_, let flag): flag
            }
        }
    }

    static func parse(_ source: String, limits: DynamoDBLimits) throws(ExpressionFailure) -> ConditionSyntax {
        var parser = ConditionParser(
            stream: try TokenStream(source, keywords: keywords, limits: limits), limits: limits)
        guard case .condition(let condition, _) = try parser.or(allowsOperand: false) else {
            throw parser.stream.syntaxError()
        }
        try parser.stream.expectEnd()
        if parser.stream.hasRedundantParentheses { throw .redundantParentheses }
        if parser.stream.operatorCount > limits.expressionOperators {
            throw .tooManyOperators(count: limits.expressionOperators + 1)
        }
        return condition
    }

    private mutating func or(allowsOperand: Bool) throws(ExpressionFailure) -> Term {
        let first = try and(allowsOperand: allowsOperand)
        guard case .condition(let condition, _) = first, stream.peek.isKeyword("OR") else { return first }
        var conditions = [condition]
        while stream.take(keyword: "OR") {
            stream.operatorCount += 1
            conditions.append(try required(try and(allowsOperand: false)))
        }
        return .condition(.or(conditions), isParenthesized: false)
    }

    private mutating func and(allowsOperand: Bool) throws(ExpressionFailure) -> Term {
        let first = try not(allowsOperand: allowsOperand)
        guard case .condition(let condition, _) = first, stream.peek.isKeyword("AND") else { return first }
        var conditions = [condition]
        while stream.take(keyword: "AND") {
            stream.operatorCount += 1
            conditions.append(try required(try not(allowsOperand: false)))
        }
        return .condition(.and(conditions), isParenthesized: false)
    }

    private mutating func not(allowsOperand: Bool) throws(ExpressionFailure) -> Term {
        var count = 0
        while stream.take(keyword: "NOT") { count += 1 }
        stream.operatorCount += count
        guard count > 0 else { return try primitive(allowsOperand: allowsOperand) }
        let condition = try required(try primitive(allowsOperand: false))
        // Twice not is nothing; without this a chain of them would nest as deep as it is long.
        return .condition(count % 2 == 0 ? .and([condition]) : .not(condition), isParenthesized: false)
    }

    private func required(_ term: Term) throws(ExpressionFailure) -> ConditionSyntax {
        guard case .condition(let condition, _) = term else { throw stream.syntaxError() }
        return condition
    }

    private mutating func primitive(allowsOperand: Bool) throws(ExpressionFailure) -> Term {
        let term = try parenthesized()
        let left: OperandSyntax
        switch term {
        case .operand(let operand, _): left = operand
        case .condition(.function(let name, let operands), isParenthesized: true) where isAtOperator:
            left = .function(name, operands)
        case .condition: return term
        }
        if let condition = try comparison(left) { return .condition(condition, isParenthesized: false) }
        if case .operand(.function(let name, let operands), isParenthesized: false) = term {
            return .condition(.function(name, operands), isParenthesized: false)
        }
        guard allowsOperand, stream.peek.isSymbol(")") else { throw stream.syntaxError() }
        return term
    }

    private var isAtOperator: Bool {
        let token = stream.peek
        return Comparator(rawValue: token.text) != nil || token.isKeyword("BETWEEN") || token.isKeyword("IN")
    }

    /// What follows an operand; nil when that is no operator.
    private mutating func comparison(_ left: OperandSyntax) throws(ExpressionFailure) -> ConditionSyntax? {
        guard isAtOperator else { return nil }
        stream.operatorCount += 1
        let token = stream.advance()
        if let comparator = Comparator(rawValue: token.text) {
            return .comparison(comparator, left, try stream.operand())
        }
        if token.isKeyword("BETWEEN") {
            let lower = try stream.operand()
            guard stream.take(keyword: "AND") else { throw stream.syntaxError() }
            return .between(left, lower, try stream.operand())
        }
        try stream.expect(symbol: "(")
        let operands = try stream.operandList()
        guard operands.count <= limits.inOperands else { throw .tooManyOperandsOfIn(operands.count) }
        return .isIn(left, operands)
    }

    private mutating func parenthesized() throws(ExpressionFailure) -> Term {
        guard stream.peek.isSymbol("(") else {
            return .operand(try stream.plainOperand(), isParenthesized: false)
        }
        stream.advance()
        try stream.enter()
        let term = try or(allowsOperand: true)
        stream.leave()
        try stream.expect(symbol: ")")
        if term.isParenthesized { stream.hasRedundantParentheses = true }
        switch term {
        case .condition(let condition, _): return .condition(condition, isParenthesized: true)
        case .operand(.path(let path), _):
            return .operand(.path(try stream.pathSuffix(path)), isParenthesized: true)
        case .operand(let operand, _): return .operand(operand, isParenthesized: true)
        }
    }
}
