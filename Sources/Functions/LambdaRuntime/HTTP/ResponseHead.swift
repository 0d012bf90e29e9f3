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

    /// Removes the carriage return of a line's end.
    mutating func removeReturn(after start: Int) {
        if bytes.count > start, bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
    }

    /// Reads `HTTP/1.1 200 OK`; false when the line is not one.
    mutating func readStatusLine(_ line: Range<Int>) -> Bool {
        guard line.count >= 12, bytes[line].prefix(7).equalsIgnoringCase("http/1.") else { return false }
        let version = bytes[line.lowerBound + 7]
        guard version == UInt8(ascii: "0") || version == UInt8(ascii: "1"), bytes[line.lowerBound + 8] == 0x20,
            line.count == 12 || bytes[line.lowerBound + 12] == 0x20,
            let code = bytes[(line.lowerBound + 9)..<(line.lowerBound + 12)].decimal(notAbove: 599), code >= 100
        else { return false }
        status = code
        isHTTP10 = version == UInt8(ascii: "0")
        return true
    }

    /// Reads `Name: value`; false when the line is not one. A folded line is refused, as RFC 9112, 5.2 allows.
    mutating func readField(_ line: Range<Int>) -> Bool {
        guard let colon = endOfName(line) else { return false }
        let value = bytes[(colon + 1)..<line.upperBound].trimmed.indices
        fields.append(Field(name: line.lowerBound..<colon, value: value))
        return true
    }

    /// Where the colon after a field's name stands; nil when there is no name, or one with other than visible ASCII.
    private func endOfName(_ line: Range<Int>) -> Int? {
        let bytes = bytes.span
        var place = line.lowerBound
        while place < line.upperBound, bytes[place] != UInt8(ascii: ":") {
            guard bytes[place] > 0x20, bytes[place] < 0x7f else { return nil }
            place += 1
        }
        return place > line.lowerBound && place < line.upperBound ? place : nil
    }
}
