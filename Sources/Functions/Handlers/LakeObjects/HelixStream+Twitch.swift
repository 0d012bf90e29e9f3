import Lake
import Twitch

extension HelixStream {
    /// The lake's form of what the client read: field for field.
    init(_ item: GetStreams.Item) {
        self.init()
        id = item.id
        userID = item.userID
        userLogin = item.userLogin
        userName = item.userName
        gameID = item.gameID
        gameName = item.gameName
        type = item.type
        title = item.title
        viewerCount = item.viewerCount
        startedAt = item.startedAt
        language = item.language
        thumbnailURL = item.thumbnailURL
        tagIDs = item.tagIDs
        tags = item.tags
        isMature = item.isMature
    }
}
