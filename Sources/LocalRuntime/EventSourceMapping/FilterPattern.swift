import AWSProtocol

/// A pattern of a mapping's filter criteria, in EventBridge's language.
/// https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
indirect enum FilterPattern: Equatable, Sendable {
    /// Every member must match.
    case members([Member])
    /// One of the rules must match the value that stands here.
    case rules([FilterRule])

    struct Member: Equatable, Sendable {
        let name: String
        let pattern: FilterPattern
    }

    /// A branch of `$or` beside the members of an object: one of its patterns must match the whole object.
    private static let either = "$or"

    /// Reads the JSON text of a filter.
    ///
    /// - Throws: `invalidFilterPattern` for whatever is not a pattern.
    init(text: String) throws(MappingError) {
        guard let object = (try? JSONValue(parsing: text))?.object, !object.isEmpty else { throw .invalidFilterPattern }
        try self.init(object)
    }

    private init(_ object: JSONObject) throws(MappingError) {
        var members: [Member] = []
        for member in object.members {
            members.append(Member(name: member.name, pattern: try Self.pattern(member.name, member.value)))
        }
        guard !members.isEmpty else { throw .invalidFilterPattern }
        self = .members(members)
    }

    private static func pattern(_ name: String, _ value: JSONValue) throws(MappingError) -> FilterPattern {
        switch value {
        case .object(let object): return try FilterPattern(object)
        case .array(let values):
            guard !values.isEmpty else { throw .invalidFilterPattern }
            if name == either, values.allSatisfy({ $0.object != nil }) { return try alternatives(values) }
            var rules: [FilterRule] = []
            for value in values { rules.append(try FilterRule(value)) }
            return .rules(rules)
        default: throw .invalidFilterPattern
        }
    }

    private static func alternatives(_ values: [JSONValue]) throws(MappingError) -> FilterPattern {
        guard values.count >= 2 else { throw .invalidFilterPattern }
        var members: [Member] = []
        for value in values { members.append(Member(name: "", pattern: try FilterPattern(value.object ?? [:]))) }
        return .members(members)
    }

    /// - Parameter value: nil when there is nothing where the pattern looks.
    func matches(_ value: JSONValue?) -> Bool {
        switch self {
        case .rules(let rules):
            // An array matches when one of its elements does.
            if let values = value?.array {
                return values.contains { element in rules.contains { $0.matches(element) } }
            }
            return rules.contains { $0.matches(value) }
        case .members(let members):
            if let values = value?.array { return values.contains { matches($0) } }
            return members.allSatisfy { member in
                if member.name == Self.either, case .members(let alternatives) = member.pattern {
                    return alternatives.contains { $0.pattern.matches(value) }
                }
                return member.pattern.matches(value?.object?[member.name])
            }
        }
    }
}

/// One rule for one value.
indirect enum FilterRule: Equatable, Sendable {
    case equals(JSONValue)
    case equalsIgnoringCase(String)
    case prefix(String)
    case suffix(String)
    case exists(Bool)
    case numeric([Comparison])
    case anythingBut([FilterRule])

    struct Comparison: Equatable, Sendable {
        enum Operator: String { case less = "<", atMost = "<=", equal = "=", atLeast = ">=", greater = ">" }
        let `operator`: Operator
        let bound: Double
    }

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
        case ("prefix", .string(let text)): .prefix(text)
        case ("suffix", .string(let text)): .suffix(text)
        case ("equals-ignore-case", .string(let text)): .equalsIgnoringCase(text)
        case ("exists", .bool(let flag)): .exists(flag)
        case ("numeric", .array(let values)): .numeric(try comparisons(values))
        case ("anything-but", .array(let values)): .anythingBut(try rules(values))
        case ("anything-but", _): .anythingBut([try FilterRule(value)])
        default: throw .invalidFilterPattern
        }
    }

    private static func rules(_ values: [JSONValue]) throws(MappingError) -> [FilterRule] {
        guard !values.isEmpty else { throw .invalidFilterPattern }
        var rules: [FilterRule] = []
        for value in values { rules.append(try FilterRule(value)) }
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
        return comparisons
    }

    func matches(_ value: JSONValue?) -> Bool {
        switch self {
        case .exists(let wanted): (value.map { $0.object == nil } ?? false) == wanted
        case .equals(let wanted): value.map { Self.areEqual($0, wanted) } ?? false
        case .equalsIgnoringCase(let text): value?.string.map { $0.lowercased() == text.lowercased() } ?? false
        case .prefix(let text): value?.string?.hasPrefix(text) ?? false
        case .suffix(let text): value?.string?.hasSuffix(text) ?? false
        case .numeric(let comparisons):
            value.flatMap(Self.number).map { number in comparisons.allSatisfy { $0.holds(for: number) } } ?? false
        case .anythingBut(let rules):
            value.map { value in value.object == nil && !rules.contains { $0.matches(value) } } ?? false
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
