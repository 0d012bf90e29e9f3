/// Terms of which all, any (`?`) or none (`-`) must be in the line: `ERROR -timeout`, `?ERROR ?WARN`, `"exit code"`.
struct TermPattern {
    private var all: [TextMatch] = []
    private var any: [TextMatch] = []
    private var none: [TextMatch] = []

    init(_ text: String) throws {
        var rest = text[...]
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard let sign = rest.first else { return }
            if sign == "-" || sign == "?" { rest.removeFirst() }
            let term = try Self.takeTerm(from: &rest)
            switch sign {
            case "-": none.append(term)
            case "?": any.append(term)
            default: all.append(term)
            }
        }
    }

    /// Beside terms that must or must not be there, AWS pays no heed to the optional ones.
    func matches(_ line: String) -> Bool {
        guard !none.contains(where: { $0.matches(line) }), all.allSatisfy({ $0.matches(line) }) else { return false }
        return !(all.isEmpty && none.isEmpty) || any.contains { $0.matches(line) }
    }

    private static func takeTerm(from rest: inout Substring) throws -> TextMatch {
        switch rest.first {
        case "\"":
            return .containing(try QuotedText.take(from: &rest))
        case "%":
            guard let end = rest.dropFirst().firstIndex(of: "%") else {
                throw LogsError.invalidPattern("a regular expression is not closed by %")
            }
            defer { rest = rest[rest.index(after: end)...] }
            return try TextMatch(String(rest[...end]), isWhole: false)
        default:
            let term = rest.prefix { !$0.isWhitespace }
            guard !term.isEmpty else { throw LogsError.invalidPattern("a sign stands without a term") }
            guard term.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else {
                throw LogsError.invalidTermCharacters(String(term))
            }
            rest = rest[term.endIndex...]
            return .containing(String(term))
        }
    }
}

/// A text between double quotes, with `\"` and `\\` in it.
enum QuotedText {
    static func take(from rest: inout Substring) throws -> String {
        var text = ""
        var characters = rest.dropFirst()
        while let character = characters.popFirst() {
            switch character {
            case "\"":
                rest = characters
                return text
            case "\\":
                guard let escaped = characters.popFirst() else { break }
                if escaped != "\"", escaped != "\\" { text.append("\\") }
                text.append(escaped)
            default: text.append(character)
            }
        }
        throw LogsError.invalidPattern("a quoted text is not closed")
    }
}
