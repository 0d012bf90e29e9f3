import AWSProtocol
import EmulatorClock

/// The tracing header of X-Ray, for executions that were given none.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
enum TraceHeader {
    /// `Root=1-<seconds>-<96 bits>;Sampled=1`
    static func make(at instant: Timestamp, seed: UInt64) -> String {
        // Other bits of the seed's than those that the execution draws, which may become known.
        var random = StepRandom(seed: ~seed)
        let seconds = hex(UInt64(UInt32(truncatingIfNeeded: instant.seconds)), digits: 8)
        return "Root=1-\(seconds)-\(hex(random.next(), digits: 16))\(hex(random.next() >> 32, digits: 8));Sampled=1"
    }

    private static func hex(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }
}
