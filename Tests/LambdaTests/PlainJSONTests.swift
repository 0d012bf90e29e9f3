import AWSProtocol
import Foundation
import TestSupport
import Testing

@testable import Lambda

@Suite struct `Plain JSON` {
    @Test(arguments: [
        "{}", "[]", "1", "-0.5e+10", "\"\"", "true", "false", "null", " [1 , {\"a\" : [ ] } ]\n", "\"\\n\\\"\"",
    ])
    func `is known`(text: String) {
        #expect(PlainJSON.isCertain(Array(text.utf8)))
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\"}", "{a:1}", "01", "-", "1.", "1e", "nul", "\"", "\"\\x\"", "[1] 2", "\"\u{1}\"",
        "\"é\"", "{\"a\":1,}", "[", "]", "1,",
    ])
    func `is nothing else`(text: String) {
        #expect(!PlainJSON.isCertain(Array(text.utf8)))
    }

    /// It may leave things to the parser, and never passes what that would refuse.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `never knows what the parser does not`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\\", "1", "-", ".", "e", "0", "true", "nul", " ", "é",
        ]
        for _ in 0..<500 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            let bytes = Array(text.joined().utf8)
            if PlainJSON.isCertain(bytes) { #expect(throws: Never.self) { try JSONValue(parsing: bytes) } }
        }
    }
}
