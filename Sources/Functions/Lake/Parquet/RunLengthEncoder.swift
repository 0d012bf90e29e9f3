/// Writes Parquet's hybrid of run-length and bit-packed runs.
struct RunLengthEncoder {
    private let bitWidth: Int
    private(set) var bytes: [UInt8] = []

    init(bitWidth: Int) {
        self.bitWidth = bitWidth
    }

    /// Appends all of `values`. Eight equal values or more become a run; bit-packed stretches are filled up to whole
    /// groups of eight, from the run that follows where there is one.
    @inline(__always)
    mutating func append<Number: FixedWidthInteger & UnsignedInteger>(_ values: UnsafeBufferPointer<Number>) {
        var (packedFrom, index) = (0, 0)
        while index < values.count {
            let value = values[index]
            var end = index + 1
            while end < values.count, values[end] == value { end += 1 }
            let filling = (packedFrom - index) & 7
            if end - index - filling >= 8 {
                pack(values, packedFrom..<index + filling)
                appendRun(of: UInt32(value), count: end - index - filling)
                packedFrom = end
            }
            index = end
        }
        pack(values, packedFrom..<values.count)
    }

    /// Appends one run.
    mutating func appendRun(of value: UInt32, count: Int) {
        appendVarint(count << 1)
        for byte in 0..<(bitWidth + 7) / 8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(8 * byte))) }
    }

    @inline(__always)
    private mutating func pack<Number: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafeBufferPointer<Number>, _ range: Range<Int>
    ) {
        guard !range.isEmpty else { return }
        let groups = (range.count + 7) / 8
        appendVarint(groups << 1 | 1)
        let end = bytes.count + groups * bitWidth
        var (word, bits) = (UInt64(0), 0)
        for index in range {
            word |= UInt64(values[index]) << UInt64(bits)
            bits += bitWidth
            if bits >= 32 {
                withUnsafeBytes(of: UInt32(truncatingIfNeeded: word).littleEndian) { bytes.append(contentsOf: $0) }
                word >>= 32
                bits -= 32
            }
        }
        while bytes.count < end {
            bytes.append(UInt8(truncatingIfNeeded: word))
            word >>= 8
        }
    }

    private mutating func appendVarint(_ value: Int) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
