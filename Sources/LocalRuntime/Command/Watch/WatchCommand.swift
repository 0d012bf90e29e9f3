import AWSProtocol
import ArgumentParser
import EmulatorClock
import Foundation

/// `rivulet-local watch`
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Build when a source changes, give the functions the new code, and replay their last event.",
        discussion: """
            Without FUNCTION, every function that runs the bootstrap where it lies gets the new code; functions that are
            named get it wherever theirs came from. What is running is finished on the old code. A build that fails leaves
            the old code running. What the build prints goes to standard error.
            """)
    @OptionGroup var emulator: ControlOptions

    @Argument(help: ArgumentHelp("A function that is to run the new code.", valueName: "FUNCTION"))
    var functions: [String] = []

    @Option(
        help: ArgumentHelp(
            "Folder of sources; may be given several times. The present one by default.", valueName: "DIR"))
    var source: [String] = []

    @Option(help: ArgumentHelp("What makes the bootstrap, for the shell.", valueName: "COMMAND"))
    var buildCommand = "swift build --product bootstrap"

    @Option(help: ArgumentHelp("The executable that the build makes.", valueName: "FILE"))
    var bootstrap = ".build/debug/bootstrap"

    @Flag(inversion: .prefixedNo, help: "Run the last event of each function again.")
    var replay = true

    /// How often the sources are looked at, in real time.
    private static let interval = Duration.milliseconds(100)

    func run() async throws {
        let client = try ControlClient(emulator)
        let folders = (source.isEmpty ? ["."] : source).map(Self.absolute)
        let path = Self.absolute(bootstrap)
        let tree = SourceTree(below: folders, without: path)
        guard !tree.files.isEmpty else {
            throw ValidationError(
                "No source file lies below \(folders.joined(separator: ", ")); name another --source.")
        }
        say("watching \(tree.files.count) files below \(folders.joined(separator: ", ")); stop: Ctrl-C")
        try await loop(client, folders, path).run()
    }

    private func loop(_ client: ControlClient, _ folders: [String], _ path: String) -> WatchLoop {
        let (functions, command, json) = (functions, buildCommand, emulator.json)
        var again: (@Sendable (String) async throws -> WatchLoop.Replay)?
        if replay { again = { try await Self.replay($0, client) } }
        return WatchLoop(
            look: { SourceTree(below: folders, without: path) },
            build: { try await BuildCommand(command: command).run() },
            swap: {
                var body: JSONObject = ["bootstrap": .string(path)]
                if !functions.isEmpty { body.append("functions", .array(functions.map { .string($0) })) }
                return Self.swap(try await client.call("POST", "swap", body))
            },
            replay: again,
            wait: { try await Task.sleep(for: Self.interval) },
            now: {
                var time = timespec()
                clock_gettime(CLOCK_REALTIME, &time)
                return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
            },
            tell: { round in
                let text = json ? WatchText.json(round).text : WatchText.text(round, command: command)
                FileHandle.standardOutput.write(Data("\(text)\n".utf8))
            })
    }

    private static func swap(_ answer: JSONValue) -> WatchLoop.Swap {
        WatchLoop.Swap(
            functions: answer["functions"]?.array?.compactMap(\.string) ?? [], duration: duration(answer, "swap_ms"),
            drain: duration(answer, "drain_ms"), stillRunning: answer["still_running"]?.integer ?? 0)
    }

    /// The function's last event; its error is the function's, and no reason to stop.
    private static func replay(_ function: String, _ client: ControlClient) async throws -> WatchLoop.Replay {
        let begun = ContinuousClock.now
        let answer: JSONValue
        do {
            answer = try await client.call("POST", "replay", ["last_of": .string(function)])
        } catch let refusal as ControlRefusal where refusal.code == TraceError.neverInvoked("").wire.code {
            return WatchLoop.Replay(function: function, duration: .zero)
        }
        return WatchLoop.Replay(
            function: function, duration: begun.duration(to: .now), requestID: answer["request_id"]?.string,
            payload: answer["payload"]?.string ?? "", error: answer["function_error"]?.string)
    }

    private static func duration(_ answer: JSONValue, _ name: String) -> Duration {
        .milliseconds(answer[name].flatMap { Double($0.text) } ?? 0)
    }

    private static func absolute(_ path: String) -> String {
        URL(filePath: path).standardizedFileURL.path
    }

    private func say(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
