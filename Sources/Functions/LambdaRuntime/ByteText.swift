#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension ArraySlice<UInt8> {
    /// Where the first line feed stands; nil when there is none. By the C library, which looks at many bytes at once.
    var firstLineFeed: Int? {
        withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let found = memchr(start, 0x0a, count) else { return nil }
            return startIndex + start.distance(to: UnsafeRawPointer(found))
        }
    }

    /// Without the blanks and tabs on both sides.
    var trimmed: ArraySlice<UInt8> {
        var (start, end) = (startIndex, endIndex)
        while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
        while start < end, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
        return self[start..<end]
    }

    /// - Parameter other: in lower case.
    func equalsIgnoringCase(_ other: StaticString) -> Bool {
        guard count == other.utf8CodeUnitCount else { return false }
        let mine = span
        return other.withUTF8Buffer { other in
            for place in other.indices {
                let byte = mine[place]
                let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
                if (isUpper ? byte | 0x20 : byte) != other[place] { return false }
            }
            return true
        }
    }

    /// Whether these are the bytes of `other`.
    func equals(_ other: StaticString) -> Bool {
        guard count == other.utf8CodeUnitCount else { return false }
        return withUnsafeBytes { mine in
            mine.baseAddress.map { memcmp($0, other.utf8Start, count) == 0 } ?? true
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
