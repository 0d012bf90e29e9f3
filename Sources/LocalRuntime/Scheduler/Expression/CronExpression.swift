/// `cron(minutes hours day-of-month month day-of-week year)`
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
struct CronExpression: Sendable, Equatable {
    /// Which days count. Of day of month and day of week one says so, and the other is `?`.
    enum Days: Sendable, Equatable {
        case ofMonth(CronField)
        /// `L`
        case lastOfMonth
        /// `LW`
        case lastWeekdayOfMonth
        /// `15W`: the weekday nearest to a day, within its month.
        case weekdayNearest(Int)
        case ofWeek(CronField)
        /// `6L`: the month's last such day; Sunday is 1.
        case lastOfWeekday(Int)
        /// `3#2`: the month's second such day.
        case nthOfWeekday(Int, Int)
    }

    let minutes: CronField
    let hours: CronField
    let days: Days
    let months: CronField
    let years: CronField

    /// Reads the six fields between the parentheses; nil for what is no expression.
    init?(_ text: Substring) {
        let fields = text.split { $0 == " " || $0 == "\t" }
        guard fields.count == 6, let minutes = CronField(fields[0], .minutes), let hours = CronField(fields[1], .hours),
            let months = CronField(fields[3], .months), let years = CronField(fields[5], .years)
        else { return nil }
        let days: Days? =
            switch (fields[2], fields[4]) {
            case ("?", "?"): nil
            case (let ofMonth, "?"): Self.daysOfMonth(ofMonth)
            case ("?", let ofWeek): Self.daysOfWeek(ofWeek)
            default: nil
            }
        guard let days else { return nil }
        (self.minutes, self.hours, self.days, self.months, self.years) = (minutes, hours, days, months, years)
    }

    /// Whether the expression fires on a date.
    func includes(_ date: CalendarDate) -> Bool {
        guard years.contains(date.year), months.contains(date.month) else { return false }
        switch days {
        case .ofMonth(let field): return field.contains(date.day)
        case .lastOfMonth: return date.day == date.daysInMonth
        case .lastWeekdayOfMonth: return date.day == date.weekdayNearest(to: date.daysInMonth)
        case .weekdayNearest(let day): return day <= date.daysInMonth && date.day == date.weekdayNearest(to: day)
        case .ofWeek(let field): return field.contains(date.weekday)
        case .lastOfWeekday(let weekday): return date.weekday == weekday && date.day + 7 > date.daysInMonth
        case .nthOfWeekday(let weekday, let count): return date.weekday == weekday && (date.day - 1) / 7 == count - 1
        }
    }

    private static func daysOfMonth(_ text: Substring) -> Days? {
        switch text.uppercased() {
        case "L": return .lastOfMonth
        case "LW", "WL": return .lastWeekdayOfMonth
        default: break
        }
        if text.last == "W" || text.last == "w" {
            return CronField.Domain.daysOfMonth.number(text.dropLast()).map(Days.weekdayNearest)
        }
        return CronField(text, .daysOfMonth).map(Days.ofMonth)
    }

    private static func daysOfWeek(_ text: Substring) -> Days? {
        let domain = CronField.Domain.daysOfWeek
        // The last day of the week is Saturday.
        if text.uppercased() == "L" { return CronField("7", domain).map(Days.ofWeek) }
        if text.last == "L" || text.last == "l" { return domain.number(text.dropLast()).map(Days.lastOfWeekday) }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let weekday = domain.number(parts[0]), let count = Int(parts[1]), (1...5).contains(count)
            else { return nil }
            return .nthOfWeekday(weekday, count)
        }
        return CronField(text, domain).map(Days.ofWeek)
    }
}
