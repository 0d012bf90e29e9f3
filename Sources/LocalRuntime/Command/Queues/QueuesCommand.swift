import AWSProtocol
import ArgumentParser
import Foundation

/// `rivulet-local queues`
struct QueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues", abstract: "Look into the queues of a running emulator, and send dead letters back.",
        discussion: "Looking receives nothing: no message is hidden, and none counts as received.",
        subcommands: [List.self, Peek.self, Redrive.self, Edit.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Depth, in flight, delayed and age of every queue.")
        @OptionGroup var emulator: ControlOptions

        func run() async throws {
            try await emulator.run("GET", "queues", text: QueuesText.table)
        }
    }

    struct Peek: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the oldest messages of a queue: body, attributes, receives, and why the function failed.")
        @OptionGroup var emulator: ControlOptions

        @Argument(help: ArgumentHelp("Name, ARN or URL of the queue.", valueName: "QUEUE"))
        var queue: String

        @Option(help: ArgumentHelp("How many.", valueName: "N"))
        var limit = 10

        func run() async throws {
            let name = PercentEncoding.encode(queue)
            try await emulator.run("GET", "queues/peek?queue=\(name)&limit=\(limit)", text: QueuesText.messages)
        }
    }

    struct Redrive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send messages of a dead-letter queue back to where they came from, or to another queue.",
            discussion: "A message goes as a new one. Exit code 1 when a message that was named is not there.")
        @OptionGroup var emulator: ControlOptions

        @Argument(help: ArgumentHelp("Name, ARN or URL of the dead-letter queue.", valueName: "QUEUE"))
        var queue: String

        @Option(help: ArgumentHelp("A message to send back; may be given several times.", valueName: "ID"))
        var message: [String] = []

        @Option(help: ArgumentHelp("Send back so many, the oldest first.", valueName: "N"))
        var max: Int?

        @Flag(help: "Send back every message.")
        var all = false

        @Option(help: ArgumentHelp("The queue that receives them.", valueName: "QUEUE"))
        var to: String?

        func run() async throws {
            var body: JSONObject = ["queue": .string(queue), "all": .bool(all)]
            if !message.isEmpty { body.append("messages", .array(message.map { .string($0) })) }
            if let max { body.append("max", .integer(max)) }
            if let to { body.append("to", .string(to)) }
            var isShort = false
            try await emulator.run("POST", "queues/redrive", body) { answer in
                isShort = answer["asked"] != nil && answer["asked"] != answer["moved"]
                return "moved \(answer["moved"]?.integer ?? 0)"
                    + (answer["asked"]?.integer.map { " of \($0)" } ?? "")
            }
            if isShort { throw ExitCode.failure }
        }

        func validate() throws {
            let choices = [!message.isEmpty, max != nil, all].count { $0 }
            guard choices == 1 else { throw ValidationError("Give one of --message ID, --max N and --all.") }
        }
    }

    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change the body of a message where it lies, as before it is sent back.")
        @OptionGroup var emulator: ControlOptions

        @Argument(help: ArgumentHelp("Name, ARN or URL of the queue.", valueName: "QUEUE"))
        var queue: String

        @Argument(help: ArgumentHelp("Id of the message.", valueName: "MESSAGE"))
        var message: String

        @Option(help: ArgumentHelp("The new body.", valueName: "TEXT"))
        var body: String?

        @Option(help: ArgumentHelp("File with the new body, as UTF-8.", valueName: "FILE"))
        var bodyFile: String?

        func run() async throws {
            let text = try body ?? contents()
            try await emulator.run(
                "POST", "queues/edit",
                ["queue": .string(queue), "message": .string(message), "body": .string(text)]
            ) { "edited \($0["edited"]?.string ?? "")" }
        }

        func validate() throws {
            guard (body == nil) != (bodyFile == nil) else { throw ValidationError("Give --body or --body-file.") }
        }

        private func contents() throws -> String {
            guard let bodyFile, let data = FileManager.default.contents(atPath: bodyFile),
                let text = String(validating: data, as: UTF8.self)
            else { throw ValidationError("Cannot read \(bodyFile ?? "") as UTF-8 text.") }
            return text
        }
    }
}
