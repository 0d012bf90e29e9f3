import Foundation
import Lake
import LakeTools
import TestSupport

/// A lake on disk, made with the project's own bronze builder and jobs: four slots in two UTC hours that belong to two
/// local dates, with a repeated stream and refused rows.
final class GoodLake {
    let folder: TemporaryFolder
    let configuration = LakeConfiguration()

    static let runs = [
        ("run-a", "2026-05-01T02:00:00.123Z"), ("run-b", "2026-05-01T02:30:00.000Z"),
        ("run-c", "2026-05-01T03:00:00.000Z"), ("run-d", "2026-05-01T03:30:01.000Z"),
    ]

    /// The files of a small lake by their paths, made once: every test breaks its own copy.
    private static let small = Result { try made(streams: 12) }

    init() throws {
        folder = try TemporaryFolder()
        for (name, bytes) in try Self.small.get() { try write(name, bytes) }
    }

    init(streams: Int) throws {
        folder = try TemporaryFolder()
        for (name, bytes) in try Self.made(streams: streams) { try write(name, bytes) }
    }

    var path: String { folder.url.path }

    /// The check's report.
    func check(
        dates: ClosedRange<CivilDate>? = nil, gapsAreWarnings: Bool = false
    ) throws -> CheckReport {
        var check = LakeCheck(
            try LakeLocations(path), configuration, dates: dates, gapsAreWarnings: gapsAreWarnings)
        return try check.run()
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = folder.url.appending(path: name)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.url.appending(path: name)))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(at: folder.url.appending(path: name))
    }

    /// Reads a file under its own schema, changes the table and writes it back.
    func rewrite(_ name: String, _ change: (inout ParquetTable) throws -> Void) throws {
        var table = try self.table(name)
        try change(&table)
        try write(name, try ParquetWriter.file(table))
    }

    func table(_ name: String) throws -> ParquetTable {
        let file = try ParquetFile(ParquetSource(name: name, bytes: try bytes(name)))
        let known = SilverTable.allCases.map(\.schema) + GoldTable.allCases.map(\.schema)
        return try file.table(known.first { name.contains("/\($0.name)/") } ?? .bronze)
    }

    /// Every file of the lake by its path below the folder.
    func contents() throws -> [String: [UInt8]] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: path)
        return try names.filter { $0.hasSuffix(".parquet") }.reduce(into: [:]) { $0[$1] = try bytes($1) }
    }

    private static func made(streams count: Int) throws -> [String: [UInt8]] {
        let configuration = LakeConfiguration()
        var (files, bronze): ([String: [UInt8]], [UTCHour: [ParquetSource]]) = ([:], [:])
        for (runID, time) in runs {
            guard let instant = Instant(helixTime: time) else { preconditionFailure("\(time) is a time") }
            let key = BronzeKey(collectedAt: instant, runID: runID)
            let bytes = try Self.bronze(runID, instant, count)
            files[key.description] = bytes
            bronze[key.partition, default: []].append(ParquetSource(name: key.description, bytes: bytes))
        }
        var streams: [UTCHour: ParquetSource] = [:]
        for (hour, sources) in bronze {
            for (table, bytes) in try SilverJob(configuration).run(hour, bronze: sources).files {
                files["silver/\(table.rawValue)/\(hour)/part-0.parquet"] = bytes
                if table == .streams { streams[hour] = ParquetSource(name: "\(hour)", bytes: bytes) }
            }
        }
        for date in Set(streams.keys.flatMap(configuration.localDates(touchedBy:))) {
            let sources = configuration.partitions(of: date).compactMap { streams[$0] }
            for (table, bytes) in try GoldJob(configuration).run(date, streams: sources).files {
                files["gold/\(table.rawValue)/data_local=\(date)/part-0.parquet"] = bytes
            }
        }
        return files
    }

    private static func bronze(_ runID: String, _ instant: Instant, _ count: Int) throws -> [UInt8] {
        var builder = BronzeBuilder(runID: runID, collectedAt: instant)
        for number in 0..<count { try builder.append(stream(number)) }
        // Seen again on the next page, with more viewers.
        var again = stream(2)
        again.viewerCount = 5000
        try builder.append(again)
        return try builder.file()
    }

    private static func stream(_ number: Int) -> HelixStream {
        var stream = HelixStream()
        stream.id = "\(1000 + number)"
        stream.userID = "\(70 + number % 7)"
        stream.userLogin = "login\(number % 7)"
        stream.userName = "Name \(number % 7)"
        stream.gameID = "\(number % 3)"
        stream.gameName = ["Chess", "Music", "Poker"][number % 3]
        stream.type = number == 5 ? "rerun" : "live"
        stream.title = "title \(number)"
        stream.viewerCount = number == 6 ? 3 : Int64(20 + number * 321)
        stream.startedAt = "2026-05-01T0\(number % 2):15:30Z"
        stream.language = ["pt", "en", "es"][number % 3]
        stream.tags = number == 4 ? nil : ["tag\(number % 2)", "b"]
        stream.isMature = number.isMultiple(of: 4)
        return stream
    }
}
