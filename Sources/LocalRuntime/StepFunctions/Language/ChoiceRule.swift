import AWSProtocol
import EmulatorClock

/// One entry of `Choices`.
struct ChoiceBranch: Sendable, Equatable {
    let rule: ChoiceRule
    let next: String
}

/// https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
indirect enum ChoiceRule: Sendable, Equatable {
    enum Relation: String, Sendable, CaseIterable {
        case equals = "Equals"
        case lessThan = "LessThan"
        case greaterThan = "GreaterThan"
        case lessThanEquals = "LessThanEquals"
        case greaterThanEquals = "GreaterThanEquals"

        func holds(_ order: Order) -> Bool {
            switch self {
            case .equals: order == .same
            case .lessThan: order == .ascending
            case .greaterThan: order == .descending
            case .lessThanEquals: order != .descending
            case .greaterThanEquals: order != .ascending
            }
        }
    }

    enum Domain: String, Sendable, CaseIterable {
        case string = "String"
        case numeric = "Numeric"
        case boolean = "Boolean"
        case timestamp = "Timestamp"
    }

    enum Property: String, Sendable, CaseIterable {
        case isPresent = "IsPresent"
        case isNull = "IsNull"
        case isString = "IsString"
        case isNumeric = "IsNumeric"
        case isBoolean = "IsBoolean"
        case isTimestamp = "IsTimestamp"
    }

    enum Operand: Sendable, Equatable {
        case literal(JSONValue)
        case path(JSONPath)
    }

    case and([ChoiceRule])
    case or([ChoiceRule])
    case not(ChoiceRule)
    case compare(JSONPath, Domain, Relation, Operand)
    case matches(JSONPath, StringPattern)
    case has(JSONPath, Property, expected: Bool)

    /// - Throws: `StateFailure` when a path finds nothing, except for `IsPresent`.
    func holds(in scope: PathScope) throws(StateFailure) -> Bool {
        switch self {
        case .and(let rules):
            for rule in rules where try !rule.holds(in: scope) { return false }
            return true
        case .or(let rules):
            for rule in rules where try rule.holds(in: scope) { return true }
            return false
        case .not(let rule): return try !rule.holds(in: scope)
        case .has(let variable, .isPresent, let expected):
            if case .value = scope.find(variable) { return expected }
            return !expected
        case .has(let variable, let property, let expected):
            return try Self.value(variable, scope).has(property) == expected
        case .matches(let variable, let pattern):
            return try Self.value(variable, scope).string.map(pattern.matches) ?? false
        case .compare(let variable, let domain, let relation, let operand):
            let left = try Self.value(variable, scope)
            let right: JSONValue
            switch operand {
            case .literal(let value): right = value
            case .path(let path): right = try Self.value(path, scope)
            }
            return Self.order(left, right, in: domain).map(relation.holds) ?? false
        }
    }

    private static func value(_ path: JSONPath, _ scope: PathScope) throws(StateFailure) -> JSONValue {
        guard case .value(let value) = scope.find(path) else {
            throw .runtime(
                "Invalid path '\(path.text)': The choice state's condition path references an invalid value.")
        }
        return value
    }

    /// nil when one of the two is of another domain: the rule is then false.
    private static func order(_ left: JSONValue, _ right: JSONValue, in domain: Domain) -> Order? {
        switch (domain, left, right) {
        case (.string, .string(let left), .string(let right)): return Order(ofTexts: left, right)
        case (.numeric, .number(let left), .number(let right)): return Order(left, right)
        case (.boolean, .bool(let left), .bool(let right)): return Order(of: left ? 1 : 0, right ? 1 : 0)
        case (.timestamp, .string(let left), .string(let right)):
            guard let left = Timestamp(iso8601: left), let right = Timestamp(iso8601: right) else { return nil }
            return Order(of: left, right)
        default: return nil
        }
    }
}

extension JSONValue {
    fileprivate func has(_ property: ChoiceRule.Property) -> Bool {
        switch (property, self) {
        case (.isPresent, _), (.isNull, .null), (.isString, .string), (.isNumeric, .number), (.isBoolean, .bool): true
        case (.isTimestamp, .string(let text)): Timestamp(iso8601: text) != nil
        default: false
        }
    }
}

/// `StringMatches`: `*` stands for any text, `\*` and `\\` for themselves.
struct StringPattern: Sendable, Equatable {
    /// The texts between the stars.
    private let pieces: [String]

    init(_ text: String) {
        var pieces = [""]
        var isEscaped = false
        for character in text {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else if character == "*", !isEscaped {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(character)
                isEscaped = false
            }
        }
        self.pieces = pieces
    }

    func matches(_ text: String) -> Bool {
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return text == pieces.first }
        guard text.hasPrefix(first), text.count >= first.count + last.count, text.hasSuffix(last) else { return false }
        var rest = text.dropFirst(first.count).dropLast(last.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}

extension Timestamp {
    /// Reads ISO 8601 as the States Language takes it: an upper-case `T`, seconds, perhaps a fraction, `Z` or an offset.
    /// https://states-language.net/spec.html#timestamps
    init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 25, bytes[bytes.count - 3] == UInt8(ascii: ":"),
            let sign = [UInt8(ascii: "+"): -1, UInt8(ascii: "-"): 1][bytes[bytes.count - 6]],
            let hours = Int(String(decoding: bytes.suffix(5).prefix(2), as: UTF8.self)), (0...23).contains(hours),
            let minutes = Int(String(decoding: bytes.suffix(2), as: UTF8.self)), (0...59).contains(minutes),
            let local = Timestamp(rfc3339: String(decoding: bytes.dropLast(6), as: UTF8.self) + "Z")
        else {
            self.init(rfc3339: text)
            return
        }
        self = local + .seconds(sign * (hours * 3600 + minutes * 60))
    }
}
