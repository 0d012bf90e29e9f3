import CSnappy
import CZlib
import CZstd

/// Page compression through the system's libraries. Snappy is the raw block of LAKE_SPEC 4, never the framing format.
enum Compression {
    /// Appends `input`, compressed, to `output`.
    static func compress(
        _ input: UnsafeRawBufferPointer, codec: Codec, into output: inout [UInt8]
    ) throws(ParquetProblem) {
        switch codec {
        case .uncompressed: output.append(contentsOf: input)
        case .snappy:
            try append(upTo: snappy_max_compressed_length(input.count), to: &output) { target, length in
                snappy_compress(input.bytes, input.count, target, &length) == SNAPPY_OK
            }
        case .zstd:
            try append(upTo: ZSTD_compressBound(input.count), to: &output) { target, length in
                length = ZSTD_compress(target, length, input.baseAddress, input.count, zstdLevel)
                return ZSTD_isError(length) == 0
            }
        case .gzip: throw .unsupported("writing GZIP pages; choose SNAPPY or ZSTD")
        }
    }

    /// Fills `output` from `input`; anything but exactly `output.count` bytes is an error.
    static func decompress(
        _ input: UnsafeRawBufferPointer, codec: Codec, into output: UnsafeMutableRawBufferPointer
    ) throws(ParquetProblem) {
        let isWhole =
            switch codec {
            case .uncompressed: copy(input, output)
            case .snappy: snappy(input, output)
            case .gzip: inflate(input, output)
            case .zstd:
                ZSTD_decompress(output.baseAddress, output.count, input.baseAddress, input.count) == output.count
            }
        guard isWhole else { throw .corrupt("page bytes that \(codec) does not turn into the announced size") }
    }

    /// The checksum of a page's bytes as they lie in the file.
    static func crc(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
        return Int32(bitPattern: UInt32(truncatingIfNeeded: crc32_z(0, base, bytes.count)))
    }

    /// zstd's own default, the usual choice of Parquet writers as well.
    private static let zstdLevel: Int32 = 3

    private static func append(
        upTo capacity: Int, to output: inout [UInt8], _ body: (UnsafeMutablePointer<CChar>, inout Int) -> Bool
    ) throws(ParquetProblem) {
        var succeeded = false
        let compressed = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            var length = capacity
            succeeded = UnsafeMutableRawBufferPointer(buffer).withMemoryRebound(to: CChar.self) { target in
                target.baseAddress.map { body($0, &length) } ?? false
            }
            count = succeeded ? length : 0
        }
        guard succeeded else { throw .tooLarge("a page that its codec cannot compress") }
        output.append(contentsOf: compressed)
    }

    private static func copy(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Bool {
        guard input.count == output.count else { return false }
        output.copyMemory(from: input)
        return true
    }

    private static func snappy(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Bool {
        var length = 0
        guard snappy_uncompressed_length(input.bytes, input.count, &length) == SNAPPY_OK, length == output.count else {
            return false
        }
        guard let target = output.assumingMemoryBound(to: CChar.self).baseAddress else { return true }
        return snappy_uncompress(input.bytes, input.count, target, &length) == SNAPPY_OK && length == output.count
    }

    /// GZIP pages may hold several members, one after another.
    private static func inflate(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawBufferPointer) -> Bool {
        var stream = z_stream()
        guard rivulet_inflate_init(&stream) == Z_OK else { return false }
        defer { inflateEnd(&stream) }
        // zlib reads through this pointer and does not write, in spite of its type.
        stream.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(output.count)
        while CZlib.inflate(&stream, Z_FINISH) == Z_STREAM_END {
            if stream.avail_in == 0 || stream.avail_out == 0 { return stream.avail_out == 0 }
            guard inflateReset(&stream) == Z_OK else { return false }
        }
        return false
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var bytes: UnsafePointer<CChar>? { assumingMemoryBound(to: CChar.self).baseAddress }
}
