import Foundation
import Testing

@testable import Lake

/// Small files of pyarrow, DuckDB and Polars, made by Tests/ContractTests/lake/make_fixtures.py.
enum Fixtures {
    static let files: [(name: String, bytes: [UInt8])] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".parquet") }.sorted().map { name in
            (name, FileManager.default.contents(atPath: folder.appending(path: name).path).map(Array.init) ?? [])
        }
    }()
}

@Suite struct `Files of other writers` {
    private func problem(_ name: String) throws -> ParquetProblem? {
        let file = try #require(Fixtures.files.first { $0.name == name })
        do {
            _ = try ParquetFile(ParquetSource(name: name, bytes: file.bytes)).table()
            return nil
        } catch let error as ParquetError {
            return error.problem
        }
    }

    @Test func `all are read with the same rows but those that are refused by name`() throws {
        let refused = ["duckdb_v2.parquet", "polars_lz4_refused.parquet"]
        let readable = Fixtures.files.filter { !refused.contains($0.name) }
        #expect(readable.count >= 10)
        for file in readable {
            let table = try ParquetFile(ParquetSource(name: file.name, bytes: file.bytes)).table()
            #expect(table.rowCount == 60)
            #expect(table["id"]?.text(3) == "1")
            #expect(table["id"]?.text(7) == nil)
            #expect(table["title"]?.text(59) == "título 3481")
            #expect(table["viewer_count"]?.integer(8) == 8)
            #expect(table["tags"]?.texts(4) == ["t0", nil, "t2", "t3"])
            #expect(table["tags"]?.texts(5) == [])
            #expect(table["tags"]?.texts(6) == nil)
            #expect(table["is_mature"]?.boolean(3) == true)
            #expect(table["share"]?.double(7) == 1)
            #expect(table["collected_at"]?.integer(59) == Instant.at("2026-05-01T12:00:59Z").microseconds)
            #expect(table["day"]?.integer(59) == 2)
        }
        #expect(try problem("duckdb_v2.parquet")?.message.contains("not supported: values in encoding delta") == true)
        #expect(try problem("polars_lz4_refused.parquet") == .unsupported("compression codec LZ4_RAW"))
    }
}

@Suite struct `Mutated files` {
    /// With checksums nearly all damage ends there; without, it reaches the decoders. Other writers' files bring the
    /// encodings that Lake does not write.
    private static let samples =
        [Codec.snappy, .uncompressed, .zstd].map { `Damaged files`.file(codec: $0, hasChecksums: false) }
        + [`Damaged files`.file(codec: .snappy, hasChecksums: true)] + Fixtures.files.map(\.bytes)

    /// `make fuzz-lake` sets LAKE_FUZZ_ROUNDS to more than the few that every test run can afford.
    private static let rounds = ProcessInfo.processInfo.environment["LAKE_FUZZ_ROUNDS"].flatMap(Int.init) ?? 16

    @Test(arguments: 0..<rounds)
    func `a hundred mutated files give rows or an error`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for number in 0..<100 {
            var bytes = Self.samples[(seed + number) % Self.samples.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) { mutate(&bytes, &random) }
            do {
                try read(ParquetSource(name: "broken", bytes: bytes), &random)
            } catch let error as ParquetError {
                #expect(error.file == "broken")
            } catch {
                Issue.record("an error of another kind: \(error)")
            }
        }
    }

    /// Reads some rows of each column by themselves, then everything.
    private func read(_ source: ParquetSource, _ random: inout SeededGenerator) throws {
        let file = try ParquetFile(source)
        for group in 0..<file.rowGroupCount {
            let count = file.rowCount(ofRowGroup: group)
            for column in file.schema.columns {
                let first = Int.random(in: 0...count, using: &random)
                let rows = first..<min(count, first + Int.random(in: 0...20, using: &random))
                do {
                    let read = try file.read(column, rowGroup: group, rows: rows)
                    #expect(read.rowCount == rows.count)
                } catch let error as ParquetError {
                    #expect(error.column == column.name)
                }
            }
        }
        _ = try file.table()
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
        case 2: bytes[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &random) ?? 0
        case 3: bytes.remove(at: place)
        case 4:
            let other = Int.random(in: 0..<bytes.count, using: &random)
            bytes.swapAt(place, other)
        default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
        }
    }
}
