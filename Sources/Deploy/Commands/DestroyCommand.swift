import ArgumentParser

/// `rivulet-deploy destroy`
struct DestroyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Delete the stack. On AWS the lake's bucket goes only with lake_deletable = true.")

    @OptionGroup var options: TargetOptions

    @Flag(help: "Change an AWS account without being asked again.")
    var yes = false

    @Flag(help: "Show what would be deleted.")
    var dryRun = false

    func run() async throws {
        let stack = try await options.open()
        guard !dryRun else { return try await PlanCommand.show(stack, options, destroys: true) }
        try options.consent(yes, verb: "destroy")
        try await stack.terraform.run(.destroy(variables: stack.hold.file))
        try stack.hold.release()
        if case .local = stack.target {
            try await stack.access.deleteBucket(DeployTarget.localStateBucket, holding: [DeployTarget.stateKey])
        }
        struct Result: Encodable { let destroyed = true }
        try options.report(Result(), text: "Nothing of the stack is left.")
    }
}
