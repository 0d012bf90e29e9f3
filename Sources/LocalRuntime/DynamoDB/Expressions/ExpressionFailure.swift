/// What is wrong with an expression, in AWS's words; the parameter's name goes in front.
///
/// The texts were compared with answers of AWS as dynalite's and ScyllaDB Alternator's suites and
/// paritysuite/dynamodb-conformance record them.
enum ExpressionFailure: Error, Equatable {
    case empty
    case tooLong(bytes: Int)
    case tooManyOperators(count: Int)
    case tooManyOperandsOfIn(Int)
    case syntax(token: String, near: String)
    case redundantParentheses
    case reservedKeyword(String)
    case undefinedName(String)
    case undefinedValue(String)
    case unknownFunction(String)
    case functionNotAllowedInCondition(String)
    case functionNotAllowedInUpdate(String)
    case misusedFunction(String)
    case wrongOperandCount(String, Int)
    case needsDocumentPath(String)
    case wrongOperandType(String, type: String)
    case wrongActionType(String, type: String)
    case operandsNotDistinct(String, DocumentPath)
    case unknownTypeName(String)
    case boundsOfDifferentTypes(AttributeValue, AttributeValue)
    case boundsOutOfOrder(AttributeValue, AttributeValue)
    case repeatedSection(String)
    case overlappingPaths(DocumentPath, DocumentPath)
    case conflictingPaths(DocumentPath, DocumentPath)
    case listIndexOutOfRange(String)

    static let tooLongMessage = "Expression size has exceeded the maximum allowed size;"

    var message: String {
        switch self {
        case .empty: "The expression can not be empty;"
        case .tooLong(let bytes):
            "\(Self.tooLongMessage) expression size: \(bytes)"
        case .tooManyOperators(let count):
            "The expression contains too many operators; operator count: \(count)"
        case .tooManyOperandsOfIn(let count):
            "The IN operator is provided with too many operands; number of operands: \(count)"
        case .syntax(let token, let near): "Syntax error; token: \"\(token)\", near: \"\(near)\""
        case .redundantParentheses: "The expression has redundant parentheses;"
        case .reservedKeyword(let word):
            "Attribute name is a reserved keyword; reserved keyword: \(word)"
        case .undefinedName(let name):
            "An expression attribute name used in the document path is not defined; attribute name: \(name)"
        case .undefinedValue(let name):
            "An expression attribute value used in expression is not defined; attribute value: \(name)"
        case .unknownFunction(let name): "Invalid function name; function: \(name)"
        case .functionNotAllowedInCondition(let name):
            "The function is not allowed in a condition expression; function: \(name)"
        case .functionNotAllowedInUpdate(let name):
            "The function is not allowed in an update expression; function: \(name)"
        case .misusedFunction(let name):
            "The function is not allowed to be used this way in an expression; function: \(name)"
        case .wrongOperandCount(let name, let count):
            "Incorrect number of operands for operator or function; "
                + "operator or function: \(name), number of operands: \(count)"
        case .needsDocumentPath(let name):
            "Operator or function requires a document path; operator or function: \(name)"
        case .wrongOperandType(let name, let type):
            "Incorrect operand type for operator or function; operator or function: \(name), operand type: \(type)"
        case .wrongActionType(let name, let type):
            "Incorrect operand type for operator or function; operator: \(name), operand type: \(type), "
                + "typeSet: ALLOWED_FOR_\(name)_OPERAND"
        case .operandsNotDistinct(let name, let path):
            "The first operand must be distinct from the remaining operands for this operator or function; "
                + "operator: \(name), first operand: \(path)"
        case .unknownTypeName(let name):
            "Invalid attribute type name found; type: \(name), valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        case .boundsOfDifferentTypes(let lower, let upper):
            "The BETWEEN operator requires same data type for lower and upper bounds; "
                + Self.bounds(lower, upper)
        case .boundsOutOfOrder(let lower, let upper):
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                + Self.bounds(lower, upper)
        case .repeatedSection(let name):
            "The \"\(name)\" section can only be used once in an update expression;"
        case .overlappingPaths(let first, let second):
            "Two document paths overlap with each other; must remove or rewrite one of these paths; "
                + "path one: \(first), path two: \(second)"
        case .conflictingPaths(let first, let second):
            "Two document paths conflict with each other; must remove or rewrite one of these paths; "
                + "path one: \(first), path two: \(second)"
        case .listIndexOutOfRange(let index):
            "List index is not within the allowable range; index: [\(index)]"
        }
    }

    private static func bounds(_ lower: AttributeValue, _ upper: AttributeValue) -> String {
        "lower bound operand: AttributeValue: \(lower.shortDescription), "
            + "upper bound operand: AttributeValue: \(upper.shortDescription)"
    }
}

extension AttributeValue {
    /// `{S:abc}`, as AWS prints a value in a message.
    fileprivate var shortDescription: String {
        let content =
            switch self {
            case .string(let text): text.string
            case .number(let number): number.text
            case .binary(let bytes): Base64.encode(bytes)
            case .bool(let value): "\(value)"
            case .null: "true"
            default: "..."
            }
        return "{\(type.rawValue):\(content)}"
    }
}
