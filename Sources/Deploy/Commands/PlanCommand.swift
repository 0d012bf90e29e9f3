import ArgumentParser

/// `rivulet-deploy plan`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what an apply would change; exit code 2 when it would change anything.")

    @OptionGroup var options: TargetOptions

    @Flag(help: "Show what `destroy` would delete instead.")
    var destroy = false

    func run() async throws {
        try await Self.show(try await options.open(), options, destroys: destroy)
    }

    /// Plans and tells whether there is anything to change.
    static func show(_ stack: Stack, _ options: TargetOptions, destroys: Bool = false) async throws {
        let status = try await stack.terraform.run(
            .plan(variables: stack.hold.file, destroys: destroys), accepted: [0, 2])
        struct Result: Encodable { let changes: Bool }
        try options.report(
            Result(changes: status == 2), text: status == 2 ? "The plan has changes." : "No changes.")
        if status == 2 { throw ExitCode.changes }
    }
}
