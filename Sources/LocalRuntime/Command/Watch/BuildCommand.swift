import Subprocess
import SystemPackage

/// A command of the user's own, run by the shell; what it prints goes to standard error.
struct BuildCommand: Sendable {
    let command: String

    /// - Returns: the exit code, 128 and the signal's number when one ended it.
    /// - Throws: `SubprocessError` when the shell cannot be started.
    func run() async throws -> Int32 {
        let build = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", command], input: .currentStandardInput, output: .currentStandardError,
            error: .currentStandardError)
        return switch build.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
