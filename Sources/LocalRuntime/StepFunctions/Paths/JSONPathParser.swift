import AWSProtocol

extension JSONPath {
    /// Reads a whole text as a path.
    init(_ text: String) throws(PathSyntaxError) {
        var parser = JSONPathParser(text)
        self = try parser.path()
        guard parser.isAtEnd else { throw parser.failure("text after the end of the path") }
    }
}

/// Reads paths from the front of a text, so that intrinsic functions can use it for their arguments.
struct JSONPathParser {
    /// Filters nest; no path that a person writes nests deeper.
    private static let greatestDepth = 24

    private let characters: [Character]
    private(set) var position: Int
    private var depth = 0

    init(_ text: String, at position: Int = 0) {
        self.init(Array(text), at: position)
    }

    init(_ characters: [Character], at position: Int) {
        self.characters = characters
        self.position = position
    }

    var isAtEnd: Bool { position == characters.count }

    /// `$…` or `$$…`
    mutating func path() throws(PathSyntaxError) -> JSONPath {
        let start = position
        guard take("$") else { throw PathSyntaxError(reason: "Reference path didn't start with '$'") }
        let isContext = take("$")
        let steps = try steps()
        return JSONPath(text: String(characters[start..<position]), isContext: isContext, steps: steps)
    }

    func failure(_ reason: String) -> PathSyntaxError {
        PathSyntaxError(reason: "\(reason) at character \(position + 1)")
    }

    private mutating func steps() throws(PathSyntaxError) -> [JSONPath.Step] {
        var steps: [JSONPath.Step] = []
        while let next = peek {
            if next == "." {
                position += 1
                if take(".") {
                    steps.append(.descend(peek == "[" ? try bracket() : try dotted()))
                } else {
                    steps.append(peek == "[" ? try bracket() : try dotted())
                }
            } else if next == "[" {
                steps.append(try bracket())
            } else {
                break
            }
        }
        return steps
    }

    private mutating func dotted() throws(PathSyntaxError) -> JSONPath.Step {
        if take("*") { return .wildcard }
        let start = position
        while let next = peek, Self.isNameCharacter(next) { position += 1 }
        guard position > start else { throw failure("a name or '*' should be here") }
        if peek == "(" { throw failure("functions in paths are not supported") }
        return .member(String(characters[start..<position]))
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-" || character == "$"
            || character == "@" || (!character.isASCII && !character.isWhitespace)
    }

    private mutating func bracket() throws(PathSyntaxError) -> JSONPath.Step {
        position += 1
        skipBlanks()
        let step: JSONPath.Step
        switch peek {
        case "*":
            position += 1
            step = .wildcard
        case "'", "\"": step = try names()
        case "?":
            position += 1
            step = .filter(try parenthesized())
        default: step = try numbers()
        }
        skipBlanks()
        guard take("]") else { throw failure("a ']' should be here") }
        return step
    }

    private mutating func names() throws(PathSyntaxError) -> JSONPath.Step {
        var names = [try quoted()]
        skipBlanks()
        while take(",") {
            skipBlanks()
            names.append(try quoted())
            skipBlanks()
        }
        return names.count == 1 ? .member(names[0]) : .members(names)
    }

    private mutating func numbers() throws(PathSyntaxError) -> JSONPath.Step {
        let first = integer()
        skipBlanks()
        if take(":") {
            skipBlanks()
            let end = integer()
            if peek == ":" { throw failure("a slice has no step") }
            return .slice(from: first, to: end)
        }
        guard let first else { throw failure("'[' must be followed by a quoted name, a number, '*', ':' or '?'") }
        var indexes = [first]
        while take(",") {
            skipBlanks()
            guard let next = integer() else { throw failure("a number should be here") }
            indexes.append(next)
            skipBlanks()
        }
        return indexes.count == 1 ? .index(first) : .indexes(indexes)
    }

    private mutating func integer() -> Int? {
        let start = position
        _ = take("-")
        while let next = peek, next.isASCII, next.isNumber { position += 1 }
        guard let value = Int(String(characters[start..<position])) else {
            position = start
            return nil
        }
        return value
    }

    private mutating func quoted() throws(PathSyntaxError) -> String {
        guard let quote = peek, quote == "'" || quote == "\"" else { throw failure("a quoted name should be here") }
        position += 1
        var text = ""
        while let next = peek {
            position += 1
            if next == quote { return text }
            if next == "\\", let escaped = peek {
                position += 1
                text.append(escaped)
            } else {
                text.append(next)
            }
        }
        throw failure("the quote does not end")
    }
}

extension JSONPathParser {
    private mutating func parenthesized() throws(PathSyntaxError) -> PathFilter {
        guard take("(") else { throw failure("a '(' should be here") }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw failure("the filter nests too deep") }
        let filter = try disjunction()
        skipBlanks()
        guard take(")") else { throw failure("a ')' should be here") }
        return filter
    }

    private mutating func disjunction() throws(PathSyntaxError) -> PathFilter {
        var filter = try conjunction()
        while takeWord("||") { filter = .or(filter, try conjunction()) }
        return filter
    }

    private mutating func conjunction() throws(PathSyntaxError) -> PathFilter {
        var filter = try condition()
        while takeWord("&&") { filter = .and(filter, try condition()) }
        return filter
    }

    private mutating func condition() throws(PathSyntaxError) -> PathFilter {
        skipBlanks()
        if peek == "(" { return try parenthesized() }
        if peek == "!" {
            position += 1
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.greatestDepth else { throw failure("the filter nests too deep") }
            return .not(try condition())
        }
        let left = try operand()
        for comparison in PathFilter.Comparison.allCases where takeWord(comparison.rawValue) {
            return .compare(left, comparison, try operand())
        }
        guard case .path = left else { throw failure("a comparison should be here") }
        return .exists(left)
    }

    private mutating func operand() throws(PathSyntaxError) -> PathFilter.Operand {
        skipBlanks()
        switch peek {
        case "@", "$":
            let isCandidate = peek == "@"
            position += 1
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.greatestDepth else { throw failure("the filter nests too deep") }
            return .path(isCandidate: isCandidate, try steps())
        case "'", "\"": return .literal(.string(try quoted()))
        default: return .literal(try bareLiteral())
        }
    }

    private mutating func bareLiteral() throws(PathSyntaxError) -> JSONValueLiteral {
        for (word, value) in [("true", JSONValueLiteral.bool(true)), ("false", .bool(false)), ("null", .null)]
        where takeWord(word) { return value }
        let start = position
        while let next = peek, next.isASCII, next.isNumber || "+-.eE".contains(next) { position += 1 }
        let text = String(characters[start..<position])
        guard let value = try? JSONValue(parsing: text), case .number = value else {
            throw failure("a path or a literal should be here")
        }
        return .number(text)
    }

    private var peek: Character? {
        position < characters.count ? characters[position] : nil
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        skipBlanks()
        guard characters[position...].starts(with: word) else { return false }
        position += word.count
        return true
    }

    private mutating func skipBlanks() {
        while peek == " " { position += 1 }
    }
}
