/// What AWS says of a text that is not JSON: the words of the Java library that reads it there, which clients show to people.
package struct JSONComplaint: Sendable {
    /// What the library calls that which it reads.
    package enum Source: String, Sendable {
        case text = "String"
        case bytes = "byte[]"
    }

    /// Without the place.
    package let message: String
    /// `[Source: (String)"…"; line: 1, column: 4]`
    package let place: String

    /// Message and place, as the library puts them together.
    package var whole: String { "\(message)\n at \(place)" }

    /// - Parameter text: what was read, from its start.
    package init(_ error: JSONSyntaxError, in text: String, source: Source = .text) {
        let rest = Substring(decoding: text.utf8.dropFirst(error.offset), as: UTF8.self)
        let token = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        // Where the library has read to when it gives up: behind the character or the word.
        let read: Int
        if let next = rest.first, let expected = Self.expectations[error.reason] {
            message = Self.unexpected(next, expected)
            read = next.utf8.count
        } else if let next = rest.first, Self.isNoValue.contains(error.reason) {
            message =
                token.isEmpty
                ? Self.unexpected(next, "expected a valid value \(Self.values)")
                : "Unrecognized token '\(token)': was expecting \(Self.values)"
            read = token.isEmpty ? next.utf8.count : token.utf8.count
        } else {
            message = error.reason
            read = 0
        }
        place = Self.place(of: error.offset + read, in: text, source)
    }

    private static let values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

    /// By what our parser misses.
    private static let expectations = [
        "a member name should be here": "was expecting double-quote to start field name",
        "a ':' should be here": "was expecting a colon to separate field name and value",
        "a ',' or '}' should be here": "was expecting comma to separate Object entries",
        "a ',' or ']' should be here": "was expecting comma to separate Array entries",
    ]

    private static let isNoValue: Set = ["unexpected text", "unexpected character"]

    private static func unexpected(_ character: Character, _ expected: String) -> String {
        "Unexpected character ('\(character)' (code \(character.utf16.first ?? 0))): \(expected)"
    }

    private static func place(of offset: Int, in text: String, _ source: Source) -> String {
        let before = text.utf8.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        return "[Source: (\(source.rawValue))\"\(text.prefix(500))\"; line: \(line), column: \(column)]"
    }
}
