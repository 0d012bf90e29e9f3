import ArgumentParser

/// `rivulet-deploy rollback`
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Move `live` back to what it was before the last apply; seconds, without a build.",
        discussion: "A canary's share is taken away first. The next apply goes forward again.")

    @OptionGroup var options: TargetOptions

    @Argument(help: ArgumentHelp("The handlers to move; all without any.", valueName: "FUNCTION"))
    var functions: [String] = []

    @Flag(help: "Show what would move.")
    var dryRun = false

    @Flag(help: "Change an AWS account without being asked again.")
    var yes = false

    func run() async throws {
        let stack = try await options.open()
        let outputs = try await stack.outputs()
        let rollback = try Rollback(access: stack.access, hold: stack.hold)
        let moves = try await rollback.moves(outputs, named: functions)
        if !dryRun {
            try options.consent(yes, verb: "rollback")
            try await rollback.perform(moves, outputs, live: try await stack.liveVersions(outputs))
        }
        try options.report(
            moves, text: moves.map { "\($0.function): \($0.from) → \($0.to)" }.joined(separator: "\n"))
    }
}
