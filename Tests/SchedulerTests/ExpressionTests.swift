import EmulatorClock
import Foundation
import TestSupport
import Testing

@testable import Scheduler

@Suite struct `Schedule expressions` {
    private func instant(_ text: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: text.count == 16 ? text + ":00Z" : text), "\(text)")
    }

    private func occurrences(
        _ expression: String, after: String, count: Int, zone: String = "UTC"
    ) throws -> [String] {
        let parsed = try #require(ScheduleExpression(expression), "\(expression)")
        let zone = try #require(Zone(zone))
        var (found, at) = ([String](), try instant(after))
        while found.count < count, let next = parsed.next(after: at, anchor: at, in: zone) {
            found.append(String(next.rfc3339.prefix(16)))
            at = next
        }
        return found
    }

    @Test(
        arguments: [
            ("cron(0/30 * * * ? *)", "2026-03-01T18:00", ["2026-03-01T18:30", "2026-03-01T19:00"]),
            ("cron(15 10 ? * 6L 2026-2027)", "2026-03-01T00:00", ["2026-03-27T10:15", "2026-04-24T10:15"]),
            ("cron(0 10 * * ? *)", "2026-12-31T10:00", ["2027-01-01T10:00", "2027-01-02T10:00"]),
            ("cron(15 12 * * ? *)", "2028-02-28T13:00", ["2028-02-29T12:15", "2028-03-01T12:15"]),
            ("cron(0 18 ? * MON-FRI *)", "2026-03-06T18:00", ["2026-03-09T18:00", "2026-03-10T18:00"]),
            ("cron(0 8 1 * ? *)", "2026-03-01T08:00", ["2026-04-01T08:00", "2026-05-01T08:00"]),
            ("cron(0/15 * * * ? *)", "2026-03-01T18:44", ["2026-03-01T18:45", "2026-03-01T19:00"]),
            ("cron(0/10 * ? * mon-fri *)", "2026-02-27T23:50", ["2026-03-02T00:00", "2026-03-02T00:10"]),
            ("cron(0/5 8-17 ? * MON-FRI *)", "2026-03-02T17:55", ["2026-03-03T08:00", "2026-03-03T08:05"]),
            ("cron(0 0 L * ? *)", "2026-02-01T00:00", ["2026-02-28T00:00", "2026-03-31T00:00"]),
            ("cron(0 0 L 2 ? *)", "2026-03-01T00:00", ["2027-02-28T00:00", "2028-02-29T00:00"]),
            ("cron(0 9 LW * ? *)", "2026-05-01T00:00", ["2026-05-29T09:00", "2026-06-30T09:00"]),
            // The 15th is a Sunday in March 2026, the 1st a Saturday in August.
            ("cron(0 9 15W * ? *)", "2026-03-01T00:00", ["2026-03-16T09:00", "2026-04-15T09:00"]),
            ("cron(0 9 1W 8 ? 2026)", "2026-03-01T00:00", ["2026-08-03T09:00"]),
            ("cron(0 9 31W 1,2,5 ? 2026)", "2026-01-01T00:00", ["2026-01-30T09:00", "2026-05-29T09:00"]),
            ("cron(0 9 ? * 3#2 *)", "2026-03-01T00:00", ["2026-03-10T09:00", "2026-04-14T09:00"]),
            ("cron(0 9 ? * SUN#5 2026)", "2026-02-01T00:00", ["2026-03-29T09:00", "2026-05-31T09:00"]),
            ("cron(0 9 ? * L 2026)", "2026-03-01T00:00", ["2026-03-07T09:00", "2026-03-14T09:00"]),
            ("cron(0 9 ? * FRIL *)", "2026-03-01T00:00", ["2026-03-27T09:00", "2026-04-24T09:00"]),
            ("cron(5,35 14 * * ? *)", "2026-03-01T14:05", ["2026-03-01T14:35", "2026-03-02T14:05"]),
            ("cron(10-50/20 0 1 JAN,JUL ? *)", "2026-03-01T00:00", ["2026-07-01T00:10", "2026-07-01T00:30"]),
            ("cron(0 0 29 2 ? *)", "2026-03-01T00:00", ["2028-02-29T00:00", "2032-02-29T00:00"]),
            ("cron(0-15/1 8-8 ? * 2,3,4,5,6,7 *)", "2026-03-01T09:00", ["2026-03-02T08:00", "2026-03-02T08:01"]),
            ("cron(0 0 30 2 ? *)", "2026-03-01T00:00", []),
            ("cron(0 0 1 1 ? 2025)", "2026-03-01T00:00", []),
            ("cron(0 0 1 1 ? 2199)", "2026-03-01T00:00", ["2199-01-01T00:00"]),
        ])
    func `cron`(expression: String, after: String, expected: [String]) throws {
        #expect(try occurrences(expression, after: after, count: 2) == expected)
    }

    @Test(
        arguments: [
            // Berlin sets its clocks forward at 2026-03-29T01:00Z, over 02:30; back at 2026-10-25T01:00Z.
            ("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-27T12:00", ["2026-03-28T01:30", "2026-03-30T00:30"]),
            ("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00", ["2026-10-25T00:30", "2026-10-26T01:30"]),
            (
                "cron(0/30 1-3 ? * * *)", "America/New_York", "2026-03-08T05:59",
                ["2026-03-08T06:00", "2026-03-08T06:30", "2026-03-08T07:00", "2026-03-08T07:30", "2026-03-09T05:00"]
            ),
            (
                "cron(0/30 1-2 * * ? *)", "America/New_York", "2026-11-01T04:59",
                ["2026-11-01T05:00", "2026-11-01T05:30", "2026-11-01T07:00", "2026-11-01T07:30", "2026-11-02T06:00"]
            ),
            ("cron(15 0 * * ? *)", "Australia/Lord_Howe", "2026-03-01T00:00", ["2026-03-01T13:15"]),
            ("cron(0 9 * * ? *)", "Asia/Kathmandu", "2026-03-01T00:00", ["2026-03-01T03:15"]),
            ("at(2026-03-29T02:30:00)", "Europe/Berlin", "2026-01-01T00:00", []),
            ("at(2026-10-25T02:30:00)", "Europe/Berlin", "2026-01-01T00:00", ["2026-10-25T00:30"]),
            ("at(2026-07-01T12:00:00)", "America/New_York", "2026-01-01T00:00", ["2026-07-01T16:00"]),
            // A day is 24 hours, whatever the clocks do.
            ("rate(1 days)", "Europe/Berlin", "2026-03-28T12:00", ["2026-03-29T12:00", "2026-03-30T12:00"]),
        ])
    func `zones and their clock changes`(expression: String, zone: String, after: String, expected: [String]) throws {
        #expect(try occurrences(expression, after: after, count: expected.count + 0, zone: zone) == expected)
        if expression.hasPrefix("at(") {
            #expect(try occurrences(expression, after: after, count: 2, zone: zone) == expected)
        }
    }

    @Test func `a rate begins at its anchor and keeps to its grid`() throws {
        let rate = try #require(ScheduleExpression("rate(30 minutes)"))
        let anchor = try instant("2026-03-01T18:10")
        func next(_ after: String) throws -> String? {
            try rate.next(after: instant(after), anchor: anchor, in: .utc).map { String($0.rfc3339.prefix(16)) }
        }
        #expect(try next("2026-03-01T12:00") == "2026-03-01T18:10")
        #expect(try next("2026-03-01T18:10") == "2026-03-01T18:40")
        #expect(try next("2026-03-01T18:39") == "2026-03-01T18:40")
        #expect(try next("2026-03-02T18:41") == "2026-03-02T19:10")
    }

    @Test(
        arguments: [
            "", "cron", "cron()", "cron(0 0 * * *)", "cron(0 0 * * * *)", "cron(0 0 ? * ? *)", "cron(60 0 * * ? *)",
            "cron(0 24 * * ? *)", "cron(0 0 0 * ? *)", "cron(0 0 32 * ? *)", "cron(0 0 * 13 ? *)", "cron(0 0 ? * 8 *)",
            "cron(0 0 ? * 0 *)", "cron(0 0 ? * MON#6 *)", "cron(0 0 * * ? 1969)", "cron(5-1 0 * * ? *)",
            "cron(0/0 0 * * ? *)", "cron(, 0 * * ? *)", "cron(0 0 * * ? * *)", "cron(1,,2 0 * * ? *)",
            "cron(a 0 * * ? *)",
            "cron(0 0 W * ? *)", "cron(0 0 1 FOO ? *)", "Cron(0 0 * * ? *)", "cron(0 0 * * ? *) ", "rate()", "rate(5)",
            "rate(0 minutes)", "rate(-1 minutes)", "rate(1 seconds)", "rate(1 week)", "rate(1.5 hours)",
            "at(2026-03-01)", "at(2026-02-30T00:00:00)", "at(2026-03-01T24:00:00)", "at(2026-03-01T00:00:00Z)",
            "at(2026-03-01 00:00:00)", "every 5 minutes",
        ])
    func `what is no expression is refused`(text: String) {
        #expect(ScheduleExpression(text) == nil)
    }

    @Test(arguments: ["", "GMT+2", "UTC+1", "Mars/Olympus", "europe", "CEST-"])
    func `what is no zone is refused`(name: String) {
        #expect(Zone(name) == nil)
    }

    /// Minute by minute, with Foundation's calendar: slow, and independent of how `next` searches.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `the next occurrence agrees with a walk minute by minute`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
        let zone = zones[Int.random(in: zones.indices, using: &random)]
        let minutes = ["0", "*/7", "30", "5,35", "10-50/20"][Int.random(in: 0..<5, using: &random)]
        let hours = ["*", "2", "0/3", "1-3", "22,23"][Int.random(in: 0..<5, using: &random)]
        let days = ["* * ?", "? * MON-FRI", "L * ?", "15W * ?", "? * 1#2", "? * 6L", "1,15 * ?", "LW * ?"][
            Int.random(in: 0..<8, using: &random)]
        let text = "cron(\(minutes) \(hours) \(days) *)"
        let expression = try #require(ScheduleExpression(text))
        // Around the changes of the clocks in spring and autumn.
        let starts = [
            "2026-03-07T12:00", "2026-03-28T12:00", "2026-04-04T06:00", "2026-10-24T12:00", "2026-10-31T12:00",
        ]
        let start = try instant(starts[Int.random(in: starts.indices, using: &random)])
        var walk = try SlowWalk(text, zone: zone, from: start)
        var at = start
        while let expected = walk.next() {
            let found = expression.next(after: at, anchor: at, in: try #require(Zone(zone)))
            #expect(found == expected, "\(text) in \(zone) after \(at.rfc3339)")
            at = expected
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `no text makes the reader fall`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "cron(", "rate(", "at(", ")", "(", " ", "*", "?", "L", "W", "#", "/", "-", ",", "0", "5",
            "99999999999999999999",
            "MON", "JAN", "2026", "T", ":", "é", "\u{0}", "minutes",
        ]
        for _ in 0..<100 {
            let count = Int.random(in: 0...16, using: &random)
            let text = (0..<count).map { _ in pieces[Int.random(in: pieces.indices, using: &random)] }.joined()
            guard let expression = ScheduleExpression(text) else { continue }
            let start = Timestamp(milliseconds: 1_772_388_000_000)
            if let next = expression.next(after: start, anchor: start, in: .utc) { #expect(next > start) }
        }
    }
}

/// Looks at every minute of some days, and asks Foundation what the calendar shows there.
private struct SlowWalk {
    private let fields: [Substring]
    private let calendar: Calendar
    private var minute: Timestamp
    private let end: Timestamp
    private var shown: Set<String> = []

    init(_ text: String, zone: String, from start: Timestamp) throws {
        fields = text.dropFirst(5).dropLast().split(separator: " ")
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: zone))
        self.calendar = calendar
        minute = start
        end = start + .seconds(3 * 86_400)
        // What the clocks have shown just before, so that a time that comes twice counts once.
        for passed in 1...180 { shown.insert(reading(at: start - .seconds(passed * 60))) }
    }

    mutating func next() -> Timestamp? {
        while minute < end {
            minute = minute + .seconds(60)
            let isNew = shown.insert(reading(at: minute)).inserted
            if isNew, fires(at: minute) { return minute }
        }
        return nil
    }

    private func parts(_ instant: Timestamp) -> DateComponents {
        calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .weekday],
            from: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
    }

    private func reading(at instant: Timestamp) -> String {
        let parts = parts(instant)
        return [parts.month, parts.day, parts.hour, parts.minute].map { "\($0 ?? 0)" }.joined(separator: " ")
    }

    private func fires(at instant: Timestamp) -> Bool {
        let parts = parts(instant)
        guard let day = parts.day, let hour = parts.hour, let minute = parts.minute, let weekday = parts.weekday,
            Self.names(fields[0], minute, most: 59), Self.names(fields[1], hour, most: 23)
        else { return false }
        let date = Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000)
        let length = calendar.range(of: .day, in: .month, for: date)?.count ?? 0
        switch (fields[2], fields[4]) {
        case ("*", _): return true
        case ("?", "MON-FRI"): return (2...6).contains(weekday)
        case ("L", _): return day == length
        case ("15W", _): return nearest(15, date, length) == day
        case ("LW", _): return nearest(length, date, length) == day
        case ("1,15", _): return day == 1 || day == 15
        case ("?", "1#2"): return weekday == 1 && (8...14).contains(day)
        case ("?", "6L"): return weekday == 6 && day > length - 7
        default: return false
        }
    }

    private func nearest(_ wanted: Int, _ date: Date, _ length: Int) -> Int {
        let day = calendar.component(.day, from: date)
        for distance in [0, -1, 1, -2, 2] where (1...length).contains(wanted + distance) {
            guard let other = calendar.date(byAdding: .day, value: wanted + distance - day, to: date) else { continue }
            if (2...6).contains(calendar.component(.weekday, from: other)) { return wanted + distance }
        }
        return wanted
    }

    private static func names(_ field: Substring, _ number: Int, most: Int) -> Bool {
        switch field {
        case "*": true
        case "*/7": number % 7 == 0
        case "0/3": number % 3 == 0
        case "10-50/20": [10, 30, 50].contains(number)
        case "1-3": (1...3).contains(number)
        default: field.split(separator: ",").contains { Int($0) == number }
        }
    }
}
