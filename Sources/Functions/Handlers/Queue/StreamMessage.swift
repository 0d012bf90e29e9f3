import FoundationEssentials
package import Lake
import Twitch

/// One bronze row as it goes through the queue: Helix's fields under Helix's names, and the run's three.
package struct StreamMessage: Sendable {
    package let stream: HelixStream
    package let collectedAt: Instant
    package let runID: String
    package let rowNumber: Int32

    package init(_ row: BronzeRow) {
        stream = row.stream
        collectedAt = row.collectedAt
        runID = row.runID
        rowNumber = row.rowNumber
    }

    /// Reads a message's body.
    ///
    /// A Helix field of another JSON type is nil, as in bronze, and left to the rules of LAKE_SPEC 2.3.
    ///
    /// - Throws: `StreamMessageError` when the body is no message of ours.
    package init(body: String) throws(StreamMessageError) {
        let message: Wire
        do {
            message = try JSONDecoder().decode(Wire.self, from: Data(body.utf8))
        } catch {
            throw .unreadable(bodyStart: String(body.prefix(80)))
        }
        guard let collectedAt = message.collectedAt.flatMap(Instant.init(rfc3339:)) else {
            throw .missing(field: "collected_at")
        }
        guard let runID = message.runID, !runID.isEmpty else { throw .missing(field: "run_id") }
        guard let rowNumber = message.rowNumber, rowNumber >= 0 else { throw .missing(field: "row_no") }
        stream = HelixStream(message.stream)
        self.collectedAt = collectedAt.truncatedToMilliseconds
        self.runID = runID
        self.rowNumber = rowNumber
    }

    /// The body: one line of JSON, the same for the same row; fields that are null are left out.
    package var body: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    private struct Wire: Decodable {
        let stream: GetStreams.Item
        let collectedAt: String?
        let runID: String?
        let rowNumber: Int32?

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            stream = GetStreams.Item(from: decoder)
            collectedAt = try? fields.decode(String.self, forKey: .collectedAt)
            runID = try? fields.decode(String.self, forKey: .runID)
            rowNumber = try? fields.decode(Int32.self, forKey: .rowNumber)
        }
    }
}

/// Why a body is no stream message.
package enum StreamMessageError: Error, Equatable {
    case unreadable(bodyStart: String)
    case missing(field: String)
}

extension StreamMessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let start): "not a JSON object; it begins: \(start)"
        case .missing(let field): "no valid \"\(field)\""
        }
    }
}

extension StreamMessage: Encodable {
    private enum Key: String, CodingKey {
        case id, type, title, language, tags
        case userID = "user_id"
        case userLogin = "user_login"
        case userName = "user_name"
        case gameID = "game_id"
        case gameName = "game_name"
        case viewerCount = "viewer_count"
        case startedAt = "started_at"
        case thumbnailURL = "thumbnail_url"
        case tagIDs = "tag_ids"
        case isMature = "is_mature"
        case collectedAt = "collected_at"
        case runID = "run_id"
        case rowNumber = "row_no"
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        let texts: [(Key, String?)] = [
            (.id, stream.id), (.userID, stream.userID), (.userLogin, stream.userLogin), (.userName, stream.userName),
            (.gameID, stream.gameID), (.gameName, stream.gameName), (.type, stream.type), (.title, stream.title),
            (.startedAt, stream.startedAt), (.language, stream.language), (.thumbnailURL, stream.thumbnailURL),
        ]
        for (key, text) in texts { try fields.encodeIfPresent(text, forKey: key) }
        try fields.encodeIfPresent(stream.viewerCount, forKey: .viewerCount)
        try fields.encodeIfPresent(stream.tagIDs, forKey: .tagIDs)
        try fields.encodeIfPresent(stream.tags, forKey: .tags)
        try fields.encodeIfPresent(stream.isMature, forKey: .isMature)
        try fields.encode("\(collectedAt)", forKey: .collectedAt)
        try fields.encode(runID, forKey: .runID)
        try fields.encode(rowNumber, forKey: .rowNumber)
    }
}
