import ArgumentParser
import Foundation

/// `rivulet-deploy logs`
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a function has logged lately, oldest first.")

    @OptionGroup var options: TargetOptions

    @Argument(help: ArgumentHelp("The handler, such as extract.", valueName: "FUNCTION"))
    var function: String

    @Option(help: ArgumentHelp("How far back.", valueName: "MINUTES"))
    var minutes = 15

    @Option(help: ArgumentHelp("A filter pattern of CloudWatch Logs, such as ERROR.", valueName: "PATTERN"))
    var filter: String?

    func run() async throws {
        let stack = try await options.open()
        let outputs = try await stack.outputs()
        guard let found = outputs.functions[function] else {
            throw DeployError.unknownFunction(function, known: outputs.functions.keys.sorted())
        }
        let now = try await stack.clock.now()
        let events = try await stack.access.logEvents(
            of: "/aws/lambda/\(found.name)", since: now.addingTimeInterval(Double(-60 * minutes)), filter: filter)
        struct Line: Encodable {
            let timestamp: Int
            let message: String
        }
        try options.report(
            events.map { Line(timestamp: $0.timestamp, message: $0.message) },
            text: events.map { event in
                let time = Date(timeIntervalSince1970: Double(event.timestamp) / 1000).formatted(.iso8601)
                return "\(time)  \(event.message.trimmingCharacters(in: .newlines))"
            }.joined(separator: "\n"))
    }
}
