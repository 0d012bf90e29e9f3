import EmulatorClock
import Testing

@testable import TwitchSimulator

@Suite struct `The life of the simulated world` {
    static let evening = Timestamp(milliseconds: 1_772_388_000_000)

    /// A small world, looked at every four minutes for twelve hours.
    private static func sightings(seed: UInt64) -> [[Stream]] {
        let world = World(seed: seed, channelCount: 400)
        return (0..<180).map { world.streams(at: evening + .seconds(240 * $0)) }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `categories change in mid-broadcast, streams break off and come back`(seed: UInt64) {
        let sightings = Self.sightings(seed: seed)
        var byID: [Int: [(look: Int, stream: Stream)]] = [:]
        var byUser: [Int: [Int]] = [:]
        for (look, streams) in sightings.enumerated() {
            #expect(Set(streams.map(\.channel.userID)).count == streams.count, "a channel is live once")
            for stream in streams {
                byID[stream.id, default: []].append((look, stream))
                if byUser[stream.channel.userID]?.last != stream.id {
                    byUser[stream.channel.userID, default: []].append(stream.id)
                }
            }
        }
        let changes = byID.values.map { seen in
            zip(seen, seen.dropFirst()).count { $0.stream.category != $1.stream.category }
        }
        #expect((2...byID.count / 4).contains(changes.count { $0 == 1 }))
        #expect(changes.allSatisfy { $0 <= 1 })
        // Away between two looks and back under the same id.
        #expect(byID.values.contains { seen in zip(seen, seen.dropFirst()).contains { $1.look - $0.look >= 2 } })
        #expect(byID.values.allSatisfy { seen in zip(seen, seen.dropFirst()).allSatisfy { $1.look - $0.look <= 3 } })
        // Back under another id, with what it had been about.
        let returns = byUser.values.flatMap { ids in zip(ids, ids.dropFirst()) }.compactMap { former, latter in
            byID[former]?.last.flatMap { last in byID[latter]?.first.map { (last, $0) } }
        }.filter { $1.stream.session.part == 1 }
        #expect(!returns.isEmpty)
        for (last, first) in returns {
            #expect(first.stream.session.evening == last.stream.session.evening)
            #expect((2...8).contains(first.look - last.look))
            #expect(first.stream.tags == last.stream.tags)
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `those who end send their viewers to others, who lose them again`(seed: UInt64) throws {
        let world = World(seed: seed, channelCount: 2000)
        let streams = world.streams(at: Self.evening)
        let raided = streams.filter { $0.raids.contains { $0.viewers > 20 } }
        #expect(raided.count >= 3)
        for stream in raided {
            let raid = try #require(stream.raids.max { $0.viewers < $1.viewers })
            let raider = try #require(world.channels.first { $0.userID == raid.userID })
            #expect(raider.language == stream.channel.language && raider.index != stream.channel.index)
            let before = world.streams(at: raid.at - .seconds(120)).first { $0.channel.userID == raid.userID }
            #expect(before != nil, "who raids was live")
            #expect(!world.streams(at: raid.at).contains { $0.channel.userID == raid.userID })
            let after = raid.at + .seconds(420)
            guard stream.session.contains(raid.at), stream.session.contains(after) else { continue }
            #expect(stream.viewers(at: after) >= raid.viewers / 2)
            #expect(raid.viewers(at: raid.at + .seconds(3600)) < raid.viewers / 5)
        }
    }

    @Test func `a count is taken every four to seven minutes, and stands in between`() {
        let streams = World(seed: 4, channelCount: 400).streams(at: Self.evening)
            .filter { $0.session.outage == nil && $0.session.end > Self.evening + .seconds(3600) }
        #expect(streams.count > 10)
        for stream in streams where stream.channel.usualViewers > 200 {
            let counts = (0..<360).map { stream.viewers(at: Self.evening + .seconds(10 * $0)) }
            let changes = zip(counts, counts.dropFirst()).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
            #expect((6...15).contains(changes.count))
            #expect(zip(changes, changes.dropFirst()).allSatisfy { $1 - $0 >= 23 })
        }
    }

    /// The list of streams is kept for a minute, the counts are not: both must tell of one world.
    @Test(arguments: 0..<10)
    func `within a minute nothing that the list tells changes`(minute: Int) {
        let world = World(seed: 5, channelCount: 1000)
        let start = Self.evening + .seconds(60 * 97 * minute)
        let list = Dictionary(uniqueKeysWithValues: world.streams(at: start).map { ($0.id, $0) })
        for seconds in [1, 17, 59] {
            let instant = start + .seconds(seconds)
            for stream in world.streams(at: instant) {
                guard let listed = list[stream.id] else { continue }
                #expect(listed.category == stream.category && listed.title == stream.title)
                #expect(listed.viewers(at: instant) == stream.viewers(at: instant))
            }
        }
    }
}
