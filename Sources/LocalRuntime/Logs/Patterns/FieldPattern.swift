/// `[ip, user, ..., status = 4*, bytes > 1000]`: conditions on the fields of a line, which are parted by spaces; what
/// stands in quotes or brackets is one field. `...` stands for any number of fields.
struct FieldPattern {
    private indirect enum Condition {
        case and(Condition, Condition)
        case or(Condition, Condition)
        case compare(Comparison)
        case any
    }

    private var fields: [Condition] = []
    /// How many fields stand before the `...`; nil when there is none and every field must be there.
    private var ellipsis: Int?

    init(_ text: String) throws {
        let trimmed = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        guard trimmed.hasPrefix("["), trimmed.hasSuffix("]"), trimmed.count >= 2 else {
            throw LogsError.invalidPattern("the brackets are not closed")
        }
        for piece in Self.split(trimmed.dropFirst().dropLast()) {
            let field = piece.trimmingBlanks()
            if field == "..." {
                guard ellipsis == nil else { throw LogsError.invalidPattern("'...' may stand once only") }
                ellipsis = fields.count
            } else {
                guard !field.isEmpty else { throw LogsError.invalidPattern("a field is empty") }
                fields.append(try Self.condition(field))
            }
        }
    }

    func matches(_ line: String) -> Bool {
        let values = Self.values(of: line)
        guard let ellipsis else {
            return values.count == fields.count && zip(fields, values).allSatisfy(Self.holds)
        }
        guard values.count >= fields.count else { return false }
        return zip(fields[..<ellipsis], values).allSatisfy(Self.holds)
            && zip(fields[ellipsis...], values.suffix(fields.count - ellipsis)).allSatisfy(Self.holds)
    }

    private static func holds(_ condition: Condition, _ value: String) -> Bool {
        switch condition {
        case .and(let left, let right): holds(left, value) && holds(right, value)
        case .or(let left, let right): holds(left, value) || holds(right, value)
        case .compare(let comparison): comparison.holds(value)
        case .any: true
        }
    }

    /// `name`, or conditions on it joined by `&&` and `||`.
    private static func condition(_ text: String) throws -> Condition {
        let alternatives = try text.parts(at: "||").map { alternative in
            let all = try alternative.parts(at: "&&").map(single)
            return all.dropFirst().reduce(all[0]) { .and($0, $1) }
        }
        return alternatives.dropFirst().reduce(alternatives[0]) { .or($0, $1) }
    }

    private static func single(_ text: String) throws -> Condition {
        let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
        let rest = String(text[name.endIndex...]).trimmingBlanks()
        if rest.isEmpty { return .any }
        guard let order = Comparison.Order.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
            throw LogsError.invalidPattern("'\(text)' is no condition on a field")
        }
        let value = String(rest.dropFirst(order.rawValue.count)).trimmingBlanks()
        guard value.hasPrefix("\"") else { return .compare(try Comparison(order, value, isQuoted: false)) }
        var quoted = value[...]
        return .compare(try Comparison(order, try QuotedText.take(from: &quoted), isQuoted: true))
    }

    /// Parts at commas that stand outside quotes.
    private static func split(_ text: Substring) -> [String] {
        var (pieces, isQuoted) = ([""], false)
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character == ",", !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
            }
        }
        return pieces
    }

    private static func values(of line: String) -> [String] {
        var values: [String] = []
        var rest = line[...]
        while true {
            rest = rest.drop { $0 == " " }
            guard let first = rest.first else { return values }
            let closing: Character? = first == "\"" ? "\"" : first == "[" ? "]" : nil
            if let closing, let end = rest.dropFirst().firstIndex(of: closing) {
                values.append(String(rest[rest.index(after: rest.startIndex)..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                let value = rest.prefix { $0 != " " }
                values.append(String(value))
                rest = rest[value.endIndex...]
            }
        }
    }
}

extension String {
    fileprivate func trimmingBlanks() -> String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    /// Never empty: one part when the mark is not there.
    fileprivate func parts(at mark: String) -> [String] {
        var (parts, rest) = ([String](), self[...])
        while let range = rest.firstRange(of: mark) {
            parts.append(String(rest[..<range.lowerBound]).trimmingBlanks())
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest).trimmingBlanks()]
    }
}
