import AWSProtocol
package import EmulatorClock
import Glibc

/// The tracing header of X-Ray.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
package enum TraceID {
    /// `Root=1-<seconds>-<96 bits>;Parent=<64 bits>;Sampled=1`
    package static func make(at instant: Timestamp) -> String {
        let seconds = String(UInt32(truncatingIfNeeded: instant.seconds), radix: 16)
        let padded = String(repeating: "0", count: 8 - seconds.utf8.count) + seconds
        return "Root=1-\(padded)-\(hex(24));Parent=\(hex(16));Sampled=1"
    }

    /// Random hex digits.
    static func hex(_ digits: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: digits / 2)
        // Cannot fail: it gives up to 256 bytes at once.
        _ = getentropy(&bytes, bytes.count)
        return Hex.encode(bytes)
    }
}
