/// Parquet's hybrid of run-length and bit-packed runs, for levels and dictionary codes.
///
/// https://github.com/apache/parquet-format/blob/master/Encodings.md#RLE
enum RunLength {
    /// Fills `output` from `input`; the rest of `input` is not looked at.
    @inline(__always)
    static func decode<Number: FixedWidthInteger & UnsignedInteger>(
        _ input: UnsafeRawBufferPointer, bitWidth: Int, into output: UnsafeMutableBufferPointer<Number>
    ) throws(ParquetProblem) {
        guard bitWidth <= min(32, Number.bitWidth) else { throw .corrupt("codes of \(bitWidth) bits") }
        var (offset, filled) = (0, 0)
        while filled < output.count {
            let header = try varint(input, &offset)
            let wanted = output.count - filled
            if header & 1 == 0 {
                let run = Int(clamping: header >> 1)
                guard run > 0 else { throw .corrupt("an empty run of codes") }
                let value: Number = try repeated(input, &offset, bitWidth)
                UnsafeMutableBufferPointer(rebasing: output[filled..<filled + min(run, wanted)]).update(
                    repeating: value)
                filled += min(run, wanted)
            } else {
                let groups = Int(clamping: header >> 1)
                let count = groups > wanted / 8 ? wanted : groups * 8
                guard groups > 0 else { throw .corrupt("an empty run of codes") }
                let byteCount = (count * bitWidth + 7) / 8
                guard input.count - offset >= byteCount else { throw .truncated("bit-packed codes") }
                let packed = UnsafeRawBufferPointer(rebasing: input[offset...])
                unpack(packed, bitWidth, UnsafeMutableBufferPointer(rebasing: output[filled..<filled + count]))
                filled += count
                offset += min(groups <= input.count ? groups * bitWidth : input.count, input.count - offset)
            }
        }
    }

    /// The one value that a single run gives all of `count` places; nil when there is more than such a run.
    static func constant(_ input: UnsafeRawBufferPointer, bitWidth: Int, count: Int) -> UInt8? {
        var offset = 0
        guard let header = try? varint(input, &offset), header & 1 == 0, header >> 1 >= UInt64(count), bitWidth <= 8
        else { return nil }
        return try? repeated(input, &offset, bitWidth)
    }

    private static func varint(_ input: UnsafeRawBufferPointer, _ offset: inout Int) throws(ParquetProblem) -> UInt64 {
        var (value, shift) = (UInt64(0), UInt64(0))
        while shift < 35 {
            guard offset < input.count else { throw .truncated("a run of codes") }
            let byte = input[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .corrupt("a run of codes of impossible length")
    }

    @inline(__always)
    private static func repeated<Number: FixedWidthInteger>(
        _ input: UnsafeRawBufferPointer, _ offset: inout Int, _ bitWidth: Int
    ) throws(ParquetProblem) -> Number {
        let width = (bitWidth + 7) / 8
        guard input.count - offset >= width else { throw .truncated("a run of codes") }
        var value: UInt32 = 0
        for index in 0..<width { value |= UInt32(input[offset + index]) << UInt32(8 * index) }
        offset += width
        return Number(truncatingIfNeeded: value)
    }

    /// Values lie least significant bit first. Eight bytes at once hold any value of up to 32 bits whatever its first
    /// bit; where fewer are left, the bytes are taken one by one.
    @inline(__always)
    private static func unpack<Number: FixedWidthInteger>(
        _ input: UnsafeRawBufferPointer, _ bitWidth: Int, _ output: UnsafeMutableBufferPointer<Number>
    ) {
        let mask = UInt64(1) << UInt64(bitWidth) - 1
        let lastWhole = input.count - 8
        var bit = 0
        for index in 0..<output.count {
            let byte = bit >> 3
            let word: UInt64
            if byte <= lastWhole {
                word = UInt64(littleEndian: input.loadUnaligned(fromByteOffset: byte, as: UInt64.self))
            } else {
                word = tail(input, from: byte)
            }
            output[index] = Number(truncatingIfNeeded: word >> UInt64(bit & 7) & mask)
            bit += bitWidth
        }
    }

    private static func tail(_ input: UnsafeRawBufferPointer, from byte: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in byte..<max(byte, input.count) { word |= UInt64(input[index]) << UInt64(8 * (index - byte)) }
        return word
    }

    /// The deprecated BIT_PACKED encoding of levels: most significant bit first, no runs, no length.
    /// Gives the bytes taken.
    static func decodeBitPacked(
        _ input: UnsafeRawBufferPointer, bitWidth: Int, into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(ParquetProblem) -> Int {
        let byteCount = (output.count * bitWidth + 7) / 8
        guard input.count >= byteCount else { throw .truncated("bit-packed levels") }
        for index in 0..<output.count {
            var value: UInt8 = 0
            for bit in index * bitWidth..<(index + 1) * bitWidth {
                value = value << 1 | input[bit >> 3] >> UInt8(7 - bit & 7) & 1
            }
            output[index] = value
        }
        return byteCount
    }

    /// The bits that hold every number up to `maximum`.
    static func bitWidth(for maximum: Int) -> Int {
        Int.bitWidth - maximum.leadingZeroBitCount
    }
}
