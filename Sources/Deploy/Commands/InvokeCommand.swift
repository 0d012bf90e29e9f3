import ArgumentParser
import Foundation

/// `rivulet-deploy invoke`
struct InvokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke", abstract: "Run a function's live version once with an event.",
        discussion: """
            The answer goes to standard output, the end of the log to standard error. Exit code 1 when the function failed.
            """)

    @OptionGroup var options: TargetOptions

    @Argument(help: ArgumentHelp("The handler, such as extract.", valueName: "FUNCTION"))
    var function: String

    @Option(help: ArgumentHelp("File with the event; the health event without it.", valueName: "FILE"))
    var event: String?

    @Flag(help: "Only ask AWS whether the invocation would be allowed.")
    var dryRun = false

    func run() async throws {
        let stack = try await options.open()
        let outputs = try await stack.outputs()
        guard let found = outputs.functions[function] else {
            throw DeployError.unknownFunction(function, known: outputs.functions.keys.sorted())
        }
        let payload = try event.map { try PackageFile(path: $0).bytes } ?? Array(Verification.healthEvent.utf8)
        let answer = try await stack.access.invoke(found.name, qualifier: "live", payload: payload, isDryRun: dryRun)
        if dryRun { return print("\(found.name) would take it.") }
        FileHandle.standardError.write(Data(answer.log.utf8))
        FileHandle.standardOutput.write(Data(answer.payload + Array("\n".utf8)))
        if answer.error != nil { throw ExitCode.failure }
    }
}
