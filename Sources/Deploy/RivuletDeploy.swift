import ArgumentParser
import Glibc

/// `rivulet-deploy`: brings the stack of `terraform/` to AWS or to the emulator, and back.
@main
struct RivuletDeploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rivulet-deploy",
        abstract: "Packages, deploys, verifies and moves back the pipeline, on AWS or on the emulator.",
        discussion: """
            Terraform does the work and keeps its own state: `terraform` by hand in terraform/ finds all as it is.

            Exit codes: 0 done, or nothing to change; 1 refused or failed, with the reason and the next step; 2 the plan \
            has changes; 3 a check failed; 64 wrong usage.
            """,
        subcommands: [
            DoctorCommand.self, PackageCommand.self, PlanCommand.self, ApplyCommand.self, StatusCommand.self,
            InvokeCommand.self, LogsCommand.self, RollbackCommand.self, DestroyCommand.self,
        ])

    static func main() async {
        // Ctrl-C reaches Terraform too, which ends cleanly and saves its state; this program waits for it.
        signal(SIGINT) { _ in }
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}

extension ExitCode {
    /// The plan has changes.
    static let changes = ExitCode(2)
    /// A check failed.
    static let checkFailed = ExitCode(3)
}
