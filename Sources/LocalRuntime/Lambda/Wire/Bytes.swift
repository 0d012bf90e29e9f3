import Glibc

/// A stretch of bytes that somebody else keeps, with what reading HTTP needs of it.
struct Bytes {
    private(set) var buffer: UnsafeRawBufferPointer

    init(_ buffer: UnsafeRawBufferPointer) {
        self.buffer = buffer
    }

    var count: Int { buffer.count }
    var isEmpty: Bool { buffer.isEmpty }
    var text: String { String(decoding: buffer, as: UTF8.self) }

    /// - Parameter count: at most as many as there are.
    @discardableResult
    mutating func removeFirst(_ count: Int) -> Bytes {
        defer { buffer = UnsafeRawBufferPointer(rebasing: buffer[count...]) }
        return Bytes(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }

    /// Takes the first line, and gives it without its end (CR LF, or LF alone); nil when there is no whole one.
    mutating func removeLine() -> Bytes? {
        guard let end = place(of: UInt8(ascii: "\n")) else { return nil }
        let line = removeFirst(end + 1)
        let hasReturn = end > 0 && line.buffer[end - 1] == UInt8(ascii: "\r")
        return Bytes(UnsafeRawBufferPointer(rebasing: line.buffer[..<(hasReturn ? end - 1 : end)]))
    }

    /// What stands before the first of that byte; all when there is none.
    func upTo(_ byte: UInt8) -> Bytes {
        guard let end = place(of: byte) else { return self }
        return Bytes(UnsafeRawBufferPointer(rebasing: buffer[..<end]))
    }

    func startsWith(_ other: StaticString) -> Bool {
        guard let start = buffer.baseAddress, count >= other.utf8CodeUnitCount else { return false }
        return memcmp(start, other.utf8Start, other.utf8CodeUnitCount) == 0
    }

    /// What stands between the two; nil when these do not frame it, or there is nothing in the frame.
    func between(_ prefix: StaticString, _ suffix: StaticString) -> Bytes? {
        let (before, after) = (prefix.utf8CodeUnitCount, suffix.utf8CodeUnitCount)
        guard count > before + after, startsWith(prefix), dropFirst(count - after).startsWith(suffix) else {
            return nil
        }
        return Bytes(UnsafeRawBufferPointer(rebasing: buffer[before..<(count - after)]))
    }

    /// - Parameter length: at most as many as there are.
    func dropFirst(_ length: Int) -> Bytes { Bytes(UnsafeRawBufferPointer(rebasing: buffer[length...])) }

    func contains(_ byte: UInt8) -> Bool { place(of: byte) != nil }

    /// Without the blanks and tabs at both ends.
    var trimmed: Bytes {
        var (start, end) = (0, buffer.count)
        while start < end, Self.isBlank(buffer[start]) { start += 1 }
        while start < end, Self.isBlank(buffer[end - 1]) { end -= 1 }
        return Bytes(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
    }

    /// A number of up to eighteen digits, and nothing else.
    var decimal: Int? {
        guard (1...18).contains(count), buffer.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return buffer.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// A number of up to twelve hexadecimal digits, and nothing else.
    var hexadecimal: Int? {
        guard (1...12).contains(count) else { return nil }
        var number = 0
        for byte in buffer {
            switch byte {
            case 0x30...0x39: number = number << 4 | Int(byte - 0x30)
            case 0x41...0x46: number = number << 4 | Int(byte - 0x37)
            case 0x61...0x66: number = number << 4 | Int(byte - 0x57)
            default: return nil
            }
        }
        return number
    }

    /// Whether these are the bytes of `other`, A-Z being the same as a-z.
    func equals(_ other: StaticString) -> Bool {
        guard count == other.utf8CodeUnitCount else { return false }
        for place in 0..<count where Self.lower(buffer[place]) != Self.lower(other.utf8Start[place]) { return false }
        return true
    }

    /// Whether all of it is visible ASCII, as names of fields are.
    var isVisible: Bool {
        buffer.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private func place(of byte: UInt8) -> Int? {
        guard let start = buffer.baseAddress, let found = memchr(start, Int32(byte), count) else { return nil }
        return start.distance(to: UnsafeRawPointer(found))
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 0x20 : byte }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
