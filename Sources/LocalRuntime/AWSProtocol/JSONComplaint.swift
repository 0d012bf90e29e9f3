/// What AWS says of a text that is not JSON: the words of the Java library that reads it there, which clients show to people.
package struct JSONComplaint: Sendable {
    /// Without the place.
    package let message: String
    /// `[Source: (String)"…"; line: 1, column: 4]`
    package let place: String

    /// Message and place, as the library puts them together.
    package var whole: String { "\(message)\n at \(place)" }

    /// As of a text, which the place repeats from its start.
    package init(_ error: JSONSyntaxError, in text: String) {
        let rest = Substring(decoding: text.utf8.dropFirst(error.offset), as: UTF8.self)
        let token = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        // Where the library has read to when it gives up: behind the character or the word.
        let read: Int
        if let next = rest.utf16.first, let expected = Self.expectations[error.reason] {
            message = Self.unexpected(next, expected)
            read = rest.first?.utf8.count ?? 0
        } else if let next = rest.utf16.first, Self.isNoValue.contains(error.reason) {
            message = token.isEmpty ? Self.unexpected(next, Self.validValue) : Self.unrecognized(token)
            read = token.isEmpty ? rest.first?.utf8.count ?? 0 : token.utf8.count
        } else {
            message = error.reason
            read = 0
        }
        let (line, column) = Self.position(error.offset + read, in: text.utf8)
        place = "[Source: (String)\"\(text.prefix(500))\"; line: \(line), column: \(column)]"
    }

    /// As of bytes, which the place keeps to itself. The library is a newer one there: at a character that it does not
    /// expect it stands before it.
    package init(_ error: JSONSyntaxError, in bytes: [UInt8]) {
        let rest = bytes.dropFirst(error.offset)
        var read = 0
        if let next = rest.first, let expected = Self.expectations[error.reason] {
            message = Self.unexpected(UInt16(next), expected)
        } else if let next = rest.first, Self.isNoValue.contains(error.reason) {
            let word = rest.prefix { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "$") }
            if word.isEmpty {
                message = Self.unexpected(UInt16(next), Self.validValue)
            } else if let stranger = rest[word.endIndex...].first, stranger & 0b1100_0000 == 0b1000_0000 {
                message = "Invalid UTF-8 start byte 0x\(String(stranger, radix: 16))"
                read = word.count + 1
            } else {
                message = Self.unrecognized(Substring(decoding: word, as: UTF8.self))
                read = word.count
            }
        } else {
            message = error.reason
        }
        let (line, column) = Self.position(error.offset + read, in: bytes)
        place =
            "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: \(line), column: \(column)]"
    }

    private static let values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
    private static let validValue = "expected a valid value \(values)"

    /// By what our parser misses.
    private static let expectations = [
        "a member name should be here": "was expecting double-quote to start field name",
        "a ':' should be here": "was expecting a colon to separate field name and value",
        "a ',' or '}' should be here": "was expecting comma to separate Object entries",
        "a ',' or ']' should be here": "was expecting comma to separate Array entries",
    ]

    private static let isNoValue: Set = ["unexpected text", "unexpected character"]

    private static func unrecognized(_ token: Substring) -> String {
        "Unrecognized token '\(token)': was expecting \(values)"
    }

    /// What cannot be shown is told by its code alone.
    private static func unexpected(_ code: UInt16, _ expected: String) -> String {
        let isControl = code < 32 || (127..<160).contains(code)
        let shown =
            isControl ? "(CTRL-CHAR, code \(code))" : "'\(String(decoding: [code], as: UTF16.self))' (code \(code))"
        return "Unexpected character (\(shown)): \(expected)"
    }

    private static func position(_ offset: Int, in bytes: some BidirectionalCollection<UInt8>) -> (
        line: Int, column: Int
    ) {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        return (line, before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1)
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
