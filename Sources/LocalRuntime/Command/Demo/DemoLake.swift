import Foundation
import Lake

/// The exported lake, read back from its files by the same reader as everything else.
struct DemoLake {
    private let folder: URL
    private let tables: [String: [(path: String, table: ParquetTable)]]

    /// Reads every Parquet file under the folder.
    ///
    /// - Throws: `ParquetError` for a file that is none.
    init(folder: URL) throws {
        self.folder = folder
        var tables: [String: [(path: String, table: ParquetTable)]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        where path.hasSuffix(".parquet") {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: path)))
            let table = try ParquetFile(ParquetSource(name: path, bytes: bytes)).table()
            // `raw/dt=…`, `silver/streams/dt=…`, `gold/top_jogos/data_local=…`
            let name = path.split(separator: "/").prefix { !$0.contains("=") }.joined(separator: "/")
            tables[name, default: []].append((path, table))
        }
        self.tables = tables
    }

    var layers: DemoReport.Layers {
        let gold = tables.keys.filter { $0.hasPrefix("gold/") }
        return DemoReport.Layers(
            bronze: rows("raw"), silver: rows("silver/streams"),
            duplicates: sum("silver/execucoes", "linhas_duplicadas"), quarantine: rows("silver/quarentena"),
            gold: Dictionary(uniqueKeysWithValues: gold.map { (String($0.dropFirst(5)), rows($0)) }))
    }

    var quarantineReasons: [String: Int] {
        tables["silver/quarentena", default: []].reduce(into: [:]) { counts, file in
            for row in 0..<file.table.rowCount {
                counts[file.table["motivo"]?.text(row) ?? "", default: 0] += 1
            }
        }
    }

    /// The rows of a ranking table, by date and position.
    func ranking(_ table: String, name column: String) -> [DemoReport.Ranked] {
        tables["gold/\(table)", default: []].flatMap { file in
            (0..<file.table.rowCount).map { row in
                DemoReport.Ranked(
                    date: Self.date(of: file.path), position: Int(file.table["posicao"]?.integer(row) ?? 0),
                    name: file.table[column]?.text(row) ?? "",
                    hoursWatched: file.table["total_horas_assistidas"]?.double(row) ?? 0,
                    peakViewers: Int(
                        (file.table["pico_simultaneo"] ?? file.table["pico_espectadores"])?.integer(row) ?? 0))
            }
        }.sorted { ($0.date, $0.position) < ($1.date, $1.position) }
    }

    /// What of LAKE_SPEC 5 does not hold.
    var violations: [String] {
        (partitionViolations + dateViolations).map(\.description)
    }

    private var partitionViolations: [LakeViolation] {
        let hours = Set(tables["raw", default: []].compactMap { UTCHour(path: $0.path) })
        return hours.sorted().flatMap { hour in
            func files(_ table: String) -> [ParquetTable] {
                tables[table, default: []].filter { UTCHour(path: $0.path) == hour }.map(\.table)
            }
            return LakeInvariants.violations(
                in: hour, bronzeRowCount: files("raw").map(\.rowCount).reduce(0, +),
                streams: files("silver/streams").first, quarentena: files("silver/quarentena").first,
                execucoes: files("silver/execucoes").first)
        }
    }

    private var dateViolations: [LakeViolation] {
        let silverRows = tables["silver/streams", default: []].reduce(into: [CivilDate: Int]()) { counts, file in
            for row in 0..<file.table.rowCount {
                guard let days = file.table["data_local"]?.integer(row) else { continue }
                counts[CivilDate(daysSinceEpoch: Int32(truncatingIfNeeded: days)), default: 0] += 1
            }
        }
        return silverRows.sorted { $0.key < $1.key }.flatMap { date, rows in
            LakeInvariants.violations(on: date, silverRowCount: rows, gold: gold(on: date))
        }
    }

    private func gold(on date: CivilDate) -> [GoldTable: ParquetTable] {
        GoldTable.allCases.reduce(into: [:]) { gold, table in
            let files = tables["gold/\(table.rawValue)", default: []]
            gold[table] = files.first { CivilDate(Self.date(of: $0.path)) == date }?.table
        }
    }

    private func rows(_ table: String) -> Int {
        tables[table, default: []].map(\.table.rowCount).reduce(0, +)
    }

    private func sum(_ table: String, _ column: String) -> Int {
        tables[table, default: []].reduce(0) { total, file in
            (0..<file.table.rowCount).reduce(total) { $0 + Int(file.table[column]?.integer($1) ?? 0) }
        }
    }

    private static func date(of path: String) -> String {
        path.split(separator: "/").first { $0.hasPrefix("data_local=") }.map { String($0.dropFirst(11)) } ?? ""
    }
}
