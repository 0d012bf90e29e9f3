import AWSProtocol
import TestSupport
import Testing

@testable import CloudWatchLogs

@Suite struct `Filter patterns` {
    private func matches(_ pattern: String, _ line: String) throws -> Bool {
        try FilterPattern(pattern).matches(line)
    }

    @Test(
        arguments: [
            ("", "anything", true), ("  ", "", true),
            ("ERROR", "[ERROR 400] BAD REQUEST", true), ("ERROR", "error", false),
            ("ERROR REQUEST", "[ERROR 400] BAD REQUEST", true), ("ERROR OTHER", "[ERROR 400] BAD REQUEST", false),
            ("ERROR -REQUEST", "[ERROR 400] BAD REQUEST", false), ("ERROR -OTHER", "[ERROR 400] BAD", true),
            ("-ERROR", "fine", true), ("-ERROR", "ERROR", false),
            ("?ERROR ?WARN", "WARN only", true), ("?ERROR ?WARN", "INFO", false),
            ("?ERROR ?WARN REQUEST", "a REQUEST", true), ("?ERROR REQUEST", "an ERROR", false),
            (#""exit code 1""#, "exit code 1, sorry", true), (#""exit code 1""#, "exit  code 1", false),
            (#""say \"no\"""#, #"they say "no""#, true), (#"-"a b" c"#, "c", true), (#"-"a b" c"#, "a b c", false),
            ("%4[0-9]{2}%", "status 418", true), ("%4[0-9]{2}%", "status 318", false), ("ÄÖ_1", "xÄÖ_1", true),
        ])
    func `terms`(pattern: String, line: String, isMatch: Bool) throws {
        #expect(try matches(pattern, line) == isMatch)
    }

    static let line =
        #"{"level":"ERROR","ms":120,"user":null,"ok":true,"a.b":"dot","tags":["x","y"],"inner":{"code":404},"n":"12"}"#

    @Test(
        arguments: [
            (#"{ $.level = "ERROR" }"#, true), ("{ $.level = ERROR }", true), ("{$.level=WARN}", false),
            (#"{ $.level != "WARN" }"#, true), (#"{ $.missing != "x" }"#, false),
            ("{ $.ms > 100 }", true), ("{ $.ms >= 120 }", true), ("{ $.ms < 120 }", false), ("{ $.ms = 1.2e2 }", true),
            ("{ $.level = \"E*\" && $.ms <= 120 }", true), ("{ $.level = *ROR }", true), ("{ $.level = *RR* }", true),
            ("{ $.level = WARN || $.ms > 100 && $.ok IS TRUE }", true),
            ("{ ($.level = WARN || $.ms > 100) && $.ok IS FALSE }", false),
            ("{ $.user IS NULL }", true), ("{ $.missing IS NULL }", false), ("{ $.missing NOT EXISTS }", true),
            ("{ $.user NOT EXISTS }", false), ("{ $.tags[0] = x }", true), ("{ $.tags[2] NOT EXISTS }", true),
            ("{ $.tags[*] = y }", true), ("{ $.*.code = 404 }", true), ("{ $.['a.b'] = dot }", true),
            ("{ $.inner.code = 404 }", true), ("{ $.n = 12 }", true), ("{ $.level = %^ERR% }", true),
        ])
    func `members of JSON lines`(pattern: String, isMatch: Bool) throws {
        #expect(try matches(pattern, Self.line) == isMatch)
        #expect(try !matches(pattern, "no JSON at all"))
    }

    @Test(
        arguments: [
            ("[ip, user, ts, request, status, bytes]", true), ("[ip, user, ts, request, status]", false),
            ("[..., status = 4*, bytes]", true), ("[..., status = 404, bytes > 1000]", true),
            ("[..., status = 500 || status = 404, bytes]", true), ("[ip = 127.0.0.1, ...]", true),
            ("[ip, ..., request = \"*html*\" && request != \"POST*\", status, bytes]", true),
            ("[..., bytes < 1534]", false), ("[...]", true), ("[ip = 10.*, ...]", false),
        ])
    func `fields of a line`(pattern: String, isMatch: Bool) throws {
        let line = #"127.0.0.1 frank [10/Oct/2026:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534"#
        #expect(try matches(pattern, line) == isMatch)
    }

    @Test(
        arguments: [
            ("a-b", "Invalid character(s) in term 'a-b'"), ("key:value", "Invalid character(s) in term 'key:value'"),
            ("\"open", "Invalid filter pattern: a quoted text is not closed"),
            ("{ $.a }", "Invalid filter pattern: a comparison should stand at '}'"),
            ("{ $.a > x }", "Invalid filter pattern: 'x' is not a number, which > needs"),
            ("[a, ", "Invalid filter pattern: the brackets are not closed"),
            ("%[%", "Invalid filter pattern: %[% is no regular expression"),
        ])
    func `a pattern that is none is told apart`(pattern: String, message: String) {
        #expect {
            try FilterPattern(pattern)
        } throws: {
            ($0 as? LogsError)?.wire.message == message
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `no text makes the reader fall`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "{", "}", "[", "]", "$.a", "$", ".", "=", "!=", ">", "&&", "||", "(", ")", "\"", "\\", "%", "*", "-", "?",
            " ", "x", "12", "IS", "NULL", "NOT EXISTS", "...", ",", "é", "\n",
        ]
        for _ in 0..<50 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                pieces[Int.random(in: pieces.indices, using: &random)]
            }
            .joined()
            guard let pattern = try? FilterPattern(text) else { continue }
            _ = pattern.matches(Self.line)
            _ = pattern.matches(text)
        }
    }
}
