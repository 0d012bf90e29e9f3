import CZlib

/// Raw deflate and CRC-32 by the system's zlib.
enum Deflate {
    private static let rawWindow: Int32 = -15

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, UInt32($0.count))) }
    }

    static func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, 9, Z_DEFLATED, rawWindow, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw ZipError.damaged(name: "zlib's memory") }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return run(bytes, capacity: bound, &stream) { deflate(&$0, Z_FINISH) } ?? []
    }

    /// - Parameter size: how many bytes come out; more are an error.
    static func expand(_ bytes: [UInt8], size: Int, name: String) throws -> [UInt8] {
        var stream = z_stream()
        guard inflateInit2_(&stream, rawWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw ZipError.damaged(name: "zlib's memory")
        }
        defer { inflateEnd(&stream) }
        // One byte of room in any case: zlib refuses an output of none.
        guard let expanded = run(bytes, capacity: max(size, 1), &stream, { inflate(&$0, Z_FINISH) }) else {
            throw ZipError.damaged(name: name)
        }
        return expanded
    }

    /// All of the input in one call; nil when the output does not end within its capacity.
    private static func run(
        _ bytes: [UInt8], capacity: Int, _ stream: inout z_stream, _ step: (inout z_stream) -> Int32
    ) -> [UInt8]? {
        var (input, isEnded) = (bytes, false)
        let output = input.withUnsafeMutableBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(capacity)
                isEnded = step(&stream) == Z_STREAM_END
                count = capacity - Int(stream.avail_out)
            }
        }
        return isEnded ? output : nil
    }
}
