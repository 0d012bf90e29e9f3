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
                return member.pattern.matches(Self.value(at: member.name, in: value?.object))
            }
        }
    }

    /// What stands under a name. A dot in it is a step down, in a pattern as in an event: `state.status` and
    /// `{"state": {"status": …}}` are the same place.
    private static func value(at name: String, in object: JSONObject?) -> JSONValue? {
        guard let object else { return nil }
        if let value = object[name] { return value }
        if let dot = name.firstIndex(of: "."), let inner = object[String(name[..<dot])]?.object {
            return value(at: String(name[name.index(after: dot)...]), in: inner)
        }
        let below = object.members.filter { $0.name.hasPrefix(name + ".") }
        guard !below.isEmpty else { return nil }
        return .object(JSONObject(below.map { (String($0.name.dropFirst(name.count + 1)), $0.value) }))
    }
}
