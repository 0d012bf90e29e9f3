/// Live streams, those with most viewers first.
///
/// https://dev.twitch.tv/docs/api/reference/#get-streams
package struct GetStreams: HelixEndpoint, Equatable {
    package static let path = "/streams"

    /// Items on one page, 1 to 100.
    package var first: Int
    package var after: String?
    /// ISO 639-1 or `other`; several mean any of them.
    package var languages: [String]
    package var gameIDs: [String]

    package init(first: Int = 100, after: String? = nil, languages: [String] = [], gameIDs: [String] = []) {
        self.first = first
        self.after = after
        self.languages = languages
        self.gameIDs = gameIDs
    }

    package var query: [(name: String, value: String)] {
        [("first", String(first))] + languages.map { ("language", $0) } + gameIDs.map { ("game_id", $0) }
            + (after.map { [("after", $0)] } ?? [])
    }

    /// One stream as sent; nil where a field was absent, null or of another JSON type.
    package struct Item: Sendable, Equatable {
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
    }
}

extension GetStreams.Item: Decodable {
    package init(from decoder: any Decoder) {
        let fields = HelixFields(decoder)
        id = fields.string("id")
        userID = fields.string("user_id")
        userLogin = fields.string("user_login")
        userName = fields.string("user_name")
        gameID = fields.string("game_id")
        gameName = fields.string("game_name")
        type = fields.string("type")
        title = fields.string("title")
        viewerCount = fields.integer("viewer_count")
        startedAt = fields.string("started_at")
        language = fields.string("language")
        thumbnailURL = fields.string("thumbnail_url")
        tagIDs = fields.strings("tag_ids")
        tags = fields.strings("tags")
        isMature = fields.boolean("is_mature")
    }
}
