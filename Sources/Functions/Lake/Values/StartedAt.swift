/// The text form of Helix times, `YYYY-MM-DDTHH:MM:SS[.f]Z`, and what `started_at` asks beyond (LAKE_SPEC 2.2).
enum StartedAt {
    /// What `microseconds` gives for a text that is not valid.
    static let invalid = Int64.min

    /// Microseconds since the epoch, fractions cut off below; `invalid` when the text breaks any part of the rule.
    static func microseconds(_ text: ByteView) -> Int64 {
        let instant = helixTime(text)
        return instant >= earliest ? instant : invalid
    }

    /// The same for any year: accounts are older than `started_at` may be.
    static func helixTime(_ text: ByteView) -> Int64 {
        guard (20...30).contains(text.count), text.count != 21, text[text.count - 1] == UInt8(ascii: "Z"),
            separatorsStand(in: text), let seconds = seconds(text), let fraction = fraction(text)
        else { return invalid }
        return seconds * Instant.microsecondsPerSecond + fraction
    }

    /// 2011-06-06T00:00:00Z, the day Twitch opened: no stream began before it.
    private static let earliest: Int64 = 1_307_318_400_000_000

    private static func separatorsStand(in text: ByteView) -> Bool {
        text[4] == UInt8(ascii: "-") && text[7] == UInt8(ascii: "-") && text[10] == UInt8(ascii: "T")
            && text[13] == UInt8(ascii: ":") && text[16] == UInt8(ascii: ":")
    }

    private static func seconds(_ text: ByteView) -> Int64? {
        let century = pair(text, 0)
        let (year, month, day) = (century * 100 + pair(text, 2), pair(text, 5), pair(text, 8))
        let (hour, minute, second) = (pair(text, 11), pair(text, 14), pair(text, 17))
        guard max(century, max(pair(text, 2), max(month, day))) < 100, (1...12).contains(month), day >= 1,
            day <= CivilDate.length(ofMonth: month, year: year), hour < 24, minute < 60, second < 60
        else { return nil }
        let days = CivilDate.days(year: year, month: month, day: day)
        return Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
    }

    /// The number in two digits, or at least 1000 when one of them is no ASCII digit.
    @inline(__always)
    private static func pair(_ text: ByteView, _ at: Int) -> Int {
        let (tens, units) = (text[at] &- 0x30, text[at + 1] &- 0x30)
        return tens <= 9 && units <= 9 ? Int(tens) * 10 + Int(units) : 1000
    }

    private static func fraction(_ text: ByteView) -> Int64? {
        guard text.count > 20 else { return 0 }
        guard text[19] == UInt8(ascii: ".") else { return nil }
        var (value, scale) = (Int64(0), Int64(100_000))
        for index in 20..<text.count - 1 {
            guard text[index] &- 0x30 <= 9 else { return nil }
            value += Int64(text[index] &- 0x30) * scale
            scale /= 10
        }
        return value
    }
}
