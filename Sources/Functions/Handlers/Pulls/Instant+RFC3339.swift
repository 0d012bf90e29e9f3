package import Lake

extension Instant {
    /// Reads any RFC 3339 time, with `Z` or an offset, in either case of letter; what lies below a microsecond is cut off.
    ///
    /// https://www.rfc-editor.org/rfc/rfc3339#section-5.6
    package init?(rfc3339 text: String) {
        var rest = Array(text.utf8)[...]
        guard let date = CivilDate(String(decoding: rest.prefix(10), as: UTF8.self)) else { return nil }
        rest = rest.dropFirst(10)
        guard rest.take("Tt"), let hour = rest.takeNumber(below: 24), rest.take(":"),
            let minute = rest.takeNumber(below: 60), rest.take(":"), let second = rest.takeNumber(below: 60),
            let fraction = rest.takeFraction(), let offset = rest.takeOffset(), rest.isEmpty
        else { return nil }
        let seconds = Int64(date.daysSinceEpoch) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

extension ArraySlice<UInt8> {
    /// Takes the next byte when it is one of these.
    fileprivate mutating func take(_ bytes: StaticString) -> Bool {
        guard let first, bytes.withUTF8Buffer({ $0.contains(first) }) else { return false }
        removeFirst()
        return true
    }

    /// Takes two digits.
    fileprivate mutating func takeNumber(below limit: Int64) -> Int64? {
        let digits = prefix(2)
        guard digits.count == 2, digits.allSatisfy(Self.isDigit) else { return nil }
        removeFirst(2)
        let value = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        return value < limit ? value : nil
    }

    /// Takes a point and digits, if there is a point: microseconds.
    fileprivate mutating func takeFraction() -> Int64? {
        guard take(".") else { return 0 }
        let digits = prefix(while: Self.isDigit)
        removeFirst(digits.count)
        let padded = Array(digits.prefix(6)) + Array(repeating: 0x30, count: Swift.max(0, 6 - digits.count))
        return digits.isEmpty ? nil : padded.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Takes the zone: minutes ahead of UTC.
    fileprivate mutating func takeOffset() -> Int64? {
        if take("Zz") { return 0 }
        let isBehind = take("-")
        guard isBehind || take("+"), let hours = takeNumber(below: 24), take(":"), let minutes = takeNumber(below: 60)
        else { return nil }
        return (isBehind ? -1 : 1) * (hours * 60 + minutes)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte
    }
}
