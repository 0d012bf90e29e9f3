import AWSProtocol
import ArgumentParser

/// `rivulet-local clock`
struct ClockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock", abstract: "Read, stop and move the clock of a running emulator.",
        discussion: """
            Visibility, delays, retention, long polls, batching windows, time to live, retries and schedules go by this one
            clock. Functions that are running live in real time.
            """,
        subcommands: [Show.self, Freeze.self, Advance.self, RunUntilIdle.self, Resume.self],
        defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Tell the time, and what waits for it.")
        @OptionGroup var emulator: ControlOptions

        func run() async throws {
            try await emulator.run("GET", "clock", text: ClockText.position)
        }
    }

    struct Freeze: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Stop the clock, where it stands or at an instant.")
        @OptionGroup var emulator: ControlOptions

        @Option(help: ArgumentHelp("Instant, e.g. 2026-03-01T18:00:00Z.", valueName: "TIME"))
        var at: String?

        func run() async throws {
            let body: JSONObject = at.map { ["at": .string($0)] } ?? [:]
            try await emulator.run("POST", "clock/freeze", body, text: ClockText.position)
        }
    }

    struct Advance: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Move the clock on, through everything that comes due on the way.")
        @OptionGroup var emulator: ControlOptions

        @Argument(help: ArgumentHelp("How far: 14d, 1h30m, 90s, 250ms.", valueName: "DURATION"))
        var by: String?

        @Option(help: ArgumentHelp("The instant to reach, instead of how far.", valueName: "TIME"))
        var to: String?

        func run() async throws {
            let body: JSONObject =
                if let to { ["to": .string(to)] } else { ["by": .string(by ?? "")] }
            try await emulator.run("POST", "clock/advance", body, text: ClockText.move)
        }

        func validate() throws {
            guard (by == nil) != (to == nil) else {
                throw ValidationError("Give a duration, such as 14d, or --to TIME.")
            }
        }
    }

    struct RunUntilIdle: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "run-until-idle", abstract: "Move the clock on until nothing waits for it any more.")
        @OptionGroup var emulator: ControlOptions

        @Option(help: ArgumentHelp("Give up, and say why, after so many due instants.", valueName: "N"))
        var maxSteps = ClockMover.Limits().steps

        @Option(help: ArgumentHelp("What is due later than this is left waiting.", valueName: "DURATION"))
        var within = "30d"

        func run() async throws {
            try await emulator.run(
                "POST", "clock/run-until-idle", ["max_steps": .integer(maxSteps), "within": .string(within)],
                text: ClockText.move)
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let the clock run on from where it stands.")
        @OptionGroup var emulator: ControlOptions

        func run() async throws {
            try await emulator.run("POST", "clock/resume", text: ClockText.position)
        }
    }
}

/// The clock's answers as lines for people.
private enum ClockText {
    static func position(_ answer: JSONValue) -> String {
        let state = answer["frozen"]?.bool == true ? "frozen" : "running"
        let waits = (answer["waits"]?.array ?? []).map { wait in
            "  \(wait["at"]?.string ?? "")  \(wait["for"]?.string ?? "")"
        }
        return (["\(answer["now"]?.string ?? "")  \(state)"] + waits).joined(separator: "\n")
    }

    static func move(_ answer: JSONValue) -> String {
        let rang = (answer["rang"]?.object?.members ?? []).map { "  \($0.value.integer ?? 0) × \($0.name)" }
        let steps = answer["steps"]?.integer ?? 0
        return (["\(answer["now"]?.string ?? "")  after \(steps) due instants"] + rang).joined(separator: "\n")
    }
}
