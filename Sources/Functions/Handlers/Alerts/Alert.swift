import FoundationEssentials
import Lake

/// Something that somebody wants to hear of at once.
struct Alert: Sendable, Equatable {
    enum Kind: String, Sendable {
        /// A watched streamer is live.
        case streamLive = "stream_live"
        case streamRises = "stream_rises"
        case categoryRises = "category_rises"
    }

    let kind: Kind
    /// The stream, or the category on one UTC date: what rises on is still the same event.
    let subject: String
    /// The streamer or the category.
    let name: String?
    let userID: String?
    let viewers: Int64
    /// In the pull before; nil where that does not matter.
    let viewersBefore: Int64?
    let collectedAt: Instant
    let runID: String

    /// The same for the same event, whichever pull saw it.
    var id: String { "\(kind.rawValue)#\(subject)" }

    /// One line of JSON.
    var body: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}

extension Alert: Encodable {
    private enum Key: String, CodingKey {
        case id = "alert_id"
        case kind = "alert"
        case name, viewers
        case userID = "user_id"
        case viewersBefore = "viewers_before"
        case collectedAt = "collected_at"
        case runID = "run_id"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(kind.rawValue, forKey: .kind)
        try fields.encodeIfPresent(name, forKey: .name)
        try fields.encodeIfPresent(userID, forKey: .userID)
        try fields.encode(viewers, forKey: .viewers)
        try fields.encodeIfPresent(viewersBefore, forKey: .viewersBefore)
        try fields.encode("\(collectedAt)", forKey: .collectedAt)
        try fields.encode(runID, forKey: .runID)
    }
}
