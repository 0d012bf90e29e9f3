import Synchronization

/// What lies in a table.
struct TableContents: Sendable {
    var itemCount = 0
    var size_bytes = 0
    var entryCounts: [Int64: Int] = [:]
}

/// Counts of large tables, so that asking for one again and again does not count all day. Small tables are counted anew
/// each time.
final class ContentsMemory: Sendable {
    private struct Count {
        var version: Int64
        var contents: TableContents
        var until: ContinuousClock.Instant
    }

    private let counts = Mutex<[Int64: Count]>([:])

    /// A count that takes no longer than this is not kept.
    private static let quick = Duration.milliseconds(50)
    /// A count is kept for as many times the time that it took.
    private static let patience = 50

    func contents(
        of table: TableDefinition, _ count: () async throws -> TableContents
    ) async throws -> TableContents {
        let start = ContinuousClock.now
        let known = counts.withLock { $0[table.id] }
        if let known, known.version == table.version, start < known.until { return known.contents }
        let contents = try await count()
        let time = start.duration(to: .now)
        counts.withLock { counts in
            counts[table.id] =
                time <= Self.quick
                ? nil : Count(version: table.version, contents: contents, until: .now + time * Self.patience)
        }
        return contents
    }
}
