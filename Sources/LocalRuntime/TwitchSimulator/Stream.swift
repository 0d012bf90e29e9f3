import AWSProtocol
import EmulatorClock
import Glibc

/// A broadcast on air.
struct Stream: Sendable {
    let id: Int
    let channel: Channel
    let session: Session
    /// Twitch sends `""` for both fields of the category when there is none.
    let category: Category?
    let title: String
    let tags: [String]?
    /// Twitch says type `""` when it could not look the stream up.
    let isFailing: Bool
    /// Those that others have sent here lately.
    let raids: [Raid]
    private let hash: SeededHash

    init(
        id: Int, channel: Channel, session: Session, category: Category?, title: String, tags: [String]?,
        isFailing: Bool, raids: [Raid], hash: SeededHash
    ) {
        self.id = id
        self.channel = channel
        self.session = session
        self.category = category
        self.title = title
        self.tags = tags
        self.isFailing = isFailing
        self.raids = raids
        self.hash = hash
    }

    /// The count that Twitch shows: counted every four to seven minutes, each stream at its own moment.
    func viewers(at instant: Timestamp) -> Int {
        let period = 240 + hash.of(0).below(181)
        let offset = hash.of(1).below(period)
        let step = (Int(instant.seconds) + offset) / period
        let since = session.onAirSince(instant)
        let counted = max(since, Timestamp(milliseconds: Int64(step * period - offset) * 1000))
        let raiders = raids.filter { $0.at >= since }.reduce(0) { $0 + $1.viewers(at: counted) }
        return audience(at: counted, since: since, noise: 0.91 + 0.18 * hash.of(3).of(step).unit) + raiders
    }

    /// Who is there without a raid: rising from the start, fewer towards the end of the evening.
    private func audience(at instant: Timestamp, since: Timestamp, noise: Double) -> Int {
        let age = Double((instant - since).milliseconds) / 60_000
        let left = Double((session.evening.upperBound - instant).milliseconds) / 60_000
        let ramp = min(1, 0.15 + age / 40) * min(1, 0.4 + left / 60)
        let swing = 1 + 0.2 * sin(age / 55 + hash.of(2).unit * 6.28)
        return Int(channel.usualViewers * ramp * swing * noise)
    }

    /// The order of `GET /streams`: viewers, and a fraction of its own for each stream so that no two are equal.
    func score(at instant: Timestamp) -> Double {
        Double(viewers(at: instant)) + hash.of(4).unit
    }

    /// The stream as an item of `GET /streams`. https://dev.twitch.tv/docs/api/reference/#get-streams
    func item(at instant: Timestamp) -> JSONValue {
        [
            "id": .string(String(id)), "user_id": .string(String(channel.userID)),
            "user_login": .string(channel.login), "user_name": .string(channel.displayName),
            "game_id": .string(category.map { String($0.id) } ?? ""), "game_name": .string(category?.name ?? ""),
            "type": .string(isFailing ? "" : "live"), "title": .string(title),
            "viewer_count": .integer(viewers(at: instant)),
            "started_at": .string(Self.wholeSeconds(session.start)), "language": .string(channel.language),
            "thumbnail_url": .string(
                "https://static-cdn.jtvnw.net/previews-ttv/live_user_\(channel.login)-{width}x{height}.jpg"),
            "tag_ids": [], "tags": tags.map { .array($0.map { .string($0) }) } ?? .null, "is_mature": false,
        ]
    }

    static func wholeSeconds(_ instant: Timestamp) -> String {
        instant.rfc3339.prefix(19) + "Z"
    }

    static func title(_ language: String, _ category: Category?, _ hash: SeededHash) -> String {
        let template = hash.pick(WordLists.titles[language] ?? WordLists.otherTitles)
        return template.split(separator: "%", omittingEmptySubsequences: false)
            .joined(separator: category?.name ?? "?")
    }

    static func tags(_ language: String, _ hash: SeededHash) -> [String]? {
        guard hash.of(0).unit >= 0.03 else { return nil }
        let words = WordLists.tags[language] ?? WordLists.otherTags
        return Array(words.prefix(hash.of(1).below(words.count + 1)))
    }
}
