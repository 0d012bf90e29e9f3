import AWSProtocol

/// What a request's JSON must look like, and which constraints its members are under; in AWS's order, for that is the
/// order in which failures are told. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations.html
indirect enum RequestShape: Sendable {
    case boolean
    case string
    case integer
    case long
    case blob
    case attributeValue
    case list(RequestShape)
    /// - Parameter of: the class of the values as AWS's messages name it.
    case map(RequestShape, of: String)
    case structure(String, [Member])

    struct Member: Sendable {
        let name: String
        let shape: RequestShape
        let constraints: [Constraint]

        init(_ name: String, _ shape: RequestShape, _ constraints: Constraint...) {
            self.name = name
            self.shape = shape
            self.constraints = constraints
        }
    }

    static func map(_ values: RequestShape) -> RequestShape {
        switch values {
        case .attributeValue: .map(values, of: "com.amazonaws.dynamodb.v20120810.AttributeValue")
        case .string: .map(values, of: "java.lang.String")
        case .structure(let name, _): .map(values, of: "com.amazonaws.dynamodb.v20120810.\(name)")
        default: .map(values, of: "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>")
        }
    }

    static let attributes = RequestShape.map(.attributeValue)
}

/// A constraint on a member.
struct Constraint: Sendable {
    enum Rule: Sendable {
        case notNull
        case minimum(Int)
        case maximum(Int)
        case minimumLength(Int)
        case maximumLength(Int)
        case pattern(String)
        case oneOf([String])
        /// For maps of lists: the length of each list.
        case valueLength(ClosedRange<Int>)
        /// For maps: that each name is one of a table, or its ARN.
        case tableNames
        /// For lists of strings: the length of each string.
        case elementLength(ClosedRange<Int>)
    }

    let rule: Rule
    /// Newer parts of AWS name the member as it is sent and do not repeat its value.
    var isTerse = false

    static let notNull = Constraint(rule: .notNull)
    static let tableName = Constraint(rule: .pattern("[a-zA-Z0-9_.-]+"))
    static let tableNames = Constraint(rule: .tableNames)
    static func maximum(_ value: Int) -> Constraint { Constraint(rule: .maximum(value)) }
    static func minimum(_ value: Int) -> Constraint { Constraint(rule: .minimum(value)) }
    static func minimumLength(_ length: Int) -> Constraint { Constraint(rule: .minimumLength(length)) }
    static func maximumLength(_ length: Int) -> Constraint { Constraint(rule: .maximumLength(length)) }
    static func oneOf(_ values: String...) -> Constraint { Constraint(rule: .oneOf(values)) }
    static func elementLength(_ range: ClosedRange<Int>) -> Constraint { Constraint(rule: .elementLength(range)) }
    static func valueLength(_ range: ClosedRange<Int>) -> Constraint { Constraint(rule: .valueLength(range)) }

    var tersely: Constraint { Constraint(rule: rule, isTerse: true) }

    /// The constraint in AWS's words.
    var text: String {
        switch rule {
        case .notNull: "Member must not be null"
        case .minimum(let value): "Member must have value greater than or equal to \(value)"
        case .maximum(let value): "Member must have value less than or equal to \(value)"
        case .minimumLength(let length): "Member must have length greater than or equal to \(length)"
        case .maximumLength(let length): "Member must have length less than or equal to \(length)"
        case .pattern(let pattern): "Member must satisfy regular expression pattern: \(pattern)"
        case .oneOf(let values): "Member must satisfy enum value set: [\(values.joined(separator: ", "))]"
        case .valueLength(let range): "Map value must satisfy constraint: [\(Self.text(range))]"
        case .tableNames:
            "Map keys must satisfy constraint: [\(Self.text(3...255)), \(Self.tableName.text)]"
        case .elementLength(let range): "Member must satisfy constraint: [\(Self.text(range))]"
        }
    }

    private static func text(_ length: ClosedRange<Int>) -> String {
        "Member must have length less than or equal to \(length.upperBound), "
            + "Member must have length greater than or equal to \(length.lowerBound)"
    }

    func isMet(by value: JSONValue?) -> Bool {
        guard let value else { return if case .notNull = rule { false } else { true } }
        switch rule {
        case .notNull: return true
        case .minimum(let minimum): return (value.flooredInteger ?? minimum) >= minimum
        case .maximum(let maximum): return (value.flooredInteger ?? maximum) <= maximum
        case .minimumLength(let length): return value.length >= length
        case .maximumLength(let length): return value.length <= length
        case .pattern: return value.string.map(Self.isName) ?? true
        case .oneOf(let values): return value.string.map { values.contains($0) } ?? true
        case .valueLength(let range):
            return value.object?.members.allSatisfy { range.contains($0.value.length) } ?? true
        case .tableNames:
            return value.object?.members.allSatisfy { member in
                member.name.hasPrefix("arn:") || (3...255).contains(member.name.utf16.count) && Self.isName(member.name)
            } ?? true
        case .elementLength(let range): return value.array?.allSatisfy { range.contains($0.length) } ?? true
        }
    }

    /// Whether a text is a name of a table or index, or the ARN that may stand for it. What is empty is too short.
    private static func isName(_ text: String) -> Bool {
        text.hasPrefix("arn:")
            || text.utf8.allSatisfy {
                Lexer.isNamePart($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }
}

extension JSONValue {
    /// Characters of a string, elements of a list, members of an object.
    fileprivate var length: Int {
        switch self {
        case .string(let text): text.utf16.count
        case .array(let values): values.count
        case .object(let object): object.members.count
        default: 0
        }
    }

    /// An integer, also out of `1e2` and, rounded down, out of a number with a fraction.
    var flooredInteger: Int? {
        guard case .number(let text) = self else { return nil }
        if let integer = Int(text) { return integer }
        guard let number = Double(text), number.magnitude < 9e18 else { return nil }
        return Int(number.rounded(.down))
    }
}
