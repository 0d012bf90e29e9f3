/// The checksum of `x-amz-crc32`, which DynamoDB's clients compare: CRC-32 of IEEE 802.3, as in gzip.
enum CRC32 {
    /// `tables[k][b]` is what byte `b` leaves after `k` more zero bytes, so that eight bytes go in one step.
    private static let tables: [[UInt32]] = {
        var tables = [(0..<256).map { byte(UInt32($0)) }]
        for _ in 1..<8 {
            let last = tables[tables.count - 1]
            tables.append(last.map { tables[0][Int($0 & 0xFF)] ^ ($0 >> 8) })
        }
        return tables
    }()

    private static func byte(_ value: UInt32) -> UInt32 {
        (0..<8).reduce(value) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { bytes in
            var sum = UInt32.max
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian ^ UInt64(sum)
                sum = 0
                for k in 0..<8 { sum ^= tables[7 - k][Int((word >> (8 * UInt64(k))) & 0xFF)] }
                index += 8
            }
            for byte in bytes[index...] { sum = tables[0][Int((sum ^ UInt32(byte)) & 0xFF)] ^ (sum >> 8) }
            return ~sum
        }
    }
}
