import Glibc

/// What lies behind an answer 500: a line on standard error.
package enum FaultLog {
    @Sendable package static func note(_ error: any Error) {
        let line = Array("rivulet-local: a fault of its own, answered with status 500: \(error)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}
