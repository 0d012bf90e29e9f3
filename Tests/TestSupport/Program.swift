package import Foundation
import Subprocess
import SystemPackage

/// Another program, run to its end without holding a thread of the pool.
///
/// Not by Foundation's `Process`: a second one that starts at the same moment may inherit the handle by which the first
/// would tell its end, and `waitUntilExit` then waits for both.
package enum Program {
    package struct Outcome: Sendable {
        /// The exit code; nil when a signal ended it.
        package var status: Int32?
        package var output: Data
        package var errors: String
    }

    /// The folder of the products, which is where the test bundle lies.
    package static let products = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// - Parameter environment: all its variables; nil for this process's own.
    /// - Throws: what the system says when the program cannot be started.
    @discardableResult
    package static func run(
        _ path: String, _ arguments: [String] = [], environment: [String: String]? = nil
    ) async throws -> Outcome {
        var variables = Environment.inherit
        if let environment {
            variables = .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0), $1) }))
        }
        let result = try await Subprocess.run(
            .path(FilePath(path)), arguments: Arguments(arguments), environment: variables,
            output: .data(limit: 64 << 20), error: .string(limit: 1 << 20))
        var status: Int32?
        if case .exited(let code) = result.terminationStatus { status = code }
        return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    }
}
