/// The status and the fields of one HTTP answer, kept as received: a field becomes a `String` only when asked for.
struct ResponseHead {
    /// A field line, as places in `bytes`.
    private struct Field {
        let name: Range<Int>
        let value: Range<Int>
    }

    fileprivate(set) var status = 0
    fileprivate(set) var isHTTP10 = false
    /// All lines of the head, one after another, without their line ends.
    fileprivate(set) var bytes: [UInt8] = []
    private var fields: [Field] = []

    /// The values of every field of that name, compared without regard to case (RFC 9110, 5.1).
    ///
    /// - Parameter name: in lower case.
    func values(of name: StaticString) -> some Sequence<ArraySlice<UInt8>> {
        fields.lazy.filter { matches($0.name, name) }.map { bytes[$0.value] }
    }

    /// The first value of a field; nil when the answer has no such field.
    func first(_ name: StaticString) -> ArraySlice<UInt8>? {
        for field in fields where matches(field.name, name) { return bytes[field.value] }
        return nil
    }

    /// The first value of a field as text; nil when it is absent or empty.
    func text(_ name: StaticString) -> String? {
        guard let value = first(name), !value.isEmpty else { return nil }
        return String(decoding: value, as: UTF8.self)
    }

    /// Whether the connection may carry another request after this answer (RFC 9112, 9.3).
    var keepsAlive: Bool {
        var keeps = !isHTTP10
        for value in values(of: "connection") {
            for option in value.split(separator: UInt8(ascii: ",")) {
                if option.trimmed.equalsIgnoringCase("close") { return false }
                if option.trimmed.equalsIgnoringCase("keep-alive") { keeps = true }
            }
        }
        return keeps
    }

    private func matches(_ range: Range<Int>, _ name: StaticString) -> Bool {
        range.count == name.utf8CodeUnitCount && bytes[range].equalsIgnoringCase(name)
    }
}

extension ResponseHead {
    mutating func removeAll() {
        status = 0
        isHTTP10 = false
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
    }

    mutating func append(_ part: ArraySlice<UInt8>) {
        bytes.append(contentsOf: part)
    }

    mutating func truncate(to count: Int) {
        bytes.removeLast(bytes.count - count)
    }

    /// Reads `HTTP/1.1 200 OK`; false when the line is not one.
    mutating func readStatusLine(_ line: Range<Int>) -> Bool {
        let text = bytes[line]
        guard text.count >= 12, text.starts(with: "HTTP/1.".utf8) else { return false }
        let version = text[line.lowerBound + 7]
        guard version == UInt8(ascii: "0") || version == UInt8(ascii: "1"), text[line.lowerBound + 8] == 0x20,
            text.count == 12 || text[line.lowerBound + 12] == 0x20,
            let code = text[(line.lowerBound + 9)..<(line.lowerBound + 12)].decimal(notAbove: 599), code >= 100
        else { return false }
        status = code
        isHTTP10 = version == UInt8(ascii: "0")
        return true
    }

    /// Reads `Name: value`; false when the line is not one. A folded line is refused, as RFC 9112, 5.2 allows.
    mutating func readField(_ line: Range<Int>) -> Bool {
        guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")), colon > line.lowerBound else { return false }
        let name = line.lowerBound..<colon
        guard bytes[name].allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return false }
        fields.append(Field(name: name, value: bytes[(colon + 1)..<line.upperBound].trimmed.indices))
        return true
    }
}

extension ArraySlice<UInt8> {
    /// Without the blanks and tabs on both sides.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice
    }

    /// - Parameter other: in lower case.
    func equalsIgnoringCase(_ other: StaticString) -> Bool {
        guard count == other.utf8CodeUnitCount else { return false }
        return other.withUTF8Buffer { other in
            for (mine, theirs) in zip(self, other) {
                let isUpper = mine >= UInt8(ascii: "A") && mine <= UInt8(ascii: "Z")
                if (isUpper ? mine | 0x20 : mine) != theirs { return false }
            }
            return true
        }
    }

    /// A number of decimal digits only; nil for anything else, and for a number above `limit`.
    func decimal(notAbove limit: Int) -> Int? {
        number(radix: 10, notAbove: limit)
    }

    /// A number of hexadecimal digits only; nil for anything else, and for a number above `limit`.
    func hexadecimal(notAbove limit: Int) -> Int? {
        number(radix: 16, notAbove: limit)
    }

    private func number(radix: Int, notAbove limit: Int) -> Int? {
        guard !isEmpty else { return nil }
        var number = 0
        for byte in self {
            let digit: Int
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = Int(byte) - 0x30
            case UInt8(ascii: "a")...UInt8(ascii: "f") where radix == 16: digit = Int(byte) - 0x57
            case UInt8(ascii: "A")...UInt8(ascii: "F") where radix == 16: digit = Int(byte) - 0x37
            default: return nil
            }
            guard number <= (limit - digit) / radix else { return nil }
            number = number * radix + digit
        }
        return number
    }
}
