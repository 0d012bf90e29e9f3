import ArgumentParser
import Foundation

/// Where the stack goes, and how results are told.
struct TargetOptions: ParsableArguments {
    enum Place: String, ExpressibleByArgument, CaseIterable {
        case local, aws
    }

    @Option(help: "The emulator of this machine, or the account that the AWS_ variables name.")
    var target: Place

    @Option(help: ArgumentHelp("Folder of the stack's .tf files.", valueName: "DIR"))
    var stack = "terraform"

    @Option(
        help: ArgumentHelp("Local: the emulator's state folder; one is started on it when none runs.", valueName: "DIR")
    )
    var state = ".rivulet/state"

    @Option(help: ArgumentHelp("Local: the URL of a running emulator.", valueName: "URL"))
    var endpoint: String?

    @Option(
        help: ArgumentHelp("Folder for what a target needs on this machine; may be deleted.", valueName: "DIR"))
    var data = ".rivulet/deploy"

    @Option(help: ArgumentHelp("Id of a state lock that a killed run left behind.", valueName: "LOCK"))
    var unlock: String?

    @Flag(help: "Print the result as JSON; Terraform's own lines go to standard error in any case.")
    var json = false

    /// The stack at its target; with `--unlock`, its lock removed.
    func open(prepares: Bool = true) async throws -> Stack {
        let place: DeployTarget =
            target == .aws ? .aws : .local(endpoint: try await LocalEmulator(state: state).endpoint(named: endpoint))
        let own = ProcessInfo.processInfo.environment
        let opened = try Stack(
            target: place, credentials: await credentials(own), folder: URL(filePath: stack).path,
            dataFolder: URL(filePath: "\(data)/\(target)").path, environment: own,
            clock: TargetClock(place, state: URL(filePath: state).path, environment: own), show: Self.show)
        if prepares { try await opened.prepare() }
        if let unlock { try await opened.terraform.run(.unlock(unlock)) }
        return opened
    }

    /// On AWS the keys of a profile, where the environment has none.
    private func credentials(_ own: [String: String]) async -> Result<[String: String], any Error> {
        guard target == .aws else { return .success(own) }
        do {
            return .success(try await SharedProfile(own).variables())
        } catch {
            return .failure(error)
        }
    }

    /// Prints what a verb found: for people, or as one JSON object.
    func report(_ value: some Encodable, text: String) throws {
        guard json else { return print(text) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Prints checks, and ends the program with 3 when one failed.
    func report(_ checks: [Check]) throws {
        try report(checks, text: checks.map(\.text).joined(separator: "\n"))
        if !checks.failures.isEmpty { throw ExitCode.checkFailed }
    }

    /// - Throws: `DeployError.needsConsent` on AWS without `--yes`.
    func consent(_ yes: Bool, verb: String) throws {
        if target == .aws, !yes { throw DeployError.needsConsent(verb) }
    }

    @Sendable private static func show(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
