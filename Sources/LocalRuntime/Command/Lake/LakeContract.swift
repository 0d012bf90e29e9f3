import ArgumentParser
import Foundation
import Lake
import LakeTools

/// `rivulet-local lake contract`
struct LakeContract: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "contract",
        abstract: "Print the lake's tables as a dictionary, a catalogue, or the SQL of an engine.",
        discussion: """
            One contract in Swift describes every table; what is printed here is made from it. For example:
              duckdb -init <(rivulet-local lake contract --format duckdb --lake .rivulet/demo/lake)
            """)

    @Option(help: "What to print.")
    var format = ContractFormat.dataDictionary

    @Option(help: ArgumentHelp("The lake's root, a folder or s3://bucket, instead of ${lake}.", valueName: "ROOT"))
    var lake = LakePlace.placeholder

    @Option(
        help: ArgumentHelp("First date of the lake, for Athena's partition projection.", valueName: "YYYY-MM-DD"),
        transform: Self.date)
    var firstDate: CivilDate?

    @Option(help: ArgumentHelp("Write every format into its file below this folder instead.", valueName: "DIR"))
    var write: String?

    func validate() throws {
        if lake.isEmpty || lake.contains(where: { $0 == "'" || $0 == "\\" || $0.isNewline }) {
            throw ValidationError("--lake is a folder or an address without quotes, backslashes and line ends.")
        }
    }

    func run() throws {
        var place = LakePlace(root: lake, firstDate: firstDate)
        if place.isLocal {
            place.emptyTables = Set(
                try LakeTable.all.filter { table in
                    let folder = "\(place.root)/\(table.folder)"
                    return try !Self.hasFiles(folder, levels: table.partitioning.columns.count)
                })
        }
        guard let write else {
            print(format.text(for: place), terminator: "")
            return
        }
        for format in ContractFormat.allCases {
            let file = URL(fileURLWithPath: write).appendingPathComponent(format.path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(format.text(for: place).utf8).write(to: file, options: .atomic)
            print(file.path)
        }
    }

    /// Whether there is a Parquet file that many folders below.
    private static func hasFiles(_ folder: String, levels: Int) throws -> Bool {
        try LocalFolder.names(folder).contains { name in
            if levels == 0 { return name.hasSuffix(".parquet") && !name.hasPrefix(".") }
            return try name.contains("=") && hasFiles("\(folder)/\(name)", levels: levels - 1)
        }
    }

    @Sendable
    private static func date(_ text: String) throws -> CivilDate {
        guard let date = CivilDate(text) else { throw ValidationError("'\(text)' is no date; write it as 2026-05-01.") }
        return date
    }
}

extension ContractFormat: ExpressibleByArgument {}
