import AWSProtocol
import TestSupport
import Testing

@testable import StepFunctions

@Suite struct `Paths` {
    static let store = #"""
        {"a":{"b":[1,2,3,{"c":"x"}]},"items":[{"n":1,"t":"p"},{"n":2,"t":"q"},{"n":3}],"odd name":5,"e":[],"z":null}
        """#

    @Test(arguments: [
        ("$", store), ("$.a.b[0]", "1"), ("$['a']['b'][3].c", #""x""#), ("$.a.b[-1].c", #""x""#),
        ("$['odd name']", "5"), ("$.a.b[0,2]", "[1,3]"), ("$.a.b[1:3]", "[2,3]"), ("$.a.b[:2]", "[1,2]"),
        ("$.a.b[-2:]", #"[3,{"c":"x"}]"#), ("$.items[*].n", "[1,2,3]"), ("$.items[*].t", #"["p","q"]"#),
        ("$..n", "[1,2,3]"), ("$..c", #"["x"]"#), ("$..missing", "[]"), ("$.items[?(@.n > 1)].n", "[2,3]"),
        ("$.items[?(@.t == 'q' || @.n == 3)].n", "[2,3]"), ("$.items[?(@.t)].n", "[1,2]"),
        ("$.items[?(!@.t)].n", "[3]"), ("$.items[?(@.n >= 2 && @.t != 'p')].n", "[2,3]"),
        ("$.a.*", #"[[1,2,3,{"c":"x"}]]"#),
        ("$.items[?(@.n == $.a.b[1])].t", #"["q"]"#), ("$.z", "null"),
        ("$['a','z']", #"[{"b":[1,2,3,{"c":"x"}]},null]"#),
    ]) func `a path finds what AWS finds`(path: String, expected: String) throws {
        let root = try JSONValue(parsing: Self.store)
        let found = try JSONPath(path).find(in: root)
        #expect(found == .value(try JSONValue(parsing: expected)))
    }

    @Test(arguments: [("$.missing", JSONPath.Finding.nothing), ("$.a.b[9]", .pastTheEnd), ("$.a.b.c", .nothing)])
    func `a definite path may find nothing`(path: String, expected: JSONPath.Finding) throws {
        #expect(try JSONPath(path).find(in: try JSONValue(parsing: Self.store)) == expected)
    }

    @Test(arguments: [
        "", "a", "$.", "$[", "$['a", "$.a b", "$.a[?(@.n)", "$.a.length()", "$.a[1:2:3]", "$.a[?(1)]", "$..", "$[-]",
    ])
    func `what is no path is refused`(text: String) {
        #expect(throws: PathSyntaxError.self) { try JSONPath(text) }
    }

    @Test(arguments: [
        ("$", "7", #"{"a":1}"#, "7"), ("$.r", "7", #"{"a":1}"#, #"{"a":1,"r":7}"#),
        ("$.a", "7", #"{"a":1,"b":2}"#, #"{"a":7,"b":2}"#), ("$.r.s", "7", "{}", #"{"r":{"s":7}}"#),
        ("$.l[1]", "7", #"{"l":[1,2]}"#, #"{"l":[1,7]}"#),
    ]) func `a result goes to its place`(path: String, result: String, input: String, expected: String) throws {
        let combined = try ResultPath.place(try JSONPath(path)).combine(
            try JSONValue(parsing: result), into: try JSONValue(parsing: input))
        #expect(combined.text == expected)
    }

    @Test func `a result cannot go into what has no members`() throws {
        let path = ResultPath.place(try JSONPath("$.a.b"))
        #expect(throws: StateFailure.self) { try path.combine(1, into: ["a": 1]) }
    }

    @Test(arguments: 0..<400)
    func `any text is a path or is refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("$.@[]()'\"*:,?!=<>&|-0129abc \\é~")
        let text =
            "$"
            + String(
                (0..<Int.random(in: 0..<40, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "$" })
        guard let path = try? JSONPath(text) else { return }
        #expect(path.text == text)
        if case .value(let value) = path.find(in: ["a": [1, ["b": "c"]]]) { #expect(!value.bytes.isEmpty) }
    }

    @Test(arguments: 0..<200)
    func `what is put somewhere is found there`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names = (0..<Int.random(in: 1..<5, using: &random)).map { _ in
            ["a", "b", "odd name", "é"].randomElement(using: &random) ?? "a"
        }
        let path = try JSONPath("$" + names.map { "['\($0)']" }.joined())
        let combined = try ResultPath.place(path).combine("here", into: ["other": 1])
        #expect(path.find(in: combined) == .value("here"))
        #expect(combined["other"] == 1)
    }
}
