#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A value's bytes where they lie. LAKE_SPEC works on UTF-8 bytes: `String` would compare by canonical equivalence
/// and trim by grapheme, and get both wrong.
typealias ByteView = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
    /// Without the ASCII spaces (20, 09, 0A, 0D) at both ends, and nothing else (LAKE_SPEC, *trim*).
    @inline(__always)
    var trimmed: ByteView {
        var (low, high) = (0, count)
        while low < high, Self.isSpace(self[low]) { low += 1 }
        while low < high, Self.isSpace(self[high - 1]) { high -= 1 }
        return low == 0 && high == count ? self : ByteView(rebasing: self[low..<high])
    }

    /// Empty after trimming.
    @inline(__always)
    var isBlank: Bool {
        allSatisfy(Self.isSpace)
    }

    /// The number that an id spells, or 0 when this is no numeric id: 1 to 18 ASCII digits once trimmed, at least 1.
    @inline(__always)
    var numericID: Int64 {
        let digits = trimmed
        guard digits.count <= 18 else { return 0 }
        var value: Int64 = 0
        for byte in digits {
            let digit = byte &- 0x30
            guard digit <= 9 else { return 0 }
            value = value &* 10 &+ Int64(digit)
        }
        return value
    }

    /// The same bytes.
    @inline(__always)
    func equals(_ other: ByteView) -> Bool {
        guard count == other.count, let left = baseAddress, let right = other.baseAddress else {
            return count == other.count
        }
        return memcmp(left, right, count) == 0
    }

    /// Before `other` by unsigned bytes, a prefix first.
    @inline(__always)
    func precedes(_ other: ByteView) -> Bool {
        guard let left = baseAddress, let right = other.baseAddress else { return count < other.count }
        if count >= 8, other.count >= 8 {
            // Most pairs part within eight bytes, which as one big-endian number have the same order.
            let (first, second) = (bigEndianPrefix, other.bigEndianPrefix)
            if first != second { return first < second }
        }
        let order = memcmp(left, right, Swift.min(count, other.count))
        return order == 0 ? count < other.count : order < 0
    }

    @inline(__always)
    private var bigEndianPrefix: UInt64 {
        UInt64(bigEndian: UnsafeRawBufferPointer(self).loadUnaligned(as: UInt64.self))
    }

    /// Equal to an ASCII word once A-Z are mapped to a-z.
    @inline(__always)
    func equalsIgnoringASCIICase(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in 0..<count where Self.lowered(self[index]) != word.utf8Start[index] { return false }
        return true
    }

    /// Looked for without stopping early, so that the compiler takes many bytes at once.
    @inline(__always)
    var hasASCIIUppercase: Bool {
        var found: UInt8 = 0
        for byte in self { found |= byte &- 0x41 < 26 ? 1 : 0 }
        return found != 0
    }

    @inline(__always)
    static func lowered(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
