import ArgumentParser
import Foundation

/// `rivulet-deploy apply`
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring the stack to what the files say, and see that every function starts.",
        discussion: """
            With --canary the alias `live` stays on its version and gives the new one a share of the invocations. An apply
            without it, or one after a rollback, lets `live` follow the newest version.
            """)

    @OptionGroup var options: TargetOptions

    @Flag(help: "Change an AWS account without being asked again.")
    var yes = false

    @Flag(help: "Plan only, as `plan` does.")
    var dryRun = false

    @Option(help: ArgumentHelp("Share of invocations for the new versions, above 0 and below 1.", valueName: "SHARE"))
    var canary: Double?

    @Option(
        help: ArgumentHelp("With --canary: minutes to look at the alarms; one raised rolls back.", valueName: "MINUTES")
    )
    var watch: Int?

    @Flag(help: "Take over resources of this stack that a killed apply made without noting them.")
    var adopt = false

    func validate() throws {
        if let canary, !(canary > 0 && canary < 1) { throw ValidationError("--canary is above 0 and below 1.") }
        if watch != nil, canary == nil { throw ValidationError("--watch goes with --canary.") }
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
        let live = try await holdBack(stack)
        try await apply(stack)
        let outputs = try await stack.outputs()
        let digest = try PackageFile.digest(package.bytes)
        let checks = await Verification(access: stack.access, digest: digest).checks(outputs)
        if checks.failures.isEmpty, watch != nil { try await look(stack, outputs, live) }
        try options.report(checks)
    }

    /// Notes what is live, and holds it when a canary is to go first.
    private func holdBack(_ stack: Stack) async throws -> [String: String] {
        guard let outputs = try await stack.terraform.outputs() else {
            try stack.hold.release()
            return [:]
        }
        let live = try await stack.liveVersions(outputs)
        try stack.hold.note(live)
        if let canary {
            try stack.hold.write(.init(previous_version: live, canary_weight: canary))
        } else {
            try stack.hold.release()
        }
        return live
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

    /// Looks at the functions' error alarms until the time is up.
    private func look(_ stack: Stack, _ outputs: StackOutputs, _ live: [String: String]) async throws {
        let (handler, function) = outputs.functions.first.map { ($0.key, $0.value.name) } ?? ("", "")
        let prefix = String(function.dropLast(handler.count))
        let end = Date().addingTimeInterval(Double(watch ?? 0) * 60)
        repeat {
            let raised = try await stack.access.raisedAlarms(prefix: prefix).filter { $0.hasSuffix("-errors") }
            guard raised.isEmpty else {
                let rollback = Rollback(access: stack.access, hold: stack.hold)
                try await rollback.perform(try await rollback.moves(outputs, named: []), outputs, live: live)
                return try options.report([
                    Check(
                        "canary", failed: "alarms: \(raised.joined(separator: ", ")); rolled back",
                        "Mend it, then apply anew.")
                ])
            }
            try await Task.sleep(for: .seconds(15))
        } while Date() < end
    }
}
