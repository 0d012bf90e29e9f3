import Glibc

/// A text with `*` for any run of characters; `\*` and `\\` stand for themselves.
struct Wildcard: Equatable, Sendable {
    /// What lies before, between and after the stars.
    private let parts: [[UInt8]]

    /// nil for two stars in a row and for an escape of anything else.
    init?(_ text: String) {
        var parts: [[UInt8]] = [[]]
        var bytes = text.utf8.makeIterator()
        var wasStar = false
        while let byte = bytes.next() {
            let isStar = byte == UInt8(ascii: "*")
            if isStar {
                guard !wasStar else { return nil }
                parts.append([])
            } else if byte == UInt8(ascii: "\\") {
                guard let next = bytes.next(), next == UInt8(ascii: "*") || next == byte else { return nil }
                parts[parts.count - 1].append(next)
            } else {
                parts[parts.count - 1].append(byte)
            }
            wasStar = isStar
        }
        self.parts = parts
    }

    func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = parts.first, let last = parts.last, bytes.starts(with: first) else { return false }
        guard parts.count > 1 else { return bytes.count == first.count }
        var rest = bytes[first.count...]
        for part in parts.dropFirst().dropLast() {
            guard let end = Self.end(of: part, in: rest) else { return false }
            rest = bytes[end...]
        }
        return rest.count >= last.count && rest.suffix(last.count).elementsEqual(last)
    }

    /// Where the first occurrence of `part` ends.
    private static func end(of part: [UInt8], in rest: ArraySlice<UInt8>) -> Int? {
        var start = rest.startIndex
        while start + part.count <= rest.endIndex {
            if rest[start..<start + part.count].elementsEqual(part) { return start + part.count }
            start += 1
        }
        return nil
    }
}

/// A range of IP addresses, `10.0.0.0/24` or `2001:db8::/32`.
struct AddressBlock: Equatable, Sendable {
    private let address: [UInt8]
    private let bits: Int

    /// nil for anything that is no address with a prefix length.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = Self.bytes(of: String(parts[0])), let bits = Int(parts[1]),
            (0...address.count * 8).contains(bits)
        else { return nil }
        self.address = address
        self.bits = bits
    }

    func contains(_ text: String) -> Bool {
        guard let other = Self.bytes(of: text), other.count == address.count else { return false }
        return (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> (bit % 8)
            return address[bit / 8] & mask == other[bit / 8] & mask
        }
    }

    private static func bytes(of text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
