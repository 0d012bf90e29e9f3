/// Users by id, 100 at most; banned and unknown ones are missing from the answer.
///
/// https://dev.twitch.tv/docs/api/reference/#get-users
package struct GetUsers: HelixLookUp, Equatable {
    package static let parameter = "id"
    package static let path = "/users"

    package var ids: [String]

    package init(ids: [String]) {
        self.ids = ids
    }

    /// One user as sent.
    package struct Item: Sendable, Equatable {
        package var id: String?
        package var login: String?
        package var displayName: String?
        /// Empty, `admin`, `global_mod` or `staff`.
        package var type: String?
        /// Empty, `affiliate` or `partner`.
        package var broadcasterType: String?
        package var description: String?
        package var profileImageURL: String?
        package var offlineImageURL: String?
        /// Deprecated by Twitch since 2022 and not a measure of anything.
        package var viewCount: Int64?
        /// RFC 3339; some have fractions.
        package var createdAt: String?
    }
}

extension GetUsers.Item: Decodable {
    package init(from decoder: any Decoder) {
        let fields = HelixFields(decoder)
        id = fields.string("id")
        login = fields.string("login")
        displayName = fields.string("display_name")
        type = fields.string("type")
        broadcasterType = fields.string("broadcaster_type")
        description = fields.string("description")
        profileImageURL = fields.string("profile_image_url")
        offlineImageURL = fields.string("offline_image_url")
        viewCount = fields.integer("view_count")
        createdAt = fields.string("created_at")
    }
}
