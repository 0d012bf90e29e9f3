import Foundation
package import Lake

/// The folder of one table: `dt=…/hour=…` or `data_local=…` below it.
package struct TableFolder: Sendable {
    /// How a table is cut into partitions.
    package enum Partitioning: Sendable {
        case hours, dates
    }

    package let path: String
    package let partitioning: Partitioning

    package init(_ path: String, _ partitioning: Partitioning) {
        self.path = path
        self.partitioning = partitioning
    }

    /// One partition's folder and what lies in it.
    package struct Partition: Sendable {
        /// `dt=2026-05-01/hour=12` or `data_local=2026-05-01`.
        package let name: String
        package let path: String
        /// The hour, for partitions by hour.
        package let hour: UTCHour?
        /// The UTC date of the hour, or the local date.
        package let date: CivilDate
        /// Paths of the Parquet files, by name.
        package let files: [String]
        /// Names of everything else, hidden ones included.
        package let others: [String]
    }

    /// The partitions in order of time, and the paths of what is none.
    ///
    /// - Throws: `LakeToolsError` when a folder cannot be listed.
    package func partitions() throws(LakeToolsError) -> (partitions: [Partition], strays: [String]) {
        var (partitions, strays): ([Partition], [String]) = ([], [])
        for name in try LocalFolder.names(path) {
            switch partitioning {
            case .dates:
                if let date = Self.date(name, after: "data_local=") {
                    partitions.append(try partition(name, nil, date))
                } else {
                    strays.append("\(path)/\(name)")
                }
            case .hours:
                guard Self.date(name, after: "dt=") != nil else {
                    strays.append("\(path)/\(name)")
                    continue
                }
                for hour in try LocalFolder.names("\(path)/\(name)") {
                    if let value = UTCHour(path: "\(name)/\(hour)") {
                        partitions.append(try partition("\(name)/\(hour)", value, value.date))
                    } else {
                        strays.append("\(path)/\(name)/\(hour)")
                    }
                }
            }
        }
        // `_SUCCESS` and its like are other engines' notes.
        return (partitions, strays.filter { !$0.split(separator: "/", omittingEmptySubsequences: true).isNote })
    }

    private func partition(_ name: String, _ hour: UTCHour?, _ date: CivilDate) throws(LakeToolsError) -> Partition {
        let folder = "\(path)/\(name)"
        let names = try LocalFolder.names(folder)
        let files = names.filter { $0.hasSuffix(".parquet") && !$0.hasPrefix(".") }
        return Partition(
            name: name, path: folder, hour: hour, date: date, files: files.map { "\(folder)/\($0)" },
            others: names.filter { !files.contains($0) })
    }

    private static func date(_ name: String, after prefix: String) -> CivilDate? {
        name.hasPrefix(prefix) ? CivilDate(name.dropFirst(prefix.count)) : nil
    }
}

extension [Substring] {
    fileprivate var isNote: Bool { last?.hasPrefix("_") ?? false }
}

/// The folders of a lake's layers; a layer that is not there is nil.
package struct LakeLocations: Sendable, Encodable {
    package var raw: String?
    package var silver: String?
    package var gold: String?

    /// - Parameters:
    ///   - folder: holds `raw/`, `silver/` and `gold/`, or some of them.
    ///   - raw: bronze, when it lies elsewhere; likewise the others.
    /// - Throws: `LakeToolsError.noLake` when there is nothing of a lake.
    package init(
        _ folder: String? = nil, raw: String? = nil, silver: String? = nil, gold: String? = nil
    ) throws(LakeToolsError) {
        func place(_ named: String?, _ name: String) -> String? {
            if let named { return Self.plain(named) }
            let path = folder.map { "\(Self.plain($0))/\(name)" }
            return path.flatMap { Self.isFolder($0) ? $0 : nil }
        }
        self.raw = place(raw, "raw")
        self.silver = place(silver, "silver")
        self.gold = place(gold, "gold")
        for path in [self.raw, self.silver, self.gold].compactMap(\.self) where !Self.isFolder(path) {
            throw .noLake(path)
        }
        guard self.raw != nil || self.silver != nil || self.gold != nil else { throw .noLake(folder ?? ".") }
    }

    private static func plain(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
