import Foundation
import Lake
import TestSupport
import Testing

@testable import LakeTools

private let streams = "silver/streams/dt=2026-05-01/hour=02"

@Suite struct `Lake compact` {
    @Test(arguments: 0..<12)
    func `rows give the same bytes however they are split, ordered and written`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let lake = try GoodLake(streams: 40)
        let folders = [streams, "silver/quarentena/dt=2026-05-01/hour=03", "gold/fato_streams/data_local=2026-04-30"]
        let before = try folders.map { try lake.rows($0) }
        #expect(try lake.compact().count(.failed) == 0)
        let expected = try folders.map { try lake.bytes("\($0)/part-0.parquet") }
        for folder in folders { try lake.scatter(folder, using: &random) }
        let report = try lake.compact()
        #expect(report.count(.failed) == 0)
        for (folder, bytes) in zip(folders, expected) {
            #expect(try lake.names(folder) == ["part-0.parquet"])
            #expect(try lake.bytes("\(folder)/part-0.parquet") == bytes)
        }
        #expect(try folders.map { try lake.rows($0) } == before)
        #expect(try lake.check().findings == [])
    }

    @Test func `a second run changes nothing`() throws {
        let lake = try GoodLake()
        let first = try lake.compact()
        #expect(first.sum(\.filesAfter) == first.partitions.count)
        let contents = try lake.contents()
        let places = try Signature("\(lake.path)/\(streams)")
        let second = try lake.compact()
        #expect(second.count(.unchanged) == second.partitions.count)
        #expect(second.sum(\.bytesBefore) == second.sum(\.bytesAfter))
        #expect(try lake.contents() == contents)
        #expect(try Signature("\(lake.path)/\(streams)") == places)
    }

    @Test func `a dry run tells what a run does, and writes nothing`() throws {
        var random = SeededGenerator(seed: 7)
        let lake = try GoodLake()
        try lake.scatter(streams, using: &random)
        let contents = try lake.contents()
        let dry = try lake.compact(isDryRun: true)
        #expect(try lake.contents() == contents)
        let done = try lake.compact()
        #expect(dry.partitions.map(\.outcome) == done.partitions.map(\.outcome))
        #expect(dry.sum(\.bytesBefore) == done.sum(\.bytesBefore))
        #expect(dry.sum(\.bytesAfter) == done.sum(\.bytesAfter))
        #expect(dry.sum(\.filesAfter) == done.sum(\.filesAfter))
        #expect(done.partitions.first?.outcome == .merged)
    }

    @Test func `bronze is merged when it is named, and its rows stay in order of arrival`() throws {
        let lake = try GoodLake()
        let folder = "raw/dt=2026-05-01/hour=02"
        let before = try lake.rows(folder)
        #expect(try lake.compact().partitions.allSatisfy { $0.layer != .raw })
        #expect(try lake.names(folder).count == 2)
        let report = try lake.compact(bronze: true)
        #expect(report.partitions.filter { $0.layer == .raw }.map(\.outcome) == [.merged, .merged])
        #expect(try lake.names(folder) == ["part-0.parquet"])
        #expect(try lake.rows(folder) == before)
        let table = try lake.table("\(folder)/part-0.parquet")
        let order = (0..<table.rowCount).map {
            "\(table["run_id"]?.text($0) ?? "") \(table["row_no"]?.integer($0) ?? -1)"
        }
        #expect(order.prefix(3) == ["run-a 0", "run-a 1", "run-a 2"])
        #expect(order.suffix(1) == ["run-b 12"])
        #expect(try lake.check().findings == [])
    }

    @Test func `the run of an hour that has one keeps its file's name`() throws {
        let lake = try GoodLake()
        try lake.remove("raw/dt=2026-05-01/hour=02/streams_run-b.parquet")
        _ = try lake.compact(bronze: true)
        #expect(try lake.names("raw/dt=2026-05-01/hour=02") == ["streams_run-a.parquet"])
    }

    @Test func `a partition whose columns are not the contract's is left as it was`() throws {
        let lake = try GoodLake()
        let file = "\(streams)/part-0.parquet"
        try lake.write("\(streams)/part-1.parquet", try lake.bytes(file))
        try lake.rewrite(file) { $0.filter { $0.name != "titulo" } }
        let contents = try lake.contents().filter { $0.key.hasPrefix(streams) }
        let report = try lake.compact()
        let failed = try #require(report.partitions.first { $0.outcome == .failed })
        #expect(failed.partition == "dt=2026-05-01/hour=02")
        #expect(failed.reason?.contains("titulo") == true)
        #expect(report.count(.failed) == 1)
        #expect(try lake.contents().filter { $0.key.hasPrefix(streams) } == contents)
    }

    @Test func `a damaged file is left as it was, and so are its neighbours`() throws {
        var random = SeededGenerator(seed: 3)
        let lake = try GoodLake()
        try lake.scatter(streams, using: &random)
        let name = try #require(try lake.names(streams).first)
        var bytes = try lake.bytes("\(streams)/\(name)")
        bytes[40] ^= 0xFF
        try lake.write("\(streams)/\(name)", bytes)
        let contents = try lake.contents().filter { $0.key.hasPrefix(streams) }
        #expect(try lake.compact().count(.failed) == 1)
        #expect(try lake.contents().filter { $0.key.hasPrefix(streams) } == contents)
        #expect(try lake.leftovers() == [])
    }

    @Test func `somebody's other files keep their partition from being touched`() throws {
        let lake = try GoodLake()
        try lake.write("\(streams)/notes.txt", [1])
        let report = try lake.compact()
        #expect(report.partitions.filter { $0.outcome == .skipped }.map(\.partition) == ["dt=2026-05-01/hour=02"])
        #expect(try lake.bytes("\(streams)/notes.txt") == [1])
    }
}

@Suite struct `Lake compact, interrupted` {
    @Test(arguments: PartitionSwitch.Step.allCases, 0..<4)
    func `a death at any step loses and doubles nothing, and the next run ends it`(
        step: PartitionSwitch.Step, seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let lake = try GoodLake()
        try lake.scatter(streams, using: &random)
        let rows = try lake.rows(streams)
        var passed = Int(seed % 3)
        #expect(throws: PartitionSwitch.Interruption.self) {
            _ = try lake.compact { reached in
                guard reached == step else { return }
                passed -= 1
                if passed < 0 { throw PartitionSwitch.Interruption() }
            }
        }
        #expect(try lake.rows(streams) == rows)
        #expect(try !lake.leftovers().isEmpty)
        let report = try lake.compact()
        #expect(report.recovered == 1)
        #expect(report.count(.failed) + report.count(.skipped) == 0)
        #expect(try lake.rows(streams) == rows)
        #expect(try lake.leftovers() == [])
        #expect(try lake.compact().recovered == 0)
        #expect(try lake.check().findings == [])
    }

    @Test func `a file that comes before the exchange is kept`() throws {
        let lake = try GoodLake()
        var random = SeededGenerator(seed: 1)
        try lake.scatter(streams, using: &random)
        var isDue = true
        let report = try lake.compact { step in
            guard step == .staged, isDue else { return }
            isDue = false
            try lake.write("\(streams)/late.parquet", [1, 2, 3])
        }
        #expect(report.partitions.first?.outcome == .skipped)
        #expect(try lake.bytes("\(streams)/late.parquet") == [1, 2, 3])
        #expect(try lake.leftovers() == [])
    }

    @Test func `a file that comes with the exchange brings the old folder back`() throws {
        let lake = try GoodLake()
        var random = SeededGenerator(seed: 2)
        try lake.scatter(streams, using: &random)
        let names = try lake.names(streams)
        let staging = "silver/.compact-streams,dt=2026-05-01,hour=02"
        var isDue = true
        let report = try lake.compact { step in
            guard step == .exchanged, isDue else { return }
            isDue = false
            // A writer that had the old folder open.
            try lake.write("\(staging)/late.parquet", [1, 2, 3])
        }
        #expect(report.partitions.first?.outcome == .skipped)
        #expect(try lake.names(streams) == (names + ["late.parquet"]).sorted())
        #expect(try lake.leftovers() == [])
    }

    @Test func `a death before the old files were compared brings a late file back as well`() throws {
        let lake = try GoodLake()
        var random = SeededGenerator(seed: 2)
        try lake.scatter(streams, using: &random)
        let names = try lake.names(streams)
        #expect(throws: PartitionSwitch.Interruption.self) {
            _ = try lake.compact { if $0 == .exchanged { throw PartitionSwitch.Interruption() } }
        }
        try lake.write("silver/.compact-streams,dt=2026-05-01,hour=02/late.parquet", [1, 2, 3])
        let report = try lake.compact()
        #expect(report.recovered == 1)
        // The late file is no Parquet file, so the partition stays as it is.
        #expect(report.partitions.first?.outcome == .failed)
        #expect(try lake.names(streams) == (names + ["late.parquet"]).sorted())
    }

    @Test func `two compactions do not meet`() throws {
        let lake = try GoodLake()
        var random = SeededGenerator(seed: 4)
        try lake.scatter(streams, using: &random)
        var other: (any Error)?
        _ = try lake.compact { step in
            guard step == .staged, other == nil else { return }
            do { _ = try lake.compact() } catch { other = error }
        }
        guard case LakeToolsError.isBusy? = other else {
            Issue.record("the second compaction was not refused: \(String(describing: other))")
            return
        }
    }
}

extension GoodLake {
    func compact(
        bronze: Bool = false, isDryRun: Bool = false,
        interrupt: @escaping (PartitionSwitch.Step) throws -> Void = { _ in }
    ) throws -> CompactionReport {
        var lake = try LakeLocations(path)
        if !bronze { lake.raw = nil }
        return try LakeCompaction(lake, codec: .snappy, dates: nil, isDryRun: isDryRun, interrupt: interrupt).run()
    }

    func names(_ folder: String) throws -> [String] {
        try LocalFolder.names("\(path)/\(folder)").filter { $0.hasSuffix(".parquet") && !$0.hasPrefix(".") }
    }

    /// All rows of a partition as text, in the order of their text: what a reader of the folder sees.
    func rows(_ folder: String) throws -> [String] {
        try names(folder).flatMap { name -> [String] in
            let table = try self.table("\(folder)/\(name)")
            return (0..<table.rowCount).map { row in
                table.row(row).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "|")
            }
        }.sorted()
    }

    /// Hidden files and folders.
    func leftovers() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.contains("/.") }
    }

    /// Deals the rows of a partition out to a few files: any order, any codec, any pages, some without rows.
    func scatter(_ folder: String, using random: inout SeededGenerator) throws {
        let names = try names(folder)
        let table = try self.table("\(folder)/\(names[0])")
        for name in names { try remove("\(folder)/\(name)") }
        let count = Int.random(in: 2...6, using: &random)
        var hands = Array(repeating: [UInt32](), count: count)
        for row in (0..<UInt32(table.rowCount)).shuffled(using: &random) {
            hands[Int.random(in: 0..<count, using: &random)].append(row)
        }
        for (index, hand) in hands.enumerated() {
            var limits = ParquetLimits()
            limits.rowGroupRowCount = Int.random(in: 1...20, using: &random)
            limits.pageByteCount = Int.random(in: 10...4000, using: &random)
            limits.dictionaryByteCount = Int.random(in: 32...400, using: &random)
            let part = ParquetTable(schema: table.schema, columns: try table.columns.map { try $0.gathered(hand) })
            let codec = [Codec.snappy, .zstd, .uncompressed].randomElement(using: &random) ?? .snappy
            let bytes = try ParquetWriter.file(part, codec: codec, limits: limits)
            try write("\(folder)/\(Int.random(in: 0..<1000, using: &random))-\(index).parquet", bytes)
        }
    }
}
