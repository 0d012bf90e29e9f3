/// Why a row goes to quarantine, in the order of the rules; the first that fires is the row's (LAKE_SPEC 2.3).
package enum Motivo: String, Sendable, CaseIterable {
    case invalidID = "invalid_id"
    case invalidUserID = "invalid_user_id"
    case missingUserName = "missing_user_name"
    case notLive = "not_live"
    case invalidViewerCount = "invalid_viewer_count"
    case invalidStartedAt = "invalid_started_at"
    case startedInFuture = "started_in_future"
    case belowMinViewers = "below_min_viewers"

    /// 1 to 8, the number of the rule.
    var rule: UInt8 {
        switch self {
        case .invalidID: 1
        case .invalidUserID: 2
        case .missingUserName: 3
        case .notLive: 4
        case .invalidViewerCount: 5
        case .invalidStartedAt: 6
        case .startedInFuture: 7
        case .belowMinViewers: 8
        }
    }
}

/// What the rules of LAKE_SPEC 2.3 look at in one row, already read out of its text.
struct RowFacts {
    /// 0 when `id` is not a numeric id.
    var idStream: Int64
    /// 0 when `user_id` is not a numeric id.
    var idStreamer: Int64
    /// `user_login` or `user_name` is not blank.
    var hasName: Bool
    var isLive: Bool
    /// -1 when null; other negative numbers as they came.
    var viewerCount: Int64
    /// `StartedAt.invalid` when not valid.
    var startedAt: Int64
    var collectedAt: Int64

    /// The first rule that the row breaks, or nil for a good row.
    @inline(__always)
    func motivo(_ configuration: LakeConfiguration) -> Motivo? {
        let tolerance = configuration.futureToleranceSeconds &* Instant.microsecondsPerSecond
        if idStream == 0 { return .invalidID }
        if idStreamer == 0 { return .invalidUserID }
        if !hasName { return .missingUserName }
        if !isLive { return .notLive }
        if viewerCount < 0 { return .invalidViewerCount }
        if startedAt == StartedAt.invalid { return .invalidStartedAt }
        // A valid start is far from both ends of the range: subtracting from it cannot overflow.
        if startedAt - tolerance > collectedAt { return .startedInFuture }
        return viewerCount < configuration.minViewers ? .belowMinViewers : nil
    }
}
