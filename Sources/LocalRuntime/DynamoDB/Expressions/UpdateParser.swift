/// Reads and checks an UpdateExpression.
struct UpdateParser {
    private var stream: TokenStream
    private var context: ExpressionContext
    private var actions: [UpdateExpression.Action] = []
    private var sections: Set<String> = []

    private static let sectionNames = ["SET", "REMOVE", "ADD", "DELETE"]
    private static let keywords = Set(sectionNames)

    static func parse(
        _ source: String, _ attributes: inout ExpressionAttributes, limits: DynamoDBLimits
    ) throws(ExpressionFailure) -> UpdateExpression {
        var parser = UpdateParser(
            stream: try TokenStream(source, keywords: keywords, limits: limits),
            context: ExpressionContext(attributes))
        repeat { try parser.section() } while parser.stream.peek.kind != .end
        if parser.stream.operatorCount > limits.expressionOperators {
            throw .tooManyOperators(count: limits.expressionOperators + 1)
        }
        if let failure = parser.context.failure { throw failure }
        attributes = parser.context.attributes
        return UpdateExpression(actions: parser.actions)
    }

    private init(stream: TokenStream, context: ExpressionContext) {
        self.stream = stream
        self.context = context
    }

    private mutating func section() throws(ExpressionFailure) {
        guard let name = Self.sectionNames.first(where: { stream.peek.isKeyword($0) }) else {
            throw stream.syntaxError()
        }
        stream.advance()
        repeat {
            let action = try action(name)
            checkApart(action.path)
            actions.append(action)
        } while stream.take(symbol: ",")
        if !sections.insert(name).inserted { context.note(.section, .repeatedSection(name)) }
    }

    private mutating func action(_ section: String) throws(ExpressionFailure) -> UpdateExpression.Action {
        let syntax = try stream.path()
        let path = context.path(syntax)
        switch section {
        case "SET":
            try stream.expect(symbol: "=")
            return .set(path, try value())
        case "REMOVE": return .remove(path)
        case "ADD": return .add(path, try literal(section))
        default: return .delete(path, try literal(section))
        }
    }

    /// The value of ADD and DELETE, which only a placeholder can be.
    private mutating func literal(_ section: String) throws(ExpressionFailure) -> AttributeValue {
        guard stream.peek.kind == .valuePlaceholder else { throw stream.syntaxError() }
        let placeholder = stream.advance().text
        guard let value = context.attributes.value(placeholder) else {
            context.note(.undefinedValue, .undefinedValue(placeholder))
            return .null
        }
        if !value.type.isSet, !(section == "ADD" && value.type == .number) {
            context.note(.actionType, .wrongActionType(section, type: value.type.longName))
        }
        return value
    }

    /// `operand`, `operand + operand` or `operand - operand`, each of them or the whole in parentheses.
    private mutating func value() throws(ExpressionFailure) -> UpdateExpression.Operand {
        if stream.peek.isSymbol("("), let inner = try parenthesizedSum() { return inner }
        return try sum()
    }

    private mutating func sum() throws(ExpressionFailure) -> UpdateExpression.Operand {
        let left = try stream.operand()
        let sign = stream.peek.text
        guard stream.peek.isSymbol("+") || stream.peek.isSymbol("-") else { return operand(left, isNested: false) }
        stream.advance()
        stream.operatorCount += 1
        let operands = [left, try stream.operand()].map { operand($0, isNested: true) }
        for case .value(let value) in operands where value.type != .number {
            context.note(.operandType, .wrongOperandType(sign, type: value.type.rawValue))
        }
        return sign == "+" ? .plus(operands[0], operands[1]) : .minus(operands[0], operands[1])
    }

    /// A sum in parentheses; nil, with nothing read, when these hold only the first operand.
    private mutating func parenthesizedSum() throws(ExpressionFailure) -> UpdateExpression.Operand? {
        var ahead = self
        ahead.stream.advance()
        guard (try? ahead.stream.operand()) != nil,
            ahead.stream.peek.isSymbol("+") || ahead.stream.peek.isSymbol("-")
        else { return nil }
        stream.advance()
        let value = try sum()
        try stream.expect(symbol: ")")
        return value
    }

    /// - Parameter isNested: whether it stands within a sum or another function, where `list_append` may not.
    private mutating func operand(_ syntax: OperandSyntax, isNested: Bool) -> UpdateExpression.Operand {
        switch syntax {
        case .path(let path): return .path(context.path(path))
        case .value(let placeholder):
            guard let value = context.attributes.value(placeholder) else {
                context.note(.undefinedValue, .undefinedValue(placeholder))
                return .path(DocumentPath(""))
            }
            return .value(value)
        case .function(let name, let syntaxes):
            let operands = syntaxes.map { operand($0, isNested: true) }
            return function(name, operands, isNested: isNested)
        }
    }

    private mutating func function(
        _ name: String, _ operands: [UpdateExpression.Operand], isNested: Bool
    ) -> UpdateExpression.Operand {
        guard let arity = ExpressionFunctions.ofUpdates[name] else {
            context.note(.unknownFunction, Self.refusal(ofFunction: name))
            return .value(.null)
        }
        guard operands.count == arity else {
            context.note(.operandType, .wrongOperandCount(name, operands.count))
            return .value(.null)
        }
        if name == "if_not_exists" {
            guard case .path(let path) = operands[0] else {
                context.note(.operandType, .needsDocumentPath(name))
                return .value(.null)
            }
            return .ifNotExists(path, operands[1])
        }
        if isNested { context.note(.misusedFunction, .misusedFunction(name)) }
        for case .value(let value) in operands where value.type != .list {
            context.note(.operandType, .wrongOperandType(name, type: value.type.rawValue))
        }
        return .listAppend(operands[0], operands[1])
    }

    private static func refusal(ofFunction name: String) -> ExpressionFailure {
        ExpressionFunctions.isKnown(name) ? .functionNotAllowedInUpdate(name) : .unknownFunction(name)
    }

    private mutating func checkApart(_ path: DocumentPath) {
        for earlier in actions.map(\.path) {
            switch earlier.relation(to: path) {
            case .apart: break
            case .overlapping: return context.note(.pathOverlap, .overlappingPaths(earlier, path))
            case .conflicting: context.note(.pathConflict, .conflictingPaths(earlier, path))
            }
        }
    }
}
