/// Categories by current viewers, most first.
///
/// https://dev.twitch.tv/docs/api/reference/#get-top-games
package struct GetTopGames: HelixEndpoint, Equatable {
    package typealias Item = GetGames.Item

    package static let path = "/games/top"

    /// Items on one page, 1 to 100.
    package var first: Int
    package var after: String?

    package init(first: Int = 100, after: String? = nil) {
        self.first = first
        self.after = after
    }

    package var query: [(name: String, value: String)] {
        [("first", String(first))] + (after.map { [("after", $0)] } ?? [])
    }
}
