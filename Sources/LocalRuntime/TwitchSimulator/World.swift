import EmulatorClock
import Glibc

/// A seeded Twitch: channels that go live in their evenings, with the viewers, languages and categories that were
/// measured on the real one (TWITCH_FACTS 8). Everything is a function of the seed and the instant.
package struct World: Sendable {
    package let seed: UInt64
    let categories: [Category]
    let channels: [Channel]
    private let hash: SeededHash

    /// - Parameter channelCount: how many channels there are; about an eighth of them is live at once.
    package init(seed: UInt64, channelCount: Int = 18_000) {
        self.seed = seed
        let hash = SeededHash(seed: seed)
        self.hash = hash
        categories = Category.all
        channels = (0..<channelCount).map { Channel(index: $0, of: channelCount, hash: hash.of(1).of($0)) }
    }

    /// The streams that are live at an instant, in no particular order.
    func streams(at instant: Timestamp) -> [Stream] {
        let day = Int(instant.seconds / 86_400)
        return channels.flatMap { channel in
            (day - 2...day).compactMap { day in
                channel.session(onDay: day, hash: hash.of(2)).flatMap { session in
                    session.contains(instant) ? stream(of: channel, session, day: day) : nil
                }
            }.suffix(1)
        }
    }

    private func stream(of channel: Channel, _ session: Session, day: Int) -> Stream {
        let hash = hash.of(3).of(channel.index).of(day)
        let category = hash.of(0).unit < 0.009 ? nil : categories[Category.index(for: hash.of(1).unit, of: categories)]
        return Stream(
            id: 40_000_000_000 + (day - 14_000) * 100_000 + channel.index, channel: channel, session: session,
            category: category, title: Stream.title(channel.language, category, hash.of(2)),
            tags: Stream.tags(channel.language, hash.of(3)), isFailing: hash.of(4).unit < 0.007, hash: hash.of(5))
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
