import AWSClient
import EmulatorClock
import Lake
import Testing
import TwitchSimulator

@testable import Handlers

/// The whole directory, every half hour of a day, each request with a chance of any defect, in a world where streams raid,
/// change their category, break off and come back.
@Suite struct `A day of a Twitch with defects` {
    static let slots = 0..<48
    /// 2026-03-02T00:00:00Z
    static let start = Timestamp(milliseconds: 1_772_409_600_000)
    static let slotLength = Duration.seconds(1800)

    @Test(.timeLimit(.minutes(3)), arguments: [1, 2, 6] as [UInt64])
    func `misses nothing that it does not declare, and its lake adds up`(seed: UInt64) async throws {
        let world = World()
        let twitch = SimulatedTwitch(
            world, SimulatedTwitch.source(seed: seed, channelCount: 1500), defects: TwitchDefects(seed: seed))
        world.use(twitch)
        var bronze: [BronzeRow] = []
        var incomplete = 0
        for slot in Self.slots {
            let (rows, isComplete) = try await pull(slot, world, twitch)
            bronze += rows
            if !isComplete { incomplete += 1 }
        }
        #expect((1..<48).contains(incomplete), "the seed tests only one of the two kinds of pull")
        #expect(world.rows("pulls").count == 48)
        try await expectLake(of: bronze, world)
    }

    /// One pull beside what was live at its start and at its end.
    private func pull(
        _ slot: Int, _ world: World, _ twitch: SimulatedTwitch
    ) async throws -> (rows: [BronzeRow], isComplete: Bool) {
        let slotStart = Self.start + Self.slotLength * slot
        twitch.set(slotStart)
        let atStart = twitch.truth
        let answer = try await world.call(
            .extract, ["run_id": .string("slot-\(slot)")], ["LANGUAGES": "*", "STREAMS_PER_LANGUAGE": "all"])
        let atEnd = twitch.now == slotStart ? atStart : twitch.truth
        let rows = try world.bronze(answer["bronze_key"].string ?? "")
        let pulled = Set(rows.compactMap(\.stream.id))
        #expect(pulled.allSatisfy { atStart[$0] != nil || atEnd[$0] != nil })
        let ledger = try #require(world.rows("pulls").first { $0["run_id"]?.string == "slot-\(slot)" })
        #expect(ledger["rows"] == .number(rows.count))
        #expect(ledger["duplicates"] == .number(rows.count - pulled.count))
        let missed = Set(atStart.keys).intersection(atEnd.keys).subtracting(pulled)
            .filter { !twitch.hasMoved($0, since: slotStart) }
        let isComplete = ledger["complete"] == true
        #expect(answer["complete"] == .bool(isComplete))
        guard case .m(let gaps) = ledger["gaps"] else { throw Unreadable() }
        #expect(gaps.isEmpty == isComplete)
        // Nobody knows how many a whole directory would have been.
        #expect(answer["completeness"] == (isComplete ? 1 : .null))
        if isComplete {
            #expect(missed.isEmpty, "slot \(slot) lost \(missed.count) streams that did not move, and does not say so")
        }
        return (rows, isComplete)
    }

    private struct Unreadable: Error {}

    private func expectLake(of bronze: [BronzeRow], _ world: World) async throws {
        let partitions = Set(world.objectKeys.filter { $0.hasPrefix("raw/") }.map { $0.split(separator: "/")[1...2] })
            .map {
                [
                    "dt": JSON.string("\($0.first?.dropFirst(3) ?? "")"),
                    "hour": .string("\($0.last?.dropFirst(5) ?? "")"),
                ]
            }
        #expect(partitions.count == 24)
        let answer = try await world.call(.silverJob, ["partitions": .array(partitions.map { .object($0) })])
        let silver = try world.tables("silver/streams/", .silverStreams)
        let rows = silver.flatMap { table in (0..<table.rowCount).map { SilverSight(table, $0) } }
        // No stream twice in a slot.
        #expect(Set(rows.map(\.key)).count == rows.count)
        let runs = try world.tables("silver/execucoes/", .execucoes)
        func sum(_ column: String) -> Int64 {
            runs.reduce(0) { sum, run in
                (0..<run.rowCount).reduce(sum) { $0 + (run[column]?.integer($1) ?? 0) }
            }
        }
        #expect(sum("linhas_lidas") == Int64(bronze.count))
        #expect(sum("linhas_validas") == Int64(rows.count))
        #expect(sum("linhas_lidas") == sum("linhas_validas") + sum("linhas_duplicadas") + sum("linhas_quarentena"))
        // What was watched when, a stream that changed its category under the one of its time.
        let seen = Dictionary(bronze.map { (SilverSight.Key($0), $0.stream.gameID ?? "") }) { _, later in later }
        #expect(rows.allSatisfy { row in seen[row.key].map { row.category == (Int64($0) ?? 0) } ?? false })
        let categories = Dictionary(grouping: rows, by: \.key.stream).mapValues { Set($0.map(\.category)) }
        #expect(categories.values.contains { $0.count == 2 }, "nobody changed the category")
        let gold = try await world.call(.goldJob, ["local_dates": answer["local_dates"]])
        #expect(gold["tables"]["fato_streams"].int ?? 0 > 0)
        let hours = rows.map(\.hours).reduce(0, +)
        for table in [TableSchema.participacaoIdioma, .tendenciaHoraria, .faixaPopularidade, .fatoStreams] {
            let total = try world.tables("gold/\(table.name)/", table).reduce(0.0) { sum, rows in
                (0..<rows.rowCount).reduce(sum) { $0 + (rows["total_horas_assistidas"]?.double($1) ?? .nan) }
            }
            #expect(abs(total - hours) <= 1e-9 * hours, "\(table.name)")
        }
    }
}

/// A row of silver, as far as the day looks at it.
private struct SilverSight {
    struct Key: Hashable {
        let stream: Int64
        let collectedAt: Int64

        init(_ row: BronzeRow) {
            stream = row.stream.id.flatMap { Int64($0) } ?? 0
            collectedAt = row.collectedAt.microseconds
        }

        init(stream: Int64, collectedAt: Int64) {
            (self.stream, self.collectedAt) = (stream, collectedAt)
        }
    }

    let key: Key
    let category: Int64
    let hours: Double

    init(_ table: ParquetTable, _ row: Int) {
        key = Key(
            stream: table["id_stream"]?.integer(row) ?? 0, collectedAt: table["coletado_em"]?.integer(row) ?? 0)
        category = table["id_categoria"]?.integer(row) ?? 0
        hours = table["horas_assistidas_total"]?.double(row) ?? .nan
    }
}

extension World {
    /// The tables of all objects under a prefix.
    fileprivate func tables(_ prefix: String, _ schema: TableSchema) throws -> [ParquetTable] {
        try read(\.s3.objects).filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }.map { key, object in
            try ParquetFile(ParquetSource(name: key, bytes: object.body)).table(schema)
        }
    }
}
