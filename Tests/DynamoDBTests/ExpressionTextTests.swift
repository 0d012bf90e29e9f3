import Testing

@testable import DynamoDB

/// What AWS says about malformed expressions, letter for letter.
@Suite struct `Refused expressions` {
    static func refusal(condition: String, names: [String: String] = [:], values: [String: AttributeValue] = [:])
        -> String?
    {
        var attributes = ExpressionAttributes(
            names: names.map { ($0.key, Text($0.value)) }, values: values.map { ($0.key, $0.value) })
        do {
            let syntax = try ConditionParser.parse(condition, limits: .aws)
            _ = try ConditionCheck.check(syntax, &attributes)
            return nil
        } catch {
            return error.message
        }
    }

    static func refusal(update: String, names: [String: String] = [:], values: [String: AttributeValue] = [:])
        -> String?
    {
        var attributes = ExpressionAttributes(
            names: names.map { ($0.key, Text($0.value)) }, values: values.map { ($0.key, $0.value) })
        do {
            _ = try UpdateParser.parse(update, &attributes, limits: .aws)
            return nil
        } catch {
            return error.message
        }
    }

    static func refusal(projection: String, names: [String: String] = [:]) -> String? {
        var attributes = ExpressionAttributes(names: names.map { ($0.key, Text($0.value)) })
        do {
            _ = try ProjectionExpression.parse(projection, &attributes, limits: .aws)
            return nil
        } catch {
            return error.message
        }
    }

    static let values: [String: AttributeValue] = [
        ":s": .string("x"), ":n": .number(1), ":m": .number(2), ":l": .list([]), ":b": .bool(true), ":z": .string("a"),
        ":t": .string("DOG"), ":ss": .stringSet(["a"]),
    ]

    @Test(arguments: [
        ("", "The expression can not be empty;"),
        ("a =", #"Syntax error; token: "<EOF>", near: "=""#),
        ("a", #"Syntax error; token: "<EOF>", near: "a""#),
        ("a b", #"Syntax error; token: "b", near: "a b""#),
        ("a != :s", #"Syntax error; token: "!", near: "a !=""#),
        ("a IN ()", #"Syntax error; token: ")", near: "()""#),
        ("_a = :s", #"Syntax error; token: "_", near: "_a""#),
        ("a = :s AND", #"Syntax error; token: "<EOF>", near: "AND""#),
        ("a[:s] = :s", #"Syntax error; token: ":s", near: "[:s]""#),
        ("((attribute_exists(a)))", "The expression has redundant parentheses;"),
        ("((a = :s)) AND b = :s", "The expression has redundant parentheses;"),
        ("dog(a) = :s", "Invalid function name; function: dog"),
        ("ATTRIBUTE_EXISTS(a)", "Invalid function name; function: ATTRIBUTE_EXISTS"),
        ("if_not_exists(a, :s) = :s", "The function is not allowed in a condition expression; function: if_not_exists"),
        ("size(a)", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "attribute_exists(a) = :s",
            "The function is not allowed to be used this way in an expression; function: attribute_exists"
        ),
        (
            "attribute_exists(begins_with(a, :s))",
            "The function is not allowed to be used this way in an expression; function: begins_with"
        ),
        ("name = :s", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("a.Value = :s", "Attribute name is a reserved keyword; reserved keyword: Value"),
        ("#x = :s", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        ("a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"),
        (
            "size(a, b) = :n",
            "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2"
        ),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"
        ),
        (
            "attribute_exists(:s)",
            "Operator or function requires a document path; operator or function: attribute_exists"
        ),
        (
            "begins_with(a, :n)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
        ),
        (
            "attribute_type(a, b)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
        ),
        (
            "attribute_type(a, :t)",
            "Invalid attribute type name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        ),
        (
            "size(:n) = :n",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N"
        ),
        ("a < :l", "Incorrect operand type for operator or function; operator or function: <, operand type: L"),
        (
            "contains(a, a)",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]"
        ),
        (
            "a.b[1] = a.b[1]",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a, b, [1]]"
        ),
        (
            "a BETWEEN :m AND :n",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}"
        ),
        (
            "a BETWEEN :n AND :s",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:x}"
        ),
    ])
    func `a condition is refused in AWS's words`(expression: String, message: String) {
        #expect(Self.refusal(condition: expression, values: Self.values) == message)
    }

    @Test(arguments: [
        // Of several faults AWS tells the kind that it looks for first.
        ("name = :x AND dog(a)", "Invalid function name; function: dog"),
        ("name = :x", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("((name = :x))", "The expression has redundant parentheses;"),
        (
            "begins_with(a, :n) OR a = :x",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
        ),
    ])
    func `of several faults one is told`(expression: String, message: String) {
        #expect(Self.refusal(condition: expression, values: Self.values) == message)
    }

    @Test(arguments: [
        "a = :s", "(a = :s)", "(a) = (:s)", "NOT a = :s", "NOT NOT NOT a = :s", "a=:s AND(b=:s OR NOT c<>:s)",
        "a BETWEEN :n AND :m AND b = :s", "a between :n and :m", "size(a) > :n", "(size(a)) > :n", "a IN (:s, :n, b)",
        "attribute_type(:s, :z) OR a = :s", "contains(a, :l)", "a.#b[3].c = :s", "begins_with(:s, a)", "#n.#n = :s",
        "size(a) BETWEEN :n AND :m", "(a.b)[1] = :s",
    ])
    func `a condition is taken`(expression: String) {
        var values = Self.values
        values[":z"] = .string("S")
        #expect(Self.refusal(condition: expression, names: ["#b": "b", "#n": "name"], values: values) == nil)
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"),
        ("INVALID SYNTAX HERE", #"Syntax error; token: "INVALID", near: "INVALID SYNTAX""#),
        ("SET", #"Syntax error; token: "<EOF>", near: "SET""#),
        ("SET a", #"Syntax error; token: "<EOF>", near: "a""#),
        ("SET _123 = :s", #"Syntax error; token: "_", near: "SET _123""#),
        ("SET a = :n + :n + :n", #"Syntax error; token: "+", near: ":n + :n""#),
        ("SET :s = :n", #"Syntax error; token: ":s", near: "SET :s =""#),
        ("SET a = :s SET b = :s", #"The "SET" section can only be used once in an update expression;"#),
        ("SET a = f(b)", "Invalid function name; function: f"),
        ("SET a = size(b)", "The function is not allowed in an update expression; function: size"),
        ("SET a = LIST_APPEND(b, :l)", "Invalid function name; function: LIST_APPEND"),
        (
            "SET a = list_append(b)",
            "Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1"
        ),
        (
            "SET a = list_append(b, :s)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: S"
        ),
        (
            "SET a = list_append(list_append(b, :l), :l)",
            "The function is not allowed to be used this way in an expression; function: list_append"
        ),
        (
            "SET a = if_not_exists(:s, :s)",
            "Operator or function requires a document path; operator or function: if_not_exists"
        ),
        (
            "SET a = if_not_exists(if_not_exists(a, :s), :s)",
            "Operator or function requires a document path; operator or function: if_not_exists"
        ),
        (
            "SET a = :s + :n",
            "Incorrect operand type for operator or function; operator or function: +, operand type: S"
        ),
        (
            "SET a = :n - :l",
            "Incorrect operand type for operator or function; operator or function: -, operand type: L"
        ),
        ("SET a = :x", "An expression attribute value used in expression is not defined; attribute value: :x"),
        ("SET #x = :s", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        ("SET name = :s", "Attribute name is a reserved keyword; reserved keyword: name"),
        (
            "ADD a :s",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, "
                + "typeSet: ALLOWED_FOR_ADD_OPERAND"
        ),
        (
            "ADD a :l",
            "Incorrect operand type for operator or function; operator: ADD, operand type: LIST, "
                + "typeSet: ALLOWED_FOR_ADD_OPERAND"
        ),
        (
            "DELETE a :n",
            "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, "
                + "typeSet: ALLOWED_FOR_DELETE_OPERAND"
        ),
        ("ADD a b", #"Syntax error; token: "b", near: "a b""#),
        (
            "SET a = :s REMOVE a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]"
        ),
        (
            "SET a[1] = :s, a[1].b = :s",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, [1], b]"
        ),
        (
            "SET a.b = :s, a[1] = :s",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [1]]"
        ),
        (
            "SET a[99999999999999999999] = :s",
            "List index is not within the allowable range; index: [99999999999999999999]"
        ),
    ])
    func `an update is refused in AWS's words`(expression: String, message: String) {
        #expect(Self.refusal(update: expression, values: Self.values) == message)
    }

    @Test(arguments: [
        "SET a = :s", "set a=:s, b.c[0]=a remove c add d :n delete e :ss", "SET a = (b + :n)", "SET a = (:s)",
        "SET a = (b) - (:n)",
        "SET a = if_not_exists(a, :n) + :n", "SET a = list_append(if_not_exists(a, :l), :l)", "REMOVE a[0], a[1].b",
        "SET a = if_not_exists(a, b)",
    ])
    func `an update is taken`(expression: String) {
        #expect(Self.refusal(update: expression, values: Self.values) == nil)
    }

    @Test(arguments: [
        ("", "The expression can not be empty;"),
        ("!!! INVALID !!!", #"Syntax error; token: "!", near: "!!""#),
        (
            "a, a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]"
        ),
        (
            "a, a.b",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"
        ),
        (
            "a[1], a.b",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, [1]], path two: [a, b]"
        ),
        ("#x", "An expression attribute name used in the document path is not defined; attribute name: #x"),
        ("a,", #"Syntax error; token: "<EOF>", near: ",""#),
        ("a, date", "Attribute name is a reserved keyword; reserved keyword: date"),
    ])
    func `a projection is refused in AWS's words`(expression: String, message: String) {
        #expect(Self.refusal(projection: expression) == message)
    }

    @Test func `expressions may be 4096 bytes long`() {
        #expect(Self.refusal(projection: String(repeating: "x", count: 4096)) == nil)
        #expect(
            Self.refusal(projection: String(repeating: "x", count: 4097))
                == "Expression size has exceeded the maximum allowed size; expression size: 4097")
    }

    @Test func `expressions may have 300 operators`() {
        func chain(_ depth: Int) -> String {
            "a<b " + String(repeating: "or (a<b ", count: depth) + String(repeating: ")", count: depth)
        }
        #expect(Self.refusal(condition: chain(149)) == nil)
        #expect(
            Self.refusal(condition: chain(150))
                == "The expression contains too many operators; operator count: 301")
        #expect(Self.refusal(condition: chain(454))?.hasPrefix("The expression contains too many operators") == true)
        #expect(
            Self.refusal(condition: String(repeating: "not ", count: 1000) + "a<b")
                == "The expression contains too many operators; operator count: 301")
    }

    @Test func `IN takes a hundred values`() {
        func list(_ count: Int) -> String { "a IN (" + repeatElement("b", count: count).joined(separator: ", ") + ")" }
        #expect(Self.refusal(condition: list(100)) == nil)
        #expect(
            Self.refusal(condition: list(101))
                == "The IN operator is provided with too many operands; number of operands: 101")
    }

    @Test func `deep nesting is refused, not run into the ground`() {
        func around(_ text: String, _ open: String, _ depth: Int) -> String {
            String(repeating: open, count: depth) + text + String(repeating: ")", count: depth)
        }
        #expect(Self.refusal(condition: around("a<b", "(", 2046)) == "The expression has redundant parentheses;")
        #expect(Self.refusal(condition: String(repeating: "(", count: 4096))?.hasPrefix("Syntax error") == true)
        #expect(
            Self.refusal(condition: "a < " + around("b", "f(", 1355)) == "Invalid function name; function: f")
        #expect(Self.refusal(condition: "a < " + around("b", "size(", 680)) != nil)
    }
}
