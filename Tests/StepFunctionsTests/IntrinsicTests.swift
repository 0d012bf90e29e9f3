import AWSProtocol
import TestSupport
import Testing

@testable import StepFunctions

@Suite struct `Intrinsic functions` {
    private func evaluate(_ text: String, _ input: JSONValue = [:]) throws -> String {
        var random = StepRandom(seed: 1)
        return try Intrinsic(text).evaluate(
            in: PathScope(input: input, context: ["Execution": ["Name": "run"]]), random: &random
        ).text
    }

    @Test(arguments: [
        ("States.Format('Hello, {} and {}!', $.name, 3)", #""Hello, Ana and 3!""#),
        (#"States.Format('\{\} it\'s {}', $.name)"#, #""{} it's Ana""#),
        ("States.Format('{}', $.nul)", #""null""#),
        ("States.Format('{}', States.Array(1, 'a', $.one))", #""[1, a, {a={y=1}, b=1}]""#),
        ("States.StringToJson(' ')", "null"),
        ("States.Format('{}', $$.Execution.Name)", #""run""#),
        ("States.StringToJson($.json)", #"{"k":[1,2.50]}"#),
        ("States.JsonToString($.list)", #""[1,2,3,2,1]""#),
        ("States.Array('a', 1, true, null, $.name)", #"["a",1,true,null,"Ana"]"#),
        ("States.Array()", "[]"),
        ("States.ArrayPartition($.list, 2)", "[[1,2],[3,2],[1]]"),
        ("States.ArrayPartition($.list, 9223372036854775807)", "[[1,2,3,2,1]]"),
        ("States.ArrayContains($.list, 3)", "true"), ("States.ArrayContains($.list, 9)", "false"),
        ("States.ArrayRange(1, 9, 2)", "[1,3,5,7,9]"), ("States.ArrayRange(3, 1, -1)", "[3,2,1]"),
        ("States.ArrayGetItem($.list, 2)", "3"), ("States.ArrayLength($.list)", "5"),
        ("States.ArrayUnique($.list)", "[1,2,3]"),
        ("States.Base64Encode('Data to encode')", #""RGF0YSB0byBlbmNvZGU=""#),
        ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", #""Data to encode""#),
        ("States.Hash('input data', 'SHA-1')", #""aaff4a450a104cd177d28d18d74485e8cae074b7""#),
        ("States.Hash('', 'MD5')", #""d41d8cd98f00b204e9800998ecf8427e""#),
        ("States.JsonMerge($.one, $.two, false)", #"{"a":{"x":2},"b":1,"c":3}"#),
        ("States.MathAdd(111, -1)", "110"), ("States.MathAdd(-1.49, -1.5)", "-2"),
        ("States.StringSplit('1,2+3', ',+')", #"["1","2","3"]"#),
        ("States.ArrayLength(States.StringSplit('a b c', ' '))", "3"),
    ]) func `a function gives what AWS gives`(call: String, expected: String) throws {
        let input: JSONValue = [
            "name": "Ana", "json": #"{"k": [1, 2.50]}"#, "list": [1, 2, 3, 2, 1], "nul": .null,
            "one": ["a": ["y": 1], "b": 1], "two": ["a": ["x": 2], "c": 3],
        ]
        #expect(try evaluate(call, input) == expected)
    }

    @Test(arguments: [("SHA-256", 64), ("SHA-384", 96), ("SHA-512", 128)])
    func `a hash has its length`(algorithm: String, length: Int) throws {
        #expect(try evaluate("States.Hash('a', '\(algorithm)')").count == length + 2)
    }

    @Test func `random numbers follow the seed`() throws {
        #expect(try evaluate("States.MathRandom(1, 1000, 7)") == evaluate("States.MathRandom(1, 1000, 7)"))
        #expect(try evaluate("States.UUID()").count == 38)
    }

    @Test(arguments: [
        "States.Format('{} {}', 1)", "States.ArrayPartition($.list, 0)",
        "States.ArrayRange(1, 100000, 1)", "States.ArrayGetItem($.list, 9)", "States.MathAdd(9223372036854775807, 1)",
        "States.StringToJson('{')", "States.JsonMerge($.list, $.list, false)", "States.Base64Decode('%')",
        "States.Hash('a', 'CRC')", "States.MathRandom(5, 5)",
        "States.ArrayRange(-9223372036854775808, 9223372036854775807, 1)",
    ]) func `a function that cannot is an intrinsic failure`(call: String) throws {
        let failure = #expect(throws: StateFailure.self) { try evaluate(call, ["list": [1]]) }
        #expect(failure?.error == "States.IntrinsicFailure")
    }

    @Test func `an argument that finds nothing names the whole call`() throws {
        let failure = #expect(throws: StateFailure.self) {
            try evaluate("States.Format('{}', States.Format('{}', $.nope))", ["other": 1])
        }
        #expect(
            failure?.cause
                == "The function 'States.Format('{}', States.Format('{}', $.nope))' had the following error: "
                + "The JsonPath argument for the field '$.nope' could not be found in the input '{\"other\":1}'")
        #expect(failure?.error == StateFailure.runtime)
    }

    @Test(arguments: [
        "States.Nope()", "States.Format()", "States.Format('a", "States.UUID(1)", "States.Array(1", "States.Array(x)",
        "States.UUID() x",
    ])
    func `what is no call is refused`(text: String) {
        #expect(throws: PathSyntaxError.self) { try Intrinsic(text) }
    }

    @Test(arguments: 0..<300)
    func `any text is a call or is refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = ["States.", "Format", "Array", "MathAdd", "(", ")", "'", "{}", ",", "$.a", "1", "\\", " ", "-"]
        let text = "States." + (0..<12).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        guard let call = try? Intrinsic(text) else { return }
        var drawn = StepRandom(seed: seed)
        _ = try? call.evaluate(in: PathScope(input: ["a": 1], context: [:]), random: &drawn)
        #expect(call.text == text)
    }
}
