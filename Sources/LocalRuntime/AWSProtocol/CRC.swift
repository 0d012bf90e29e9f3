/// A reflected cyclic redundancy check of 32 or 64 bits, with all bits set at the start and inverted at the end: what S3
/// keeps of objects, and DynamoDB sends with each answer.
package struct CRC: Sendable {
    /// The polynomial, its lowest power in the highest bit, and eight tables of 256 words for eight bytes at a time.
    package final class Polynomial: Sendable {
        package let reflected: UInt64
        package let width: Int
        fileprivate let tables: [UInt64]

        package init(reflected: UInt64, width: Int) {
            self.reflected = reflected
            self.width = width
            var tables = [UInt64](repeating: 0, count: 8 * 256)
            for byte in 0..<256 {
                tables[byte] = (0..<8).reduce(UInt64(byte)) { value, _ in value >> 1 ^ (value & 1) * reflected }
            }
            for index in 256..<tables.count {
                let previous = tables[index - 256]
                tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
            }
            self.tables = tables
        }

        fileprivate var allBits: UInt64 { width == 64 ? .max : (1 << UInt64(width)) - 1 }
    }

    /// CRC-32 of zlib and gzip.
    package static let crc32 = Polynomial(reflected: 0xEDB8_8320, width: 32)
    /// CRC-32C, Castagnoli's polynomial.
    package static let crc32c = Polynomial(reflected: 0x82F6_3B78, width: 32)
    /// CRC-64/NVME. https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-64-nvme
    package static let crc64nvme = Polynomial(reflected: 0x9A6C_9329_AC4B_C9B5, width: 64)

    private let polynomial: Polynomial
    private var register: UInt64

    /// The check of nothing.
    package init(_ polynomial: Polynomial) {
        self.polynomial = polynomial
        register = polynomial.allBits
    }

    /// The check of what was fed so far, in the lowest bits.
    package var value: UInt64 { register ^ polynomial.allBits }

    /// The check of all that was fed so far.
    package static func of(_ bytes: [UInt8], _ polynomial: Polynomial) -> UInt64 {
        var crc = CRC(polynomial)
        crc.update(bytes)
        return crc.value
    }

    /// The value, most significant byte first, as S3 sends it.
    package var bytes: [UInt8] { Self.bytes(of: value, width: polynomial.width) }

    /// Goes on with the next bytes.
    package mutating func update(_ input: [UInt8]) {
        register = polynomial.tables.withUnsafeBufferPointer { tables in
            input.withUnsafeBytes { Self.fold($0, into: register, tables) }
        }
    }

    /// Eight bytes a step: each goes through the table of its distance from the end of the step.
    private static func fold(
        _ input: UnsafeRawBufferPointer, into start: UInt64, _ tables: UnsafeBufferPointer<UInt64>
    ) -> UInt64 {
        var register = start
        var offset = 0
        while offset + 8 <= input.count {
            let word = UInt64(littleEndian: input.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ register
            let low =
                tables[1792 + Int(word & 0xFF)] ^ tables[1536 + Int(word >> 8 & 0xFF)]
                ^ tables[1280 + Int(word >> 16 & 0xFF)] ^ tables[1024 + Int(word >> 24 & 0xFF)]
            let high =
                tables[768 + Int(word >> 32 & 0xFF)] ^ tables[512 + Int(word >> 40 & 0xFF)]
                ^ tables[256 + Int(word >> 48 & 0xFF)] ^ tables[Int(word >> 56)]
            register = low ^ high
            offset += 8
        }
        while offset < input.count {
            register = register >> 8 ^ tables[Int((register ^ UInt64(input[offset])) & 0xFF)]
            offset += 1
        }
        return register
    }

    /// A value of so many bits, most significant byte first.
    package static func bytes(of value: UInt64, width: Int) -> [UInt8] {
        stride(from: width - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }
}

extension CRC {
    /// The check of two texts in a row, out of their own checks and the length of the second in bytes.
    ///
    /// Appending a zero byte is a linear map of the register; its powers of two, as matrices over one bit, take a
    /// length of n in log n steps. https://stackoverflow.com/a/23126768 explains zlib's `crc32_combine`, which does it.
    package static func combine(_ first: UInt64, _ second: UInt64, secondLength: Int64, _ polynomial: Polynomial)
        -> UInt64
    {
        var operation = oneZeroByte(polynomial)
        var value = first
        var length = secondLength
        while length > 0 {
            if length & 1 == 1 { value = apply(operation, to: value) }
            operation = operation.map { apply(operation, to: $0) }
            length >>= 1
        }
        return value ^ second
    }

    /// What becomes of each bit of the register when a zero byte passes.
    private static func oneZeroByte(_ polynomial: Polynomial) -> [UInt64] {
        (0..<polynomial.width).map { bit in
            let value = UInt64(1) << UInt64(bit)
            return value >> 8 ^ polynomial.tables[Int(value & 0xFF)]
        }
    }

    private static func apply(_ matrix: [UInt64], to vector: UInt64) -> UInt64 {
        var rest = vector
        var sum: UInt64 = 0
        while rest != 0 {
            sum ^= matrix[rest.trailingZeroBitCount]
            rest &= rest - 1
        }
        return sum
    }
}
