import Foundation
import Glibc
package import Lake

/// Merges the files of each partition into one, sorted.
package struct LakeCompaction {
    private let lake: LakeLocations
    private let codec: Codec
    private let dates: ClosedRange<CivilDate>?
    private let isDryRun: Bool
    private let interrupt: (PartitionSwitch.Step) throws -> Void

    /// - Parameters:
    ///   - lake: the layers to work on; bronze is merged only when it is among them, since a repeated `extract` puts
    ///     its run's file again.
    ///   - dates: UTC dates in bronze and silver, local dates in gold; nil for all.
    ///   - isDryRun: say what would be done, and write nothing.
    package init(
        _ lake: LakeLocations, codec: Codec = .snappy, dates: ClosedRange<CivilDate>? = nil, isDryRun: Bool = false
    ) {
        self.init(lake, codec: codec, dates: dates, isDryRun: isDryRun) { _ in }
    }

    init(
        _ lake: LakeLocations, codec: Codec, dates: ClosedRange<CivilDate>?, isDryRun: Bool,
        interrupt: @escaping (PartitionSwitch.Step) throws -> Void
    ) {
        self.lake = lake
        self.codec = codec
        self.dates = dates
        self.isDryRun = isDryRun
        self.interrupt = interrupt
    }

    /// Compacts every wanted partition.
    ///
    /// - Parameters:
    ///   - progress: called after each partition with how many are done, of how many.
    /// - Throws: `LakeToolsError` when a folder cannot be worked on, or another compaction is at work; a partition whose
    ///   files cannot be merged is left as it was and told in the report.
    package func run(progress: (Int, Int) -> Void = { _, _ in }) throws -> CompactionReport {
        var report = CompactionReport(isDryRun: isDryRun)
        let tables = try self.tables()
        let locks = try isDryRun ? [] : Set(tables.map(\.parent)).sorted().map(FolderLock.init)
        if !isDryRun {
            report.recovered = try tables.reduce(0) { $0 + (try PartitionSwitch.recover($1.folder)) }
        }
        let work = try tables.flatMap { table in
            try table.folder.partitions().partitions.filter { dates?.contains($0.date) ?? true }.map { (table, $0) }
        }
        for (index, (table, partition)) in work.enumerated() where !partition.files.isEmpty {
            report.partitions.append(try compact(table, partition))
            progress(index + 1, work.count)
        }
        withExtendedLifetime(locks) {}
        return report
    }

    private struct Table {
        let layer: Place.Layer
        let contract: TableSchema
        let folder: TableFolder

        var parent: String { PartitionSwitch.split(folder.path).parent }
    }

    private func tables() throws(LakeToolsError) -> [Table] {
        var tables: [Table] = []
        if let raw = lake.raw {
            tables.append(Table(layer: .raw, contract: .bronze, folder: TableFolder(try Self.whole(raw), .hours)))
        }
        if let silver = try lake.silver.map({ (path) throws(LakeToolsError) in try Self.whole(path) }) {
            for table in SilverTable.allCases {
                let folder = TableFolder("\(silver)/\(table.rawValue)", .hours)
                tables.append(Table(layer: .silver, contract: table.schema, folder: folder))
            }
        }
        if let gold = try lake.gold.map({ (path) throws(LakeToolsError) in try Self.whole(path) }) {
            for table in GoldTable.allCases {
                let folder = TableFolder("\(gold)/\(table.rawValue)", .dates)
                tables.append(Table(layer: .gold, contract: table.schema, folder: folder))
            }
        }
        return tables
    }

    /// The path without links or dots, so that its parent is its parent.
    private static func whole(_ path: String) throws(LakeToolsError) -> String {
        guard let resolved = realpath(path, nil) else { throw .system("find", path, errno) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private func compact(
        _ table: Table, _ partition: TableFolder.Partition
    ) throws -> CompactionReport.Partition {
        var entry = CompactionReport.Partition(table.layer, table.contract.name, partition)
        // Hidden files are leftovers of writers and their checksums; anything else is somebody's.
        if let other = partition.others.first(where: { !$0.hasPrefix(".") }) {
            entry.outcome = .skipped
            entry.reason = "holds \(other), which is no Parquet file"
            return entry
        }
        do {
            try compact(table, partition, &entry)
        } catch let error as PartitionSwitch.Interruption {
            throw error
        } catch LakeToolsError.cannotExchange(let path) {
            throw LakeToolsError.cannotExchange(path)
        } catch {
            entry.outcome = .failed
            entry.reason = "\(error)"
        }
        return entry
    }

    private func compact(
        _ table: Table, _ partition: TableFolder.Partition, _ entry: inout CompactionReport.Partition
    ) throws {
        let inputs = try Signature(partition.path)
        let merge = try PartitionMerge(partition.files, table.contract, codec)
        entry.rows = merge.rowCount
        entry.bytesBefore = try partition.files.reduce(0) { $0 + (try LocalParquet.source($1).byteCount) }
        if partition.files.count == 1 || isDryRun {
            var comparison = try Comparison(partition.files[0])
            try merge.write { comparison.take($0) }
            entry.bytesAfter = comparison.byteCount
            if partition.files.count == 1, comparison.isEqual { return entry.outcome = .unchanged }
        }
        entry.filesAfter = 1
        entry.outcome = partition.files.count == 1 ? .sorted : .merged
        guard !isDryRun else { return }
        let name = try table.layer == .raw ? merge.onlyRun().map { "streams_\($0).parquet" } : nil
        var bytes = 0
        let work = PartitionSwitch(table: table.folder.path, partition: partition.name, interrupt: interrupt)
        let isReplaced = try work.replace(inputs: inputs, file: name ?? "part-0.parquet") { append in
            try merge.write {
                bytes += $0.count
                try append($0)
            }
        }
        entry.bytesAfter = bytes
        guard !isReplaced else { return }
        entry.outcome = .skipped
        entry.reason = "changed while it was read; run lake compact again"
    }
}

/// Whether the bytes that would be written lie there already.
private struct Comparison {
    private let source: ParquetSource
    private(set) var byteCount = 0
    private var isSame = true

    init(_ path: String) throws {
        source = try LocalParquet.source(path)
    }

    var isEqual: Bool { isSame && byteCount == source.byteCount }

    mutating func take(_ bytes: [UInt8]) {
        let end = byteCount + bytes.count
        // A file that can no longer be read is not the same.
        isSame = isSame && end <= source.byteCount && (try? source.bytes(byteCount..<end).elementsEqual(bytes)) == true
        byteCount = end
    }
}

/// Keeps other compactions out while it lives; the kernel lets go when the process dies.
private final class FolderLock {
    private let descriptor: CInt

    init(_ folder: String) throws(LakeToolsError) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("open", folder, errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .isBusy(folder) }
    }

    deinit {
        close(descriptor)
    }
}
