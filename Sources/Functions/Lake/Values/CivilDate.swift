/// A day of the proleptic Gregorian calendar, counted from 1970-01-01.
package struct CivilDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01, as a Parquet DATE.
    package let daysSinceEpoch: Int32

    package init(daysSinceEpoch: Int32) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// Nil for a date that the calendar does not have.
    package init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        daysSinceEpoch = Int32(Self.days(year: year, month: month, day: day))
    }

    /// Reads `YYYY-MM-DD`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var description: String {
        let (year, month, day) = components
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    /// The day `days` later, or earlier when negative.
    package func adding(days: Int32) -> CivilDate {
        CivilDate(daysSinceEpoch: daysSinceEpoch &+ days)
    }

    package static func < (left: CivilDate, right: CivilDate) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    /// Year, month and day. Years are counted from 1 March, so that the leap day is the last of its year and the
    /// months' lengths follow one line: 153 days in every five months.
    package var components: (year: Int, month: Int, day: Int) {
        let sinceYearZero = Int(daysSinceEpoch) + Self.epochFromYearZero
        let (cycle, dayOfCycle) = floorDivision(sinceYearZero, Self.daysIn400Years)
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, day)
    }

    /// Days from the epoch to a date that is known to exist; the inverse of `components`.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let (cycle, yearOfCycle) = floorDivision(yearFromMarch, 400)
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        return cycle * daysIn400Years + dayOfCycle - epochFromYearZero
    }

    static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static let daysIn400Years = 146_097
    /// 1 March of year 0 to 1 January 1970.
    private static let epochFromYearZero = 719_468

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard digit &- 0x30 <= 9 else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number.magnitude)
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// Quotient rounded down and the remainder that is never negative; `divisor` is positive.
@inline(__always)
func floorDivision<Number: FixedWidthInteger>(
    _ dividend: Number, _ divisor: Number
) -> (quotient: Number, remainder: Number) {
    let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
