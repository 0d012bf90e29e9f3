import AWSProtocol
import EmulatorClock
import EmulatorDatabase
import TestSupport
import Testing

@testable import CloudWatchLogs

@Suite struct `Events over the wire` {
    private let stream: JSONObject = ["logGroupName": "g", "logStreamName": "s"]

    private func with(_ members: JSONObject) -> JSONObject {
        JSONObject((stream.members + members.members).map { ($0.name, $0.value) })
    }

    @Test func `a stream is read forward to its end, where the token stays the same`() async throws {
        let bench = try await Bench()
        await bench.put((0..<5).map { ($0, "line \($0)") })
        let first = await bench.call("GetLogEvents", with(["startFromHead": true, "limit": 2]))
        #expect(first.messages == ["line 0", "line 1"])
        let forward = try #require(first["nextForwardToken"])
        let second = await bench.call("GetLogEvents", with(["nextToken": forward, "startFromHead": true]))
        #expect(second.messages == ["line 2", "line 3", "line 4"])
        let end = try #require(second["nextForwardToken"])
        let nothing = await bench.call("GetLogEvents", with(["nextToken": end, "startFromHead": true]))
        #expect(nothing.messages == [] && nothing["nextForwardToken"] == end)
        await bench.put([(9, "line 9")])
        #expect(await bench.call("GetLogEvents", with(["nextToken": end])).messages == ["line 9"])
        let backward = try #require(second["nextBackwardToken"])
        #expect(await bench.call("GetLogEvents", with(["nextToken": backward])).messages == ["line 0", "line 1"])
    }

    @Test func `without a token the newest come, oldest of them first`() async throws {
        let bench = try await Bench()
        await bench.put((0..<5).map { ($0, "line \($0)") })
        let page = await bench.call("GetLogEvents", with(["limit": 2]))
        #expect(page.messages == ["line 3", "line 4"])
        let before = await bench.call(
            "GetLogEvents", with(["limit": 2, "nextToken": try #require(page["nextBackwardToken"])]))
        #expect(before.messages == ["line 1", "line 2"])
    }

    @Test func `the end of a range counts in FilterLogEvents and not in GetLogEvents`() async throws {
        let bench = try await Bench()
        await bench.put((0..<5).map { ($0, "line \($0)") })
        let range: JSONObject = [
            "startTime": .integer(Bench.noon.milliseconds + 1000), "endTime": .integer(Bench.noon.milliseconds + 3000),
        ]
        #expect(
            await bench.call("GetLogEvents", with(["startFromHead": true]).merged(range)).messages == [
                "line 1", "line 2",
            ])
        #expect(
            await bench.call("FilterLogEvents", (["logGroupName": "g"] as JSONObject).merged(range)).messages == [
                "line 1", "line 2", "line 3",
            ])
    }

    @Test func `streams are interleaved, page by page, either way`() async throws {
        let bench = try await Bench()
        await bench.put([(0, "a0"), (2, "a2"), (4, "a4")], stream: "a")
        await bench.put([(1, "b1"), (3, "b3"), (5, "skip")], stream: "b")
        var (seen, token): ([String], JSONValue?) = ([], nil)
        repeat {
            var members: JSONObject = ["logGroupName": "g", "limit": 2, "filterPattern": "-skip"]
            members["nextToken"] = token
            let page = await bench.call("FilterLogEvents", members)
            seen += page.messages
            token = page["nextToken"]
        } while token != nil
        #expect(seen == ["a0", "b1", "a2", "b3", "a4"])
        let newest = await bench.call("FilterLogEvents", ["logGroupName": "g", "startFromHead": false, "limit": 3])
        #expect(newest.messages == ["skip", "a4", "b3"])
        let older = await bench.call(
            "FilterLogEvents", ["logGroupName": "g", "nextToken": try #require(newest["nextToken"])])
        #expect(older.messages == ["a2", "b1", "a0"])
        #expect(
            await bench.call("FilterLogEvents", ["logGroupName": "g", "logStreamNames": ["b"]]).messages
                == ["b1", "b3", "skip"])
        #expect(
            await bench.call("FilterLogEvents", ["logGroupName": "g", "logStreamNamePrefix": "zz"]).messages == [])
    }

    @Test func `an answer holds a megabyte at most`() async throws {
        let bench = try await Bench()
        let line = String(repeating: "x", count: 400_000)
        for second in 0..<4 { await bench.put([(second, line)]) }
        let page = await bench.call("FilterLogEvents", ["logGroupName": "g"])
        #expect(page.messages.count == 2 && page["nextToken"] != nil)
        #expect(await bench.call("GetLogEvents", with(["startFromHead": true])).messages.count == 2)
    }

    @Test func `what is too old, too new or expired is left out and told`() async throws {
        let bench = try await Bench()
        let day = 86_400
        let answer = await bench.put([(-15 * day, "old"), (-3600, "good"), (0, "now"), (3 * 3600, "new")])
        #expect(answer["rejectedLogEventsInfo"] == ["tooNewLogEventStartIndex": 3, "tooOldLogEventEndIndex": 1])
        #expect(await bench.call("FilterLogEvents", ["logGroupName": "g"]).messages == ["good", "now"])
        await bench.call("PutRetentionPolicy", ["logGroupName": "g", "retentionInDays": 3])
        #expect(
            await bench.put([(-4 * day, "expired"), (1, "more")])["rejectedLogEventsInfo"]
                == ["expiredLogEventEndIndex": 1])
        #expect(await bench.put([(2, "fine")])["rejectedLogEventsInfo"] == nil)
    }

    @Test func `a batch that breaks a rule is refused whole`() async throws {
        let bench = try await Bench()
        let disordered = await bench.put([(2, "b"), (1, "a")])
        #expect(disordered.error == "InvalidParameterException" && disordered.status == 400)
        #expect(
            disordered.message == "Log events in a single PutLogEvents request must be in chronological order.")
        #expect(
            await bench.put([(-86_401, "a"), (0, "b")]).message
                == "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
        let half = String(repeating: "x", count: 600_000)
        #expect(
            await bench.put([(0, half), (1, half)]).message
                == "Upload too large: 1200052 bytes exceeds limit of 1048576")
        #expect(
            await bench.put([(0, half + half)]).message == "Log event too large: 1200026 bytes exceeds limit of 1048576"
        )
        #expect(
            await bench.put([(0, "")]).message
                == "1 validation error detected: Value '' at 'logEvents.1.member.message' failed to satisfy "
                + "constraint: Member must have length greater than or equal to 1")
        #expect(await bench.call("FilterLogEvents", ["logGroupName": "g"]).messages == [])
    }

    @Test func `events go when their group's retention is over, by the clock`() async throws {
        let bench = try await Bench()
        await bench.put([(0, "first"), (7200, "second")])
        await bench.call("PutRetentionPolicy", ["logGroupName": "g", "retentionInDays": 1])
        bench.clock.advance(by: .seconds(86_400))
        #expect(await bench.call("FilterLogEvents", ["logGroupName": "g"]).messages == ["first", "second"])
        bench.clock.advance(by: .seconds(1))
        #expect(await bench.call("FilterLogEvents", ["logGroupName": "g"]).messages == ["second"])
        bench.clock.advance(by: .seconds(7200))
        try await eventually {
            try await bench.database.read { try LogsStore($0).oldestEventsWithRetention() }.isEmpty
        }
        let group = await bench.call("DescribeLogGroups")["logGroups"]?.array?.first
        #expect(group?["storedBytes"] == 0 && group?["retentionInDays"] == 1)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `paging agrees with a plain list`(seed: UInt64) async throws {
        let bench = try await Bench()
        var random = SeededGenerator(seed: seed)
        var model: [(second: Int, text: String)] = []
        for batch in 0..<6 {
            let lines = (0..<Int.random(in: 1...8, using: &random)).map { number in
                (second: Int.random(in: 0...20, using: &random), text: "\(batch).\(number)")
            }.sorted { $0.second < $1.second }
            await bench.put(lines, stream: Bool.random(using: &random) ? "a" : "b")
            model += lines
        }
        let sorted = model.enumerated().sorted { ($0.element.second, $0.offset) < ($1.element.second, $1.offset) }
        var (seen, token): ([String], JSONValue?) = ([], nil)
        repeat {
            var members: JSONObject = ["logGroupName": "g", "limit": .integer(Int.random(in: 1...7, using: &random))]
            members["nextToken"] = token
            let page = await bench.call("FilterLogEvents", members)
            seen += page.messages
            token = page["nextToken"]
        } while token != nil
        #expect(seen == sorted.map(\.element.text))
    }
}

extension JSONObject {
    fileprivate func merged(_ other: JSONObject) -> JSONObject {
        JSONObject((members + other.members).map { ($0.name, $0.value) })
    }
}
