import Lake
import Testing

@testable import Handlers

@Suite struct `Silver and gold jobs` {
    static let streams: [JSON] =
        (0..<20).map { FakeTwitch.stream($0, game: 500 + $0 % 3) }
        + [FakeTwitch.stream(0, viewers: 4000), FakeTwitch.stream(30, viewers: 9), FakeTwitch.stream(31, viewers: -1)]

    @Test func `silver of one run counts every row`() async throws {
        let world = World(streams: Self.streams)
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let answer = try await world.call(.silverJob, event)
        #expect(answer["partitions"] == [["dt": "2026-03-01", "hour": "12"]])
        #expect(
            answer["runs"] == [
                [
                    "run_id": event["run_id"], "linhas_lidas": 23, "linhas_validas": 20, "linhas_duplicadas": 1,
                    "linhas_quarentena": 2,
                ]
            ])
        #expect(answer["motivos"] == ["below_min_viewers": 1, "invalid_viewer_count": 1])
        #expect(answer["local_dates"] == ["2026-03-01"])
        for table in ["streams", "quarentena", "execucoes"] {
            #expect(world.objectKeys.contains("silver/\(table)/dt=2026-03-01/hour=12/part-00000.parquet"))
        }
    }

    @Test func `gold of the date has its six tables`() async throws {
        let world = World(streams: Self.streams)
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let answer = try await world.call(.goldJob, try await world.call(.silverJob, event))
        #expect(answer["local_dates"] == ["2026-03-01"])
        #expect(
            answer["tables"] == [
                "fato_streams": 20, "top_jogos": 3, "top_streamers": 10, "participacao_idioma": 1,
                "tendencia_horaria": 1, "faixa_popularidade": 1,
            ])
        let keys = world.objectKeys.filter { $0.hasPrefix("gold/") }
        #expect(keys.count == 6)
        #expect(keys.allSatisfy { $0.hasSuffix("/data_local=2026-03-01/part-00000.parquet") })
    }

    @Test func `a second run of the same slot replaces, it does not add`() async throws {
        let world = World(streams: Self.streams)
        _ = try await world.call(.extract, ["time": "2026-03-01T12:00:00Z", "run_id": "a"])
        let second = try await world.call(.extract, ["time": "2026-03-01T12:00:30Z", "run_id": "b"])
        let answer = try await world.call(.silverJob, second)
        #expect(answer["runs"].count == 2)
        let gold = try await world.call(.goldJob, answer)
        #expect(gold["tables"]["fato_streams"] == 20)
    }

    @Test func `repeated, the same objects hold the same bytes`() async throws {
        let world = World(streams: Self.streams)
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let silver = try await world.call(.silverJob, event)
        let gold = try await world.call(.goldJob, silver)
        let objects = world.read(\.s3.objects)
        #expect(try await world.call(.silverJob, event) == silver)
        #expect(try await world.call(.goldJob, silver) == gold)
        #expect(world.read(\.s3.objects) == objects)
    }

    @Test func `a run that arrives while the job works is in its answer`() async throws {
        let world = World(streams: Self.streams)
        let event = try await world.call(.extract, ["time": "2026-03-01T12:00:00Z", "run_id": "a"])
        _ = try await world.call(.extract, ["time": "2026-03-01T12:30:00Z", "run_id": "b"])
        let late = "raw/dt=2026-03-01/hour=12/streams_b.parquet"
        let object = world.read { $0.s3.objects[late] }
        world.change { $0.s3.objects[late] = nil }
        // The late run stands there from the moment at which silver is first written.
        world.onPut { state, key in if key.hasPrefix("silver/") { state.s3.objects[late] = object } }
        let answer = try await world.call(.silverJob, event)
        #expect(answer["runs"].count == 2)
        #expect(try world.rowCount("silver/execucoes/dt=2026-03-01/hour=12/part-00000.parquet") == 2)
    }

    @Test func `inputs that never stand still are an error`() async throws {
        let world = World(streams: Self.streams)
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let key = event["bronze_key"].string ?? ""
        world.onPut { state, _ in
            let copy = "raw/dt=2026-03-01/hour=12/streams_\(state.requests.count).parquet"
            state.s3.objects[copy] = state.s3.objects[key]
        }
        await #expect(throws: LakeObjectError.self) { try await world.call(.silverJob, event) }
    }

    @Test func `what an earlier layout left in a partition goes`() async throws {
        let world = World(streams: Self.streams)
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let stale = (1...5).map { "silver/streams/dt=2026-03-01/hour=12/part-old-\($0).parquet" }
        let kept = [
            "silver/streams/dt=2026-03-01/hour=11/part-00000.parquet", "silver/streams/dt=2026-03-01/hour=12/_SUCCESS",
            "silver/streams_old/dt=2026-03-01/hour=12/part-1.parquet",
        ]
        world.change { state in
            for key in stale + kept { state.s3.objects[key] = FakeS3.Object(body: [1]) }
        }
        _ = try await world.call(.silverJob, event)
        #expect(world.objectKeys.allSatisfy { !stale.contains($0) })
        #expect(kept.allSatisfy(world.objectKeys.contains))
    }

    @Test func `a partition whose bronze is gone is emptied`() async throws {
        let world = World(streams: Self.streams)
        let event = try await world.call(.extract, try World.event("extract-schedule"))
        let silver = try await world.call(.silverJob, event)
        _ = try await world.call(.goldJob, silver)
        world.change { $0.s3.objects[event["bronze_key"].string ?? ""] = nil }
        let answer = try await world.call(.silverJob, try World.event("silverJob-partitions"))
        #expect(answer["runs"].count == 0)
        #expect(answer["partitions"].count == 2)
        let gold = try await world.call(.goldJob, try World.event("goldJob-local-dates"))
        #expect(gold["tables"]["fato_streams"] == 0)
        #expect(world.objectKeys.isEmpty)
    }

    @Test func `a local date takes its last hours from the next UTC day`() async throws {
        let world = World(streams: [FakeTwitch.stream(1)])
        for (hour, run) in [("02:00", "a"), ("03:00", "b"), ("23:30", "c")] {
            let event = try await world.call(
                .extract, ["time": .string("2026-03-02T\(hour):00Z"), "run_id": .string(run)])
            _ = try await world.call(.silverJob, event)
        }
        for (date, snapshots) in [("2026-03-01", 1), ("2026-03-02", 2)] {
            _ = try await world.call(.goldJob, ["local_dates": [.string(date)]])
            #expect(try world.goldSnapshots(date) == snapshots)
        }
    }

    @Test(
        arguments: [
            (.silverJob, [:], "no \"partitions\""), (.silverJob, ["partitions": []], "at least one partition"),
            (.silverJob, ["partitions": [["dt": "2026-03-01", "hour": "24"]]], "hour 24"),
            (.silverJob, ["partitions": [["dt": "2026-3-1", "hour": 1]]], "dt 2026-3-1"),
            (.goldJob, [:], "no \"local_dates\""), (.goldJob, ["local_dates": ["2026-02-29"]], "2026-02-29"),
            (.goldJob, ["local_dates": "2026-03-01"], "list of dates"),
        ] as [(PipelineFunction, JSON, String)])
    func `a wrong event is named`(function: PipelineFunction, event: JSON, words: String) async throws {
        #expect(try await World().refusal(function, event).contains(words))
    }

    @Test func `an hour may be a number`() async throws {
        let answer = try await World().call(.silverJob, ["partitions": [["dt": "2026-03-01", "hour": 7]]])
        #expect(answer["partitions"] == [["dt": "2026-03-01", "hour": "07"]])
    }
}

extension World {
    fileprivate func rowCount(_ key: String) throws -> Int {
        let object = try #require(read { $0.s3.objects[key] })
        return try ParquetFile(ParquetSource(name: key, bytes: object.body)).rowCount
    }

    fileprivate func goldSnapshots(_ date: String) throws -> Int {
        let key = "gold/participacao_idioma/data_local=\(date)/part-00000.parquet"
        let object = try #require(read { $0.s3.objects[key] })
        let table = try ParquetFile(ParquetSource(name: key, bytes: object.body)).table(.participacaoIdioma)
        return Int((0..<table.rowCount).reduce(0) { $0 + (table.columns[2].integer($1) ?? 0) })
    }
}
