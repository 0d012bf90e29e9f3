import AWSProtocol

/// `{ $.level = "ERROR" && ($.ms > 100 || $.user IS NULL) }`: conditions on the members of a line that is JSON.
struct JSONPattern {
    indirect enum Condition {
        case and(Condition, Condition)
        case or(Condition, Condition)
        case compare(Selector, Comparison)
    }

    /// The members on the way to a value.
    struct Selector {
        enum Step: Equatable {
            case member(String)
            case element(Int)
            /// Any member or element.
            case any
        }

        var steps: [Step]

        func values(in root: JSONValue) -> [JSONValue] {
            steps.reduce([root]) { values, step in
                values.flatMap { value -> [JSONValue] in
                    switch (step, value) {
                    case (.member(let name), .object(let object)): object[name].map { [$0] } ?? []
                    case (.element(let index), .array(let elements)):
                        elements.indices.contains(index) ? [elements[index]] : []
                    case (.any, .array(let elements)): elements
                    case (.any, .object(let object)): object.members.map(\.value)
                    default: []
                    }
                }
            }
        }
    }

    private let condition: Condition

    init(_ text: String) throws {
        var parser = JSONPatternParser(text)
        condition = try parser.pattern()
    }

    func matches(_ line: String) -> Bool {
        guard let root = try? JSONValue(parsing: line), root.object != nil || root.array != nil else { return false }
        return Self.holds(condition, in: root)
    }

    private static func holds(_ condition: Condition, in root: JSONValue) -> Bool {
        switch condition {
        case .and(let left, let right): holds(left, in: root) && holds(right, in: root)
        case .or(let left, let right): holds(left, in: root) || holds(right, in: root)
        case .compare(let selector, .notExists): selector.values(in: root).isEmpty
        case .compare(let selector, let comparison): selector.values(in: root).contains(where: comparison.holds)
        }
    }
}

/// What a selected value is held against.
enum Comparison {
    enum Order: String, CaseIterable {
        case notEqual = "!="
        case atLeast = ">="
        case atMost = "<="
        case equal = "="
        case greater = ">"
        case less = "<"

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .notEqual: left != right
            case .atLeast: left >= right
            case .atMost: left <= right
            case .equal: left == right
            case .greater: left > right
            case .less: left < right
            }
        }
    }

    case number(Order, Double, spelled: String)
    case text(TextMatch, isNegated: Bool)
    case isTrue
    case isFalse
    case isNull
    case notExists

    /// The comparison with a value as it stands in a pattern.
    ///
    /// - Parameter isQuoted: whether it stood in quotes, and so is a text whatever it looks like.
    init(_ order: Order, _ value: String, isQuoted: Bool) throws {
        if !isQuoted, let number = Double(value), number.isFinite {
            self = .number(order, number, spelled: value)
            return
        }
        guard order == .equal || order == .notEqual else {
            throw LogsError.invalidPattern("'\(value)' is not a number, which \(order.rawValue) needs")
        }
        self = .text(try TextMatch(value, isWhole: true), isNegated: order == .notEqual)
    }

    func holds(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.isTrue, .bool(let flag)): flag
        case (.isFalse, .bool(let flag)): !flag
        case (.isNull, .null): true
        case (.number, .number(let text)), (.number, .string(let text)): holds(text)
        case (.text, .string(let text)), (.text, .number(let text)): holds(text)
        default: false
        }
    }

    /// Of a value that has no type but text.
    func holds(_ value: String) -> Bool {
        switch self {
        case .number(let order, let number, let spelled):
            guard let other = Double(value) else { return order == .notEqual && value != spelled }
            return order.holds(other, number)
        case .text(let match, let isNegated): return match.matches(value) != isNegated
        case .isTrue, .isFalse, .isNull, .notExists: return false
        }
    }
}
