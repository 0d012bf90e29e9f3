import EmulatorClock
import Glibc

/// A seeded Twitch: channels that go live in their evenings, with the viewers, languages and categories that were
/// measured on the real one (TWITCH_FACTS 8). Streams rise and fall, change their category, break off and come back, and
/// send their viewers to others when they end. Everything is a function of the seed and the instant.
package struct World: Sendable {
    package let seed: UInt64
    let categories: [Category]
    let channels: [Channel]
    private let indicesByLanguage: [String: [Int]]
    private let hash: SeededHash

    /// - Parameter channelCount: how many channels there are, at most 50,000; about an eighth of them is live at once.
    package init(seed: UInt64, channelCount: Int = 18_000) {
        precondition(channelCount <= Broadcast.channelLimit, "the ids of broadcasts have no room for more channels")
        self.seed = seed
        let hash = SeededHash(seed: seed)
        self.hash = hash
        categories = Category.all
        let channels = (0..<channelCount).map { Channel(index: $0, of: channelCount, hash: hash.of(1).of($0)) }
        indicesByLanguage = Dictionary(grouping: channels.indices) { channels[$0].language }
        self.channels = channels
    }

    /// The streams that are live at an instant, in no particular order.
    func streams(at instant: Timestamp) -> [Stream] {
        var live: [Broadcast] = []
        var ended: [Broadcast] = []
        for channel in channels {
            let broadcasts = broadcasts(of: channel, around: instant)
            if let current = broadcasts.last(where: { $0.session.contains(instant) }) {
                live.append(current)
            } else {
                ended += broadcasts.filter { $0.session.end <= instant && instant - $0.session.end < Self.memory }
            }
        }
        let raids = raids(by: ended)
        return live.map { stream($0, raids[$0.channel.index] ?? [], at: instant) }
    }

    /// What can still have raiders: a raid's memory, and the minutes until a count is refreshed.
    private static let memory = Raid.memory + .seconds(600)

    /// The broadcasts of the days in which one can be that touches an instant, in their order.
    private func broadcasts(of channel: Channel, around instant: Timestamp) -> [Broadcast] {
        let today = Int(instant.seconds / 86_400)
        return (today - 2...today).flatMap { day in
            channel.sessions(onDay: day, hash: hash.of(2)).map { Broadcast(channel: channel, day: day, session: $0) }
        }
    }

    /// Three in ten who end their stream send their viewers to somebody of their language who is live.
    private func raids(by ended: [Broadcast]) -> [Int: [Raid]] {
        var raids: [Int: [Raid]] = [:]
        for broadcast in ended where broadcast.session.endsTheEvening {
            let hash = hash.of(4).of(broadcast.channel.index).of(broadcast.day)
            guard hash.of(0).unit < 0.3, let target = target(of: broadcast, hash.of(1)) else { continue }
            let last = broadcast.session.end - .seconds(1)
            let viewers = stream(broadcast, [], at: last).viewers(at: last)
            raids[target, default: []].append(
                Raid(
                    userID: broadcast.channel.userID, at: broadcast.session.end.roundedUpToMinute,
                    viewers: viewers * 6 / 10))
        }
        return raids
    }

    /// Index of the channel that is raided; nil when nobody is found.
    private func target(of broadcast: Broadcast, _ hash: SeededHash) -> Int? {
        let end = broadcast.session.end
        let neighbours = indicesByLanguage[broadcast.channel.language] ?? []
        return (0..<24).lazy.map { neighbours[hash.of($0).below(neighbours.count)] }.first { index in
            index != broadcast.channel.index
                && broadcasts(of: channels[index], around: end).contains { $0.session.contains(end) }
        }
    }

    private func stream(_ broadcast: Broadcast, _ raids: [Raid], at instant: Timestamp) -> Stream {
        let hash = hash.of(3).of(broadcast.channel.index).of(broadcast.day)
        let category = category(of: broadcast, hash, at: instant)
        let language = broadcast.channel.language
        return Stream(
            id: broadcast.id, channel: broadcast.channel, session: broadcast.session, category: category,
            title: Stream.title(language, category, hash.of(2)), tags: Stream.tags(language, hash.of(3)),
            isFailing: hash.of(4).unit < 0.007, raids: raids, hash: hash.of(5))
    }

    /// One in five changes the category, once and on a whole minute; the title, which names it, changes with it.
    private func category(of broadcast: Broadcast, _ hash: SeededHash, at instant: Timestamp) -> Category? {
        let evening = broadcast.session.evening
        let length = Double((evening.upperBound - evening.lowerBound).components.seconds)
        let change = evening.lowerBound + .seconds(Int64(length * (0.2 + 0.6 * hash.of(7).unit)))
        if hash.of(6).unit < 0.2, instant >= change.roundedUpToMinute { return category(hash.of(8), hash.of(9)) }
        return category(hash.of(0), hash.of(1))
    }

    private func category(_ absence: SeededHash, _ choice: SeededHash) -> Category? {
        absence.unit < 0.009 ? nil : categories[Category.index(for: choice.unit, of: categories)]
    }
}

/// A channel's broadcast, named by the day of its evening.
private struct Broadcast {
    let channel: Channel
    let day: Int
    let session: Session

    static let channelLimit = 50_000

    var id: Int {
        40_000_000_000 + ((day - 14_000) * 2 + session.part) * Self.channelLimit + channel.index
    }
}

/// A category of `GET /games`.
struct Category: Sendable, Equatable {
    let id: Int
    let name: String
    /// Twitch drops ids that it no longer knows from the answer without a word.
    let isKnown: Bool

    static let all: [Category] = {
        let titles = WordLists.gameAdjectives.flatMap { adjective in
            WordLists.gameNouns.map { "\(adjective) \($0)" }
        }
        let order = SeededHash(seed: 1)
        let games = titles.indices.sorted { order.of($0).unit < order.of($1).unit }.map { titles[$0] }
        return (WordLists.nonGames + games).enumerated().map { index, name in
            Category(id: 509_000 + index * 7, name: name, isKnown: index % 61 != 60)
        }
    }()

    /// Just Chatting has 14 % of the streams, the other non-games 8 % together, the games the rest by Zipf's law.
    static func index(for unit: Double, of categories: [Category]) -> Int {
        let nonGames = WordLists.nonGames.count
        if unit < 0.14 { return 0 }
        if unit < 0.22 { return 1 + Int((unit - 0.14) / 0.08 * Double(nonGames - 1)) }
        let games = Double(categories.count - nonGames)
        let rank = pow(games, (unit - 0.22) / 0.78) - 1
        return nonGames + min(Int(rank * games / (games - 1)), Int(games) - 1)
    }
}
