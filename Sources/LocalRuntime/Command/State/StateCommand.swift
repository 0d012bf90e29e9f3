import AWSProtocol
import ArgumentParser
import EmulatorDatabase
import Foundation
import TwitchSimulator

/// Where a state lies, for verbs that work on a running emulator's as well as on a folder that nobody uses.
struct StateOptions: ParsableArguments {
    @OptionGroup var emulator: ControlOptions

    @Option(help: ArgumentHelp("How long functions that run may take to end.", valueName: "DURATION"))
    var wait = "10s"

    /// Asks the emulator that runs on the folder, or works on the folder itself when none does, and prints the answer.
    func run(
        _ method: String, _ path: String, _ body: JSONObject = [:],
        stopped: (StateFolder) async throws -> JSONValue, text: (JSONValue) -> String
    ) async throws {
        guard let folder = try stoppedFolder() else {
            var body = body
            body.append("wait", .string(wait))
            return try await emulator.run(method, path, body, text: text)
        }
        do {
            let answer = try await stopped(folder)
            print(emulator.json ? answer.text : text(answer))
        } catch let error as any ServiceError {
            throw ControlRefusal(error.wire.message)
        }
    }

    /// The folder, with its lock; nil while an emulator runs on it.
    private func stoppedFolder() throws -> StateFolder? {
        guard emulator.endpoint == nil else { return nil }
        let url = URL(filePath: emulator.state, directoryHint: .isDirectory)
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw ValidationError("There is no state folder \(emulator.state). Name one with --state.")
        }
        do {
            return try StateFolder(at: url)
        } catch StateFolderError.inUse {
            return nil
        }
    }
}

/// `rivulet-local snapshot`
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Save the whole state under a name, and bring it back.",
        discussion: """
            Works on the state of a running emulator, which pauses meanwhile, and on a folder that no emulator uses. A \
            snapshot holds everything: queues, tables, objects, functions, schedules, and where the clock stood.
            """,
        subcommands: [Save.self, Load.self, Delete.self, List.self], defaultSubcommand: List.self)

    struct Save: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Save the state under a name.")
        @OptionGroup var state: StateOptions
        @Argument(help: "Letters, digits, '-', '_' and '.'.") var name: String

        func run() async throws {
            try await state.run("POST", "snapshots/save", ["name": .string(name)]) { folder in
                try Snapshots(of: folder, schema: Emulator.schema).save(name)
                return ["saved": .string(name)]
            } text: { _ in
                "saved \(name)"
            }
        }
    }

    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a snapshot in the place of the state.")
        @OptionGroup var state: StateOptions
        @Argument(help: "Name of the snapshot.") var name: String

        func run() async throws {
            try await state.run("POST", "snapshots/load", ["name": .string(name)]) { folder in
                try Snapshots(of: folder, schema: Emulator.schema).load(name)
                return ["loaded": .string(name)]
            } text: { _ in
                "loaded \(name)"
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a snapshot.")
        @OptionGroup var state: StateOptions
        @Argument(help: "Name of the snapshot.") var name: String

        func run() async throws {
            try await state.run("POST", "snapshots/delete", ["name": .string(name)]) { folder in
                try Snapshots(of: folder, schema: Emulator.schema).delete(name)
                return ["deleted": .string(name)]
            } text: { _ in
                "deleted \(name)"
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every snapshot of the state folder.")
        @OptionGroup var state: StateOptions

        func run() async throws {
            try await state.run("GET", "snapshots") { folder in
                StateControl.json(try Snapshots(of: folder, schema: Emulator.schema).list())
            } text: { answer in
                let rows = (answer["snapshots"]?.array ?? []).map { entry in
                    "\(entry["name"]?.string ?? "")  \(entry["made"]?.string ?? "")  "
                        + "\((entry["size_bytes"]?.integer ?? 0).grouped) bytes"
                }
                return rows.isEmpty ? "no snapshots" : rows.joined(separator: "\n")
            }
        }
    }
}

/// `rivulet-local reset`
struct ResetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Put an empty state in the place of the present one. Snapshots stay.")
    @OptionGroup var state: StateOptions

    func run() async throws {
        try await state.run("POST", "reset") { folder in
            try Snapshots(of: folder, schema: Emulator.schema).reset()
            return ["reset": true]
        } text: { _ in
            "the state is empty"
        }
    }
}

/// `rivulet-local seed`
struct SeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seed",
        abstract: "Make the queues, tables and buckets that a JSON file describes, with what they hold.",
        discussion: "docs/control.md shows such a file.")
    @OptionGroup var state: StateOptions
    @Argument(help: ArgumentHelp("The seed.", valueName: "FILE")) var file: String

    func run() async throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("Cannot read \(file). Name a seed; docs/control.md shows one.")
        }
        guard let document = try? JSONValue(parsing: Array(data)), document.object != nil else {
            throw ValidationError("\(file) is no JSON object; docs/control.md shows a seed.")
        }
        let folder = URL(filePath: file).absoluteURL.deletingLastPathComponent().path
        try await state.run("POST", "seed", ["seed": document, "folder": .string(folder)]) { held in
            let seed = try Seed(document, folder: folder)
            let emulator = try await Emulator(
                Emulator.Options(state: held.url, port: 0, twitch: .world(World(seed: 42))), state: held)
            return try await emulator.offline { try await Seeding(seed: seed, gateway: emulator.gateway).run() }
        } text: { answer in
            (answer.object?.members ?? []).map { "\($0.value.integer ?? 0) \($0.name)" }.joined(separator: ", ")
        }
    }
}
