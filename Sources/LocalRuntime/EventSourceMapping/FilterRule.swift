import AWSProtocol

/// One rule for one value: the comparison operators of EventBridge, which Lambda's filters share.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
indirect enum FilterRule: Equatable, Sendable {
    case equals(JSONValue)
    case equalsIgnoringCase(String)
    case prefix(String, ignoresCase: Bool = false)
    case suffix(String, ignoresCase: Bool = false)
    case wildcard(Wildcard)
    case cidr(AddressBlock)
    case exists(Bool)
    case numeric([Comparison])
    case anythingBut([FilterRule])

    struct Comparison: Equatable, Sendable {
        enum Operator: String { case less = "<", atMost = "<=", equal = "=", atLeast = ">=", greater = ">" }
        let `operator`: Operator
        let bound: Double
    }

    /// Reads an element of a pattern's array.
    ///
    /// - Throws: `invalidFilterPattern`.
    init(_ value: JSONValue) throws(MappingError) {
        switch value {
        case .string, .number, .bool, .null: self = .equals(value)
        case .object(let object):
            guard object.members.count == 1, let member = object.members.first else { throw .invalidFilterPattern }
            self = try Self.rule(member.name, member.value)
        case .array: throw .invalidFilterPattern
        }
    }

    private static func rule(_ name: String, _ value: JSONValue) throws(MappingError) -> FilterRule {
        switch (name, value) {
        case ("exists", .bool(let flag)): .exists(flag)
        case ("numeric", .array(let values)): .numeric(try comparisons(values))
        case ("anything-but", _): .anythingBut(try excluded(value))
        case ("prefix", .object(let object)): .prefix(try caseless(object), ignoresCase: true)
        case ("suffix", .object(let object)): .suffix(try caseless(object), ignoresCase: true)
        default: try textRule(name, value)
        }
    }

    /// The operators whose operand is a text.
    private static func textRule(_ name: String, _ value: JSONValue) throws(MappingError) -> FilterRule {
        switch (name, value.string) {
        case ("prefix", let text?): return .prefix(text)
        case ("suffix", let text?): return .suffix(text)
        case ("equals-ignore-case", let text?): return .equalsIgnoringCase(text)
        case ("wildcard", let text?):
            guard let wildcard = Wildcard(text) else { throw .invalidFilterPattern }
            return .wildcard(wildcard)
        case ("cidr", let text?):
            guard let block = AddressBlock(text) else { throw .invalidFilterPattern }
            return .cidr(block)
        default: throw .invalidFilterPattern
        }
    }

    /// `{"equals-ignore-case": "us-"}` within a prefix or suffix.
    private static func caseless(_ object: JSONObject) throws(MappingError) -> String {
        guard object.members.count == 1, let text = object["equals-ignore-case"]?.string else {
            throw .invalidFilterPattern
        }
        return text
    }

    /// What `anything-but` keeps out: a value, a list of values of one kind, or a text operator over one text or several.
    private static func excluded(_ value: JSONValue) throws(MappingError) -> [FilterRule] {
        if let object = value.object {
            guard object.members.count == 1, let member = object.members.first,
                ["prefix", "suffix", "equals-ignore-case", "wildcard"].contains(member.name)
            else { throw .invalidFilterPattern }
            return try each(member.value) { text throws(MappingError) in
                // Every text begins and ends with an empty one: nothing would be left.
                if text.string == "", ["prefix", "suffix"].contains(member.name) { throw .invalidFilterPattern }
                return try textRule(member.name, text)
            }
        }
        let rules = try each(value) { value throws(MappingError) in
            switch value {
            case .string, .number: .equals(value)
            default: throw .invalidFilterPattern
            }
        }
        let texts = rules.count { if case .equals(.string) = $0 { true } else { false } }
        guard texts == 0 || texts == rules.count else { throw .invalidFilterPattern }
        return rules
    }

    private static func each(
        _ value: JSONValue, _ read: (JSONValue) throws(MappingError) -> FilterRule
    ) throws(MappingError) -> [FilterRule] {
        let values = value.array ?? [value]
        guard !values.isEmpty else { throw .invalidFilterPattern }
        var rules: [FilterRule] = []
        for value in values { rules.append(try read(value)) }
        return rules
    }

    private static func comparisons(_ values: [JSONValue]) throws(MappingError) -> [Comparison] {
        guard values.count == 2 || values.count == 4 else { throw .invalidFilterPattern }
        var comparisons: [Comparison] = []
        for index in stride(from: 0, to: values.count, by: 2) {
            guard let `operator` = values[index].string.flatMap(Comparison.Operator.init),
                case .number(let text) = values[index + 1], let bound = Double(text)
            else { throw .invalidFilterPattern }
            comparisons.append(Comparison(operator: `operator`, bound: bound))
        }
        if comparisons.count == 2 {
            // Two make a range, its lower bound first.
            guard [.greater, .atLeast].contains(comparisons[0].operator),
                [.less, .atMost].contains(comparisons[1].operator), comparisons[0].bound < comparisons[1].bound
            else { throw .invalidFilterPattern }
        }
        return comparisons
    }

    /// - Parameter value: nil when there is nothing where the pattern looks.
    func matches(_ value: JSONValue?) -> Bool {
        switch self {
        case .exists(let wanted): (value.map { $0.object == nil } ?? false) == wanted
        case .equals(let wanted): value.map { Self.areEqual($0, wanted) } ?? false
        case .numeric(let comparisons):
            value.flatMap(Self.number).map { number in comparisons.allSatisfy { $0.holds(for: number) } } ?? false
        case .anythingBut(let rules):
            value.map { value in value.object == nil && !rules.contains { $0.matches(value) } } ?? false
        default: value?.string.map(matches(text:)) ?? false
        }
    }

    private func matches(text: String) -> Bool {
        switch self {
        case .equalsIgnoringCase(let wanted): text.lowercased() == wanted.lowercased()
        case .prefix(let start, false): text.hasPrefix(start)
        case .prefix(let start, true): text.lowercased().hasPrefix(start.lowercased())
        case .suffix(let end, false): text.hasSuffix(end)
        case .suffix(let end, true): text.lowercased().hasSuffix(end.lowercased())
        case .wildcard(let wildcard): wildcard.matches(text)
        case .cidr(let block): block.contains(text)
        case .equals, .exists, .numeric, .anythingBut: false
        }
    }

    /// Numbers are equal by value, whatever their spelling.
    private static func areEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let left = number(left), let right = number(right) { return left == right }
        return left == right
    }

    private static func number(_ value: JSONValue) -> Double? {
        if case .number(let text) = value { Double(text) } else { nil }
    }
}

extension FilterRule.Comparison {
    func holds(for number: Double) -> Bool {
        switch `operator` {
        case .less: number < bound
        case .atMost: number <= bound
        case .equal: number == bound
        case .atLeast: number >= bound
        case .greater: number > bound
        }
    }
}
