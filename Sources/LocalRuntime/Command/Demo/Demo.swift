import ArgumentParser
import EmulatorDatabase
import Foundation
import TwitchSimulator

/// `rivulet-local demo`
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the whole Twitch pipeline on this machine and show what came of it.",
        discussion: """
            Three half-hour slots of a simulated Twitch: extract, enrich, queue and table, silver, gold; with a poison
            message and a repeated delivery planted. With TWITCH_CLIENT_ID and TWITCH_CLIENT_SECRET set, one slot of
            Twitch itself. Exit code 1 when an invariant of the lake does not hold.
            """)

    @OptionGroup var listener: ListenerOptions

    @Option(
        help: ArgumentHelp("Folder for the demo's world; what an earlier demo left there is removed.", valueName: "DIR")
    )
    var state = ".rivulet/demo"

    @Option(help: ArgumentHelp("Seed of the simulated Twitch.", valueName: "N"))
    var seed: UInt64 = 42

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("Serve recorded Helix answers, a .json file each.", valueName: "DIR"))
    var recording: String?

    @Option(help: ArgumentHelp("The functions' bootstrap; the one beside this program by default.", valueName: "FILE"))
    var bootstrap: String?

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        let source = try DemoSource(
            seed: seed, recording: recording, environment: ProcessInfo.processInfo.environment)
        let folder = try DemoFolder(at: state)
        let code = try folder.place(bootstrap: try bootstrapFile())
        let emulator = try await Emulator(
            Emulator.Options(
                state: folder.url, port: listener.port ?? 0, twitch: source.simulated,
                passedVariables: source.secrets))
        let progress = DemoProgress(isJSON: json)
        let report = try await emulator.serve { endpoint in
            try listener.announce(endpoint)
            progress.begin(source: source, state: state)
            let run = DemoRun(
                emulator: emulator, source: source, endpoint: endpoint, statePath: state,
                lakeFolder: folder.lake, progress: progress)
            return try await run.run(codeFolder: code)
        }
        print(
            json
                ? try report.json
                : DemoSummary(report: report, paint: Paint(), program: CommandLine.arguments[0]).text)
        if !report.violations.isEmpty { throw ExitCode.failure }
    }

    private func bootstrapFile() throws -> URL {
        let file =
            bootstrap.map { URL(filePath: $0) }
            ?? URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "bootstrap")
        guard FileManager.default.isExecutableFile(atPath: file.path) else {
            throw ValidationError(
                "There is no executable bootstrap at \(file.path). Build it with `swift build --product bootstrap`, "
                    + "or name one with --bootstrap.")
        }
        return file
    }
}

/// The demo's own folder: wiped before each demo, and only if a demo made it.
struct DemoFolder {
    let url: URL

    /// The exported lake, as plain files.
    var lake: URL { url.appending(path: "lake", directoryHint: .isDirectory) }

    /// - Throws: `ValidationError` when the folder holds something that no demo put there.
    init(at path: String) throws {
        url = URL(filePath: path, directoryHint: .isDirectory)
        let files = FileManager.default
        let marker = url.appending(path: "made-by-rivulet-demo")
        if files.fileExists(atPath: url.path) {
            let isEmpty = try files.contentsOfDirectory(atPath: url.path).isEmpty
            guard isEmpty || files.fileExists(atPath: marker.path) else {
                throw ValidationError(
                    "\(path) holds something that no demo made; it was left alone. Name another folder with --state.")
            }
            // A folder in use is not pulled from under its emulator: this takes the lock, and leaves it.
            if !isEmpty { _ = try StateFolder(at: url) }
            try files.removeItem(at: url)
        }
        try files.createDirectory(at: url, withIntermediateDirectories: true)
        try Data().write(to: marker)
    }

    /// Lays the bootstrap where the functions' code folder is, and gives that folder's absolute path.
    func place(bootstrap: URL) throws -> String {
        let folder = url.appending(path: "code", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: bootstrap, to: folder.appending(path: "bootstrap"))
        return folder.standardizedFileURL.resolvingSymlinksInPath().path
    }
}
