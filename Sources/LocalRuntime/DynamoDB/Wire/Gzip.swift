import CZlib

/// A body that is not compressed as its `Content-Encoding` says; AWS answers 500 to it.
struct CompressionFailure: Error {}

/// The encoding in which SDKs send large requests: one or more gzip members in a row.
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html
enum Gzip {
    /// - Parameter limit: how many bytes there may be at most, decompressed; there is more to few bytes than memory holds.
    /// - Throws: `CompressionFailure`.
    static func decompress(_ compressed: [UInt8], limit: Int) throws -> [UInt8] {
        var stream = z_stream()
        guard rivulet_inflate_init_gzip(&stream) == Z_OK else { throw CompressionFailure() }
        defer { inflateEnd(&stream) }
        var (output, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
        try compressed.withUnsafeBufferPointer { input in
            // zlib reads through this pointer only; its type predates const.
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            var status = Z_OK
            repeat {
                if status == Z_STREAM_END, inflateReset(&stream) != Z_OK { throw CompressionFailure() }
                let produced = buffer.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    return buffer.count - Int(stream.avail_out)
                }
                guard status == Z_OK || status == Z_STREAM_END else { throw CompressionFailure() }
                output += buffer.prefix(produced)
                guard output.count <= limit else { throw CompressionFailure() }
            } while stream.avail_in > 0 || status != Z_STREAM_END
        }
        return output
    }
}
