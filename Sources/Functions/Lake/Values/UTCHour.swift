/// One hour in UTC: a partition `dt=YYYY-MM-DD/hour=HH` of bronze and silver.
package struct UTCHour: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Whole hours since 1970-01-01T00:00:00Z.
    package let hoursSinceEpoch: Int

    package init(hoursSinceEpoch: Int) {
        self.hoursSinceEpoch = hoursSinceEpoch
    }

    package init(date: CivilDate, hour: Int) {
        hoursSinceEpoch = Int(date.daysSinceEpoch) * 24 + hour
    }

    /// The hour that holds `instant`.
    package init(containing instant: Instant) {
        hoursSinceEpoch = Int(floorDivision(instant.microseconds, Instant.microsecondsPerHour).quotient)
    }

    /// Finds `dt=YYYY-MM-DD/hour=HH` among the parts of a path or key; nil when it is not there.
    package init?(path: some StringProtocol) {
        let parts = path.split(separator: "/")
        for (day, hour) in zip(parts, parts.dropFirst()) where day.hasPrefix("dt=") && hour.hasPrefix("hour=") {
            guard let date = CivilDate(day.dropFirst(3)), let number = Self.twoDigits(hour.dropFirst(5)) else {
                return nil
            }
            self.init(date: date, hour: number)
            return
        }
        return nil
    }

    package var date: CivilDate {
        CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: floorDivision(hoursSinceEpoch, 24).quotient))
    }

    /// 0 to 23.
    package var hour: Int {
        floorDivision(hoursSinceEpoch, 24).remainder
    }

    /// The hour's first instant.
    package var start: Instant {
        Instant(microseconds: Int64(hoursSinceEpoch) &* Instant.microsecondsPerHour)
    }

    /// `dt=YYYY-MM-DD/hour=HH`.
    package var description: String {
        "dt=\(date)/hour=\(CivilDate.padded(hour, 2))"
    }

    package static func < (left: UTCHour, right: UTCHour) -> Bool {
        left.hoursSinceEpoch < right.hoursSinceEpoch
    }

    private static func twoDigits(_ text: some StringProtocol) -> Int? {
        guard text.utf8.count == 2, text.utf8.allSatisfy({ $0 &- 0x30 <= 9 }), let number = Int(text) else {
            return nil
        }
        return number < 24 ? number : nil
    }
}

extension LakeConfiguration {
    /// The silver partitions that hold rows of a local date, in order: `dt=D,hour=03` to `dt=D+1,hour=02` at -180
    /// (LAKE_SPEC 3). An offset that is no whole hour touches 25.
    package func partitions(of date: CivilDate) -> [UTCHour] {
        let firstMinute = Int(date.daysSinceEpoch) * 1440 - Int(utcOffsetMinutes)
        let first = floorDivision(firstMinute, 60).quotient
        let last = floorDivision(firstMinute + 1439, 60).quotient
        return (first...last).map(UTCHour.init(hoursSinceEpoch:))
    }

    /// The local dates of which a UTC partition holds rows, in order: one, or two when midnight falls inside it.
    package func localDates(touchedBy partition: UTCHour) -> [CivilDate] {
        let firstMinute = partition.hoursSinceEpoch * 60 + Int(utcOffsetMinutes)
        let days = [firstMinute, firstMinute + 59].map { floorDivision($0, 1440).quotient }
        let dates = days.map { CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: $0)) }
        return dates[0] == dates[1] ? [dates[0]] : dates
    }
}
