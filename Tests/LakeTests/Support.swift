@testable import Lake

/// A small generator of its own, so that a seed gives the same case on every machine (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension Instant {
    /// An instant that a test writes down.
    static func at(_ text: String) -> Instant {
        guard let instant = Instant(helixTime: text) else { preconditionFailure("\(text) is no time") }
        return instant
    }
}

extension CivilDate {
    static func on(_ text: String) -> CivilDate {
        guard let date = CivilDate(text) else { preconditionFailure("\(text) is no date") }
        return date
    }
}

extension HelixStream {
    /// A stream that no rule refuses, changed as a case needs it.
    static func good(_ id: String = "1", _ change: (inout HelixStream) -> Void = { _ in }) -> HelixStream {
        var stream = HelixStream()
        stream.id = id
        stream.userID = "70"
        stream.userLogin = "ana"
        stream.userName = "Ana"
        stream.gameID = "509658"
        stream.gameName = "Chess"
        stream.type = "live"
        stream.title = "title"
        stream.viewerCount = 100
        stream.startedAt = "2026-05-01T10:00:00Z"
        stream.language = "pt"
        change(&stream)
        return stream
    }
}

/// Some runs through bronze and silver, read back.
struct SilverWorld {
    var configuration = LakeConfiguration()
    private(set) var files: [UTCHour: [ParquetSource]] = [:]

    init() {}

    init(_ environment: [String: String]) throws {
        configuration = try LakeConfiguration(environment: environment)
    }

    mutating func add(_ runID: String, at collectedAt: String, _ streams: [HelixStream]) throws {
        var builder = BronzeBuilder(runID: runID, collectedAt: .at(collectedAt))
        for stream in streams { try builder.append(stream) }
        let source = ParquetSource(name: runID, bytes: try builder.file())
        files[UTCHour(containing: builder.collectedAt), default: []].append(source)
    }

    func silver() throws -> [UTCHour: SilverPartition] {
        try Dictionary(
            uniqueKeysWithValues: files.map { hour, sources in
                (hour, try SilverJob(configuration).run(hour, bronze: sources))
            })
    }

    /// All rows of one silver table, by partition and place in the file.
    func rows(_ table: SilverTable) throws -> [[String: ColumnValue]] {
        try silver().sorted { $0.key < $1.key }.flatMap { _, partition in
            guard let bytes = partition.files[table] else { return [[String: ColumnValue]]() }
            return try LakeTests.rows(bytes)
        }
    }

    /// One gold table of one date.
    func gold(_ table: GoldTable, _ date: String) throws -> [[String: ColumnValue]] {
        let partitions = try silver()
        let sources = configuration.partitions(of: .on(date)).compactMap { hour in
            partitions[hour]?.files[.streams].map { ParquetSource(name: "\(hour)", bytes: $0) }
        }
        guard let bytes = try GoldJob(configuration).run(.on(date), streams: sources).files[table] else { return [] }
        return try LakeTests.rows(bytes)
    }
}

/// The rows of a Parquet file under its own schema.
func rows(_ bytes: [UInt8]) throws -> [[String: ColumnValue]] {
    let table = try ParquetFile(ParquetSource(name: "test", bytes: bytes)).table()
    return (0..<table.rowCount).map(table.row)
}

extension [[String: ColumnValue]] {
    func column(_ name: String) -> [ColumnValue] {
        map { $0[name] ?? .null }
    }

    /// Comparable whatever the order of the rows.
    var asSet: Set<String> {
        Set(map { row in row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "|") })
    }
}
