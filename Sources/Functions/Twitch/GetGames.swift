/// Categories by id, 100 at most; unknown ids are missing from the answer.
///
/// https://dev.twitch.tv/docs/api/reference/#get-games
package struct GetGames: HelixLookUp, Equatable {
    package static let parameter = "id"
    package static let path = "/games"

    package var ids: [String]

    package init(ids: [String]) {
        self.ids = ids
    }

    /// One category as sent.
    package struct Item: Sendable, Equatable {
        package var id: String?
        package var name: String?
        /// Holds `{width}` and `{height}` literally.
        package var boxArtURL: String?
        /// Empty when the category is not in IGDB.
        package var igdbID: String?
    }
}

extension GetGames.Item: Decodable {
    package init(from decoder: any Decoder) {
        let fields = HelixFields(decoder)
        id = fields.string("id")
        name = fields.string("name")
        boxArtURL = fields.string("box_art_url")
        igdbID = fields.string("igdb_id")
    }
}
