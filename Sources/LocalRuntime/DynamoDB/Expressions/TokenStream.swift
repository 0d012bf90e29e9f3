/// An operand as it is written, with its placeholders unresolved.
indirect enum OperandSyntax {
    case path(PathSyntax)
    case value(String)
    case function(String, [OperandSyntax])
}

/// A path as it is written.
struct PathSyntax {
    enum Element {
        case name(String)
        case placeholder(String)
        case index(Int)
    }

    var elements: [Element]
}

/// The functions of expressions, and how many operands each takes.
enum ExpressionFunctions {
    static let ofConditions = [
        "attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2,
        "size": 1,
    ]
    static let ofUpdates = ["if_not_exists": 2, "list_append": 2]

    static func isKnown(_ name: String) -> Bool {
        ofConditions[name] != nil || ofUpdates[name] != nil
    }
}

/// The words of an expression and what all three grammars have in common: paths, operands and function calls.
struct TokenStream {
    private let source: String
    private let tokens: [Token]
    private var position = 0
    private var depth = 0
    /// Comparators, AND, OR, NOT, BETWEEN, IN, plus and minus seen so far.
    var operatorCount = 0
    var hasRedundantParentheses = false
    /// Words that are no names in this grammar.
    private let keywords: Set<String>

    /// Deeper nesting is redundant or has too many operators, and would only exhaust the stack.
    private static let maximumDepth = 320

    /// - Throws: `ExpressionFailure` when the text is empty or too long.
    init(_ source: String, keywords: Set<String>, limits: DynamoDBLimits) throws(ExpressionFailure) {
        guard !source.isEmpty else { throw .empty }
        guard source.utf8.count <= limits.expression_bytes else { throw .tooLong(bytes: source.utf8.count) }
        self.source = source
        self.keywords = keywords
        tokens = Lexer.tokens(of: source)
    }

    var peek: Token { tokens[position] }
    private var following: Token { tokens[min(position + 1, tokens.count - 1)] }

    @discardableResult
    mutating func advance() -> Token {
        defer { if position < tokens.count - 1 { position += 1 } }
        return tokens[position]
    }

    mutating func take(symbol: String) -> Bool {
        guard peek.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(keyword: String) -> Bool {
        guard peek.isKeyword(keyword) else { return false }
        advance()
        return true
    }

    mutating func expect(symbol: String) throws(ExpressionFailure) {
        guard take(symbol: symbol) else { throw syntaxError() }
    }

    /// The word that does not fit, and the text from the word before it to the word behind it.
    func syntaxError() -> ExpressionFailure {
        let start = tokens[max(0, position - 1)].range.lowerBound
        let end = tokens[min(tokens.count - 1, position + 1)].range.upperBound
        let near = Array(source.utf8)[start..<max(start, end)]
        return .syntax(token: peek.text, near: String(decoding: near, as: UTF8.self))
    }

    func expectEnd() throws(ExpressionFailure) {
        guard peek.kind == .end else { throw syntaxError() }
    }

    var isAtName: Bool {
        switch peek.kind {
        case .namePlaceholder: true
        case .identifier: !keywords.contains(peek.word)
        default: false
        }
    }

    /// Goes one level deeper; every `enter` has its `leave`.
    mutating func enter() throws(ExpressionFailure) {
        depth += 1
        guard depth <= Self.maximumDepth else { throw tooDeep() }
    }

    mutating func leave() {
        depth -= 1
    }

    /// What is wrong with an expression that nests too deeply to be read.
    private func tooDeep() -> ExpressionFailure {
        let opening = tokens.lazy.filter { $0.isSymbol("(") }.count
        let closing = tokens.lazy.filter { $0.isSymbol(")") }.count
        if opening != closing {
            var end = self
            end.position = tokens.count - 1
            return end.syntaxError()
        }
        if operatorCount > Self.maximumDepth / 2 { return .tooManyOperators(count: Self.maximumDepth) }
        if position > 1, tokens[position - 1].isSymbol("("), tokens[position - 2].kind == .identifier {
            let name = tokens[position - 2].text
            return ExpressionFunctions.isKnown(name) ? .misusedFunction(name) : .unknownFunction(name)
        }
        return .redundantParentheses
    }
}

extension TokenStream {
    mutating func path() throws(ExpressionFailure) -> PathSyntax {
        guard isAtName else { throw syntaxError() }
        return try pathSuffix(PathSyntax(elements: [name()]))
    }

    /// The `.name` and `[index]` behind the start of a path.
    mutating func pathSuffix(_ start: PathSyntax) throws(ExpressionFailure) -> PathSyntax {
        var path = start
        while true {
            if take(symbol: ".") {
                guard isAtName else { throw syntaxError() }
                path.elements.append(name())
            } else if take(symbol: "[") {
                path.elements.append(.index(try index()))
                try expect(symbol: "]")
            } else {
                return path
            }
        }
    }

    private mutating func name() -> PathSyntax.Element {
        let token = advance()
        return token.kind == .namePlaceholder ? .placeholder(token.text) : .name(token.text)
    }

    private mutating func index() throws(ExpressionFailure) -> Int {
        guard peek.kind == .number else { throw syntaxError() }
        let token = advance()
        // No list has so many elements: an item has at most 400 KB.
        guard let index = Int(token.text), index < 1_000_000_000 else { throw .listIndexOutOfRange(token.text) }
        return index
    }

    /// A path, a value, a function call, or one of them in parentheses.
    mutating func operand() throws(ExpressionFailure) -> OperandSyntax {
        guard peek.isSymbol("(") else { return try plainOperand() }
        advance()
        if peek.isSymbol("(") { hasRedundantParentheses = true }
        try enter()
        let inside = try operand()
        leave()
        try expect(symbol: ")")
        guard case .path(let path) = inside else { return inside }
        return .path(try pathSuffix(path))
    }

    mutating func plainOperand() throws(ExpressionFailure) -> OperandSyntax {
        if peek.kind == .valuePlaceholder { return .value(advance().text) }
        guard peek.kind == .identifier, following.isSymbol("("), isAtName else { return .path(try path()) }
        let name = advance().text
        advance()
        try enter()
        let operands = try operandList()
        leave()
        return .function(name, operands)
    }

    /// Operands up to the closing parenthesis; at least one.
    mutating func operandList() throws(ExpressionFailure) -> [OperandSyntax] {
        var operands = [try operand()]
        while take(symbol: ",") { operands.append(try operand()) }
        try expect(symbol: ")")
        return operands
    }
}
