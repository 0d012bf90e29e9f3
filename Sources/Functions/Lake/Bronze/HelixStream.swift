/// One stream as Helix `/streams` lists it. Nil stands for an absent key, for null, and for a value of another JSON
/// type than the column's (LAKE_SPEC 1).
///
/// https://dev.twitch.tv/docs/api/reference/#get-streams
package struct HelixStream: Sendable {
    package var id: String?
    package var userID: String?
    package var userLogin: String?
    package var userName: String?
    package var gameID: String?
    package var gameName: String?
    package var type: String?
    package var title: String?
    package var viewerCount: Int64?
    package var startedAt: String?
    package var language: String?
    package var thumbnailURL: String?
    package var tagIDs: [String?]?
    package var tags: [String?]?
    package var isMature: Bool?

    package init() {}
}

/// One bronze row: the stream, and what the run added to it.
package struct BronzeRow: Sendable {
    package let stream: HelixStream
    package let collectedAt: Instant
    /// Whole minutes from start to collection, at least 0; nil when `started_at` is not valid.
    package let streamMinutes: Int64?
    package let runID: String
    /// 0-based position in the run.
    package let rowNumber: Int32
}
