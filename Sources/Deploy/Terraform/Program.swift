import Foundation
import Subprocess
import SystemPackage

/// A program of this machine, run to its end. Its input is empty.
struct Program: Sendable {
    let executable: String
    let environment: [String: String]
    let folder: String

    init(_ executable: String, environment: [String: String], folder: String) {
        self.executable = executable
        self.environment = environment
        self.folder = folder
    }

    /// What came of it.
    struct Outcome: Sendable {
        let status: Int
        let output: String
        let errors: String
    }

    private static let outputLimit = 64 << 20

    /// Runs it and keeps what it printed.
    ///
    /// - Throws: `ProgramError.notFound` when there is no such program.
    func collect(_ arguments: [String]) async throws -> Outcome {
        try await found {
            let result = try await run(
                configuration(arguments), output: .string(limit: Self.outputLimit),
                error: .string(limit: Self.outputLimit))
            return Outcome(
                status: Self.status(result.terminationStatus), output: result.standardOutput,
                errors: result.standardError)
        }
    }

    /// Runs it, hands each line that it prints to `show`, and keeps them all.
    func follow(_ arguments: [String], show: @escaping @Sendable (String) -> Void) async throws -> Outcome {
        try await found {
            let result = try await run(
                configuration(arguments), input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                var lines: [String] = []
                for try await line in execution.standardOutput.strings() {
                    show(line)
                    lines.append(line)
                }
                return lines.joined(separator: "\n")
            }
            return Outcome(
                status: Self.status(result.terminationStatus), output: result.closureResult, errors: "")
        }
    }

    private func configuration(_ arguments: [String]) -> Configuration {
        Configuration(
            executable: executable.contains("/") ? .path(FilePath(executable)) : .name(executable),
            arguments: Arguments(arguments),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) })
            ),
            workingDirectory: FilePath(folder))
    }

    private func found<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw ProgramError.notFound(executable)
        }
    }

    /// As a shell tells it: 128 and the signal's number for a killed program.
    private static func status(_ status: TerminationStatus) -> Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }
}

enum ProgramError: Error, Equatable {
    case notFound(String)
}

extension ProgramError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notFound("terraform"):
            "terraform is not on PATH. Install 1.11 or newer: https://developer.hashicorp.com/terraform/install"
        case .notFound(let name): "\(name) is not on PATH. Install it, then try again."
        }
    }
}
