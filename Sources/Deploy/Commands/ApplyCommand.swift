import ArgumentParser

/// `rivulet-deploy apply`
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring the stack to what the files say, and see that every function starts.",
        discussion: """
            With --canary the alias `live` stays on its version and gives the new one a share of the invocations; a new \
            version that does not start, or an error alarm during --watch, takes the share away (exit code 3). --promote \
            gives the new version all invocations when the watch ends quietly. An apply without --canary, or one after a \
            rollback, lets `live` follow the newest version.
            """)

    @OptionGroup var options: TargetOptions

    @Flag(help: "Change an AWS account without being asked again.")
    var yes = false

    @Flag(help: "Plan only, as `plan` does.")
    var dryRun = false

    @Option(help: ArgumentHelp("Share of invocations for the new versions, above 0 and below 1.", valueName: "SHARE"))
    var canary: Double?

    @Option(
        help: ArgumentHelp(
            "With --canary: minutes of the target's time to look at the error alarms; one raised rolls back.",
            valueName: "MINUTES"))
    var watch: Int?

    @Flag(help: "With --watch: let `live` follow the new versions when no alarm was raised.")
    var promote = false

    @Flag(help: "Take over resources of this stack that a killed apply made without noting them.")
    var adopt = false

    func validate() throws {
        if let canary, !(canary > 0 && canary < 1) { throw ValidationError("--canary is above 0 and below 1.") }
        if watch != nil, canary == nil { throw ValidationError("--watch goes with --canary.") }
        if let watch, watch < 1 { throw ValidationError("--watch is a number of minutes from 1.") }
        if promote, watch == nil { throw ValidationError("--promote goes with --watch.") }
    }

    func run() async throws {
        let stack = try await options.open()
        guard !dryRun else { return try await PlanCommand.show(stack, options) }
        try options.consent(yes, verb: "apply")
        let package = try PackageFile(path: stack.packagePath)
        // Whether Amazon Linux can start it is no question of an emulator on this machine.
        let unfit = package.checks(architecture: stack.architecture).failures
            .filter { stack.target == .aws || ["package", "bootstrap"].contains($0.name) }
        guard unfit.isEmpty else { return try options.report(unfit) }
        let before = try await standing(stack)
        if canary != nil, let unready = try await unready(stack, before) { return try options.report([unready]) }
        try hold(stack, before?.live ?? [:])
        try await apply(stack)
        let outputs = try await stack.outputs()
        let verification = Verification(access: try stack.access, digest: try PackageFile.digest(package.bytes))
        var checks = await verification.checks(outputs)
        if let canary, let before {
            checks += try await trial(
                Canary(stack, outputs, live: before.live), share: canary, isFit: checks.failures.isEmpty, stack)
        }
        try options.report(checks)
    }

    /// What stands before the apply; nil at the first one.
    private func standing(_ stack: Stack) async throws -> (outputs: StackOutputs, live: [String: String])? {
        guard let outputs = try await stack.terraform.outputs() else { return nil }
        return (outputs, try await stack.liveVersions(outputs))
    }

    /// Why there can be no canary: nothing to compare with, or an alarm that would end it at once.
    private func unready(
        _ stack: Stack, _ before: (outputs: StackOutputs, live: [String: String])?
    ) async throws -> Check? {
        guard let before else {
            return Check("canary", failed: "nothing is live yet", "Apply without --canary first.")
        }
        let raised = try await Canary(stack, before.outputs, live: before.live).raisedAlarms()
        guard watch != nil, !raised.isEmpty else { return nil }
        return Check(
            "canary", failed: "raised before it began: \(raised.joined(separator: ", ")); nothing was changed",
            "Wait until they rest, or apply without --watch.")
    }

    /// Notes what is live, and holds it when a canary is to go first.
    private func hold(_ stack: Stack, _ live: [String: String]) throws {
        if !live.isEmpty { try stack.hold.note(live) }
        if let canary {
            try stack.hold.write(.init(previous_version: live, canary_weight: canary))
        } else {
            try stack.hold.release()
        }
    }

    /// A killed apply leaves what it made in its last seconds outside the state. What depends on that comes to light
    /// round by round.
    private func apply(_ stack: Stack) async throws {
        let adoption = Adoption(stack)
        defer { adoption.end() }
        for _ in 0..<Self.adoptionRounds {
            do {
                try await stack.terraform.run(.apply(variables: stack.hold.file))
                return
            } catch TerraformFailure.alreadyExists(let addresses) where adopt {
                try await adoption.add(addresses)
            }
        }
        try await stack.terraform.run(.apply(variables: stack.hold.file))
    }

    private static let adoptionRounds = 4

    /// Goes back when a new version does not start or an alarm is raised; goes forward when told to.
    private func trial(_ canary: Canary, share: Double, isFit: Bool, _ stack: Stack) async throws -> [Check] {
        guard isFit else {
            try await canary.rollBack()
            return [Check("canary", failed: "a new version does not start; rolled back", "Mend it, then apply anew.")]
        }
        guard let watch else { return [] }
        let raised = try await canary.watch(minutes: watch)
        guard raised.isEmpty else {
            try await canary.rollBack()
            let alarms = raised.joined(separator: ", ")
            return [Check("canary", failed: "alarms: \(alarms); rolled back", "Mend it, then apply anew.")]
        }
        let found = "\(watch) minutes at a share of \(share) without an alarm"
        guard promote else { return [Check("canary", passed: found)] }
        try stack.hold.release()
        try await apply(stack)
        return [Check("canary", passed: "\(found); promoted")]
    }
}
