/// Reads JSON from front to back, value by value, without building a tree (RFC 8259).
///
/// It is for large payloads of a known shape. It is strict, and it explains nothing: whoever uses it has a slower
/// reader that does.
struct JSONScanner {
    /// The text is no JSON, or not of the shape that was asked for.
    struct Mismatch: Error {}

    private static let deepest = 64

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads an object, handing each name to `member`, which reads its value.
    mutating func object(
        _ member: (inout JSONScanner, _ name: ArraySlice<UInt8>) throws(Mismatch) -> Void
    ) throws(Mismatch) {
        try list(from: UInt8(ascii: "{"), to: UInt8(ascii: "}")) { scanner throws(Mismatch) in
            let name = try scanner.name()
            try scanner.take(UInt8(ascii: ":"))
            try member(&scanner, name)
        }
    }

    /// Reads an array, of which `element` reads each value.
    mutating func array(_ element: (inout JSONScanner) throws(Mismatch) -> Void) throws(Mismatch) {
        try list(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), element)
    }

    /// Reads a string.
    mutating func string() throws(Mismatch) -> String {
        try take(UInt8(ascii: "\""))
        let start = place
        skipPlain()
        if place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
            defer { place += 1 }
            return try Self.text(bytes[start..<place])
        }
        return try Self.text(unescaped(from: start)[...])
    }

    /// Reads a string; nil for null.
    mutating func stringOrNull() throws(Mismatch) -> String? {
        guard peek() != UInt8(ascii: "n") else {
            try take("null")
            return nil
        }
        return try string()
    }

    /// Whether a null comes next; it is read then.
    mutating func null() throws(Mismatch) -> Bool {
        guard peek() == UInt8(ascii: "n") else { return false }
        try take("null")
        return true
    }

    /// Passes over any value.
    mutating func skip() throws(Mismatch) {
        switch peek() {
        case UInt8(ascii: "{"):
            try list(from: UInt8(ascii: "{"), to: UInt8(ascii: "}")) { scanner throws(Mismatch) in
                _ = try scanner.string()
                try scanner.take(UInt8(ascii: ":"))
                try scanner.skip()
            }
        case UInt8(ascii: "["): try array { scanner throws(Mismatch) in try scanner.skip() }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try take("true")
        case UInt8(ascii: "f"): try take("false")
        case UInt8(ascii: "n"): try take("null")
        default: try skipNumber()
        }
    }

    /// Checks that only white space is left.
    mutating func end() throws(Mismatch) {
        guard peek() == nil else { throw Mismatch() }
    }
}

extension JSONScanner {
    private mutating func list(
        from open: UInt8, to close: UInt8, _ item: (inout JSONScanner) throws(Mismatch) -> Void
    ) throws(Mismatch) {
        try take(open)
        depth += 1
        guard depth <= Self.deepest else { throw Mismatch() }
        if peek() == close {
            place += 1
        } else {
            try item(&self)
            while peek() == UInt8(ascii: ",") {
                place += 1
                try item(&self)
            }
            try take(close)
        }
        depth -= 1
    }

    /// The next byte that is no white space; nil at the end.
    private mutating func peek() -> UInt8? {
        while place < bytes.count {
            let byte = bytes[place]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
            place += 1
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) throws(Mismatch) {
        guard peek() == byte else { throw Mismatch() }
        place += 1
    }

    private mutating func take(_ word: StaticString) throws(Mismatch) {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count, bytes[place..<end].equals(word) else { throw Mismatch() }
        place = end
    }

    /// A member's name, where it is written without an escape.
    private mutating func name() throws(Mismatch) -> ArraySlice<UInt8> {
        try take(UInt8(ascii: "\""))
        let start = place
        skipPlain()
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { throw Mismatch() }
        let name = bytes[start..<place]
        if name.contains(where: { $0 >= 0x80 }) { _ = try Self.text(name) }
        place += 1
        return name
    }

    /// Passes over what stands for itself in a string: all but the quote, the backslash and control characters.
    private mutating func skipPlain() {
        place = endOfPlain
    }

    private var endOfPlain: Int {
        let bytes = bytes.span
        var end = place
        while end < bytes.count, bytes[end] >= 0x20, bytes[end] != UInt8(ascii: "\""),
            bytes[end] != UInt8(ascii: "\\")
        {
            end += 1
        }
        return end
    }

    /// The bytes of a string that has escapes.
    private mutating func unescaped(from start: Int) throws(Mismatch) -> [UInt8] {
        var text = Array(bytes[start..<place])
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                return text
            case UInt8(ascii: "\\"):
                place += 1
                try takeEscape(into: &text)
            default:
                let start = place
                skipPlain()
                guard place > start else { throw Mismatch() }
                text.append(contentsOf: bytes[start..<place])
            }
        }
        throw Mismatch()
    }

    private mutating func takeEscape(into text: inout [UInt8]) throws(Mismatch) {
        guard place < bytes.count else { throw Mismatch() }
        defer { place += 1 }
        switch bytes[place] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[place])
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(try takeScalar()).utf8
        default: throw Mismatch()
        }
    }

    /// Reads what follows `\u`, both halves of a pair; stands on the last digit then.
    private mutating func takeScalar() throws(Mismatch) -> Unicode.Scalar {
        let unit = try takeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), place + 2 < bytes.count, bytes[place + 1] == UInt8(ascii: "\\"),
            bytes[place + 2] == UInt8(ascii: "u")
        else { throw Mismatch() }
        place += 2
        let trail = try takeUnit()
        let code = 0x1_0000 + UInt32(unit & 0x3ff) << 10 + UInt32(trail & 0x3ff)
        guard UTF16.isTrailSurrogate(trail), let scalar = Unicode.Scalar(code) else { throw Mismatch() }
        return scalar
    }

    private mutating func takeUnit() throws(Mismatch) -> UInt16 {
        guard place + 4 < bytes.count, let unit = bytes[(place + 1)...(place + 4)].hexadecimal(notAbove: 0xffff) else {
            throw Mismatch()
        }
        place += 4
        return UInt16(unit)
    }

    private mutating func skipNumber() throws(Mismatch) {
        if peek() == UInt8(ascii: "-") { place += 1 }
        let start = place
        try skipDigits()
        guard bytes[start] != UInt8(ascii: "0") || place == start + 1 else { throw Mismatch() }
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            place += 1
            try skipDigits()
        }
        if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
            place += 1
            if place < bytes.count, bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") {
                place += 1
            }
            try skipDigits()
        }
    }

    private mutating func skipDigits() throws(Mismatch) {
        let start = place
        while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) { place += 1 }
        guard place > start else { throw Mismatch() }
    }

    /// The bytes as text, when they are UTF-8.
    static func text(_ bytes: ArraySlice<UInt8>) throws(Mismatch) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            throw Mismatch()
        }
    }
}
