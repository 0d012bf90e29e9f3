/// What FilterLogEvents and metric filters look for in a line.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
struct FilterPattern {
    private enum Kind {
        case all
        case terms(TermPattern)
        case json(JSONPattern)
        case fields(FieldPattern)
    }

    private let kind: Kind

    /// - Throws: `LogsError.invalidPattern`, `.invalidTermCharacters`
    init(_ text: String) throws {
        let trimmed = text.drop { $0.isWhitespace }
        switch trimmed.first {
        case nil: kind = .all
        case "{": kind = .json(try JSONPattern(text))
        case "[": kind = .fields(try FieldPattern(text))
        default: kind = .terms(try TermPattern(text))
        }
    }

    func matches(_ message: String) -> Bool {
        switch kind {
        case .all: true
        case .terms(let terms): terms.matches(message)
        case .json(let condition): condition.matches(message)
        case .fields(let fields): fields.matches(message)
        }
    }
}

/// A string to compare with: literal, with `*` at its ends, or a regular expression between `%`.
enum TextMatch {
    case exactly(String)
    case prefix(String)
    case suffix(String)
    case containing(String)
    case regex(Regex<AnyRegexOutput>)

    /// - Parameter isWhole: whether the text is compared with the whole value; terms look anywhere in the line.
    init(_ text: String, isWhole: Bool) throws {
        if text.count > 2, text.hasPrefix("%"), text.hasSuffix("%") {
            guard let regex = try? Regex(String(text.dropFirst().dropLast())) else {
                throw LogsError.invalidPattern("\(text) is no regular expression")
            }
            self = .regex(regex)
            return
        }
        guard isWhole else {
            self = .containing(text)
            return
        }
        let (opens, closes) = (text.hasPrefix("*"), text.count > 1 && text.hasSuffix("*"))
        let core = String(text.dropFirst(opens ? 1 : 0).dropLast(closes ? 1 : 0))
        switch (opens, closes) {
        case (true, true): self = .containing(core)
        case (true, false): self = .suffix(core)
        case (false, true): self = .prefix(core)
        case (false, false): self = .exactly(core)
        }
    }

    func matches(_ text: String) -> Bool {
        switch self {
        case .exactly(let other): text == other
        case .prefix(let start): text.hasPrefix(start)
        case .suffix(let end): text.hasSuffix(end)
        case .containing(let part): part.isEmpty || text.contains(part)
        case .regex(let regex): text.contains(regex)
        }
    }
}
