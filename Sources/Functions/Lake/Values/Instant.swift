/// A point in time: microseconds since 1970-01-01T00:00:00Z.
package struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package init(milliseconds: Int64) {
        microseconds = milliseconds &* 1000
    }

    package init(seconds: Int64) {
        microseconds = seconds &* Self.microsecondsPerSecond
    }

    /// Reads `started_at` by LAKE_SPEC 2.2; nil when the text is not valid there.
    package init?(startedAt text: String) {
        self.init(text, StartedAt.microseconds)
    }

    /// Reads any other Helix time, `YYYY-MM-DDTHH:MM:SS[.f]Z` of years 0 to 9999; nil for other texts.
    package init?(helixTime text: String) {
        self.init(text, StartedAt.helixTime)
    }

    private init?(_ text: String, _ parse: (ByteView) -> Int64) {
        var text = text
        let parsed = text.withUTF8(parse)
        guard parsed != StartedAt.invalid else { return nil }
        microseconds = parsed
    }

    /// The instant without what lies below a millisecond: what bronze stores (LAKE_SPEC 1).
    package var truncatedToMilliseconds: Instant {
        Instant(milliseconds: floorDivision(microseconds, 1000).quotient)
    }

    /// RFC 3339 in UTC with exactly three decimals: `2026-05-01T12:00:00.000Z`.
    package var description: String {
        let (day, ofDay) = floorDivision(microseconds, Self.microsecondsPerDay)
        let seconds = Int(ofDay / Self.microsecondsPerSecond)
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { CivilDate.padded($0, 2) }
        let fraction = CivilDate.padded(Int(ofDay / 1000 % 1000), 3)
        let date = CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: day))
        return "\(date)T\(clock.joined(separator: ":")).\(fraction)Z"
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.microseconds < right.microseconds
    }

    static let microsecondsPerSecond: Int64 = 1_000_000
    static let microsecondsPerMinute: Int64 = 60_000_000
    static let microsecondsPerHour: Int64 = 3_600_000_000
    static let microsecondsPerDay: Int64 = 86_400_000_000
}
