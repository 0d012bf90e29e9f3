/// `ExpressionAttributeNames` and `ExpressionAttributeValues` of a request, and which of them its expressions have used.
struct ExpressionAttributes {
    private let names: [(placeholder: String, name: Text)]
    private let values: [(placeholder: String, value: AttributeValue)]
    private var usedNames: Set<String> = []
    private var usedValues: Set<String> = []

    init(names: [(String, Text)] = [], values: [(String, AttributeValue)] = []) {
        self.names = names.map { (placeholder: $0.0, name: $0.1) }
        self.values = values.map { (placeholder: $0.0, value: $0.1) }
    }

    mutating func name(_ placeholder: String) -> Text? {
        usedNames.insert(placeholder)
        return names.last { $0.placeholder == placeholder }?.name
    }

    mutating func value(_ placeholder: String) -> AttributeValue? {
        usedValues.insert(placeholder)
        return values.last { $0.placeholder == placeholder }?.value
    }

    var unusedNames: [String] { names.map(\.placeholder).filter { !usedNames.contains($0) } }
    var unusedValues: [String] { values.map(\.placeholder).filter { !usedValues.contains($0) } }

    /// Whether a placeholder is `#` or `:` and letters, digits or `_`.
    static func isPlaceholder(_ text: String, mark: Character) -> Bool {
        text.first == mark && text.utf8.count > 1 && text.utf8.dropFirst().allSatisfy(Lexer.isNamePart)
    }
}

/// The kinds of fault that are told by a whole expression's check. AWS reports the first of the kind that comes first
/// here, wherever in the text the fault is.
enum FaultKind: Int, Comparable {
    case unknownFunction
    case misusedFunction
    case reserved
    case section
    case undefinedName
    case undefinedValue
    case operandCount
    case operandsNotDistinct
    case pathOverlap
    case pathConflict
    case actionType
    case operandType

    static func < (left: FaultKind, right: FaultKind) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Resolves placeholders and collects faults while an expression is checked.
struct ExpressionContext {
    var attributes: ExpressionAttributes
    private var faults: [FaultKind: ExpressionFailure] = [:]

    init(_ attributes: ExpressionAttributes) {
        self.attributes = attributes
    }

    /// Remembers the first fault of each kind.
    mutating func note(_ kind: FaultKind, _ failure: ExpressionFailure) {
        if faults[kind] == nil { faults[kind] = failure }
    }

    /// The fault that AWS reports.
    var failure: ExpressionFailure? {
        faults.min { $0.key < $1.key }?.value
    }

    /// Of faults in conditions AWS reports the first condition's that has any; only within it their kinds have an order.
    /// Called after each condition with the context as it was before.
    mutating func keepFaults(ofEarlierConditions before: ExpressionContext) {
        guard Self.kindsOfConditions.contains(where: { before.faults[$0] != nil }) else { return }
        for kind in Self.kindsOfConditions { faults[kind] = before.faults[kind] }
    }

    private static let kindsOfConditions: [FaultKind] = [
        .undefinedName, .undefinedValue, .operandCount, .operandsNotDistinct, .operandType,
    ]

    mutating func path(_ syntax: PathSyntax) -> DocumentPath {
        let elements = syntax.elements.map { element -> DocumentPath.Element in
            switch element {
            case .index(let index): return .index(index)
            case .name(let name):
                if ReservedWords.contains(name) { note(.reserved, .reservedKeyword(name)) }
                return .name(Text(name))
            case .placeholder(let placeholder):
                if let name = attributes.name(placeholder) { return .name(name) }
                note(.undefinedName, .undefinedName(placeholder))
                return .name(Text(placeholder))
            }
        }
        guard case .name(let head)? = elements.first else { preconditionFailure("a path starts with a name") }
        return DocumentPath(head, Array(elements.dropFirst()))
    }

    mutating func value(_ placeholder: String) -> AttributeValue {
        if let value = attributes.value(placeholder) { return value }
        note(.undefinedValue, .undefinedValue(placeholder))
        return .null
    }
}
