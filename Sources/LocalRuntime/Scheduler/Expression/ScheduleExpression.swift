import EmulatorClock

/// When a schedule fires.
/// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
enum ScheduleExpression: Sendable, Equatable {
    /// `rate(30 minutes)`. A day is 24 hours, whatever the clocks do.
    case rate(Duration)
    case cron(CronExpression)
    /// `at(2026-03-01T18:00:00)`, a time of the schedule's zone.
    case at(WallTime)

    /// nil for what is no expression.
    init?(_ text: String) {
        guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
        let inside = text[text.index(after: open)...].dropLast()
        let parsed: ScheduleExpression? =
            switch text[..<open] {
            case "rate": Self.rate(inside)
            case "cron": CronExpression(inside).map(ScheduleExpression.cron)
            case "at": Self.time(inside)
            default: nil
            }
        guard let parsed else { return nil }
        self = parsed
    }

    var isOneTime: Bool {
        if case .at = self { true } else { false }
    }

    /// The first occurrence later than `instant`.
    ///
    /// - Parameter anchor: an occurrence of a rate, from which the others are counted; the first one.
    /// - Returns: nil when there is none any more.
    func next(after instant: Timestamp, anchor: Timestamp, in zone: Zone) -> Timestamp? {
        switch self {
        case .rate(let period):
            guard instant >= anchor else { return anchor }
            let passed = (instant - anchor).milliseconds / period.milliseconds
            return anchor + .milliseconds((passed + 1) * period.milliseconds)
        case .cron(let cron): return Self.next(cron, after: instant, in: zone)
        case .at(let time):
            // A time over which the clocks are set forward never comes.
            return time.asUTC.flatMap(zone.instant).flatMap { $0 > instant ? $0 : nil }
        }
    }

    private static func next(_ cron: CronExpression, after instant: Timestamp, in zone: Zone) -> Timestamp? {
        let now = zone.wall(at: instant)
        // Clocks are set back by three hours at most; earlier readings of the day are over for good.
        let earliest = now - .seconds(3 * 3600)
        var date = CalendarDate(wall: earliest)
        let lastYear = cron.years.numbers.last ?? 0
        while date.year <= lastYear {
            guard cron.years.contains(date.year) else {
                date = CalendarDate(year: date.year + 1, month: 1, day: 1)
                continue
            }
            guard cron.months.contains(date.month) else {
                date = date.nextMonth
                continue
            }
            if cron.includes(date), let found = first(of: cron, on: date, after: instant, earliest, zone) {
                return found
            }
            date = date.next
        }
        return nil
    }

    private static func first(
        of cron: CronExpression, on date: CalendarDate, after instant: Timestamp, _ earliest: Timestamp, _ zone: Zone
    ) -> Timestamp? {
        guard let midnight = date.wall(hour: 0, minute: 0).asUTC else { return nil }
        for hour in cron.hours.numbers {
            for minute in cron.minutes.numbers {
                let wall = midnight + .seconds((hour * 60 + minute) * 60)
                guard wall >= earliest, let found = zone.instant(ofWall: wall), found > instant else { continue }
                return found
            }
        }
        return nil
    }

    private static func rate(_ text: Substring) -> ScheduleExpression? {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        let seconds = ["minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "day": 86_400, "days": 86_400]
        guard parts.count == 2, parts[0].utf8.count <= 9, parts[0].utf8.allSatisfy({ (48...57).contains($0) }),
            let value = Int(parts[0]), value > 0, let unit = seconds[String(parts[1])]
        else { return nil }
        return .rate(.seconds(value * unit))
    }

    private static func time(_ text: Substring) -> ScheduleExpression? {
        // The instant's own form says how a time is spelled; only its zone is missing.
        guard text.utf8.count == 19, let wall = Timestamp(rfc3339: text + "Z") else { return nil }
        let civil = wall.civil
        return .at(
            CalendarDate(year: civil.year, month: civil.month, day: civil.day)
                .wall(hour: civil.hour, minute: civil.minute, second: civil.second))
    }
}
