/// What Twitch does wrong now and then, by name. Each was seen on the real one (TWITCH_FACTS 2 and 3).
package enum TwitchDefect: String, Sendable, CaseIterable {
    /// The cursor of every page but the first leads back to the first page (twitchdev/issues#93).
    case loopCursor = "loop-cursor"
    /// A page holds a few streams although more were asked for, and the last one leads to an empty page. Recorded pages
    /// keep their length.
    case shortPages = "short-pages"
    /// A cursor that was just given is refused with 400 (twitchdev/issues#91).
    case invalidCursor = "invalid-cursor"
    /// The bucket is empty until a reset five seconds later.
    case tooManyRequests = "429"
    /// A 500 whose body is a page for people.
    case htmlError = "html-500"
    /// An answer takes twelve seconds of the simulator's clock.
    case slow
    /// The connection ends in the middle of the answer.
    case reset
    /// `tags` and `tag_ids` are null.
    case nullTags = "null-tags"
    /// Every token dies.
    case deadToken = "dead-token"

    /// It strikes at each so-manieth request that it applies to. Those that a client gets past by asking again leave it
    /// room to do so.
    var interval: Int {
        switch self {
        case .loopCursor, .shortPages, .nullTags: 1
        case .invalidCursor, .htmlError, .reset: 3
        case .tooManyRequests, .slow, .deadToken: 4
        }
    }

    /// Whether a request can meet it.
    func applies(toPath path: String, isLaterPage: Bool) -> Bool {
        switch self {
        case .shortPages, .nullTags: path == "/helix/streams"
        case .loopCursor, .invalidCursor: path == "/helix/streams" && isLaterPage
        case .tooManyRequests, .htmlError, .slow, .reset, .deadToken: true
        }
    }
}

/// Which defects a simulator has: some by name, at fixed intervals; or by seed, any of them at a quarter of the requests,
/// never at two in a row.
package struct TwitchDefects: Sendable, Equatable {
    package var named: Set<TwitchDefect>
    package var seed: UInt64?

    package static let none = TwitchDefects()

    package init(_ named: Set<TwitchDefect> = [], seed: UInt64? = nil) {
        self.named = named
        self.seed = seed
    }
}
