import Foundation
import Glibc

/// A command of the user's own, run by the shell; what it prints goes to standard error.
struct BuildCommand: Sendable {
    let command: String

    /// - Returns: the exit code, 128 and the signal's number when one ended it.
    /// - Throws: `BuildNotStarted`.
    func run() async throws -> Int32 {
        let child = try start()
        return await withCheckedContinuation { continuation in
            // Waiting blocks, so it has a thread of its own.
            Thread.detachNewThread {
                var status: Int32 = 0
                while waitpid(child, &status, 0) < 0, errno == EINTR {}
                continuation.resume(returning: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
            }
        }
    }

    private func start() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        var arguments = Self.pointers(["/bin/sh", "-c", command])
        defer { arguments.forEach { free($0) } }
        var variables = Self.pointers(ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" })
        defer { variables.forEach { free($0) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, &variables)
        guard code == 0 else { throw BuildNotStarted(reason: String(cString: strerror(code))) }
        return child
    }

    /// Copies as C has them, with a null at the end; whoever takes them frees them.
    private static func pointers(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { (text: String) -> UnsafeMutablePointer<CChar>? in strdup(text) } + [nil]
    }
}

struct BuildNotStarted: Error, CustomStringConvertible {
    let reason: String

    var description: String { "The build could not be started: \(reason)." }
}
