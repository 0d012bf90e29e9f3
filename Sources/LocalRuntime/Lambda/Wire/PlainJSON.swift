/// Tells in one pass, and without building a value, whether bytes are JSON of the usual kind: an invocation's event is
/// only passed on. What it does not know (text beyond ASCII, deep nesting) it leaves to the parser.
struct PlainJSON {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depthLeft = 64

    static func isCertain(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { buffer in
            var check = PlainJSON(bytes: buffer)
            return check.value() && check.blanks() == nil
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Passes blanks and looks at what follows, nil at the end.
    private mutating func blanks() -> UInt8? {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private mutating func value() -> Bool {
        switch blanks() {
        case UInt8(ascii: "{"):
            members(until: UInt8(ascii: "}")) { $0.string() && $0.take(UInt8(ascii: ":")) && $0.value() }
        case UInt8(ascii: "["): members(until: UInt8(ascii: "]")) { $0.value() }
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "t"): word("true")
        case UInt8(ascii: "f"): word("false")
        case UInt8(ascii: "n"): word("null")
        default: number()
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard blanks() == byte else { return false }
        position += 1
        return true
    }

    private mutating func members(until end: UInt8, _ member: (inout PlainJSON) -> Bool) -> Bool {
        guard depthLeft > 0 else { return false }
        depthLeft -= 1
        defer { depthLeft += 1 }
        position += 1
        if take(end) { return true }
        repeat {
            guard member(&self) else { return false }
        } while take(UInt8(ascii: ","))
        return take(end)
    }

    private mutating func string() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return true }
            guard byte >= 0x20, byte < 0x80 else { return false }
            if byte == UInt8(ascii: "\\"), !escape() { return false }
        }
        return false
    }

    /// One letter; what `\u` needs is left to the parser.
    private mutating func escape() -> Bool {
        guard position < bytes.count else { return false }
        defer { position += 1 }
        return "\"\\/bfnrt".utf8.contains(bytes[position])
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        let isEqual = (0..<word.utf8CodeUnitCount).allSatisfy { bytes[position + $0] == word.utf8Start[$0] }
        position = end
        return isEqual
    }

    private mutating func number() -> Bool {
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        let start = position
        guard digits() else { return false }
        if bytes[start] == UInt8(ascii: "0"), position > start + 1 { return false }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digits() else { return false }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) {
                position += 1
            }
            return digits()
        }
        return true
    }

    /// At least one.
    private mutating func digits() -> Bool {
        let start = position
        while position < bytes.count, (48...57).contains(bytes[position]) { position += 1 }
        return position > start
    }
}
