import AWSProtocol
import Testing

@Suite struct `JSON values` {
    @Test(arguments: [
        #"{}"#, #"[]"#, #"null"#, #"true"#, #"-0.5e-3"#, #""a\"b\\c\n""#, #"{"a":[1,2.50,{"b":null}],"c":"é🚀"}"#,
        #"{"b":1,"a":2,"b":3}"#,
    ])
    func `print as they were read`(text: String) throws {
        #expect(try JSONValue(parsing: text).text == text)
    }

    @Test func `read every escape`() throws {
        let value = try JSONValue(parsing: #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE80""#)
        #expect(value.string == "\"\\/\u{8}\u{c}\n\r\té🚀")
    }

    @Test(arguments: [
        "", "{", "[1,]", "{\"a\"}", "{\"a\":}", "01", "1.", "-", "+1", "nul", "\"", "\"\\u12\"", "\"\\uD800\"",
        "\"\\uDC00x\"", "\"\\x\"", "\"a\nb\"", "1 2", "{\"a\":1,}", "\"\\u+123\"",
    ])
    func `refuse what is not JSON`(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: text) }
    }

    @Test func `refuse bytes that are not UTF-8`() {
        #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func `refuse nesting that would exhaust the stack`() {
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: JSONSyntaxError.self) { try JSONValue(parsing: deep) }
        #expect(error?.description == "nesting too deep at byte 160")
    }

    @Test func `keep names apart that differ in bytes only`() throws {
        let object = try #require(try JSONValue(parsing: "{\"caf\u{e9}\":1,\"cafe\u{301}\":2}").object)
        #expect(object["caf\u{e9}"]?.integer == 1)
        #expect(object["cafe\u{301}"]?.integer == 2)
    }

    @Test(arguments: 0..<200)
    func `never crash on mutated text`(seed: UInt64) {
        let text = Array(#"{"MessageBody":"x\u00e9\n","n":[-1.5e3,true,null,{"a":"b"}]}"#.utf8)
        var state = seed &+ 1
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<50 {
            var mutated = text
            for _ in 0...random(4) { mutated[random(mutated.count)] = UInt8(random(256)) }
            if random(2) == 0 { mutated.removeLast(random(mutated.count)) }
            guard let value = try? JSONValue(parsing: mutated) else { continue }
            #expect((try? JSONValue(parsing: value.bytes)) == value)
        }
    }
}
