import ArgumentParser
import Foundation
import TwitchRecorder

/// `rivulet-local record`
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Pull once from Twitch and keep its answers, for demo --from to replay.",
        discussion: """
            It reads the variables of extract: TWITCH_CLIENT_ID, TWITCH_CLIENT_SECRET, LANGUAGES, STREAMS_PER_LANGUAGE,
            TWITCH_API_URL and TWITCH_TOKEN_URL. The files hold what Twitch answered about streams, games, users and
            channels, and neither token nor client id. They are Twitch's data: its developer terms say how long you may keep
            them, and they do not belong into a repository.
            """)

    @Argument(help: ArgumentHelp("A new folder for the answers, a .json file each.", valueName: "DIR"))
    var folder: String

    @Flag(help: "Print the report as JSON.")
    var json = false

    func run() async throws {
        let settings = try RecorderSettings(environment: ProcessInfo.processInfo.environment)
        let report = try await Recorder(settings).record(to: URL(filePath: folder, directoryHint: .isDirectory))
        print(json ? try Self.json(report) : text(report))
    }

    private func text(_ report: Recorder.Report) -> String {
        let walks = report.walks.map { walk in
            "  \(walk.language): \(walk.streams.grouped) streams on \(walk.pages) pages, ended by \(walk.end)\n"
        }
        return """
            \(walks.joined())  \(report.games.grouped) games, \(report.users.grouped) users, \(report.channels.grouped) channels
            \(report.files.count) answers in \(folder), \(report.requests) requests. Replay them:
              \(CommandLine.arguments[0]) demo --from \(folder)
            """
    }

    private static func json(_ report: Recorder.Report) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
