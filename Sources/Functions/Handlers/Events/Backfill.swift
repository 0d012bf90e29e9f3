package import Lake
import LambdaRuntime

/// A range of hours or dates that a job makes anew, both ends included: `{"from":"2026-03-01","to":"2026-03-31"}`.
package struct Backfill<Step: BackfillStep>: Sendable, Equatable {
    package let from: Step
    package let to: Step

    package init(from: Step, to: Step) {
        self.from = from
        self.to = to
    }

    /// Takes the steps in order until the range ends or the invocation's time does.
    ///
    /// The first step is always tried, so that every invocation gets ahead; another begins only while twice the longest
    /// step so far is left before the deadline, besides the time that `LambdaContext.answerTime` sets aside.
    ///
    /// - Returns: what is left of the range; nil when all is done.
    func walk(_ context: LambdaContext, _ take: (Step) async throws -> Void) async rethrows -> Backfill? {
        let answerTime = context.answerTime
        var longest = Duration.zero
        var step = from
        while step <= to {
            let before = context.remainingTime
            if let before, step > from, before < longest * 2 + answerTime { return Backfill(from: step, to: to) }
            try await take(step)
            if let before, let after = context.remainingTime { longest = max(longest, before - after) }
            step = step.next
        }
        return nil
    }

    /// What an invocation did of the range when `rest` is left.
    func before(_ rest: Backfill?) -> Backfill {
        Backfill(from: from, to: rest.map(\.from.previous) ?? to)
    }
}

/// What a backfill walks by.
package protocol BackfillStep: Sendable, Comparable {
    /// How an end of a range is written, with an example.
    static var form: String { get }
    /// The first and the last step that a text in that form names; nil for other texts.
    static func steps(named text: String) -> ClosedRange<Self>?
    /// How many steps there may be in one backfill.
    static var limit: Int { get }
    /// The text that names just this step.
    var name: String { get }
    var next: Self { get }
    var previous: Self { get }
    func count(to end: Self) -> Int
}

/// Ten years: more is a slip of the pen, and would keep a state machine busy for days.
private let longestBackfillDays = 3660

extension CivilDate: BackfillStep {
    package static var form: String { "a date such as 2026-03-01" }
    package static var limit: Int { longestBackfillDays }

    package static func steps(named text: String) -> ClosedRange<CivilDate>? {
        CivilDate(text).map { $0...$0 }
    }

    package var name: String { description }
    package var next: CivilDate { adding(days: 1) }
    package var previous: CivilDate { adding(days: -1) }

    package func count(to end: CivilDate) -> Int { Int(end.daysSinceEpoch) - Int(daysSinceEpoch) + 1 }
}

extension UTCHour: BackfillStep {
    package static var form: String { "a UTC date such as 2026-03-01, or an hour of it such as 2026-03-01T07" }
    package static var limit: Int { longestBackfillDays * 24 }

    package static func steps(named text: String) -> ClosedRange<UTCHour>? {
        if let date = CivilDate(text) { return UTCHour(date: date, hour: 0)...UTCHour(date: date, hour: 23) }
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return UTCHour(path: "dt=\(parts[0])/hour=\(parts[1])").map { $0...$0 }
    }

    package var name: String { "\(date)T\(hour < 10 ? "0" : "")\(hour)" }
    package var next: UTCHour { UTCHour(hoursSinceEpoch: hoursSinceEpoch + 1) }
    package var previous: UTCHour { UTCHour(hoursSinceEpoch: hoursSinceEpoch - 1) }

    package func count(to end: UTCHour) -> Int { end.hoursSinceEpoch - hoursSinceEpoch + 1 }
}

extension Backfill: Codable {
    private enum CodingKeys: String, CodingKey {
        case from, to
    }

    package init(from decoder: any Decoder) throws {
        guard let fields = try? decoder.container(keyedBy: CodingKeys.self) else {
            throw EventError.invalid(
                field: "backfill", value: "not an object", expected: #"{"from":…,"to":…}, each \#(Step.form)"#)
        }
        let from = try Self.end(.from, fields).lowerBound
        let to = try Self.end(.to, fields).upperBound
        self.init(from: from, to: to)
        guard from <= to else { throw refusal("a range whose from is not after its to") }
        guard from.count(to: to) <= Step.limit else { throw refusal("at most ten years at a time") }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(from.name, forKey: .from)
        try fields.encode(to.name, forKey: .to)
    }

    private static func end(
        _ key: CodingKeys, _ fields: KeyedDecodingContainer<CodingKeys>
    ) throws -> ClosedRange<Step> {
        let name = "backfill.\(key.rawValue)"
        guard fields.contains(key) else { throw EventError.missing(field: name, expected: Step.form) }
        guard let text = try? fields.decode(String.self, forKey: key) else {
            throw EventError.invalid(field: name, value: "not a string", expected: Step.form)
        }
        guard let steps = Step.steps(named: text) else {
            throw EventError.invalid(field: name, value: text, expected: Step.form)
        }
        return steps
    }

    private func refusal(_ expected: String) -> EventError {
        EventError.invalid(field: "backfill", value: "from \(from.name) to \(to.name)", expected: expected)
    }
}
