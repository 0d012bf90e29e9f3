package import Lake

/// How closely a stream is worth following, by how long and how widely it is watched (founding document 003).
package enum Tier: String, Sendable, CaseIterable {
    case high, mid, low
}

/// Where one tier ends and the next begins. The bounds themselves belong to the lower tier.
package struct TierRule: Sendable, Equatable {
    /// A stream is `high` when it is older than this and has more viewers than `highViewers`.
    let highAge: Duration
    let midAge: Duration
    let highViewers: Int64
    let midViewers: Int64

    /// Reads `TIER_HIGH_MINUTES`, `TIER_MID_MINUTES`, `TIER_HIGH_VIEWERS` and `TIER_MID_VIEWERS`. The founding document
    /// goes by age alone: viewers count only where a bound of 0 or more is given.
    package init(_ settings: Settings) throws {
        let minutes = 0...1_000_000
        let viewers = -1...Int(Int32.max)
        highAge = .seconds(60 * (try settings.integer("TIER_HIGH_MINUTES", default: 100, in: minutes)))
        midAge = .seconds(60 * (try settings.integer("TIER_MID_MINUTES", default: 60, in: minutes)))
        highViewers = Int64(try settings.integer("TIER_HIGH_VIEWERS", default: -1, in: viewers))
        midViewers = Int64(try settings.integer("TIER_MID_VIEWERS", default: -1, in: viewers))
    }

    /// A stream whose start is unknown is `low`; its viewers count as 0 when they are.
    package func tier(startedAt: Instant?, collectedAt: Instant, viewers: Int64?) -> Tier {
        guard let startedAt else { return .low }
        let age = Duration.microseconds(collectedAt.microseconds - startedAt.microseconds)
        let viewers = viewers ?? 0
        if age > highAge, viewers > highViewers { return .high }
        if age > midAge, viewers > midViewers { return .mid }
        return .low
    }
}
