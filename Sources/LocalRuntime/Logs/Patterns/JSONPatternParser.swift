/// Reads `{ … }`. `&&` binds more tightly than `||`.
struct JSONPatternParser {
    private var rest: Substring
    private var depthLeft = 64

    init(_ text: String) {
        rest = text[...]
    }

    mutating func pattern() throws -> JSONPattern.Condition {
        try expect("{")
        let condition = try alternatives()
        try expect("}")
        skipBlanks()
        guard rest.isEmpty else { throw LogsError.invalidPattern("text after the closing brace") }
        return condition
    }

    private mutating func alternatives() throws -> JSONPattern.Condition {
        var condition = try conjunction()
        while take("||") { condition = .or(condition, try conjunction()) }
        return condition
    }

    private mutating func conjunction() throws -> JSONPattern.Condition {
        var condition = try single()
        while take("&&") { condition = .and(condition, try single()) }
        return condition
    }

    private mutating func single() throws -> JSONPattern.Condition {
        guard take("(") else { return try comparison() }
        guard depthLeft > 0 else { throw LogsError.invalidPattern("too many parentheses") }
        depthLeft -= 1
        defer { depthLeft += 1 }
        let condition = try alternatives()
        try expect(")")
        return condition
    }

    private mutating func comparison() throws -> JSONPattern.Condition {
        let selector = try selector()
        if takeWord("IS") {
            if takeWord("TRUE") { return .compare(selector, .isTrue) }
            if takeWord("FALSE") { return .compare(selector, .isFalse) }
            if takeWord("NULL") { return .compare(selector, .isNull) }
            throw LogsError.invalidPattern("TRUE, FALSE or NULL should follow IS")
        }
        if takeWord("NOT") {
            guard takeWord("EXISTS") else { throw LogsError.invalidPattern("EXISTS should follow NOT") }
            return .compare(selector, .notExists)
        }
        guard let order = Comparison.Order.allCases.first(where: { take($0.rawValue) }) else {
            throw LogsError.invalidPattern("a comparison should stand at '\(rest.prefix(20))'")
        }
        skipBlanks()
        if rest.first == "\"" {
            return .compare(selector, try Comparison(order, try QuotedText.take(from: &rest), isQuoted: true))
        }
        return .compare(selector, try Comparison(order, try bareValue(), isQuoted: false))
    }

    private mutating func bareValue() throws -> String {
        if rest.first == "%", let end = rest.dropFirst().firstIndex(of: "%") {
            defer { rest = rest[rest.index(after: end)...] }
            return String(rest[...end])
        }
        let value = rest.prefix { !$0.isWhitespace && !"(){}&|=<>!\"".contains($0) }
        guard !value.isEmpty else { throw LogsError.invalidPattern("a value should stand at '\(rest.prefix(20))'") }
        rest = rest[value.endIndex...]
        return String(value)
    }

    /// `$.a.b[0]`, `$.a[*]`, `$.*`, `$.['a.b']`
    private mutating func selector() throws -> JSONPattern.Selector {
        guard take("$") else { throw LogsError.invalidPattern("a selector that begins with $ should stand here") }
        var steps: [JSONPattern.Selector.Step] = []
        while true {
            if rest.hasPrefix(".[") { rest.removeFirst() }
            switch rest.first {
            case ".":
                rest.removeFirst()
                let name = rest.prefix { !$0.isWhitespace && !".[](){}&|=<>!\"".contains($0) }
                guard !name.isEmpty else { throw LogsError.invalidPattern("a name should follow the '.'") }
                rest = rest[name.endIndex...]
                steps.append(name == "*" ? .any : .member(String(name)))
            case "[":
                guard let end = rest.firstIndex(of: "]") else { throw LogsError.invalidPattern("a '[' is not closed") }
                steps.append(try Self.step(rest[rest.index(after: rest.startIndex)..<end]))
                rest = rest[rest.index(after: end)...]
            default:
                guard !steps.isEmpty else { throw LogsError.invalidPattern("a name should follow $") }
                return JSONPattern.Selector(steps: steps)
            }
        }
    }

    private static func step(_ inside: Substring) throws -> JSONPattern.Selector.Step {
        if inside == "*" { return .any }
        if let index = Int(inside), index >= 0 { return .element(index) }
        guard inside.count > 2, let quote = inside.first, quote == "'" || quote == "\"", inside.last == quote else {
            throw LogsError.invalidPattern("[\(inside)] is neither an index nor a quoted name")
        }
        return .member(String(inside.dropFirst().dropLast()))
    }

    private mutating func skipBlanks() {
        rest = rest.drop { $0.isWhitespace }
    }

    private mutating func take(_ token: String) -> Bool {
        skipBlanks()
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }

    private mutating func takeWord(_ word: String) -> Bool {
        skipBlanks()
        let found = rest.prefix { $0.isLetter }
        guard found.uppercased() == word else { return false }
        rest = rest[found.endIndex...]
        return true
    }

    private mutating func expect(_ token: String) throws {
        guard take(token) else {
            throw LogsError.invalidPattern("'\(token)' should stand at '\(rest.prefix(20))'")
        }
    }
}
