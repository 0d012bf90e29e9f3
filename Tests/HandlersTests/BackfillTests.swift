import Lake
import Testing

@testable import Handlers

@Suite struct `Backfill` {
    @Test func `with time enough a range of hours is done at once`() async throws {
        let world = try await World.pulled(hours: [0, 1, 12, 35, 36])
        let answer = try await world.call(.silverJob, try World.event("silverJob-backfill"))
        #expect(answer["done"] == ["from": "2026-03-02T00", "to": "2026-03-03T11"])
        #expect(answer["resume"] == .null)
        #expect(answer["partition_count"] == 36)
        #expect(answer["run_count"] == 4)
        #expect(answer["linhas_lidas"] == 12)
        #expect(answer["linhas_validas"] == 8)
        #expect(answer["motivos"] == ["below_min_viewers": 4])
        #expect(answer["gold_backfill"] == ["from": "2026-03-01", "to": "2026-03-03"])
        #expect(!world.objectKeys.contains("silver/streams/dt=2026-03-03/hour=12/part-00000.parquet"))
    }

    @Test func `silver's answer names the dates that gold walks`() async throws {
        let world = try await World.pulled(hours: [0, 12, 30])
        let silver = try await world.call(.silverJob, try World.event("silverJob-backfill"))
        let answer = try await world.call(.goldJob, ["backfill": silver["gold_backfill"]])
        #expect(answer["done"] == silver["gold_backfill"])
        #expect(answer["date_count"] == 3)
        #expect(answer["tables"]["top_jogos"] == 6)
        #expect(answer == (try await world.call(.goldJob, try World.event("goldJob-backfill"))))
    }

    @Test func `the answer of a year stays small`() async throws {
        let world = try await World.pulled(hours: Array(0..<12))
        let few = try await world.call(.silverJob, ["backfill": ["from": "2026-03-02T00", "to": "2026-03-02T01"]])
        let many = try await world.call(.silverJob, ["backfill": ["from": "2026-03-02T00", "to": "2026-03-02T11"]])
        #expect(try many.bytes.count < few.bytes.count + 64)
    }

    @Test func `a walk stops before its deadline and tells where to go on`() async throws {
        let world = try await World.pulled(hours: Array(0..<10))
        // Every hour puts three files: 9 s. Of 60 s, 2 are for the answer, and 18 must be left to begin another hour.
        world.onPut { state, _ in state.now += .seconds(3) }
        let range: JSON = ["from": "2026-03-02T00", "to": "2026-03-02T09"]
        let answer = try await world.call(.silverJob, ["backfill": range])
        #expect(answer["done"] == ["from": "2026-03-02T00", "to": "2026-03-02T04"])
        #expect(answer["resume"] == ["from": "2026-03-02T05", "to": "2026-03-02T09"])
        let rest = try await world.call(.silverJob, ["backfill": answer["resume"]])
        #expect(rest["resume"] == .null)
    }

    @Test func `an hour that leaves no time for another is still done`() async throws {
        let world = try await World.pulled(hours: [0, 1])
        world.onPut { state, _ in state.now += .seconds(2) }
        let range: JSON = ["from": "2026-03-02T00", "to": "2026-03-02T01"]
        let answer = try await world.call(.silverJob, ["backfill": range], timeout: .seconds(8))
        #expect(answer["resume"] == ["from": "2026-03-02T01", "to": "2026-03-02T01"])
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `stopped anywhere and resumed, it comes to the same objects`(seed: UInt64) async throws {
        var random = Xorshift(seed: seed)
        let hours = (0..<30).filter { _ in random.next(3) == 0 }
        let world = try await World.pulled(hours: hours)
        let other = try await World.pulled(hours: hours)
        let range: JSON = ["from": "2026-03-02", "to": "2026-03-03T05"]
        let dates: JSON = ["from": "2026-03-01", "to": "2026-03-03"]
        _ = try await other.call(.silverJob, ["backfill": range])
        _ = try await other.call(.goldJob, ["backfill": dates])

        let (pause, timeout) = (Duration.milliseconds(100 + random.next(900)), Duration.seconds(10 + random.next(20)))
        world.onPut { state, _ in state.now += pause }
        let silver = try await world.walk(.silverJob, range, timeout: timeout)
        #expect(silver.reduce(0) { $0 + ($1["partition_count"].int ?? 0) } == 30)
        #expect(silver.reduce(0) { $0 + ($1["run_count"].int ?? 0) } == hours.count)
        let gold = try await world.walk(.goldJob, dates, timeout: timeout)
        #expect(gold.reduce(0) { $0 + ($1["date_count"].int ?? 0) } == 3)
        #expect(world.read(\.s3.objects) == other.read(\.s3.objects))
    }

    @Test func `a backfill empties what bronze no longer has`() async throws {
        let world = try await World.pulled(hours: [0, 1])
        let range: JSON = ["from": "2026-03-02", "to": "2026-03-02"]
        _ = try await world.call(.silverJob, ["backfill": range])
        world.change { state in
            for key in state.s3.objects.keys where key.hasPrefix("raw/") { state.s3.objects[key] = nil }
        }
        _ = try await world.call(.silverJob, ["backfill": range])
        #expect(world.objectKeys.isEmpty)
    }

    @Test func `null is no backfill`() async throws {
        let answer = try await World().call(.goldJob, ["backfill": .null, "local_dates": ["2026-03-02"]])
        #expect(answer["local_dates"] == ["2026-03-02"])
    }

    @Test(
        arguments: [
            (.silverJob, ["backfill": "2026-03-02"], "not an object"),
            (.silverJob, ["backfill": ["to": "2026-03-02"]], "no \"backfill.from\""),
            (.silverJob, ["backfill": ["from": "2026-03-02"]], "no \"backfill.to\""),
            (.silverJob, ["backfill": ["from": "2026-03-02T24", "to": "2026-03-03"]], "2026-03-02T24"),
            (.silverJob, ["backfill": ["from": "2026-03-02T7", "to": "2026-03-03"]], "2026-03-02T7"),
            (.silverJob, ["backfill": ["from": 20_260_302, "to": "2026-03-03"]], "not a string"),
            (.silverJob, ["backfill": ["from": "2026-03-03", "to": "2026-03-02T23"]], "not after"),
            (.silverJob, ["backfill": ["from": "2026-03-02", "to": "2062-03-02"]], "ten years"),
            (
                .silverJob, ["backfill": ["from": "2026-03-02", "to": "2026-03-02"], "bronze_key": "raw/…"],
                "beside \"bronze_key\""
            ),
            (.goldJob, ["backfill": ["from": "2026-02-29", "to": "2026-03-02"]], "2026-02-29"),
            (.goldJob, ["backfill": ["from": "2026-03-02T00", "to": "2026-03-02"]], "2026-03-02T00"),
            (.goldJob, ["backfill": ["from": "2026-03-03", "to": "2026-03-02"]], "from 2026-03-03 to 2026-03-02"),
            (
                .goldJob, ["backfill": ["from": "2026-03-02", "to": "2026-03-02"], "local_dates": ["2026-03-02"]],
                "beside \"local_dates\""
            ),
        ] as [(PipelineFunction, JSON, String)])
    func `a range that cannot be walked is named`(function: PipelineFunction, event: JSON, words: String) async throws {
        #expect(try await World().refusal(function, event).contains(words))
    }
}

extension World {
    /// A world with one run of three streams in each of the hours, counted from 2026-03-02T00; one of them is too small.
    fileprivate static func pulled(hours: [Int]) async throws -> World {
        let world = World(streams: [FakeTwitch.stream(0), FakeTwitch.stream(1), FakeTwitch.stream(2, viewers: 9)])
        for hour in hours {
            let time = "2026-03-0\(2 + hour / 24)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):30:00Z"
            _ = try await world.call(.extract, ["time": .string(time), "run_id": .string("run-\(hour)")])
        }
        return world
    }

    /// Invokes the function until nothing is left, as the state machine does.
    fileprivate func walk(_ function: PipelineFunction, _ range: JSON, timeout: Duration) async throws -> [JSON] {
        var answers: [JSON] = []
        var left = range
        while left != .null {
            let end = read(\.now) + timeout
            let answer = try await call(function, ["backfill": left], timeout: timeout)
            #expect(read(\.now) <= end, "the answer comes before the deadline")
            #expect(answer["done"]["from"].string?.hasPrefix(left["from"].string ?? "none") == true)
            answers.append(answer)
            left = answer["resume"]
            try #require(answers.count <= 40, "every invocation gets ahead")
        }
        return answers
    }
}
