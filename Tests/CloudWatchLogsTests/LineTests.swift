import CloudWatchLogs
import EmulatorClock
import Synchronization
import TestSupport
import Testing

@Suite struct `Lines of functions` {
    @Test func `events are read on from where one left off`() async throws {
        let bench = try await Bench()
        bench.print("0", "1", "2", "3", "4")
        bench.print("elsewhere", group: LogGroupID(name: "other"))
        let first = try await bench.logs.tail(Bench.group, limit: 2)
        #expect(first.map(\.message) == ["3", "4"])
        bench.print("5", stream: "t")
        let next = try await bench.logs.events(Bench.group, storedAfter: first[1].id)
        #expect(next.map(\.message) == ["5"])
        #expect(next.first?.timestamp == Bench.noon && next.first?.stream == "t")
    }

    @Test func `a group of that name in another account is another group`() async throws {
        let bench = try await Bench()
        bench.print("mine")
        bench.print("theirs", group: LogGroupID(account: "111111111111", name: Bench.group.name))
        #expect(try await bench.logs.tail(Bench.group, limit: 10).map(\.message) == ["mine"])
        #expect(try await bench.logs.tail(LogGroupID(region: "eu-west-1", name: Bench.group.name), limit: 10) == [])
    }

    @Test func `lines of one stream keep their order, however many batches they come in`() async throws {
        let bench = try await Bench()
        for batch in 0..<20 {
            for line in 0..<50 {
                bench.logs.append("\(batch * 50 + line)", to: "s", of: Bench.group, at: Bench.noon)
            }
            await bench.logs.flush()
        }
        let all = try await bench.logs.tail(Bench.group, limit: 2000)
        #expect(all.map(\.message) == (0..<1000).map(String.init))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `lines of many streams in one batch come each to its own, in their order`(seed: UInt64) async throws {
        let bench = try await Bench()
        var random = SeededGenerator(seed: seed)
        let groups = ["a", "b", "c"].map { LogGroupID(name: $0) }
        var expected: [LogGroupID: [String]] = [:]
        for number in 0..<200 {
            guard let group = groups.randomElement(using: &random) else { continue }
            let stream = ["s", "t"][number % 2]
            bench.logs.append("\(stream) \(number)", to: stream, of: group, at: Bench.noon)
            expected[group, default: []].append("\(stream) \(number)")
        }
        for (group, lines) in expected {
            let events = try await bench.logs.events(group, storedAfter: 0)
            #expect(events.map(\.message) == lines)
            #expect(events.allSatisfy { $0.message.hasPrefix($0.stream) })
        }
    }

    /// Wraps around the reader that pile up would make each call a little slower than the one before, and the stack deeper.
    @Test func `a reader of lines is called as directly the thousandth time as the first`() async throws {
        let bench = try await Bench()
        let depths = Mutex<[UInt]>([])
        bench.logs.readLines { _, _ in
            var here = 0
            let address = withUnsafeMutablePointer(to: &here) { UInt(bitPattern: $0) }
            depths.withLock { $0.append(address) }
        }
        for _ in 0..<1_000 { bench.logs.append("a", to: "s", of: Bench.group, at: Bench.noon) }
        let found = depths.withLock { $0 }
        #expect(found.count == 1_000)
        #expect(Set(found).count == 1)
    }
}
