import Glibc

/// A string that compares by its UTF-8 bytes, as DynamoDB's attribute names and string values do.
///
/// Swift's own `==` follows Unicode canonical equivalence, by which "é" of one scalar equals "é" of two: two keys of a
/// table would be one.
package struct Text: Sendable, ExpressibleByStringLiteral {
    package let string: String

    package init(_ string: String) {
        self.string = string
    }

    package init(_ bytes: some Collection<UInt8>) {
        string = String(decoding: bytes, as: UTF8.self)
    }

    package init(stringLiteral string: String) {
        self.string = string
    }

    package var bytes: [UInt8] { Array(string.utf8) }
    package var byteCount: Int { string.utf8.count }
    package var isEmpty: Bool { string.isEmpty }

    /// Gives the bytes without copying them, but for strings of foreign storage.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        string.utf8.withContiguousStorageIfAvailable(body) ?? Array(string.utf8).withUnsafeBufferPointer(body)
    }
}

extension Text: Hashable, Comparable {
    package static func == (left: Text, right: Text) -> Bool {
        left.withBytes { left in right.withBytes { right in isEqual(left, right) } }
    }

    package static func < (left: Text, right: Text) -> Bool {
        left.withBytes { left in right.withBytes { right in compareBytes(left, right) < 0 } }
    }

    package func hash(into hasher: inout Hasher) {
        withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Text: Codable {
    package init(from decoder: any Decoder) throws {
        string = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(string)
    }
}

private func isEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    left.count == right.count && compareBytes(left, right) == 0
}

/// The order of SQLite's blobs and of DynamoDB's keys: byte by byte, unsigned; of two that agree the shorter is less.
func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    let shared = min(left.count, right.count)
    if shared > 0, let leftStart = left.baseAddress, let rightStart = right.baseAddress {
        let order = memcmp(leftStart, rightStart, shared)
        if order != 0 { return Int(order) }
    }
    return left.count - right.count
}

func compareBytes(_ left: [UInt8], _ right: [UInt8]) -> Int {
    left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { right in compareBytes(left, right) } }
}
