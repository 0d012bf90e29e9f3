import AWSProtocol
import EmulatorClock
import Foundation

@testable import TwitchSimulator

/// What the demo must come to, worked out from the seeded world by a model of a few lines: the rules of LAKE_SPEC 2 and
/// 3 on plain rows, with nothing of the pipeline's own code.
struct ExpectedLake {
    struct Row {
        var id: String
        var streamer: String
        var category: String
        var isLive: Bool
        var viewers: Int
        var start: Timestamp
    }

    struct Slot {
        var instant: Timestamp
        var pulled: [Row]
        var kept: [Row]
        var reasons: [String: Int]

        /// One message a stream: the last row of it.
        var messages: [Row] { Array(Dictionary(pulled.map { ($0.id, $0) }, uniquingKeysWith: { $1 }).values) }
        var repeated: Int { pulled.count - messages.count }
        var duplicates: Int { pulled.count - kept.count - reasons.values.reduce(0, +) }
    }

    struct Ranked: Equatable {
        var name: String
        var viewerSeconds: Int
        var peak: Int
    }

    let slots: [Slot]

    init(seed: UInt64, start: Timestamp, slotCount: Int, languages: [String], limit: Int) throws {
        let clock = VirtualClock(frozenAt: start)
        let directory = LiveDirectory(world: World(seed: seed), clock: clock)
        slots = try (0..<slotCount).map { number in
            clock.advance(to: start + .seconds(1800 * number))
            let pulled = try languages.flatMap { try Self.walk(directory, language: $0, limit: limit) }
            return Self.slot(clock.now, pulled)
        }
    }

    /// The first `limit` streams of a language, a hundred a page.
    private static func walk(_ directory: LiveDirectory, language: String, limit: Int) throws -> [Row] {
        var rows: [Row] = []
        var after = ""
        while true {
            let page = try directory.streams(HelixQuery("language=\(language)&first=100\(after)"))
            rows += try Self.rows(page)
            guard rows.count < limit, let cursor = page["pagination"]?["cursor"]?.string else {
                return Array(rows.prefix(limit))
            }
            after = "&after=\(PercentEncoding.encode(cursor))"
        }
    }

    /// Messages that no retry can store: all rejects but those below the viewer floor, which the consumer passes over.
    var unusableMessages: Int {
        slots.map { $0.messages.count { !$0.isLive } }.reduce(0, +)
    }

    /// Rows of the real-time table: a row a streamer and pull.
    var storedMessages: Int {
        slots.map { $0.messages.count { $0.isLive && $0.viewers >= 10 } }.reduce(0, +)
    }

    /// Categories of games by hours watched, as `top_jogos`; the peak is the greatest sum over one slot.
    var topGames: [Ranked] {
        let nonGames = Set(WordLists.nonGames + ["Unknown"])
        return Array(
            ranked(by: \.category, among: { !nonGames.contains($0.category) }, peak: { $0.reduce(0, +) }).prefix(10))
    }

    /// Streamers by hours watched, as `top_streamers`; the peak is the greatest row.
    var topStreamers: [Ranked] {
        Array(ranked(by: \.streamer, among: { _ in true }, peak: { $0.max() ?? 0 }).prefix(10))
    }

    private func ranked(
        by key: (Row) -> String, among isCounted: (Row) -> Bool, peak: ([Int]) -> Int
    ) -> [Ranked] {
        var groups: [String: Ranked] = [:]
        for slot in slots {
            for (name, rows) in Dictionary(grouping: slot.kept.filter(isCounted), by: key) {
                var group = groups[name] ?? Ranked(name: name, viewerSeconds: 0, peak: 0)
                group.viewerSeconds += rows.map { $0.viewers * Self.interval($0, slot.instant) }.reduce(0, +)
                group.peak = max(group.peak, peak(rows.map(\.viewers)))
                groups[name] = group
            }
        }
        return groups.values.sorted { ($1.viewerSeconds, $0.name) < ($0.viewerSeconds, $1.name) }
    }

    private static func interval(_ row: Row, _ instant: Timestamp) -> Int {
        max(0, min(1800, Int((instant - row.start).components.seconds)))
    }

    private static func rows(_ page: JSONValue) throws -> [Row] {
        try (page["data"]?.array ?? []).map { item in
            let start = item["started_at"]?.string.flatMap(Timestamp.init(rfc3339:))
            guard let id = item["id"]?.string, let name = item["user_name"]?.string, let start,
                let viewers = item["viewer_count"]?.integer, let category = item["game_name"]?.string
            else { throw UnreadableItem(item: item.text) }
            return Row(
                id: id, streamer: name, category: category.isEmpty ? "Unknown" : category,
                isLive: item["type"]?.string == "live", viewers: viewers, start: start)
        }
    }

    private static func slot(_ instant: Timestamp, _ pulled: [Row]) -> Slot {
        var reasons: [String: Int] = [:]
        var kept: [String: Row] = [:]
        for row in pulled {
            if !row.isLive {
                reasons["not_live", default: 0] += 1
            } else if row.viewers < 10 {
                reasons["below_min_viewers", default: 0] += 1
            } else {
                kept[row.id] = row
            }
        }
        return Slot(instant: instant, pulled: pulled, kept: Array(kept.values), reasons: reasons)
    }
}

/// The simulator served an item that the model cannot read.
struct UnreadableItem: Error {
    let item: String
}
