import AWSProtocol
import ArgumentParser
import Foundation
import Traces

/// `rivulet-local replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run the event of a past invocation again, on an emulator that is up.",
        discussion: """
            The answer goes to standard output, the end of the function's log to standard error, as with `invoke`. Exit
            code 1 when the function failed. The events of the last \(TraceLimits.standard.events) invocations are kept, as long
            as they are \(TraceLimits.standard.events_bytes >> 20) MiB together.
            """)
    @OptionGroup var emulator: ControlOptions

    @Argument(
        help: ArgumentHelp("Id of the invocation's request, as in the function's log.", valueName: "REQUEST_ID"))
    var requestID: String

    @Option(help: ArgumentHelp("Another function that is to get the event.", valueName: "FUNCTION"))
    var to: String?

    func run() async throws {
        var body: JSONObject = ["request_id": .string(requestID)]
        if let to { body.append("to", .string(to)) }
        let answer = try await ControlClient(emulator).call("POST", "replay", body)
        FileHandle.standardError.write(Data((answer["log"]?.string ?? "").utf8))
        print(emulator.json ? answer.text : answer["payload"]?.string ?? "")
        if answer["function_error"] != nil { throw ExitCode.failure }
    }
}
