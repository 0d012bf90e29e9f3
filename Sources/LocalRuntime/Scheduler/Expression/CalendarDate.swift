import EmulatorClock

/// A date of the Gregorian calendar, without zone or time.
struct CalendarDate: Sendable, Equatable, Comparable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// - Parameter wall: a wall clock's reading as if it were one of UTC.
    init(wall: Timestamp) {
        let civil = wall.civil
        self.init(year: civil.year, month: civil.month, day: civil.day)
    }

    var daysInMonth: Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Sunday is 1.
    var weekday: Int { weekday(ofDay: day) }

    /// The first day of the month after this.
    var nextMonth: CalendarDate {
        month == 12
            ? CalendarDate(year: year + 1, month: 1, day: 1) : CalendarDate(year: year, month: month + 1, day: 1)
    }

    var next: CalendarDate {
        day == daysInMonth ? nextMonth : CalendarDate(year: year, month: month, day: day + 1)
    }

    /// The day, Monday to Friday, that is nearest to a day of this month without leaving the month.
    func weekdayNearest(to day: Int) -> Int {
        switch weekday(ofDay: day) {
        case 7: day > 1 ? day - 1 : day + 2
        case 1: day < daysInMonth ? day + 1 : day - 2
        default: day
        }
    }

    /// A time of this day as a wall clock shows it.
    func wall(hour: Int, minute: Int, second: Int = 0) -> WallTime {
        WallTime(date: self, hour: hour, minute: minute, second: second)
    }

    /// Zeller's rule. https://en.wikipedia.org/wiki/Zeller%27s_congruence
    private func weekday(ofDay day: Int) -> Int {
        let (year, month) = month <= 2 ? (year - 1, month + 12) : (year, month)
        let century = year / 100
        let sum = day + 13 * (month + 1) / 5 + year % 100 + year % 100 / 4 + century / 4 + 5 * century
        // Zeller counts from Saturday as 0.
        return (sum % 7 + 6) % 7 + 1
    }

    static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }
}

/// A date and time as a wall clock shows it somewhere.
struct WallTime: Sendable, Equatable {
    var date: CalendarDate
    var hour: Int
    var minute: Int
    var second: Int

    /// The reading as if the clock were one of UTC; nil for a date that no calendar has.
    var asUTC: Timestamp? {
        func pad(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
        }
        let day = "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))"
        return Timestamp(rfc3339: "\(day)T\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))Z")
    }
}
