import Lake
import Twitch

/// When a walk that came to its end is not believed: a pull with far fewer streams than shortly before is more likely
/// cut off than true (twitchdev/issues#199, #240, #543: walks over 80,000 streams that ended at 35,000 to 60,000).
struct ShrinkRule: Sendable, Equatable {
    /// A walk with less than this share of the rows that it had before has shrunk; 0 believes every end.
    let percent: Int

    /// Walks with fewer rows rise and fall by chance.
    static let smallestWalk = 50
    /// What was longer ago tells nothing of now: nights have fewer streams than evenings.
    static let lookBackHours = 2

    /// Reads `SHRINK_PERCENT`.
    init(_ settings: Settings) throws {
        percent = try settings.integer("SHRINK_PERCENT", default: 60, in: 0...99)
    }

    func isShrunk(_ rows: Int, from earlier: Int) -> Bool {
        earlier >= Self.smallestWalk && rows * 100 < earlier * percent
    }
}

/// The pulls that lie in the lake, by the counts that travel with their objects.
struct EarlierPulls: Sendable {
    let bucket: LakeBucket

    /// The last complete pull before an instant that has the same plan; nil when there is none within
    /// `ShrinkRule.lookBackHours`.
    func last(before instant: Instant, like plan: PullSummary) async throws -> PullSummary? {
        for hoursAgo in 0...ShrinkRule.lookBackHours {
            let hour = UTCHour(
                containing: Instant(microseconds: instant.microseconds - Int64(hoursAgo) * 3_600_000_000))
            var last: PullSummary?
            for object in try await bucket.parquet(in: "raw/\(hour)") {
                guard let summary = try await bucket.metadata(object.key).flatMap(PullSummary.init(metadata:)),
                    summary.isComplete, summary.hasSamePlan(as: plan), let collectedAt = summary.collectedAt,
                    collectedAt < instant.microseconds, collectedAt > last?.collectedAt ?? .min
                else { continue }
                last = summary
            }
            if let last { return last }
        }
        return nil
    }
}
