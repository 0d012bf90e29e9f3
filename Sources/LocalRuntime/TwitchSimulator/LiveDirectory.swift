import AWSProtocol
import EmulatorClock
import Foundation
import Synchronization

/// The Helix endpoints over a living world.
final class LiveDirectory: Directory {
    private struct State {
        /// Who is live, kept for the minute: Twitch caches, too.
        var live: (minute: Int64, streams: [Stream])?
        var lastNow: Timestamp?
        var requestsAtNow = 0
    }

    /// Between two requests the world goes on, even where the clock is frozen: viewers change, streams pass each other
    /// in the ranking, and a walk through the pages sees some twice and misses others.
    private static let pace = Duration.milliseconds(500)

    private let world: World
    private let clock: any Timekeeper
    private let state = Mutex(State())

    init(world: World, clock: any Timekeeper) {
        self.world = world
        self.clock = clock
    }

    func streams(_ query: HelixQuery) throws -> JSONValue {
        let size = try query.pageSize()
        let below = try query["after"].map(Cursor.score)
        if let type = query["type"], type != "live", type != "all" { throw HelixError.invalidType(type) }
        guard query["before"] == nil else { throw HelixError.notSimulated("the parameter before") }
        let wanted = try StreamFilter(query)
        let instant = nextInstant()
        let ranked = live(at: instant).filter(wanted.admits)
            .map { (score: $0.score(at: instant), stream: $0) }
            .filter { $0.score < below ?? .infinity }
        let page = Self.highest(size, of: ranked)
        let data = page.map { $0.stream.item(at: instant) }
        guard let last = page.last, ranked.count > page.count else { return ["data": .array(data), "pagination": [:]] }
        return ["data": .array(data), "pagination": ["cursor": .string(Cursor.text(below: last.score))]]
    }

    var firstCursor: String { Cursor.text(below: .infinity) }

    var endCursor: String { Cursor.text(below: -.infinity) }

    func games(_ query: HelixQuery) throws -> JSONValue {
        let wanted = try query.values("id", "name", "igdb_id")
        guard !wanted.isEmpty else { throw HelixError.missing(parameter: "id") }
        let ids = Set(try query.values("id"))
        let names = Set(try query.values("name"))
        let found = world.categories.filter { $0.isKnown && (ids.contains(String($0.id)) || names.contains($0.name)) }
        return ["data": .array(found.map(Self.game))]
    }

    /// The categories that are watched now, by their viewers.
    func topGames(_ query: HelixQuery) throws -> JSONValue {
        let instant = nextInstant()
        var viewers: [Int: Int] = [:]
        for stream in live(at: instant) {
            if let category = stream.category { viewers[category.id, default: 0] += stream.viewers(at: instant) }
        }
        let watched = world.categories.filter { $0.isKnown && viewers[$0.id] != nil }
            .sorted { (viewers[$0.id] ?? 0, $1.id) > (viewers[$1.id] ?? 0, $0.id) }
        return try page(of: watched.map(Self.game), query)
    }

    func users(_ query: HelixQuery) throws -> JSONValue {
        let wanted = try query.values("id", "login")
        guard !wanted.isEmpty else { throw HelixError.missing(parameter: "id") }
        let ids = Set(try query.values("id"))
        let logins = Set(try query.values("login"))
        let found = world.channels.filter {
            $0.isKnown && (ids.contains(String($0.userID)) || logins.contains($0.login))
        }
        return ["data": .array(found.map(Self.user))]
    }

    /// A channel that is off the air has no category and no title here; Twitch keeps the last ones.
    func channels(_ query: HelixQuery) throws -> JSONValue {
        let ids = Set(try query.values("broadcaster_id"))
        guard !ids.isEmpty else { throw HelixError.missing(parameter: "broadcaster_id") }
        let live = Dictionary(live(at: nextInstant()).map { ($0.channel.userID, $0) }) { first, _ in first }
        let found = world.channels.filter { $0.isKnown && ids.contains(String($0.userID)) }
        return ["data": .array(found.map { Self.channel($0, live[$0.userID]) })]
    }

    private static func channel(_ channel: Channel, _ stream: Stream?) -> JSONValue {
        [
            "broadcaster_id": .string(String(channel.userID)), "broadcaster_login": .string(channel.login),
            "broadcaster_name": .string(channel.displayName), "broadcaster_language": .string(channel.language),
            "game_id": .string(stream?.category.map { String($0.id) } ?? ""),
            "game_name": .string(stream?.category?.name ?? ""), "title": .string(stream?.title ?? ""), "delay": 0,
            "tags": .array((stream?.tags ?? []).map { .string($0) }),
            "content_classification_labels": .array(channel.contentLabels.map { .string($0) }),
            "is_branded_content": false,
        ]
    }

    private static func game(_ game: Category) -> JSONValue {
        [
            "id": .string(String(game.id)), "name": .string(game.name),
            "box_art_url": .string("https://static-cdn.jtvnw.net/ttv-boxart/\(game.id)-{width}x{height}.jpg"),
            "igdb_id": "",
        ]
    }

    private static func user(_ channel: Channel) -> JSONValue {
        [
            "id": .string(String(channel.userID)), "login": .string(channel.login),
            "display_name": .string(channel.displayName), "type": "",
            "broadcaster_type": .string(channel.broadcasterType),
            "description": .string(channel.index % 5 == 0 ? "" : "\(channel.displayName) · \(channel.language)"),
            "profile_image_url": .string("https://static-cdn.jtvnw.net/user-profile/\(channel.userID)-300x300.png"),
            "offline_image_url": "", "view_count": 0,
            "created_at": .string(Stream.wholeSeconds(channel.createdAt)),
        ]
    }

    private func nextInstant() -> Timestamp {
        let now = clock.now
        return state.withLock { state in
            state.requestsAtNow = state.lastNow == now ? state.requestsAtNow + 1 : 0
            state.lastNow = now
            return now + Self.pace * state.requestsAtNow
        }
    }

    private func live(at instant: Timestamp) -> [Stream] {
        let minute = instant.seconds / 60
        return state.withLock { state in
            if let live = state.live, live.minute == minute { return live.streams }
            let streams = world.streams(at: Timestamp(milliseconds: minute * 60_000))
            state.live = (minute, streams)
            return streams
        }
    }

    private static func highest(
        _ count: Int, of ranked: [(score: Double, stream: Stream)]
    ) -> [(score: Double, stream: Stream)] {
        Array(ranked.sorted { $0.score > $1.score }.prefix(count))
    }
}

/// The filters of `GET /streams`: values of one key are alternatives, keys add up.
struct StreamFilter: Sendable {
    private let languages: Set<String>
    private let games: Set<String>
    private let users: Set<String>
    private let logins: Set<String>

    init(_ query: HelixQuery) throws {
        languages = Set(try query.values("language"))
        games = Set(try query.values("game_id"))
        users = Set(try query.values("user_id"))
        logins = Set(try query.values("user_login"))
    }

    func admits(_ stream: Stream) -> Bool {
        admits(
            language: stream.channel.language, game: stream.category.map { String($0.id) } ?? "",
            user: String(stream.channel.userID), login: stream.channel.login)
    }

    func admits(language: String, game: String, user: String, login: String) -> Bool {
        (languages.isEmpty || languages.contains(language)) && (games.isEmpty || games.contains(game))
            && (users.isEmpty || users.contains(user)) && (logins.isEmpty || logins.contains(login))
    }
}

/// Helix's cursor, seen from inside: base64 JSON around a score. `after` means "below this score".
enum Cursor {
    static func text(below score: Double) -> String {
        let inner: JSONValue = ["b": .null, "a": ["Cursor": .string("\(score)")]]
        return Data(inner.bytes).base64EncodedString()
    }

    static func text(offset: Int) -> String {
        text(below: Double(offset))
    }

    static func offset(_ cursor: String) throws -> Int {
        guard let offset = Int(exactly: try score(cursor)), offset >= 0 else { throw HelixError.invalidCursor }
        return offset
    }

    static func score(_ cursor: String) throws -> Double {
        guard let data = Data(base64Encoded: cursor), let inner = try? JSONValue(parsing: Array(data)),
            let score = inner["a"]?["Cursor"]?.string.flatMap(Double.init)
        else { throw HelixError.invalidCursor }
        return score
    }
}
