import AWSProtocol
package import EmulatorClock

/// The tracing header of X-Ray.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
package enum TraceID {
    /// `Root=1-<seconds>-<96 bits>;Parent=<64 bits>;Sampled=1`
    package static func make(at instant: Timestamp) -> String {
        TraceContext.begun(at: instant).under(.random()).header
    }

    /// Random hex digits.
    static func hex(_ digits: Int) -> String {
        String(unsafeUninitializedCapacity: digits) { buffer in
            var (bits, more): (UInt64, UInt64) = (0, 0)
            for index in 0..<digits {
                if index % 32 == 0 { (bits, more) = RandomWords.pair() } else if index % 16 == 0 { bits = more }
                let digit = UInt8(truncatingIfNeeded: bits & 15)
                bits >>= 4
                buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return digits
        }
    }
}
