/// The members of a JSON request, read one by one against the constraints of their Smithy shapes.
///
/// What a constraint does not let through is told in the words that every AWS service made with that framework has:
/// `1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have …`.
/// https://smithy.io/2.0/spec/constraint-traits.html
package struct CheckedMembers: Sendable {
    /// A set of strings, with the regular expression by which AWS names it.
    package struct Pattern: Sendable {
        let text: String
        let matches: @Sendable (String) -> Bool

        package init(_ text: String, matches: @escaping @Sendable (String) -> Bool) {
            self.text = text
            self.matches = matches
        }

        /// Strings of ASCII letters, digits, and the bytes of `others`.
        package static func letters(_ text: String, and others: String) -> Pattern {
            let others = Set(others.utf8)
            return Pattern(text) { value in
                value.utf8.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || others.contains($0)
                }
            }
        }
    }

    package let object: JSONObject
    private let path: String

    /// - Parameter path: where the members stand in the request, e.g. `target.retryPolicy.`.
    package init(_ object: JSONObject, path: String = "") {
        self.object = object
        self.path = path
    }

    /// Whether the member is there and not null.
    package func has(_ name: String) -> Bool {
        object[name].map { !$0.isNull } ?? false
    }

    package func string(
        _ name: String, length: ClosedRange<Int>? = nil, pattern: Pattern? = nil, oneOf: [String]? = nil
    ) throws -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.string else { throw wrongType(value, "String") }
        try Self.check(text, at: place(name), length: length, pattern: pattern, oneOf: oneOf)
        return text
    }

    /// A string that must be there.
    package func required(
        _ name: String, length: ClosedRange<Int>? = nil, pattern: Pattern? = nil, oneOf: [String]? = nil
    ) throws -> String {
        guard let text = try string(name, length: length, pattern: pattern, oneOf: oneOf) else { throw missing(name) }
        return text
    }

    package func integer(_ name: String, in range: ClosedRange<Int>? = nil) throws -> Int? {
        guard let value = present(name) else { return nil }
        guard let number = value.integer else { throw wrongType(value, "Integer") }
        if let range { try Self.check(number, at: place(name), in: range) }
        return number
    }

    package func bool(_ name: String) throws -> Bool? {
        guard let value = present(name) else { return nil }
        guard let flag = value.bool else { throw wrongType(value, "Boolean") }
        return flag
    }

    package func array(_ name: String, count: ClosedRange<Int>? = nil) throws -> [JSONValue]? {
        guard let value = present(name) else { return nil }
        guard let values = value.array else { throw wrongType(value, "List") }
        if let count {
            try Self.check(values.count, at: place(name), length: count) {
                "[\(values.map { $0.string ?? $0.text }.joined(separator: ", "))]"
            }
        }
        return values
    }

    package func strings(
        _ name: String, count: ClosedRange<Int>? = nil, length: ClosedRange<Int>? = nil, pattern: Pattern? = nil
    ) throws -> [String]? {
        try array(name, count: count)?.enumerated().map { index, value in
            guard let text = value.string else { throw wrongType(value, "String") }
            try Self.check(text, at: "\(place(name)).\(index + 1).member", length: length, pattern: pattern)
            return text
        }
    }

    /// The members of a structure, or of a map.
    package func structure(_ name: String) throws -> CheckedMembers? {
        guard let value = present(name) else { return nil }
        guard let object = value.object else { throw wrongType(value, "Structure") }
        return CheckedMembers(object, path: place(name) + ".")
    }

    /// The elements of a list of structures.
    package func structures(_ name: String, count: ClosedRange<Int>? = nil) throws -> [CheckedMembers]? {
        try array(name, count: count)?.enumerated().map { index, value in
            guard let object = value.object else { throw wrongType(value, "Structure") }
            return CheckedMembers(object, path: "\(place(name)).\(index + 1).member.")
        }
    }

    /// The refusal for a member that must be there and is not.
    package func missing(_ name: String) -> ConstraintViolation {
        ConstraintViolation(value: nil, place: place(name), rule: "Member must not be null")
    }

    /// Checks a value that came by another way, e.g. in the path.
    package static func check(
        _ text: String, at place: String, length: ClosedRange<Int>? = nil, pattern: Pattern? = nil,
        oneOf: [String]? = nil
    ) throws {
        if let length { try check(text.utf16.count, at: place, length: length) { text } }
        if let pattern, !pattern.matches(text) {
            throw ConstraintViolation(
                value: text, place: place, rule: "Member must satisfy regular expression pattern: \(pattern.text)")
        }
        if let oneOf, !oneOf.contains(text) {
            throw ConstraintViolation(
                value: text, place: place,
                rule: "Member must satisfy enum value set: [\(oneOf.joined(separator: ", "))]")
        }
    }

    package static func check(_ number: Int, at place: String, in range: ClosedRange<Int>) throws {
        if number < range.lowerBound {
            throw ConstraintViolation(
                value: "\(number)", place: place,
                rule: "Member must have value greater than or equal to \(range.lowerBound)")
        }
        if number > range.upperBound {
            throw ConstraintViolation(
                value: "\(number)", place: place,
                rule: "Member must have value less than or equal to \(range.upperBound)")
        }
    }

    private static func check(
        _ count: Int, at place: String, length: ClosedRange<Int>, _ shown: () -> String
    ) throws {
        guard !length.contains(count) else { return }
        let bound =
            count < length.lowerBound
            ? "greater than or equal to \(length.lowerBound)" : "less than or equal to \(length.upperBound)"
        throw ConstraintViolation(value: shown(), place: place, rule: "Member must have length \(bound)")
    }

    private func present(_ name: String) -> JSONValue? {
        object[name].flatMap { $0.isNull ? nil : $0 }
    }

    private func place(_ name: String) -> String {
        path + name.prefix(1).lowercased() + name.dropFirst()
    }

    private func wrongType(_ value: JSONValue, _ type: String) -> MalformedMember {
        let found =
            switch value {
            case .null: "NULL_VALUE"
            case .bool(let flag): flag ? "TRUE_VALUE" : "FALSE_VALUE"
            case .number(let text): text.contains(".") ? "DECIMAL_VALUE" : "NUMBER_VALUE"
            case .string: "STRING_VALUE"
            case .array: "LIST_VALUE"
            case .object: "STRUCTURE_VALUE"
            }
        return MalformedMember(message: "\(found) can not be converted to a \(type)")
    }
}

/// A value that its shape's constraints do not let through. Each service answers it under a code of its own.
package struct ConstraintViolation: Error, Equatable {
    /// As AWS prints it; nil for one that is not there.
    package var value: String?
    package var place: String
    package var rule: String

    package init(value: String?, place: String, rule: String) {
        self.value = value
        self.place = place
        self.rule = rule
    }

    package var message: String {
        let shown = value.map { "Value '\($0)'" } ?? "Value null"
        return "1 validation error detected: \(shown) at '\(place)' failed to satisfy constraint: \(rule)"
    }
}

/// A member of another JSON type than its shape's.
package struct MalformedMember: ServiceError, Equatable {
    package var message: String

    package var wire: WireError { WireError("SerializationException", message) }
}
