import Twitch

extension ReferenceItem {
    /// Nil for an item without an id.
    init?(_ game: GetGames.Item) {
        guard let id = game.id else { return nil }
        self.init(id: id, fields: ["name": game.name, "box_art_url": game.boxArtURL, "igdb_id": game.igdbID])
    }

    /// Nil for an item without an id. `view_count` is kept as sent and used in no metric: it means nothing since 2022.
    ///
    /// - Parameter labels: the channel's content classification labels; nil when Twitch does not tell them.
    init?(_ user: GetUsers.Item, labels: [String?]?) {
        guard let id = user.id else { return nil }
        self.init(
            id: id,
            fields: [
                "login": user.login, "display_name": user.displayName, "type": user.type,
                "broadcaster_type": user.broadcasterType, "description": user.description,
                "profile_image_url": user.profileImageURL, "offline_image_url": user.offlineImageURL,
                "view_count": user.viewCount.map { "\($0)" }, "created_at": user.createdAt,
                "content_classification_labels": labels?.compactMap(\.self).joined(separator: ","),
            ])
    }
}
