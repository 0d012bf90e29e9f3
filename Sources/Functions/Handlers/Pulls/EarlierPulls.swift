import Lake

/// The pulls that lie in the lake, by the counts that travel with their objects.
struct EarlierPulls: Sendable {
    let bucket: LakeBucket

    /// The last complete pull before an instant that has the same plan; nil when there is none within
    /// `ShrinkRule.lookBackHours`.
    func last(before instant: Instant, like plan: PullSummary) async throws -> (
        key: String, summary: PullSummary
    )? {
        for hoursAgo in 0...ShrinkRule.lookBackHours {
            let hour = UTCHour(
                containing: Instant(microseconds: instant.microseconds - Int64(hoursAgo) * 3_600_000_000))
            var last: (key: String, summary: PullSummary)?
            for object in try await bucket.parquet(in: "raw/\(hour)") {
                guard let summary = try await bucket.metadata(object.key).flatMap(PullSummary.init(metadata:)),
                    summary.isComplete, summary.hasSamePlan(as: plan), let collectedAt = summary.collectedAt,
                    collectedAt < instant.microseconds, collectedAt > last?.summary.collectedAt ?? .min
                else { continue }
                last = (object.key, summary)
            }
            if let last { return last }
        }
        return nil
    }
}
