/// Channels by broadcaster id, 100 at most. Its content labels are what became of `is_mature`.
///
/// https://dev.twitch.tv/docs/api/reference/#get-channel-information
package struct GetChannels: HelixLookUp, Equatable {
    package static let parameter = "broadcaster_id"
    package static let path = "/channels"

    package var ids: [String]

    package init(broadcasterIDs: [String]) {
        ids = broadcasterIDs
    }

    /// One channel as sent.
    package struct Item: Sendable, Equatable {
        package var broadcasterID: String?
        package var broadcasterLogin: String?
        package var broadcasterName: String?
        package var broadcasterLanguage: String?
        package var gameID: String?
        package var gameName: String?
        package var title: String?
        package var tags: [String?]?
        package var contentClassificationLabels: [String?]?
        package var isBrandedContent: Bool?
    }
}

extension GetChannels.Item: Decodable {
    package init(from decoder: any Decoder) {
        let fields = HelixFields(decoder)
        broadcasterID = fields.string("broadcaster_id")
        broadcasterLogin = fields.string("broadcaster_login")
        broadcasterName = fields.string("broadcaster_name")
        broadcasterLanguage = fields.string("broadcaster_language")
        gameID = fields.string("game_id")
        gameName = fields.string("game_name")
        title = fields.string("title")
        tags = fields.strings("tags")
        contentClassificationLabels = fields.strings("content_classification_labels")
        isBrandedContent = fields.boolean("is_branded_content")
    }
}
